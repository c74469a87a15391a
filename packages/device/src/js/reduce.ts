import { type DType, DTYPES, isBig, isFloat, type RealDType, type TypedArray } from '../dtype.ts';
import { linearize } from '../expr.ts';
import { collapse, sizeOf } from '../geometry.ts';
import { type DescOf, type Kernel, reducedDType, type ReduceOp } from '../kernel.ts';
import { evaluate, isComputable, programSource, storeSource, WRAP } from './map.ts';

type Element = number | bigint | boolean;
type Read = (memories: unknown[], places: number[], scalars: readonly number[]) => Element;
type Combine = (a: Element, b: Element) => Element;

const wrap = (dtype: DType, source: string): string => WRAP[dtype as RealDType](source);

const COMBINE: { readonly [O in Exclude<ReduceOp, 'argmax' | 'argmin'>]: (dtype: DType) => string } = {
  sum: (d) => wrap(d, 'a + b'),
  prod: (d) => wrap(d, isFloat(d) || isBig(d) ? 'a * b' : 'Math.imul(a, b)'),
  max: (d) => (isFloat(d) ? 'Math.max(a, b)' : '(a > b ? a : b)'),
  min: (d) => (isFloat(d) ? 'Math.min(a, b)' : '(a < b ? a : b)'),
  any: () => 'a || b',
  all: () => 'a && b',
};

/** What the reduction of no elements gives; max and min have none (callers refuse). */
function identity(op: ReduceOp, dtype: DType): Element {
  if (op === 'any' || op === 'all') return op === 'all';
  const value = op === 'prod' ? 1 : 0;
  return isBig(dtype) ? BigInt(value) : value;
}

/** NumPy's pairwise sum: runs below 8 in order, blocks up to 128 with 8 running sums, longer ones halved at a multiple of 8. */
function pairwise(read: (i: number) => Element, combine: Combine, from: number, n: number): Element {
  if (n < 8) {
    let sum = read(from);
    for (let i = 1; i < n; i++) sum = combine(sum, read(from + i));
    return sum;
  }
  if (n <= 128) {
    const r = Array.from({ length: 8 }, (_, j) => read(from + j));
    const whole = n - (n % 8);
    for (let i = 8; i < whole; i += 8) for (let j = 0; j < 8; j++) r[j] = combine(r[j]!, read(from + i + j));
    let sum = combine(
      combine(combine(r[0]!, r[1]!), combine(r[2]!, r[3]!)),
      combine(combine(r[4]!, r[5]!), combine(r[6]!, r[7]!)),
    );
    for (let i = whole; i < n; i++) sum = combine(sum, read(from + i));
    return sum;
  }
  const half = (n >> 1) - ((n >> 1) % 8);
  return combine(pairwise(read, combine, from, half), pairwise(read, combine, from + half, n - half));
}

function ordered(read: (i: number) => Element, combine: Combine, n: number): Element {
  let result = read(0);
  for (let i = 1; i < n; i++) result = combine(result, read(i));
  return result;
}

/** Position of the first extreme; NaN counts as one. */
function extreme(read: (i: number) => Element, n: number, largest: boolean): bigint {
  let at = 0;
  let best = read(0);
  for (let i = 1; i < n && best === best; i++) {
    const x = read(i);
    if (x !== x || (largest ? x > best : x < best)) {
      best = x;
      at = i;
    }
  }
  return BigInt(at);
}

function innermost(strides: readonly (readonly number[])[], kept: number): boolean {
  const input = strides[1];
  if (!input || kept === 0) return true;
  const last = Math.abs(input.at(-1)!);
  return input.slice(0, kept).every((s) => s === 0 || Math.abs(s) >= last);
}

/** Combines the rows that meet in one result, each of `n` elements. */
type Fold = (rows: readonly number[][], n: number, at: (origin: readonly number[], i: number) => Element) => Element;

const inTurn =
  (combine: Combine): Fold =>
  (rows, n, at) =>
    ordered((i) => at(rows[Math.floor(i / n)]!, i % n), combine, rows.length * n);

const pairwiseRows =
  (combine: Combine, within: Combine): Fold =>
  (rows, n, at) => {
    const row = (r: number): Element => pairwise((i) => at(rows[r]!, i), within, 0, n);
    // -0 changes nothing, but the sum of the first row is rounded, too.
    return ordered((r) => (r === 0 ? combine(row(0), -0) : row(r)), combine, rows.length);
  };

/** A product that is rounded after each row. */
const roundedRows =
  (combine: Combine, within: Combine): Fold =>
  (rows, n, at) =>
    rows.reduce<Element>(
      (result, row) =>
        combine(
          ordered((i) => (i === 0 ? result : at(row, i - 1)), within, n + 1),
          1,
        ),
      1,
    );

/** How a reduction combines its elements: as they come, and along the shortest steps in memory. */
function foldsOf(op: ReduceOp, dtype: DType): { readonly other: Fold; readonly along: Fold } {
  if (op === 'argmax' || op === 'argmin') {
    const find: Fold = (rows, n, at) =>
      extreme((i) => at(rows[Math.floor(i / n)]!, i % n), rows.length * n, op === 'argmax');
    return { other: find, along: find };
  }
  const combine = evaluate<Combine>(`(a, b) => ${COMBINE[op](dtype)}`);
  const other = inTurn(combine);
  if (!isFloat(dtype) || (op !== 'sum' && op !== 'prod')) return { other, along: other };
  // NumPy combines a row of float16 in float32 and rounds after each row.
  const half = dtype === 'float16';
  const within = half ? evaluate<Combine>(`(a, b) => Math.fround(a ${op === 'sum' ? '+' : '*'} b)`) : combine;
  if (op === 'prod') return { other, along: half ? roundedRows(combine, within) : other };
  return { other, along: pairwiseRows(combine, within) };
}

/** Reduction kernel: plain loops over kept elements, the reduced ones combined in NumPy's order. */
export function compileReduce(desc: DescOf<'reduce'>): Kernel | undefined {
  const program = linearize([desc.pre]);
  if (!isComputable(program)) return undefined;
  const { dtype } = desc.pre;
  const read = evaluate<Read>(
    `function (m, p, c) {\n${programSource(program, (i) => `m[${i}][p[${i}]]`)}\nreturn t${program.outputs[0]};\n}`,
  );
  const folds = foldsOf(desc.op, dtype);
  const store = evaluate<(x: Element) => Element>(`(x) => ${storeSource('x', reducedDType(desc.op, dtype))}`);
  return {
    run(views, shape, scalars) {
      const split = views[0]!.strides.length;
      // Positions count in the order of the caller's axes, so those axes must not merge differently: they never do, merging keeps C order.
      const space = collapse(shape, views, split);
      const kept = space.shape.slice(0, space.split);
      const reduced = space.shape.slice(space.split);
      const inner = reduced.pop()!;
      const memories = views.slice(1).map((v) => v.memory);
      const useful = space.strides.slice(1);
      const base = views.slice(1).map((v) => v.offset);
      const places = base.map(() => 0);
      const target = views[0]!.memory as { [i: number]: Element };
      const fold = innermost(space.strides, space.split) ? folds.along : folds.other;
      const at = (origin: readonly number[], i: number): Element => {
        for (let v = 0; v < places.length; v++) places[v] = origin[v]! + i * useful[v]!.at(-1)!;
        return read(memories, places, scalars);
      };
      forEachIndex(kept, (index) => {
        const out = views[0]!.offset + dot(index, space.strides[0]!, 0);
        const start = base.map((b, v) => b + dot(index, useful[v]!, 0));
        const rows: number[][] = [];
        forEachIndex(reduced, (row) => rows.push(start.map((b, v) => b + dot(row, useful[v]!, space.split))));
        target[out] = store(inner * rows.length === 0 ? identity(desc.op, dtype) : fold(rows, inner, at));
      });
    },
  };
}

function dot(index: readonly number[], strides: readonly number[], from: number): number {
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
