import { ArgumentError, type DType, isFloat } from '@isograd/device';
import { NDArray } from '../array.ts';
import { array } from '../creation.ts';
import { type BinRule, binRule } from './bin-rules.ts';
import { countEqual, type Outer } from './bin-counts.ts';
import { roundingOf } from './float-rounding.ts';
import { numbersOf } from './weights.ts';

/** Bins of a histogram: their number, their edges, or the rule that finds their number. */
export type Bins = number | BinRule | NDArray | readonly number[];

/** Lowest and highest value that are counted. */
export type Range = readonly [low: number, high: number];

/** Edges, and how the bins are found where all are equally wide. */
export interface Edges {
  readonly edges: NDArray;
  readonly outer: Outer | undefined;
}

function refuse(where: string, what: string, got: string, rest: { expected: string; hint: string }): never {
  throw new ArgumentError({ where, what, got, ...rest });
}

/** The outermost edges, from the range or from the data. */
export function outerEdges(x: NDArray, range: Range | null, where: string): Outer {
  const given = range ?? (x.size === 0 ? ([0, 1] as const) : undefined);
  const [first, last] = given ?? [Number(x.min().item()), Number(x.max().item())];
  const text = `[${first}, ${last}]`;
  if (given && first > last)
    refuse(where, 'max must be larger than min in range parameter', text, {
      expected: 'a range [low, high]',
      hint: 'exchange the two',
    });
  if (!Number.isFinite(first) || !Number.isFinite(last))
    refuse(where, `${given ? 'supplied' : 'autodetected'} range of ${text} is not finite`, text, {
      expected: 'finite numbers',
      hint: 'leave out NaN and infinities, or give a range: { range: [0, 1] }',
    });
  const dtype = given || !isFloat(x.dtype) ? undefined : x.dtype;
  const round = roundingOf(dtype);
  return first === last ? { first: round(first - 0.5), last: round(last + 0.5), dtype } : { first, last, dtype };
}

/** `count` bins of one width between two edges. */
export function equalBins(count: number, { first, last, dtype }: Outer, out: DType): NDArray {
  const round = roundingOf(dtype);
  const apart = round(last - first);
  const step = round(apart / count);
  const place = (i: number): number => (step === 0 ? round(round(round(i) / count) * apart) : round(round(i) * step));
  const values = Array.from({ length: count + 1 }, (_, i) => (i === count ? last : round(place(i) + first)));
  return array(values, { dtype: out });
}

/** The number of bins that a rule finds for the elements between the outermost edges. */
function countByRule(x: NDArray, name: string, outer: Outer, where: string): number {
  const rule = binRule(name, where);
  const round = roundingOf(isFloat(x.dtype) ? x.dtype : undefined);
  const inside =
    outer.dtype === undefined ? x.at(x.greaterEqual(round(outer.first)).logicalAnd(x.lessEqual(round(outer.last)))) : x;
  if (inside.size === 0) return 1;
  const found = rule(inside, (bins) => {
    const edges = equalBins(bins, outer, edgeType(inside));
    return countEqual(inside, { edges, outer }, undefined);
  });
  if (Number(found.item()) === 0) return 1;
  const width = isFloat(x.dtype) ? Number(found.item()) : Math.max(Number(found.item()), 1);
  const both = outer.dtype === found.dtype ? outer.dtype : undefined;
  return Math.ceil(roundingOf(both)(roundingOf(outer.dtype)(outer.last - outer.first) / width));
}

/** The dtype of equally wide bins: that of the data, or float64. */
function edgeType(x: NDArray): DType {
  return isFloat(x.dtype) ? x.dtype : 'float64';
}

/** Edges that a user gave. @throws ArgumentError unless they ascend along one axis. */
export function givenEdges(bins: NDArray | readonly number[], where: string, name = '`bins`'): NDArray {
  const edges = numbersOf(bins, where).plain();
  if (edges.ndim !== 1)
    refuse(where, `${name} must be 1d, when an array`, `${edges.ndim} axes`, {
      expected: 'one axis',
      hint: 'ravel it',
    });
  if (edges.size > 1 && edges.at(':-1').greater(edges.at('1:')).any().item() === true)
    refuse(where, `${name} must increase monotonically, when an array`, 'edges that decrease', {
      expected: 'edges in ascending order',
      hint: 'sort them',
    });
  return edges;
}

/** A number of bins. @throws ArgumentError unless it is a whole number from 1. */
export function checkBinCount(bins: number, where: string, name = '`bins`'): number {
  if (!Number.isInteger(bins))
    refuse(where, `${name} must be an integer, a string, or an array`, String(bins), {
      expected: '10, [0, 1, 2] or a rule',
      hint: 'the number of bins, not their width',
    });
  if (bins < 1)
    refuse(where, `${name} must be positive, when an integer`, String(bins), {
      expected: 'at least one bin',
      hint: 'leave it out for 10',
    });
  return bins;
}

/** What is said about the bins of a histogram. */
export interface BinOptions {
  readonly bins: Bins;
  readonly range: Range | null;
  readonly weighted: boolean;
}

/** The edges of the bins of a flat array. */
export function edgesOf(x: NDArray, { bins, range, weighted }: BinOptions, where: string): Edges {
  if (typeof bins === 'object' && (!(bins instanceof NDArray) || bins.ndim > 0))
    return { edges: givenEdges(bins, where), outer: undefined };
  if (typeof bins === 'string' && weighted)
    refuse(where, 'Automated estimation of the number of bins is not supported for weighted data', bins, {
      expected: 'a number of bins, or edges',
      hint: 'leave out the weights or say how many bins',
    });
  if (typeof bins === 'string') binRule(bins, where);
  const asked = typeof bins === 'string' ? 1 : checkBinCount(Number(bins), where);
  const outer = outerEdges(x, range, where);
  const count = typeof bins === 'string' ? countByRule(x, bins, outer, where) : asked;
  const edges = equalBins(count, outer, edgeType(x));
  if (edges.at(':-1').greaterEqual(edges.at('1:')).any().item() === true)
    refuse(where, `Too many bins for data range. Cannot create ${count} finite-sized bins`, String(count), {
      expected: 'bins that are wider than the distance of two numbers',
      hint: 'take fewer bins or a wider range',
    });
  return { edges, outer };
}
