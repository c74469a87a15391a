import { type DType, DTYPES, isBig, isFloat, type RealDType, type TypedArray } from '../dtype.ts';
import { linearize, type Program } from '../expr.ts';
import { collapse, sizeOf } from '../geometry.ts';
import { type DescOf, type Kernel, reducedDType, type ReduceOp } from '../kernel.ts';
import { evaluate, isComputable, storeSource, WRAP } from './map.ts';
import * as lines from './reduce-lines.ts';
import type { Combine, Element, Line } from './reduce-lines.ts';

const wrap = (dtype: DType, source: string): string => WRAP[dtype as RealDType](source);

/** Source of one step of each reduction. */
export const COMBINE: { readonly [O in Exclude<ReduceOp, 'argmax' | 'argmin'>]: (dtype: DType) => Combine } = {
  sum: (d) => (a, b) => wrap(d, `${a} + ${b}`),
  prod: (d) => (a, b) => wrap(d, isFloat(d) || isBig(d) ? `${a} * ${b}` : `Math.imul(${a}, ${b})`),
  max: (d) => (a, b) => (isFloat(d) ? `Math.max(${a}, ${b})` : `(${a} > ${b} ? ${a} : ${b})`),
  min: (d) => (a, b) => (isFloat(d) ? `Math.min(${a}, ${b})` : `(${a} < ${b} ? ${a} : ${b})`),
  any: () => (a, b) => `${a} || ${b}`,
  all: () => (a, b) => `${a} && ${b}`,
};

/** What the reduction of no elements gives; max and min have none (callers refuse). */
function identity(op: ReduceOp, dtype: DType): Element {
  const value = Number(op === 'all' || op === 'prod');
  return isBig(dtype) ? BigInt(value) : value;
}

function innermost(strides: readonly (readonly number[])[], kept: number): boolean {
  const input = strides[1];
  if (!input || kept === 0) return true;
  const last = Math.abs(input.at(-1)!);
  return input.slice(0, kept).every((s) => s === 0 || Math.abs(s) >= last);
}

type Places = readonly number[];
/** Combines what meets in one result: lines that start at these places. */
type Fold = (starts: readonly Places[], line: Line) => Element;
type Pair = (a: Element, b: Element) => Element;

/** How a reduction combines its elements: as they come, and along the shortest steps in memory. */
interface Folds {
  readonly other: Fold;
  readonly along: Fold;
}

function extremes(program: Program, largest: boolean): Folds {
  const look = lines.compileExtreme(program, largest);
  const find: Fold = (starts, line) => {
    const found: lines.Found = { best: undefined, at: 0 };
    for (let r = 0; r < starts.length && look(line, starts[r]!, r * line[2], found); r++);
    return BigInt(found.at);
  };
  return { other: find, along: find };
}

const pair = (combine: Combine): Pair => evaluate<Pair>(`(a, b) => ${combine('a', 'b')}`);

/** NumPy's pairwise sum: blocks up to 128 at once, longer ones halved at a multiple of 8. */
function pairwiseRows(program: Program, within: Combine, between: Pair): Fold {
  const block = lines.compileBlock(program, within);
  const add = pair(within);
  const sum = (line: Line, places: Places, from: number, n: number): Element => {
    if (n <= lines.BLOCK) return block(line, places, from, n);
    const half = (n >> 1) - ((n >> 1) % 8);
    return add(sum(line, places, from, half), sum(line, places, from + half, n - half));
  };
  // -0 changes nothing, but the sum of the first row is rounded, too.
  return (starts, line) =>
    starts.reduce<Element>((result, places) => between(result, sum(line, places, 0, line[2])), -0);
}

function foldsOf(op: ReduceOp, dtype: DType, program: Program): Folds {
  if (op === 'argmax' || op === 'argmin') return extremes(program, op === 'argmax');
  const combine = COMBINE[op](dtype);
  const line = lines.compileInTurn(program, combine);
  const inTurn: Fold = (starts, of) =>
    starts.reduce<Element | undefined>((result, places) => line(of, places, result), undefined)!;
  const folds = { other: inTurn, along: inTurn };
  const half = dtype === 'float16';
  // NumPy combines a row of float16 in float32 and rounds after each row.
  const within: Combine = half ? (a, b) => `Math.fround(${a} ${op === 'sum' ? '+' : '*'} ${b})` : combine;
  if (op === 'sum' && isFloat(dtype)) return { ...folds, along: pairwiseRows(program, within, pair(combine)) };
  if (op !== 'prod' || !half) return folds;
  const [row, round] = [lines.compileInTurn(program, within), pair(combine)];
  return { ...folds, along: (starts, of) => starts.reduce<Element>((x, places) => round(row(of, places, x), 1), 1) };
}

/** Reduction kernel: plain loops over kept elements, the reduced ones combined in NumPy's order. */
export function compileReduce(desc: DescOf<'reduce'>): Kernel | undefined {
  const program = linearize([desc.pre]);
  if (!isComputable(program)) return undefined;
  const { dtype } = desc.pre;
  const folds = foldsOf(desc.op, dtype, program);
  const store = evaluate<(x: Element) => Element>(`(x) => ${storeSource('x', reducedDType(desc.op, dtype))}`);
  return {
    run([out, ...operands], shape, scalars) {
      // Positions count in the order of the caller's axes, so those axes must not merge differently: they never do, merging keeps C order.
      const space = collapse(shape, [out!, ...operands], out!.strides.length);
      const [results, ...strides] = space.strides as [readonly number[], ...(readonly number[])[]];
      const kept = space.shape.slice(0, space.split);
      const reduced = space.shape.slice(space.split);
      const target = out!.memory as { [i: number]: Element };
      const base = operands.map((v) => v.offset);
      const memories = operands.map((v) => v.memory);
      const placeOf = (index: readonly number[]): number => out!.offset + dot(index, results, 0);
      /** Where the lines start that meet at an index of the kept axes. */
      const startsOf = (index: readonly number[], axes: readonly number[]): number[][] => {
        const start = base.map((p, v) => p + dot(index, strides[v]!, 0));
        if (axes.length === 0) return [start];
        const starts: number[][] = [];
        forEachIndex(axes, (at) => starts.push(start.map((p, v) => p + dot(at, strides[v]!, space.split))));
        return starts;
      };
      const shortest = innermost(space.strides, space.split);
      if (sizeOf(reduced) === 0) {
        forEachIndex(kept, (index) => (target[placeOf(index)] = store(identity(desc.op, dtype))));
      } else {
        const fold = shortest ? folds.along : folds.other;
        const line: Line = [memories, strides.map((s) => s.at(-1)!), space.shape.at(-1)!, scalars];
        const outer = reduced.slice(0, -1);
        forEachIndex(kept, (index) => (target[placeOf(index)] = store(fold(startsOf(index, outer), line))));
      }
    },
  };
}

/** How far an index lies from the start, with strides from axis `from` on. */
export function dot(index: readonly number[], strides: readonly number[], from: number): number {
  let sum = 0;
  for (let d = 0; d < index.length; d++) sum += index[d]! * strides[from + d]!;
  return sum;
}

/** Calls `visit` with every index of a shape in C order; the array is reused. */
export function forEachIndex(shape: readonly number[], visit: (index: readonly number[]) => void): void {
  const index = shape.map(() => 0);
  for (let left = sizeOf(shape); left > 0; left--) {
    visit(index);
    for (let d = shape.length - 1; d >= 0 && ++index[d]! === shape[d]; d--) index[d] = 0;
  }
}

/** Memory of a dtype as one that holds any element; bools are stored as 0 and 1. */
export function elements(memory: TypedArray): { [i: number]: Element } {
  return memory as { [i: number]: Element };
}

/** Memory for `n` elements. */
export function allocate(dtype: DType, n: number): TypedArray {
  return new DTYPES[dtype].Array(n);
}
