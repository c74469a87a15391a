import { DataError, DTYPES, DTypeError, IndexError, ShapeError } from '@isograd/device';
import { NDArray, type NestedList } from '../array.ts';
import { commonShape, sameShape, show } from '../broadcast.ts';
import type { ArraySource } from '../creation.ts';
import { isScalar } from '../elements.ts';
import { canCast, type Casting } from '../dtype-functions.ts';
import { type Writable, writeInto } from '../indexing/write.ts';
import { resolveMode, type TakeMode } from './take-mode.ts';
import { where } from '../ops/selection.ts';
import { weakKind } from '../promotion.ts';
import { allocate } from '../storage.ts';
import { arrayFrom, positionsFrom } from './array-from.ts';
import { numbersOf } from './int64.ts';
import { truePlaces } from './truth.ts';

type Memory = { [i: number]: number | bigint };

const KIND_OF_NUMBER = { b: 'bool', i: 'int64', f: 'float64', c: 'complex128' } as const;

/** Refuses values that may not become another dtype by a rule. */
function checkCast(name: string, x: NDArray, values: Writable, casting: Casting): void {
  if (typeof values === 'number' && 'fc'.includes(DTYPES[x.dtype].kind)) return;
  const isNumber = isScalar(values);
  const from = isNumber ? KIND_OF_NUMBER[weakKind(values)] : arrayFrom(values, name).dtype;
  // A whole number goes into every integer dtype that holds it, whatever its width.
  if (isNumber && from === 'int64' && 'iu'.includes(DTYPES[x.dtype].kind)) return;
  if (canCast(from, x.dtype, casting)) return;
  throw new DTypeError({
    where: name,
    what: `Cannot cast ${isNumber ? 'scalar' : 'array data'} from dtype('${from}') to dtype('${x.dtype}') according to the rule '${casting}'`,
    got: from,
    expected: `values that become ${x.dtype} by this rule`,
    hint: `cast them first: values.astype('${x.dtype}')`,
  });
}

/** Values as elements of an array's dtype in C order, whatever is lost. */
function elementsFor(x: NDArray, values: Writable, name: string): NDArray {
  const given = isScalar(values) ? undefined : arrayFrom(values, name);
  const cast = new NDArray(allocate(x.dtype, given?.size ?? 1), x.dtype, [given?.size ?? 1]);
  writeInto(cast, given === undefined ? values : given.reshape([given.size]));
  return cast;
}

/** Where the element of a C-order position stands in memory. */
function placer(x: NDArray): (at: number) => number {
  const { shape, strides, offset, contiguous } = x;
  if (contiguous) return (at) => offset + at;
  return (at) => {
    let place = offset;
    for (let d = shape.length - 1, rest = at; d >= 0; d--) {
      const n = shape[d]!;
      place += (rest % n) * strides[d]!;
      rest = Math.floor(rest / n);
    }
    return place;
  };
}

/** Writes elements at C-order positions: the one that `which` says for the k-th position. */
function writeAt(x: NDArray, positions: ArrayLike<number>, values: NDArray, which: (k: number) => number): void {
  const place = placer(x);
  const { lanes } = DTYPES[x.dtype];
  const [memory, from] = [x.memory as Memory, values.data as Memory];
  if (x.contiguous && lanes === 1) {
    for (let k = 0; k < positions.length; k++) memory[x.offset + positions[k]!] = from[which(k)]!;
    x.touch();
    return;
  }
  for (let k = 0; k < positions.length; k++) {
    const [to, source] = [place(positions[k]!), which(k)];
    for (let lane = 0; lane < lanes; lane++) memory[to * lanes + lane] = from[source * lanes + lane]!;
  }
  x.touch();
}

function checkMask(x: NDArray, mask: ArraySource, name: string): NDArray {
  const given = arrayFrom(mask, name);
  if (given.size === x.size) return given;
  throw new ShapeError({
    where: name,
    what: `${name}: mask and data must be the same size`,
    got: `mask ${show(given.shape)}, data ${show(x.shape)}`,
    expected: `${x.size} elements`,
    hint: 'make the mask of the array itself: x.gt(0)',
  });
}

/** Options of {@link copyto}. */
export interface CopytoOptions {
  /** What the conversion may lose; default `same_kind`. */
  readonly casting?: Casting;
  /** Where to write: bools that broadcast to the array. */
  readonly where?: ArraySource;
}

/**
 * Writes values over an array, broadcast and cast; only where a mask says so when there is one.
 *
 * @throws DTypeError where the rule for casting forbids it; ShapeError for values or a mask that do not broadcast. Nothing is written then.
 * @example
 * const x = array([1, 2, 3]);
 * copyto(x, 0, { where: x.gt(1) });
 * x.tolist() // => [ 1, 0, 0 ]
 */
export function copyto(x: NDArray, values: Writable, options: CopytoOptions = {}): void {
  const { casting = 'same_kind' } = options;
  x.checkWritable('copyto');
  checkCast('copyto', x, values, casting);
  if (options.where === undefined) return writeInto(x.plain(), values);
  const mask = arrayFrom(options.where, 'copyto').plain().astype('bool');
  if (!sameShape(commonShape('copyto', [mask.shape, x.shape]), x.shape))
    throw new ShapeError({
      where: 'copyto',
      what: `could not broadcast where mask from shape ${show(mask.shape)} into shape ${show(x.shape)}`,
      got: show(mask.shape),
      expected: show(x.shape),
      hint: 'a mask may have fewer or shorter axes, not more',
    });
  const cast = new NDArray(allocate(x.dtype, x.size), x.dtype, x.shape);
  writeInto(cast, values);
  writeInto(x.plain(), where(mask, cast, x.plain()));
}

/**
 * Writes values at the places where a mask holds, one after the other, from the start again when they are used up.
 *
 * @throws ShapeError for a mask of another size; DataError without values; DTypeError for values that would lose something.
 * @example
 * const x = arange(5);
 * place(x, x.gt(1), [10, 20]);
 * x.tolist() // => [ 0, 1, 10, 20, 10 ]
 */
export function place(x: NDArray, mask: ArraySource, values: Writable): void {
  x.checkWritable('place');
  const given = checkMask(x, mask, 'place');
  checkCast('place', x, values, values instanceof NDArray ? 'safe' : 'unsafe');
  const elements = elementsFor(x, values, 'place');
  const places = truePlaces(given);
  if (elements.size === 0 && places.length > 0)
    throw new DataError({
      where: 'place',
      what: 'Cannot insert from an empty array!',
      got: 'no values',
      expected: 'at least one value',
      hint: 'values are used again from the start',
    });
  writeAt(x, places, elements, (k) => k % elements.size);
}

/**
 * Writes values where a mask holds, each element taking the value of its own position; fewer values repeat.
 *
 * @throws ShapeError for a mask of another size; DTypeError for values that would lose something.
 * @example
 * const x = arange(5);
 * putmask(x, x.gt(2), [10, 20]);
 * x.tolist() // => [ 0, 1, 2, 20, 10 ]
 */
export function putmask(x: NDArray, mask: ArraySource, values: Writable): void {
  x.checkWritable('putmask');
  const given = checkMask(x, mask, 'putmask');
  checkCast('putmask', x, values, values instanceof NDArray ? 'safe' : 'unsafe');
  const elements = elementsFor(x, values, 'putmask');
  if (elements.size === 0) return;
  const places = truePlaces(given);
  writeAt(x, places, elements, (k) => places[k]! % elements.size);
}

/**
 * Writes values at positions of the flattened array; fewer values repeat, fractions are cut off.
 *
 * @throws IndexError for a position outside the array, unless the mode says otherwise. Nothing is written then.
 * @example
 * const x = arange(5);
 * put(x, [0, -1], [10, 20]);
 * x.tolist() // => [ 10, 1, 2, 3, 20 ]
 */
export function put(
  x: NDArray,
  indices: NDArray | NestedList,
  values: Writable,
  options: { readonly mode?: TakeMode } = {},
): void {
  const { mode = 'raise' } = options;
  x.checkWritable('put');
  if (indices instanceof NDArray && !canCast(indices.dtype, 'int64'))
    throw new DTypeError({
      where: 'put',
      what: `Cannot cast array data from dtype('${indices.dtype}') to dtype('int64') according to the rule 'safe'`,
      got: indices.dtype,
      expected: 'positions that int64 holds',
      hint: "x.astype('int64')",
    });
  const positions = numbersOf(positionsFrom(indices, 'put').plain().astype('int64'));
  const elements = elementsFor(x, values, 'put');
  if (x.size === 0 && positions.length > 0)
    throw new IndexError({
      where: 'put',
      what: 'cannot replace elements of an empty array',
      got: `${positions.length} positions`,
      expected: 'none',
      hint: 'check x.size first',
    });
  if (elements.size === 0) return;
  if (mode === 'raise') {
    const bad = positions.find((at) => at < -x.size || at >= x.size);
    if (bad !== undefined)
      throw new IndexError({
        where: 'put',
        what: `index ${bad} is out of bounds for axis 0 with size ${x.size}`,
        got: String(bad),
        expected: `${-x.size} to ${x.size - 1}`,
        hint: "{ mode: 'wrap' } and { mode: 'clip' } take any position",
      });
  }
  resolveMode(positions, x.size, mode === 'raise' ? 'wrap' : mode);
  writeAt(x, positions, elements, (k) => k % elements.size);
}

function checkDiagonal(x: NDArray): void {
  const equal = x.shape.every((n) => n === x.shape[0]);
  if (x.ndim >= 2 && (x.ndim === 2 || equal)) return;
  throw new ShapeError({
    where: 'fillDiagonal',
    what: x.ndim < 2 ? 'array must be at least 2-d' : 'All dimensions of input must be of equal length',
    got: `shape ${show(x.shape)}`,
    expected: '[m, n] or [n, n, n, ...]',
    hint: 'x.set(diagIndices(n), value) writes a diagonal of any array',
  });
}

/**
 * Writes a value over the main diagonal of an array; several values repeat along it. With `wrap` it starts again below in a tall matrix.
 *
 * @throws ShapeError for fewer than two axes, or more that are not equally long.
 * @example
 * const x = zeros([2, 2]);
 * fillDiagonal(x, 5);
 * x.tolist() // => [ [ 5, 0 ], [ 0, 5 ] ]
 */
export function fillDiagonal(x: NDArray, value: Writable, options: { readonly wrap?: boolean } = {}): void {
  x.checkWritable('fillDiagonal');
  checkDiagonal(x);
  const columns = x.shape.at(-1)!;
  const step = x.ndim === 2 ? columns + 1 : x.shape.reduce((sum, _, d) => sum + columns ** d, 0);
  const end = x.ndim === 2 && !options.wrap ? Math.min(columns * columns, x.size) : x.size;
  const positions = Array.from({ length: Math.ceil(end / step) }, (_, i) => i * step);
  const elements = elementsFor(x, value, 'fillDiagonal');
  if (elements.size > 0) writeAt(x, positions, elements, (k) => k % elements.size);
}
