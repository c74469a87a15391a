import {
  jsDevice,
  type Device,
  type DType,
  DTYPES,
  IsogradError,
  type KernelDesc,
  kernelKey,
  setDevice,
} from '@isograd/device';
import { asTensor, gradcheck, gradgradcheck, type Tensor } from '@isograd/autograd';
import type { NDArray, Sample, SampleInput } from '@isograd/ndarray';
import { describeInput, inputsOf, opTable, type TableOp } from '@isograd/ndarray/testing';

const ALL = Object.keys(DTYPES) as DType[];

/** What one op does, found by running its samples. */
export interface OpSupport {
  readonly op: TableOp;
  /** Dtypes of its arrays that it takes; empty where the samples fix them all. */
  readonly dtypes: readonly DType[];
  /** Kernels that its samples ran, by the dtype of the arrays. */
  readonly kernels: ReadonlyMap<DType, readonly KernelDesc[]>;
  /** `yes`, or why there is none. */
  readonly derivatives: readonly [first: string, second: string];
}

/** The reference device, but every description that it compiles is kept. */
function recorder(seen: Map<string, KernelDesc>): Device {
  return {
    ...jsDevice,
    name: 'recorder',
    compile: (desc) => {
      seen.set(kernelKey(desc), desc);
      return jsDevice.compile(desc);
    },
  };
}

const isFree = (input: SampleInput): boolean => describeInput(input).dtype === undefined;

/** The arrays of a sample in a dtype; values that it cannot hold are drawn instead. */
function inputsIn(op: TableOp, sample: Sample, dtype: DType): NDArray[] {
  try {
    return inputsOf(op.spec, sample, { dtype });
  } catch (error) {
    if (!(error instanceof IsogradError)) throw error;
    const inputs = sample.inputs.map((input) => (isFree(input) ? { shape: describeInput(input).shape } : input));
    return inputsOf(op.spec, { ...sample, inputs }, { dtype });
  }
}

/** Runs samples on arrays of a dtype; the kernels they ran, or undefined when the op refuses all of them. */
function kernelsOf(op: TableOp, samples: readonly Sample[], dtype: DType): KernelDesc[] | undefined {
  const seen = new Map<string, KernelDesc>();
  setDevice(recorder(seen));
  try {
    const taken = samples.filter((sample) => {
      const inputs = inputsIn(op, sample, dtype);
      return holds(() => Boolean(op.call(inputs, sample.args))) === 'yes';
    });
    return taken.length === 0 ? undefined : [...seen.values()];
  } finally {
    setDevice('js');
  }
}

function holds(check: () => boolean): string {
  try {
    return check() ? 'yes' : 'no';
  } catch (error) {
    if (error instanceof IsogradError) return `no: ${error.what}`;
    throw error;
  }
}

type Problem = readonly [f: (...xs: Tensor[]) => Tensor | Tensor[], xs: NDArray[]];

/** The inputs of a sample of which gradients are asked, and the op as a function of them. */
function problemOf(op: TableOp, sample: Sample): Problem | undefined {
  const inputs = inputsOf(op.spec, sample);
  const wanted = inputs.filter(
    (x, i) => x.dtype === 'float64' && describeInput(sample.inputs[i]!).differentiable !== false,
  );
  if (wanted.length === 0 || wanted.some((x) => x.size === 0)) return undefined;
  const f = (...xs: Tensor[]): Tensor | Tensor[] =>
    op.call(
      inputs.map((x) => xs[wanted.indexOf(x)] ?? asTensor(x)),
      sample.args,
    ) as Tensor | Tensor[];
  return [f, wanted];
}

/** Whether the derivatives agree with differences on one sample; the tests of autograd take all. */
function derivativesOf(op: TableOp): readonly [string, string] {
  if (op.nonDifferentiable !== undefined) return [`no: ${op.nonDifferentiable}`, ''];
  const problem = op.spec.samples.map((sample) => problemOf(op, sample)).find((found) => found !== undefined);
  if (problem === undefined) return ['no: no sample', ''];
  return [holds(() => gradcheck(...problem)), holds(() => gradgradcheck(...problem))];
}

/** Everything the page tells of one op. */
export function supportOf(op: TableOp): OpSupport {
  const free = op.spec.samples.filter(({ inputs }) => inputs.some(isFree));
  const kernels = new Map<DType, readonly KernelDesc[]>();
  if (free.length === 0) kernels.set('float64', kernelsOf(op, op.spec.samples, 'float64') ?? []);
  for (const dtype of free.length === 0 ? [] : ALL) {
    const found = kernelsOf(op, free, dtype);
    if (found !== undefined) kernels.set(dtype, found);
  }
  return { op, dtypes: free.length === 0 ? [] : [...kernels.keys()], kernels, derivatives: derivativesOf(op) };
}

const ofKinds = (kinds: string): DType[] => ALL.filter((dtype) => kinds.includes(DTYPES[dtype].kind));

/** Sets of dtypes that have a name, each with how the page explains it. */
const GROUPS: readonly (readonly [name: string, members: readonly DType[], meaning: string])[] = [
  ['all', ALL, ALL.join(', ')],
  ['numbers', ofKinds('iufc'), 'all but bool'],
  ['real', ofKinds('biuf'), 'all but complex'],
  ['real numbers', ofKinds('iuf'), 'all but bool and complex'],
  ['inexact', ofKinds('fc'), 'floats and complex'],
  ['floats', ofKinds('f'), ofKinds('f').join(', ')],
  ['complex', ofKinds('c'), ofKinds('c').join(', ')],
  ['whole', ofKinds('biu'), 'bool and integers'],
  ['integers', ofKinds('iu'), 'signed and unsigned'],
  ['signed', ofKinds('i'), ofKinds('i').join(', ')],
  ['unsigned', ofKinds('u'), ofKinds('u').join(', ')],
];

/** Short name of a set of dtypes. */
export function dtypeGroup(dtypes: readonly DType[]): string {
  const isGroup = (members: readonly DType[], of: readonly DType[]): boolean =>
    members.length === of.length && members.every((d) => of.includes(d));
  const group = GROUPS.find(([, members]) => isGroup(members, dtypes));
  if (group) return group[0];
  const missing = ALL.filter((dtype) => !dtypes.includes(dtype));
  return missing.length <= 3 ? `all but ${missing.join(' ')}` : dtypes.join(' ');
}

/** What a device computes of an op: `all` of its dtypes, some, or none of them (then js does). */
export function deviceCell({ kernels }: OpSupport, device: Device): string {
  const needing = [...kernels].filter(([, descs]) => descs.length > 0);
  if (needing.length === 0) return 'view';
  const own = needing.filter(([, descs]) => descs.every((desc) => device.compile(desc) !== undefined));
  if (own.length === needing.length) return 'yes';
  return own.length === 0 ? 'js' : dtypeGroup(own.map(([dtype]) => dtype));
}

const cellText = (text: string): string => text.replaceAll('|', '\\|');
const row = (cells: readonly string[]): string => `| ${cells.map(cellText).join(' | ')} |`;
const expression = (text: string | null | undefined): string => (text ? `\`${text}\`` : '');

/** Devices beside the reference, by name; a string in place of one that cannot run here is its column as it was. */
export type Columns = Readonly<Record<string, Device | ReadonlyMap<string, string>>>;

function supportRow(support: OpSupport, columns: Columns): string {
  const { op, dtypes, derivatives } = support;
  const devices = Object.values(columns).map((column) =>
    'compile' in column ? deviceCell(support, column) : (column.get(op.name) ?? '?'),
  );
  return row([`\`${op.name}\``, dtypes.length === 0 ? 'as given' : dtypeGroup(dtypes), ...devices, ...derivatives]);
}

function spellingRow({ op }: OpSupport): string {
  const { numpy, torch, jax, tfjs, why } = op.spec.parity;
  return row([`\`${op.name}\``, ...[numpy, torch, jax, tfjs].map(expression), why ?? '']);
}

/** Families in the order of the page, with the title of each. */
const TITLES: { readonly [F in TableOp['spec']['family']]: string } = {
  unary: 'Element-wise, of one array',
  binary: 'Element-wise, of two arrays',
  ternary: 'Element-wise, of three arrays',
  reduction: 'Reductions',
  scan: 'Scans',
  view: 'Views and shapes',
  join: 'Joins',
  indexed: 'Indexing',
  linalg: 'Linear algebra and transforms',
  neural: 'Neural networks',
  composed: 'Functions composed of ops, and with algorithms of their own',
};

/** A table for every family that has ops. */
function tables(
  support: readonly OpSupport[],
  header: readonly string[],
  toRow: (item: OpSupport) => string,
): readonly string[] {
  return Object.entries(TITLES).flatMap(([family, title]) => {
    const items = support.filter(({ op }) => op.spec.family === family);
    if (items.length === 0) return [];
    return [`### ${title}`, '', row(header), `|${'---|'.repeat(header.length)}`, ...items.map(toRow), ''];
  });
}

const ELSEWHERE = 'The same elsewhere';

/** The page about all ops, or those given. */
export function opSupportPage(columns: Columns, support: readonly OpSupport[] = opTable().map(supportOf)): string {
  return [
    '# Ops: dtypes, devices, derivatives, and their names elsewhere',
    '',
    'Written by `pnpm run docs` from the op table, by running the samples of every op; do not edit.',
    '',
    `${support.length} ops. js has every kernel. In a device's column, "yes" means that it has every kernel that the samples need, in every dtype the op takes; dtypes mean`,
    'that it has them for those; "js" that js computes it; "view" that no kernel runs: nothing is computed, or the function has its own loop. Derivatives: "yes" means held',
    'against differences.',
    '',
    'Dtypes: "as given" where the samples fix each;',
    `${GROUPS.map(([name, , meaning]) => `"${name}" is ${meaning}`).join('; ')}.`,
    '',
    '## Dtypes, devices, derivatives',
    '',
    ...tables(support, ['op', 'dtypes', ...Object.keys(columns), 'first derivative', 'second'], (item) =>
      supportRow(item, columns),
    ),
    `## ${ELSEWHERE}`,
    '',
    'What each reference computes in the parity tests; `x1`, `x2` are the arrays. A blank means that it has no such function.',
    '',
    ...tables(support, ['op', 'NumPy', 'PyTorch', 'JAX', 'tfjs', 'why not'], spellingRow),
  ].join('\n');
}

/** A device's column of a page that was written before, by op. */
export function columnOf(page: string, device: string): Map<string, string> {
  const [support = ''] = page.split(`\n## ${ELSEWHERE}`);
  const rows = support.split('\n').filter((line) => line.startsWith('| '));
  const cellsOf = (line: string): string[] => line.slice(2, -2).split(' | ');
  const at = cellsOf(rows[0] ?? '').indexOf(device);
  return new Map(
    rows
      .filter((line) => line.startsWith('| `'))
      .map(cellsOf)
      .flatMap((cells) => (at < 0 ? [] : [[cells[0]!.slice(1, -1), cells[at]!] as const])),
  );
}
