import { collapse, sizeOf, type View } from '@isograd/device';
import { packedStrides } from '../staging.ts';
import type { Along } from './rows-code.ts';

/** Elements of an operand that are staged at once where rows allow it. */
const CHUNK = 32768;
/** Fewest rows that are taken side by side: a line of the cache. */
const LEAST = 16;

/** What an operand is to the kernel. */
export interface Role {
  readonly kind: 'written' | 'element' | 'input';
}

/** How an operand is packed: over which axes, and how far its rows and lines are apart then. */
interface Packing {
  /** Axes that it is copied along, in the order of the space. */
  readonly axes: readonly number[];
  readonly repeated: boolean;
}

/** Everything about a call but its memory. */
export interface Space {
  readonly along: Along;
  /** Axes as the kernel takes them. Along rows: kept, then those of a row. Across: kept but one, those of a row, the kept one that vectors lie along. */
  readonly shape: readonly number[];
  /** Strides of each operand along these axes. */
  readonly strides: readonly (readonly number[])[];
  /** Axes before those of a row, and up to the end of those. */
  readonly from: number;
  readonly to: number;
  /** Trailing axes that are one line. */
  readonly lineAxes: number;
  readonly packings: readonly Packing[];
  /** How many of the first and of the last axis are staged at once. */
  readonly height: number;
  readonly width: number;
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(to - from, 0) }, (_, i) => from + i);

/** The kept axis along which the first input lies closer than along the last axis of a row; -1 where there is none. */
function innerKept(strides: readonly number[], split: number): number {
  const last = Math.abs(strides.at(-1)!);
  let best = -1;
  for (let d = 0; d < split; d++) {
    const s = Math.abs(strides[d]!);
    if (s !== 0 && s < last && (best < 0 || s < Math.abs(strides[best]!))) best = d;
  }
  return best;
}

function packing(
  strides: readonly number[],
  kind: Role['kind'],
  space: Pick<Space, 'along' | 'from' | 'to' | 'lineAxes'>,
): Packing {
  const { along, from, to, lineAxes } = space;
  const varies = (axes: readonly number[]): boolean => kind !== 'input' || axes.some((d) => strides[d] !== 0);
  const last = strides.length;
  const some = (axes: readonly number[]): readonly number[] => (varies(axes) ? axes : []);
  const outer = some(range(0, from));
  if (along === 'across') {
    const inner = some(range(to, last));
    return {
      axes: [...outer, ...(kind === 'written' ? [] : some(range(from, to))), ...inner],
      repeated: inner.length === 0,
    };
  }
  if (kind === 'written') return { axes: outer, repeated: false };
  const columns = some(range(last - lineAxes, last));
  // What differs from line to line alone is read once a line.
  const lines = columns.length > 0 ? range(from, last - lineAxes) : some(range(from, last - lineAxes));
  return { axes: [...outer, ...lines, ...columns], repeated: columns.length === 0 };
}

/** Trailing axes of a row that some operand does not differ along although it does along others; all of them where there is none. */
function lineAxesOf(strides: readonly (readonly number[])[], kinds: readonly Role['kind'][], from: number): number {
  const axes = strides[0]!.length;
  let least = axes - from;
  strides.forEach((s, v) => {
    if (kinds[v] !== 'input') return;
    const row = s.slice(from);
    const tail = row.length - 1 - row.findLastIndex((x) => x !== 0);
    if (tail > 0 && tail < row.length) least = Math.min(least, tail);
  });
  return least;
}

/** Works out how a call is walked; `kinds` says what its operands are. */
export function planSpace(
  views: readonly View[],
  shape: readonly number[],
  kept: number,
  kinds: readonly Role['kind'][],
): Space {
  const merged = collapse(shape, views, kept);
  const { split } = merged;
  const rank = merged.shape.length;
  const first = kinds.indexOf('input');
  const inner = innerKept(merged.strides[first]!, split);
  const along = inner < 0 ? 'rows' : 'across';
  const order =
    inner < 0 ? range(0, rank) : [...range(0, split).filter((d) => d !== inner), ...range(split, rank), inner];
  const sizes = order.map((d) => merged.shape[d]!);
  const strides = merged.strides.map((s) => order.map((d) => s[d]!));
  const [from, to] = inner < 0 ? [split, rank] : [split - 1, rank - 1];
  const lineAxes = inner < 0 ? lineAxesOf(strides, kinds, from) : 1;
  const base = { along, from, to, lineAxes } as const;
  const packings = strides.map((s, v) => packing(s, kinds[v]!, base));
  const row = sizeOf(sizes.slice(from, to));
  const last = sizes.at(-1)!;
  const strip = Math.max(LEAST, Math.floor(CHUNK / Math.max(row, 1) / 4) * 4);
  const width = along === 'rows' ? Math.max(last, 1) : Math.min(last, strip);
  const one = sizeOf(sizes.slice(1, -1)) * (from > 0 || along === 'rows' ? width : 1);
  const height =
    from > 0 ? Math.min(sizes[0]!, Math.max(1, Math.floor(CHUNK / Math.max(one, 1)))) : Math.max(sizes[0]!, 1);
  return { ...base, shape: sizes, strides, packings, height, width };
}

/** A part of a call: what is copied of an operand, and how. */
interface Piece {
  readonly size: readonly number[];
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly elements: number;
  readonly contiguous: boolean;
  readonly row: number;
  readonly line: number;
}

/** What is staged at once: so many of the first axis and of the last one. */
export interface Slab {
  readonly rows: number;
  readonly lines: number;
  readonly columns: number;
  readonly pieces: readonly Piece[];
}

/** The sizes and strides of a part of a call. */
export function makeSlab(space: Space, height: number, width: number): Slab {
  const { along, from, to, lineAxes } = space;
  const last = space.shape.length - 1;
  const sizes = space.shape.map((n, d) =>
    d === last && along === 'across' ? width : d === 0 && from > 0 ? height : n,
  );
  // Vectors of the last columns run over, so lines of rows side by side have room for them.
  const room = sizes.map((n, d) => (d === last && along === 'across' ? Math.ceil(n / 4) * 4 : n));
  const lineFrom = last + 1 - lineAxes;
  const pieces = space.packings.map(({ axes }, v): Piece => {
    const packed = packedStrides(axes.map((d) => room[d]!));
    const strideOf = (d: number): number => packed[axes.indexOf(d)] ?? 0;
    const merged = collapse(
      axes.map((d) => sizes[d]!),
      [{ strides: axes.map((d) => space.strides[v]![d]!) }, { strides: packed }],
    );
    const [source, target] = merged.strides as [number[], number[]];
    return {
      size: merged.shape,
      from: source,
      to: target,
      elements: sizeOf(axes.map((d) => room[d]!)),
      contiguous: merged.shape.length === 1 && source[0] === 1 && target[0] === 1,
      row: from > 0 ? strideOf(from - 1) : 0,
      line: along === 'across' ? strideOf(to - 1) : strideOf(lineFrom - 1) * Number(lineFrom > from),
    };
  });
  return {
    rows: sizeOf(sizes.slice(0, from)),
    lines: along === 'across' ? sizeOf(sizes.slice(from, to)) : sizeOf(sizes.slice(from, lineFrom)),
    columns: along === 'across' ? width : sizeOf(sizes.slice(lineFrom)),
    pieces,
  };
}
