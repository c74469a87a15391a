import { readFileSync } from 'node:fs';
import { keras, np, torch } from 'isograd';
import * as datasets from '@isograd/datasets';
import { typescriptName } from './naming.ts';
import { NOT_THERE } from './not-there.ts';
import { OTHER_MEANINGS } from './other-meanings.ts';

/** A library whose names isograd takes over. */
export type Library = 'numpy' | 'array_api_strict' | 'torch' | 'keras';

interface Names {
  readonly library: Library;
  readonly version: string;
  readonly namespaces: Readonly<Record<string, readonly string[]>>;
  /** Layers, losses and the like of a namespace, with the other names of each. */
  readonly kinds?: Readonly<
    Record<string, { readonly path: string; readonly names: Readonly<Record<string, readonly string[]>> }>
  >;
}

/** One namespace of a library: which of its names isograd has. */
export interface Coverage {
  readonly path: string;
  readonly there: readonly string[];
  readonly missing: readonly string[];
  /** Those of `missing` that isograd has with another meaning. */
  readonly other: readonly string[];
}

type Place = () => object | undefined;

const TITLES: Readonly<Record<Library, string>> = {
  numpy: 'NumPy',
  array_api_strict: 'Array API (array-api-strict)',
  torch: 'PyTorch',
  keras: 'Keras',
};

const member = (from: object, ...path: readonly string[]): object | undefined => {
  let at: unknown = from;
  for (const name of path) at = (at as Readonly<Record<string, unknown>> | undefined)?.[name];
  return at as object | undefined;
};

/** Where a namespace of Python stands here; the others stand at the same path below `np`, `torch` and `keras`. */
const PLACES: Readonly<Record<string, Place>> = {
  'numpy, functions and ufuncs': () => np,
  'numpy.ndarray': () => np.array([0.5]),
  'numpy.random.Generator': () => np.random.Generator.prototype,
  'torch.Tensor': () => torch.tensor([0.5]),
  'torch.autograd': () => torch,
  // Its functions take tensors, and give them gradients.
  'torch.linalg': () => np.linalg,
  // Clipping stands beside the optimizers.
  'torch.nn.utils': () => ({ ...torch.nn.utils, ...torch.optim }),
  'torch.nn.functional': () => torch.nn.functional,
  'torch.optim.lr_scheduler': () => torch.optim.lrScheduler,
  'torch.utils.data': () => datasets,
  'keras.Model': () => keras.Model.prototype,
};

const ROOTS: Readonly<Record<string, object>> = { numpy: np, array_api_strict: np, torch, keras };

/** What stands here for a namespace of Python; undefined where nothing does. */
export function placeOf(path: string): object | undefined {
  const [root = '', ...below] = path.split('.');
  return PLACES[path]?.() ?? member(ROOTS[root] ?? {}, ...below);
}

/** Names that an object has, with those of its prototypes. */
export function namesOf(place: object | undefined): Set<string> {
  const names = new Set<string>();
  for (
    let at: unknown = place;
    at && at !== Object.prototype && at !== Function.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  names.delete('constructor');
  return names;
}

/** The frozen names of a library. */
export function publicNames(library: Library): Names {
  return JSON.parse(readFileSync(new URL(`names/${library}.json`, import.meta.url), 'utf8')) as Names;
}

/** Which names of each namespace of a library isograd has, by the naming rule. */
export function coverageOf(library: Library): Coverage[] {
  return Object.entries(publicNames(library).namespaces).map(([path, names]) => {
    const ours = namesOf(placeOf(path));
    const known = names.filter((name) => ours.has(typescriptName(name)));
    const other = known.filter((name) => OTHER_MEANINGS[path]?.[typescriptName(name)] !== undefined);
    const there = known.filter((name) => !other.includes(name));
    return { path, there, missing: names.filter((name) => !there.includes(name)), other };
  });
}

const code = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : names.map((name) => `\`${name}\``).join(' ');

function share(there: number, all: number): string {
  return `${there} | ${all} | ${Math.round((100 * there) / all)} %`;
}

/** Missing names with the reason of each, reasons that several share once. */
function reasons(path: string, missing: readonly string[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const name of missing.map(typescriptName)) {
    const reason = NOT_THERE[path]?.[name];
    if (reason !== undefined) byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  }
  return [...byReason].map(([reason, names]) => `- ${code(names)}: ${reason}.`);
}

function section({ path, there, missing, other }: Coverage): string[] {
  const why = reasons(path, missing);
  const notes = other.map((name) => `- \`${typescriptName(name)}\` ${OTHER_MEANINGS[path]![typescriptName(name)]}.`);
  return [
    '',
    `## ${path}`,
    '',
    `There: ${code(there.map(typescriptName))}`,
    '',
    `Not there: ${code(missing.filter((name) => !other.includes(name) && NOT_THERE[path]?.[typescriptName(name)] === undefined))}`,
    ...(why.length > 0 ? ['', 'Not there, and why:', '', ...why] : []),
    ...(notes.length > 0 ? ['', 'There with another meaning, and not counted:', '', ...notes] : []),
  ];
}

/** The page of one library. */
export function coveragePage(library: Library): string {
  const rows = coverageOf(library);
  // The functions of NumPy have a row of their own, and count once.
  const counted = rows.filter(({ path }) => !path.includes(','));
  const there = counted.reduce((sum, row) => sum + row.there.length, 0);
  const all = counted.reduce((sum, row) => sum + row.there.length + row.missing.length, 0);
  return [
    `# ${TITLES[library]} ${publicNames(library).version}: what is there`,
    '',
    'Written by `pnpm run docs`; do not edit. Names are camel-cased at underscores only (`expand_dims` is `expandDims`), so this page is derived and not kept.',
    'It counts names; what stands behind each is held by the parity tests.',
    '',
    '| namespace | there | of | |',
    '|---|--:|--:|--:|',
    ...rows.map((row) => `| \`${row.path}\` | ${share(row.there.length, row.there.length + row.missing.length)} |`),
    `| all | ${share(there, all)} |`,
    ...rows.filter(({ path }) => !path.includes(',')).flatMap(section),
    '',
  ].join('\n');
}
