import { DataError, ShapeError } from '@isograd/device';

/** Nested lists of numbers; the innermost ones may be typed arrays. */
export type NestedNumbers = readonly (number | bigint | ArrayLike<number | bigint> | NestedNumbers)[];

/** An array of any library: a shape, and its elements in C order. */
export interface ShapedValues {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number | bigint>;
}

/** Data to draw: numbers, nested lists, a typed array, or something with a shape and values. */
export type Values = NestedNumbers | ArrayLike<number | bigint> | ShapedValues;

/** Data as drawing needs it. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/**
 * Reads data to draw.
 *
 * @throws DataError when there are no values or something is not a number; ShapeError when nested lists differ in length.
 * @example
 * readValues([[1, 2], [3, 4]], 'imshow').shape // => [ 2, 2 ]
 * readValues({ shape: [1], data: new BigInt64Array([5n]) }, 'plot').data // => Float64Array(1) [ 5 ]
 */
export function readValues(values: Values, where: string): Numbers {
  const read = isShaped(values) ? fromShaped(values, where) : fromList(values, where);
  if (read.data.length > 0) return read;
  throw new DataError({
    where,
    what: 'there is nothing to draw',
    got: `shape [${read.shape.join(', ')}]`,
    expected: 'one value or more',
  });
}

/**
 * Reads data that must have one axis; axes of length 1 are dropped.
 *
 * @throws ShapeError when there are more axes; else as {@link readValues}.
 * @example
 * readVector([[1], [2]], 'plot') // => Float64Array(2) [ 1, 2 ]
 */
export function readVector(values: Values, where: string): Float64Array {
  const { shape, data } = readValues(values, where);
  if (shape.filter((length) => length !== 1).length <= 1) return data;
  throw new ShapeError({
    where,
    what: 'the values have more than one axis',
    got: `[${shape.join(', ')}]`,
    expected: '[n]',
    hint: 'flatten or slice them',
  });
}

function isShaped(values: Values): values is ShapedValues {
  return typeof values === 'object' && values !== null && 'shape' in values && 'data' in values;
}

function fromShaped({ shape, data }: ShapedValues, where: string): Numbers {
  const size = shape.reduce((product, length) => product * length, 1);
  if (data.length !== size)
    throw new ShapeError({
      where,
      what: 'the values do not fill the shape',
      got: `${data.length} values`,
      expected: `${size} for [${shape.join(', ')}]`,
    });
  return { shape: [...shape], data: Float64Array.from(data, (value) => toNumber(value, where)) };
}

function fromList(values: NestedNumbers | ArrayLike<number | bigint>, where: string): Numbers {
  const shape: number[] = [];
  for (let at: unknown = values; isList(at); at = at[0]) shape.push(at.length);
  if (shape.length === 0)
    throw new DataError({
      where,
      what: 'the values cannot be read',
      got: describe(values),
      expected: 'numbers in a list, a typed array, or { shape, data }',
    });
  const data = new Float64Array(shape.reduce((product, length) => product * length, 1));
  let filled = 0;
  const fill = (item: unknown, axis: number): void => {
    if (axis === shape.length) data[filled++] = toNumber(item, where);
    else if (isList(item) && item.length === shape[axis]) for (let i = 0; i < item.length; i++) fill(item[i], axis + 1);
    else
      throw new ShapeError({
        where,
        what: 'the nested lists differ in length',
        got: isList(item) ? `${item.length} items` : describe(item),
        expected: `${shape[axis]} items at depth ${axis}, as in the first`,
      });
  };
  fill(values, 0);
  return { shape, data };
}

function isList(item: unknown): item is ArrayLike<unknown> {
  return Array.isArray(item) || (ArrayBuffer.isView(item) && !(item instanceof DataView));
}

function toNumber(item: unknown, where: string): number {
  if (typeof item === 'number') return item;
  if (typeof item === 'bigint' || typeof item === 'boolean') return Number(item);
  throw new DataError({
    where,
    what: 'a value is not a number',
    got: describe(item),
    expected: 'numbers, in lists of equal length',
  });
}

function describe(item: unknown): string {
  if (typeof item === 'string') return `'${item.slice(0, 20)}'`;
  if (item === null || typeof item !== 'object') return String(item);
  return Array.isArray(item) ? `a list of ${item.length}` : item.constructor?.name || 'an object';
}
