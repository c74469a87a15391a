import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { filesBelow, readSource, ROOT } from '../workspace.ts';
import { namesOf, placeOf, publicNames } from './coverage.ts';
import { type Format, FORMATS } from './formats.ts';
import { typescriptName } from './naming.ts';
import { NOT_THERE } from './not-there.ts';
import { OTHER_MEANINGS } from './other-meanings.ts';

/** A library that has layers, losses and what else a net is trained with. */
export type Anchor = 'torch' | 'keras';

/** One thing of a library, and what is known of it here. */
export interface Row {
  /** Its name in TypeScript. */
  readonly name: string;
  readonly isThere: boolean;
  /** Why it is not there, or in which other meaning; undefined where no decision was taken. */
  readonly why: string | undefined;
  /** Frozen answers of the library that name it. */
  readonly cases: number;
  /** Files of tests that name it. */
  readonly tests: number;
}

const ANCHORS: readonly Anchor[] = ['torch', 'keras'];
const TITLES: Readonly<Record<Anchor, string>> = { torch: 'PyTorch', keras: 'Keras' };
const GOLDENS = join(ROOT, 'parity-tests/goldens');
const TEST_FOLDERS: Readonly<Record<Anchor, readonly string[]>> = {
  torch: ['packages/nn/test', 'packages/optim/test', 'packages/autograd/test', 'parity-tests/src'],
  keras: ['packages/keras/test', 'parity-tests/src'],
};

const wordsIn = (text: string): Set<string> => new Set(text.match(/[A-Za-z_]\w*/g));

/** How many texts hold any of the words, for any list of words. */
function counter(texts: readonly string[]): (words: readonly string[]) => number {
  const holders = new Map<string, Set<number>>();
  texts.forEach((text, i) => {
    for (const word of wordsIn(text)) (holders.get(word) ?? holders.set(word, new Set()).get(word)!).add(i);
  });
  return (words) => new Set(words.flatMap((word) => [...(holders.get(word) ?? [])])).size;
}

/** Cases of a golden file: one a line. */
const casesOf = (file: string): string[] => readFileSync(join(GOLDENS, file), 'utf8').split('\n').slice(2, -2);

/** Cases of all goldens of a library. */
function goldenCases(anchor: Anchor): string[] {
  return readdirSync(GOLDENS)
    .filter((file) => file.endsWith('.json') && file.split(/[-.]/).includes(anchor))
    .flatMap(casesOf);
}

/** Names under which goldens and tests may know a thing: Python's, and ours. */
const spellings = (names: readonly string[]): string[] => [...new Set(names.flatMap((n) => [n, typescriptName(n)]))];

/** What is known of each thing of a library, by kinds. */
export function supportOf(anchor: Anchor): Map<string, readonly Row[]> {
  const cases = counter(goldenCases(anchor));
  const tests = counter(TEST_FOLDERS[anchor].flatMap((folder) => filesBelow(folder, ['.test.ts'])).map(readSource));
  const kinds = Object.entries(publicNames(anchor).kinds ?? {});
  return new Map(
    kinds.map(([kind, { path, names }]) => {
      const ours = namesOf(placeOf(path));
      const rows = Object.entries(names).map(([first, others]): Row => {
        const known = spellings([first, ...others]);
        const name = typescriptName(first);
        const other = OTHER_MEANINGS[path]?.[name];
        const isThere = other === undefined && known.some((spelling) => ours.has(spelling));
        const why = isThere ? undefined : (other ?? NOT_THERE[path]?.[name]);
        return { name, isThere, why, cases: isThere ? cases(known) : 0, tests: isThere ? tests(known) : 0 };
      });
      return [kind, rows];
    }),
  );
}

const number = (n: number): string => (n === 0 ? '' : String(n));

function line({ name, isThere, why, cases, tests }: Row): string {
  if (isThere) return `| \`${name}\` | there | ${number(cases)} | ${number(tests)} |`;
  return `| \`${name}\` | not there${why === undefined ? '' : `: ${why}`} | | |`;
}

const count = (rows: readonly Row[]): number => rows.filter(({ isThere }) => isThere).length;

function section(anchor: Anchor, kind: string, rows: readonly Row[]): string[] {
  return [
    '',
    `## ${TITLES[anchor]}: ${kind}`,
    '',
    `${count(rows)} of ${rows.length}.`,
    '',
    '| name | state | golden cases | test files |',
    '|---|---|--:|--:|',
    ...rows.map(line),
  ];
}

function held({ goldens = [], tests }: Format): string {
  const frozen = goldens.reduce((sum, name) => sum + casesOf(`${name}.json`).length, 0);
  const files = tests.map((file) => `[${basename(file)}](../${file})`).join(', ');
  return frozen === 0 ? files : `${frozen} golden cases, ${files}`;
}

const called = (functions: Format['read']): string => functions.map(({ name }) => `\`${name}\``).join(', ') || 'none';

function formats(): string[] {
  return [
    '',
    '## Files',
    '',
    '| format | read by | written by | held by |',
    '|---|---|---|---|',
    ...FORMATS.map((row) => {
      const { format, read, write, but } = row;
      return `| ${format}${but === undefined ? '' : `: ${but}`} | ${called(read)} | ${called(write)} | ${held(row)} |`;
    }),
  ];
}

/** The page that lists everything a net is made of and trained with in PyTorch and Keras, and its state here. */
export function supportPage(): string {
  const found = ANCHORS.map((anchor) => [anchor, [...supportOf(anchor)]] as const);
  const summary = found.flatMap(([anchor, kinds]) =>
    kinds.map(([kind, rows]) => `| ${TITLES[anchor]} | ${kind} | ${count(rows)} | ${rows.length} |`),
  );
  const versions = ANCHORS.map((anchor) => `${TITLES[anchor]} ${publicNames(anchor).version}`).join(' and ');
  return [
    `# What of ${versions} is there`,
    '',
    'Written by `pnpm run docs`; do not edit. The names are those that the libraries themselves list, camel-cased at underscores only.',
    'Golden cases are frozen answers of the library that name the thing, test files those of ours that do; tests that run over a whole table name nothing and are not counted.',
    'Functions, tensors and what else the libraries have stand in [coverage](coverage), ops in [op-support.md](op-support.md).',
    '',
    '| library | kind | there | of |',
    '|---|---|--:|--:|',
    ...summary,
    ...found.flatMap(([anchor, kinds]) => kinds.flatMap(([kind, rows]) => section(anchor, kind, rows))),
    ...formats(),
    '',
  ].join('\n');
}
