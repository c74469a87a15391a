import { type collapse, sizeOf } from '@isograd/device';
import type { Entry } from '../runtime.ts';
import { packedStrides } from '../staging.ts';

type Space = ReturnType<typeof collapse>;

/** How one input is staged: the axes that are copied, and how the kernel walks them. */
interface Staged {
  /** Which of the axes vary and are copied. */
  readonly axes: readonly number[];
  /** Whether one element serves a whole row. */
  readonly repeated: boolean;
  /** Elements from row to row. */
  readonly step: number;
}

/** Everything about a call but its memory and its kernel. */
export interface Geometry {
  /** `columns`: each row is folded along its columns. `rows`: all rows are folded onto one another, element by element. */
  readonly along: 'columns' | 'rows';
  /** Axes as the kernel takes them: kept ones first along columns, reduced ones first along rows. */
  readonly shape: readonly number[];
  /** Strides along these axes: of the result, then of the inputs. */
  readonly strides: readonly (readonly number[])[];
  readonly inputs: readonly Staged[];
  /** Number of leading axes that are kept (along columns) or reduced (along rows). */
  readonly split: number;
  /** Number of trailing axes that form one row. */
  readonly rowAxes: number;
}

/** One input of a slab: how much is copied, and its strides before and after. */
interface SlabInput {
  readonly size: readonly number[];
  readonly elements: number;
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** Whether the copy is one run of memory. */
  readonly contiguous: boolean;
}

/** A part of a call that is staged at once: some indices of the first axis, with all of the others. */
export interface Slab {
  readonly results: number;
  readonly rows: number;
  readonly columns: number;
  readonly inputs: readonly SlabInput[];
  readonly out: {
    readonly shape: readonly number[];
    readonly from: readonly number[];
    readonly to: readonly number[];
    readonly contiguous: boolean;
  };
}

/** A geometry with its kernel and its slabs. */
export interface Plan extends Geometry {
  readonly entry: Entry;
  /** Indices of the first axis in one slab. */
  readonly height: number;
  readonly slab: Slab;
  /** Parts of a long row, by their length: few lengths occur. */
  readonly pieces: Map<number, Slab>;
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(to - from, 0) }, (_, i) => from + i);

function sameStrides(a: readonly number[], b: readonly number[], shape: readonly number[]): boolean {
  return a.every((stride, d) => stride === b[d] || shape[d] === 1);
}

/** Whether the reduced axis has the smallest stride, as the reference decides it: by the first input. */
export function isInnermost({ strides, split }: Space): boolean {
  const input = strides[1];
  if (!input || split === 0) return true;
  const last = Math.abs(input.at(-1)!);
  return input.slice(0, split).every((s) => s === 0 || Math.abs(s) >= last);
}

function walk(strides: readonly number[], shape: readonly number[], inner: number): Staged {
  const varies = (d: number): boolean => strides[d] !== 0;
  const [outerAxes, innerAxes] = [range(0, inner), range(inner, shape.length)];
  const outer = outerAxes.some(varies);
  if (!innerAxes.some(varies)) return { axes: outer ? outerAxes : [], repeated: true, step: outer ? 1 : 0 };
  if (!outer) return { axes: innerAxes, repeated: false, step: 0 };
  return { axes: [...outerAxes, ...innerAxes], repeated: false, step: sizeOf(shape.slice(inner)) };
}

/** Each row is folded along its columns, the rows of one result in order; as one row when positions are counted. */
export function alongColumns({ shape, strides, split }: Space, oneRow: boolean): Geometry {
  const rowAxes = oneRow ? shape.length - split : 1;
  const inputs = strides.slice(1).map((s) => walk(s, shape, shape.length - rowAxes));
  return { along: 'columns', shape, strides, inputs, split, rowAxes };
}

/** All rows are folded onto one another, element by element. */
export function alongRows(space: Space): Geometry {
  const order = [...range(space.split, space.shape.length), ...range(0, space.split)];
  const shape = order.map((d) => space.shape[d]!);
  const strides = space.strides.map((s) => order.map((d) => s[d]!));
  const split = shape.length - space.split;
  const inputs = strides.slice(1).map((s) => walk(s, shape, split));
  return { along: 'rows', shape, strides, inputs, split, rowAxes: space.split };
}

/** How many indices of the first axis fit into one slab of about `limit` elements. */
export function slabHeight({ shape, split, along }: Geometry, limit: number): number {
  if (along === 'columns' && split === 0) return shape[0]!;
  return Math.min(shape[0]!, Math.max(1, Math.floor(limit / Math.max(sizeOf(shape.slice(1)), 1))));
}

/** The sizes and strides of `count` indices of the first axis. */
export function makeSlab({ along, shape, strides, inputs, split, rowAxes }: Geometry, count: number): Slab {
  const part = [count, ...shape.slice(1)];
  const kept = along === 'columns' ? range(0, split) : range(split, shape.length);
  const outShape = kept.map((d) => part[d]!);
  const staged = inputs.map(({ axes }, v): SlabInput => {
    const size = axes.map((d) => part[d]!);
    const [from, to] = [axes.map((d) => strides[v + 1]![d]!), packedStrides(size)];
    return { size, elements: sizeOf(size), from, to, contiguous: sameStrides(from, to, size) };
  });
  const results = sizeOf(outShape);
  const [packed, outStrides] = [packedStrides(outShape), kept.map((d) => strides[0]![d]!)];
  return {
    results,
    rows: along === 'rows' ? sizeOf(part.slice(0, split)) : sizeOf(part.slice(split, part.length - rowAxes)),
    columns: along === 'rows' ? results : sizeOf(part.slice(part.length - rowAxes)),
    inputs: staged,
    out: { shape: outShape, from: packed, to: outStrides, contiguous: sameStrides(outStrides, packed, outShape) },
  };
}
