import { DataError, type DType, DTYPES, isDType, isInteger, sizeOf } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { Complex, complex } from '../complex.ts';
import { holds, readElement, type Scalar } from '../elements.ts';
import { checkFileShape } from './bytes.ts';
import { arrayOf } from './rows.ts';

/** A real element as JSON has it: NaN, infinities, -0 and integers beyond 2^53 as text. */
export type JsonNumber = number | boolean | string;

/** An array as JSON: the elements in C order, complex ones as pairs. */
export interface JsonForm {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly (JsonNumber | readonly [JsonNumber, JsonNumber])[];
}

function numberOut(value: number | bigint | boolean): JsonNumber {
  if (typeof value === 'bigint' || Object.is(value, -0)) return value === 0 ? '-0' : String(value);
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/**
 * An array as plain data that JSON can carry without loss; `JSON.stringify(x)` calls it.
 *
 * @example
 * toJSON(array([1.5, NaN])) // => { dtype: 'float64', shape: [ 2 ], data: [ 1.5, 'NaN' ] }
 */
export function toJSON(x: NDArray): JsonForm {
  const { data, dtype, shape, size } = x.plain();
  const elements = Array.from({ length: size }, (_, i): JsonForm['data'][number] => {
    const value = readElement(data, i, dtype);
    return value instanceof Complex ? [numberOut(value.re), numberOut(value.im)] : numberOut(value);
  });
  return { dtype, shape: [...shape], data: elements };
}

function bad(what: string, got: unknown): never {
  throw new DataError({
    where: 'fromJSON',
    what,
    got: String(JSON.stringify(got) ?? typeof got).slice(0, 60),
    expected: '{ dtype, shape, data } as toJSON gives it',
    hint: 'array(...) reads nested lists',
  });
}

const SPECIAL: { readonly [text: string]: number } = { NaN: Number.NaN, Infinity, '-Infinity': -Infinity, '-0': -0 };

function floatIn(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && Object.hasOwn(SPECIAL, value)) return SPECIAL[value]!;
  return bad('an element is not a number', value);
}

function elementIn(value: unknown, dtype: DType): Scalar {
  if (dtype === 'bool') return typeof value === 'boolean' ? value : bad('an element is not a boolean', value);
  if (DTYPES[dtype].kind === 'c') {
    if (!Array.isArray(value) || value.length !== 2) return bad('an element is not a pair', value);
    return complex(floatIn(value[0]), floatIn(value[1]));
  }
  if (!isInteger(dtype)) return floatIn(value);
  const whole =
    typeof value === 'number' && Number.isSafeInteger(value)
      ? value
      : typeof value === 'string' && /^-?\d{1,20}$/.test(value)
        ? BigInt(value)
        : bad('an element is not an integer', value);
  return holds(dtype, whole) ? whole : bad(`an element is out of bounds for ${dtype}`, value);
}

/**
 * The array that {@link toJSON} has written, from its data or its text.
 *
 * @throws DataError for anything else.
 * @example
 * fromJSON(JSON.stringify(toJSON(array([1, 2])))).tolist() // => [ 1, 2 ]
 */
export function fromJSON(source: unknown): NDArray {
  let form = source;
  if (typeof source === 'string') {
    try {
      form = JSON.parse(source);
    } catch {
      return bad('the text is not JSON', source);
    }
  }
  if (typeof form !== 'object' || form === null) return bad('no array', form);
  const { dtype, shape, data } = form as { [K in keyof JsonForm]?: unknown };
  if (!isDType(dtype)) return bad('unknown dtype', dtype);
  if (!Array.isArray(shape) || !shape.every((n): n is number => typeof n === 'number')) return bad('no shape', shape);
  if (!Array.isArray(data)) return bad('no elements', data);
  checkFileShape(shape, DTYPES[dtype].itemsize, 'fromJSON');
  if (sizeOf(shape) !== data.length) return bad('the number of elements is not that of the shape', data.length);
  return arrayOf(
    data.map((value: unknown) => elementIn(value, dtype)),
    dtype,
    shape,
    'fromJSON',
  );
}
