import type { Program } from '../expr.ts';
import { evaluate, programSource, storeSource } from './map.ts';

/** A value of an element. */
export type Element = number | bigint | boolean;

/** Source that combines two values, given theirs. */
export type Combine = (a: string, b: string) => string;

/** Operands along one line: `n` elements of each, `steps` apart. */
export type Line = readonly [
  memories: readonly unknown[],
  steps: readonly number[],
  n: number,
  scalars: readonly number[],
];

/** Source of a loop over a line; `read(j)` is the element `j` steps further, `next(j)` goes there. */
type Body = (read: (j: number) => string, next: (j: number | string) => string) => string;

/** Compiles a loop over a line from `places` on. The function that reads stands beside it, for the engine to inline. */
function compileLine<T>(program: Program, parameters: string, body: Body): T {
  const inputs = 1 + Math.max(-1, ...program.steps.map((s) => (s.op === 'input' ? s.index : -1)));
  const all = (text: (v: number) => string, between: string): string =>
    Array.from({ length: inputs }, (_, v) => text(v)).join(between);
  const read = (j: number): string => `read(c${all((v) => `, m${v}, p${v}${j === 0 ? '' : ` + ${j} * s${v}`}`, '')})`;
  const next = (j: number | string): string => all((v) => `p${v} += ${j} * s${v};`, ' ');
  return evaluate<T>(`(() => {
const read = (c${all((v) => `, m${v}, p${v}`, '')}) => {
${programSource(program, (i) => `m${i}[p${i}]`)}
return t${program.outputs[0]};
};
return function ([m, s, whole, c], p, ${parameters}) {
${all((v) => `const m${v} = m[${v}], s${v} = s[${v}]; let p${v} = p[${v}];`, '\n')}
${body(read, next)}
};
})()`);
}

/** Combines a line in turn; `result` is what came before, undefined where nothing did. */
export type InTurn = (line: Line, places: readonly number[], result?: Element) => Element;

/** Compiles the loop that combines a line in turn. */
export const compileInTurn = (program: Program, combine: Combine): InTurn =>
  compileLine(
    program,
    'result',
    (read, next) => `let n = whole, a = result;
if (a === undefined) { a = ${read(0)}; ${next(1)} n--; }
for (let i = 0; i < n; i++) { const b = ${read(0)}; a = ${combine('a', 'b')}; ${next(1)} }
return a;`,
  );

/** Elements that NumPy's pairwise sum adds up without halving. */
export const BLOCK = 128;

/** Combines `n` elements, at most {@link BLOCK}, of a line from position `from` on, with 8 running results as NumPy does. */
export type Block = (line: Line, places: readonly number[], from: number, n: number) => Element;

const EIGHT = Array.from({ length: 8 }, (_, j) => j);

/** Compiles the loop over a block of a pairwise sum. */
export function compileBlock(program: Program, combine: Combine): Block {
  const tree = (names: readonly string[]): string => {
    const half = names.length / 2;
    return names.length === 1 ? names[0]! : combine(`(${tree(names.slice(0, half))})`, `(${tree(names.slice(half))})`);
  };
  return compileLine(program, 'from, n', (read, next) => {
    const rest = (start: string): string =>
      `for (let i = ${start}; i < n; i++) { const b = ${read(0)}; a = ${combine('a', 'b')}; ${next(1)} }\nreturn a;`;
    return `${next('from')}
let a;
if (n < 8) { a = ${read(0)}; ${next(1)} ${rest('1')} }
let ${EIGHT.map((j) => `r${j} = ${read(j)}`).join(', ')};
${next(8)}
const full = n - n % 8;
for (let k = 8; k < full; k += 8) {
${EIGHT.map((j) => `{ const b = ${read(j)}; r${j} = ${combine(`r${j}`, 'b')}; }`).join('\n')}
${next(8)}
}
a = ${tree(EIGHT.map((j) => `r${j}`))};
${rest('full')}`;
  });
}

/** The extreme so far and its position. */
export interface Found {
  best: Element | undefined;
  at: number;
}

/** Looks along a line whose first element is number `seen`; NaN counts as an extreme and ends the search: then it gives false. */
export type Extreme = (line: Line, places: readonly number[], seen: number, found: Found) => boolean;

/** Compiles the search for the largest or the least element. */
export const compileExtreme = (program: Program, largest: boolean): Extreme =>
  compileLine(
    program,
    'seen, found',
    (read, next) => `let { best, at } = found;
let i = 0;
if (seen === 0) { best = ${read(0)}; ${next(1)} i = 1; }
for (; i < whole && best === best; i++) {
const x = ${read(0)};
${next(1)}
if (x !== x || x ${largest ? '>' : '<'} best) { best = x; at = seen + i; }
}
found.best = best;
found.at = at;
return best === best;`,
  );

/** Where results go: from `at` on, `step` apart. */
export type Target = readonly [memory: unknown, at: number, step: number];

/** Writes what a line combines to at each of its elements. */
export type Running = (line: Line, places: readonly number[], to: Target) => void;

/** Compiles the loop that accumulates along a line. */
export const compileRunning = (program: Program, combine: Combine): Running =>
  compileLine(
    program,
    '[to, at, step]',
    (read, next) => `let a;
for (let i = 0; i < whole; i++) {
const b = ${read(0)};
a = i === 0 ? b : ${combine('a', 'b')};
to[at] = ${storeSource('a', program.steps[program.outputs[0]!]!.dtype)};
${next(1)} at += step;
}`,
  );
