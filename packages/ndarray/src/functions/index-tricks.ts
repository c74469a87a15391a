import { ArgumentError, IndexError, ShapeError } from '@isograd/device';
import { NDArray } from '../array.ts';
import { show } from '../broadcast.ts';
import { type ArraySource, readArray } from '../creation.ts';
import { isScalar, type Scalar } from '../elements.ts';
import type { Index } from '../indexing/parse.ts';
import { concatenate } from '../ops/joins.ts';
import { NUMPY } from '../promotion.ts';
import { arange, linspace } from '../ranges.ts';
import { resultType } from '../result-type.ts';
import { WeakScalar } from '../weak-scalar.ts';
import { arrayFrom, positionsFrom } from './array-from.ts';
import { indices } from './grids.ts';
import { truePlaces } from './truth.ts';
import { int64Array } from './int64.ts';

/** A range as Python writes it between brackets: `'start:stop:step'`, fractions allowed; a step such as `5j` is a number of points, `stop` included. */
interface Span {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  /** Number of points where the step is imaginary. */
  readonly points: number | undefined;
  readonly isFloat: boolean;
}

const NUMBER = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?`;
const SPAN = new RegExp(String.raw`^\s*(${NUMBER})?\s*:\s*(${NUMBER})?\s*(?::\s*(${NUMBER}j?)?\s*)?$`, 'i');

function parseSpan(text: string, where: string): Span {
  const match = SPAN.exec(text);
  const [, start, stop, step] = match ?? [];
  if (match === null || stop === undefined)
    throw new IndexError({
      where,
      what: 'a range cannot be read',
      got: `'${text}'`,
      expected: "'start:stop', 'start:stop:step' or 'start:stop:5j' for 5 points",
      hint: 'the stop must be there',
    });
  const imaginary = step !== undefined && /j$/i.test(step);
  const value = Number.parseFloat(step ?? '1');
  if (value === 0 && !imaginary)
    throw new IndexError({
      where,
      what: 'slice step cannot be zero',
      got: `'${text}'`,
      expected: 'another step',
      hint: "'0:1:5j' gives 5 points",
    });
  return {
    start: Number(start ?? 0),
    stop: Number(stop),
    step: value,
    points: imaginary ? Math.floor(Math.abs(value)) : undefined,
    isFloat: imaginary || [start, stop, step].some((part) => part !== undefined && /[.e]/i.test(part)),
  };
}

const lengthOf = ({ start, stop, step, points }: Span): number =>
  points ?? Math.max(Math.ceil((stop - start) / step), 0);

/** Distance of the points of a span. */
const stepOf = ({ start, stop, step, points }: Span): number =>
  points === undefined ? step : points === 1 ? 1 : (stop - start) / (points - 1);

/** The points of one range alone. */
function single(span: Span): NDArray {
  const { start, stop, step, points, isFloat } = span;
  if (points === undefined) return arange(start, stop, step, isFloat ? { dtype: 'float64' } : {});
  return arange(points).astype('float64').mul(stepOf(span)).add(start);
}

function axesOf(ranges: readonly string[], where: string): { spans: Span[]; axes: NDArray[] } {
  const spans = ranges.map((text) => parseSpan(text, where));
  const dtype = spans.some(({ isFloat }) => isFloat) ? 'float64' : 'int64';
  const axes = indices(spans.map(lengthOf), { dtype, sparse: true }) as NDArray[];
  return { spans, axes: axes.map((x, d) => x.mul(stepOf(spans[d]!)).add(spans[d]!.start)) };
}

/**
 * A dense grid of the given ranges, [ranges, ...lengths]; of one range its points. A step such as `5j` is a number of points, with the stop among them.
 *
 * @throws IndexError for a range that cannot be read.
 * @example
 * mgrid('0:2', '0:1:3j').tolist() // => [ [ [ 0, 0, 0 ], [ 1, 1, 1 ] ], [ [ 0, 0.5, 1 ], [ 0, 0.5, 1 ] ] ]
 */
export function mgrid(...ranges: readonly string[]): NDArray {
  if (ranges.length === 1) return single(parseSpan(ranges[0]!, 'mgrid'));
  const { spans, axes } = axesOf(ranges, 'mgrid');
  const empty = spans.find((span) => span.points === undefined && (span.stop - span.start) / span.step <= -1);
  if (empty !== undefined)
    throw new ShapeError({
      where: 'mgrid',
      what: 'negative dimensions are not allowed',
      got: ranges.join(', '),
      expected: 'steps that lead from start to stop',
      hint: 'exchange start and stop, or turn the step',
    });
  const shape = spans.map(lengthOf);
  return concatenate(axes.map((x) => x.broadcastTo(shape).expandDims(0)));
}

/**
 * An open grid of the given ranges: arrays that broadcast to it, each longer than 1 in one axis only; of one range its points.
 *
 * @throws IndexError for a range that cannot be read.
 * @example
 * ogrid('0:2', '0:3').map((x) => x.tolist()) // => [ [ [ 0 ], [ 1 ] ], [ [ 0, 1, 2 ] ] ]
 */
export function ogrid(range: string): NDArray;
export function ogrid(...ranges: readonly string[]): NDArray[];
export function ogrid(...ranges: readonly string[]): NDArray | NDArray[] {
  return ranges.length === 1 ? single(parseSpan(ranges[0]!, 'ogrid')) : axesOf(ranges, 'ogrid').axes;
}

/** What {@link r_} and {@link c_} join: arrays, lists, numbers, ranges such as `'0:5'`, and in front where to join them. */
export type Joined = ArraySource | string;

/** Where to join: along which axis, in how many axes at least, and where those of shorter arrays stand. */
interface Directive {
  readonly axis: number;
  readonly ndmin: number;
  readonly trans1d: number;
}

function directiveOf(text: string, where: string): Directive {
  const [axis = NaN, ndmin = 1, trans1d = -1] = text
    .split(',')
    .map((part) => (part.trim() === '' ? NaN : Number(part)));
  if ([axis, ndmin, trans1d].every(Number.isInteger)) return { axis, ndmin, trans1d };
  throw new ArgumentError({
    where,
    what: `unknown special directive ${text}`,
    got: `'${text}'`,
    expected: "'axis', 'axis,ndmin' or 'axis,ndmin,place'",
    hint: 'matrices are not made here',
  });
}

/** An array with at least some number of axes, new ones in front, or where the directive says. */
function widened(x: NDArray, { ndmin, trans1d }: Directive): NDArray {
  const missing = ndmin - x.ndim;
  if (missing <= 0) return x;
  const wide = x.reshape([...Array.from({ length: missing }, () => 1), ...x.shape]);
  if (trans1d === -1) return wide;
  const first = trans1d < 0 ? trans1d + missing + 1 : trans1d;
  const axes = Array.from({ length: ndmin }, (_, d) => d);
  return wide.transpose([...axes.slice(0, first), ...axes.slice(missing), ...axes.slice(first, missing)]);
}

function piece(item: Joined, directive: Directive, where: string): NDArray {
  if (typeof item !== 'string')
    return isScalar(item) ? new WeakScalar(item) : widened(arrayFrom(item, where), directive);
  const span = parseSpan(item, where);
  const points = span.points === undefined ? single(span) : linspace(span.start, span.stop, span.points);
  if (directive.ndmin <= 1) return points;
  const wide = points.reshape([...Array.from({ length: directive.ndmin - 1 }, () => 1), points.size]);
  return directive.trans1d === -1 ? wide : (wide.swapaxes(-1, directive.trans1d) as NDArray);
}

function joined(items: readonly Joined[], fallback: Directive, where: string): NDArray {
  const [head] = items;
  const isDirective = typeof head === 'string' && !head.includes(':');
  const directive = isDirective ? directiveOf(head, where) : fallback;
  const parts = (isDirective ? items.slice(1) : items).map((item) => {
    if (typeof item === 'string' && !item.includes(':'))
      throw new ArgumentError({
        where,
        what: 'special directives must be the first entry',
        got: `'${item}'`,
        expected: 'arrays, numbers and ranges',
        hint: "a range has a colon: '0:5'",
      });
    return piece(item, directive, where);
  });
  const dtype = parts.length === 0 ? 'float64' : resultType(parts, NUMPY);
  const arrays = parts.map((x) => {
    if (!(x instanceof WeakScalar)) return x.astype(dtype);
    return readArray(x.value as Scalar, { dtype }, NUMPY, where).reshape(
      Array.from({ length: Math.max(directive.ndmin, 1) }, () => 1),
    );
  });
  return concatenate(arrays, directive.axis);
}

/**
 * Arrays, numbers and ranges (`'start:stop:step'`) joined along the first axis; a text in front such as `'0,2'` says along which, and in how many axes.
 *
 * @throws ArgumentError for an unknown directive; ShapeError for arrays that do not fit.
 * @example
 * r_('1:4', 0, array([5, 6])).tolist() // => [ 1, 2, 3, 0, 5, 6 ]
 */
export function r_(...items: readonly Joined[]): NDArray {
  return joined(items, { axis: 0, ndmin: 1, trans1d: -1 }, 'r_');
}

/**
 * Arrays joined along the last axis, vectors as columns.
 *
 * @throws ShapeError for arrays that do not fit.
 * @example
 * c_(array([1, 2]), array([3, 4])).tolist() // => [ [ 1, 3 ], [ 2, 4 ] ]
 */
export function c_(...items: readonly Joined[]): NDArray {
  return joined(items, { axis: -1, ndmin: 2, trans1d: 0 }, 'c_');
}

/**
 * An index expression as a value: what is given itself, or the list of what is given.
 *
 * @example
 * s_('1:3') // => 1:3
 */
export function s_<I extends Index>(index: I): I;
export function s_<I extends readonly Index[]>(...index: I): I;
export function s_(...index: readonly Index[]): Index | readonly Index[] {
  return index.length === 1 ? index[0]! : index;
}

/**
 * An index expression as a list, for `x.at(...expression)` and `x.set(expression, value)`.
 *
 * @example
 * arange(6).reshape(2, 3).at(...indexExp(0, '1:')).tolist() // => [ 1, 2 ]
 */
export function indexExp<I extends readonly Index[]>(...index: I): I {
  return index;
}

/**
 * Positions along each axis as arrays that broadcast to all their combinations: `x.at(...ix_(rows, columns))`. Masks stand for the positions where they hold.
 *
 * @throws ShapeError for what is not a vector.
 * @example
 * ix_([0, 1], [2, 4]).map((at) => at.tolist()) // => [ [ [ 0 ], [ 1 ] ], [ [ 2, 4 ] ] ]
 */
export function ix_(...sequences: readonly ArraySource[]): NDArray[] {
  return sequences.map((sequence, d) => {
    const given = positionsFrom(sequence, 'ix_');
    if (given.ndim !== 1)
      throw new ShapeError({
        where: 'ix_',
        what: 'Cross index must be 1 dimensional',
        got: `shape ${show(given.shape)}`,
        expected: '[n]',
        hint: 'flatten it with ravel',
      });
    const isEmptyList = given.size === 0 && !(sequence instanceof NDArray);
    const positions =
      given.dtype === 'bool' ? int64Array(truePlaces(given)) : isEmptyList ? given.astype('int64') : given;
    return positions.reshape(sequences.map((_, k) => (k === d ? positions.size : 1)));
  });
}
