import { type DType, type DTypeKind, DTYPES, halfToNumber, numberToHalf } from '@isograd/device';
import type { FloatBits } from './dragon4.ts';
import { type ComplexParts, completeFormat, positionalText, scientificText } from './float-string.ts';
import type { PrintOptions } from './options.ts';

/** Element of an array as it is printed. */
export type Element = number | bigint | boolean | ComplexParts;

/** Prints one element in the column width that all of an array share. */
export type ElementFormat = (value: Element) => string;

/** Width of the numbers of a dtype, or of their parts. */
export function floatBits(dtype: DType): FloatBits {
  const { itemsize, lanes } = DTYPES[dtype];
  return itemsize === 2 ? 16 : itemsize / lanes === 4 ? 32 : 64;
}

/**
 * The function that prints the elements of an array, all of one width.
 *
 * @param elements The elements that will be printed; they decide the width.
 * @param scalar Whether the array is 0-d: its bool is not padded.
 */
export function elementFormat(
  elements: readonly Element[],
  dtype: DType,
  options: PrintOptions,
  scalar: boolean,
): ElementFormat {
  const { kind } = DTYPES[dtype];
  const custom = customFormat(kind, options);
  if (custom) return custom;
  if (kind === 'b') return (value) => (value ? (scalar ? 'True' : ' True') : 'False');
  if (kind === 'c') return complexFormat(elements as readonly ComplexParts[], floatBits(dtype), options);
  if (kind === 'f') return floatFormat(elements as readonly number[], floatBits(dtype), options) as ElementFormat;
  return integerFormat(elements as readonly (number | bigint)[], options.sign);
}

/** Keys of a formatter that speak for a kind of dtype, the first that is there counts. */
const FORMATTER_KEYS = {
  b: ['bool', 'all'],
  i: ['int', 'intKind', 'all'],
  u: ['int', 'intKind', 'all'],
  f: ['float', 'floatKind', 'all'],
  c: ['complexfloat', 'complexKind', 'all'],
} as const;

function customFormat(kind: DTypeKind, { formatter }: PrintOptions): ElementFormat | undefined {
  for (const key of FORMATTER_KEYS[kind]) {
    const given = formatter?.[key] as ElementFormat | undefined;
    if (given) return given;
  }
  return undefined;
}

/** Both parts in columns of their own; `j` follows the digits, before what fills the column. */
function complexFormat(elements: readonly ComplexParts[], bits: FloatBits, options: PrintOptions): ElementFormat {
  const real = floatFormat(
    elements.map(({ re }) => re),
    bits,
    options,
  );
  const imaginary = floatFormat(
    elements.map(({ im }) => im),
    bits,
    { ...options, sign: '+' },
  );
  return (element) => {
    const { re, im } = element as ComplexParts;
    const text = imaginary(im);
    const digits = text.trimEnd();
    return `${real(re)}${digits}j${text.slice(digits.length)}`;
  };
}

function integerFormat(elements: readonly (number | bigint)[], sign: PrintOptions['sign']): ElementFormat {
  const least = elements.reduce((a, b) => (b < a ? b : a), elements[0] ?? 0);
  const most = elements.reduce((a, b) => (b > a ? b : a), elements[0] ?? 0);
  const shown = sign === ' ' && least < 0 ? '-' : sign;
  const mark = shown === '-' ? '' : shown;
  const width = Math.max(String(most).length + (most >= 0 ? mark.length : 0), String(least).length);
  return (element) => {
    const value = element as number | bigint;
    return `${value >= 0 ? mark : ''}${value}`.padStart(width);
  };
}

interface Columns {
  readonly left: number;
  readonly right: number;
  readonly format: (value: number) => string;
}

function floatFormat(elements: readonly number[], bits: FloatBits, options: PrintOptions): (value: number) => string {
  const finite = elements.filter(Number.isFinite);
  const columns =
    finite.length === 0
      ? { left: 0, right: 0, format: String }
      : wantsExponent(finite, bits, options)
        ? scientific(finite, bits, options)
        : positional(finite, bits, options);
  let { left } = columns;
  if (options.sign === ' ' && !finite.some(isNegative)) left++;
  if (finite.length < elements.length) {
    const offset = columns.right + 1;
    const signed = options.sign !== '-' || elements.includes(-Infinity) ? 1 : 0;
    left = Math.max(left, options.nanstr.length - offset, options.infstr.length + signed - offset);
  }
  const width = left + columns.right + 1;
  const plus = options.sign === '+' ? '+' : '';
  return (value) => {
    if (Number.isFinite(value)) return columns.format(value).padStart(width);
    if (Number.isNaN(value)) return (plus + options.nanstr).padStart(width);
    return ((value < 0 ? '-' : plus) + options.infstr).padStart(width);
  };
}

function isNegative(x: number): boolean {
  return x < 0 || Object.is(x, -0);
}

/** From where on numbers of a width are not written out, and how they round. */
const EXPONENT_FROM = { 16: 1e3, 32: 1e6, 64: 1e8 } as const;
const ROUND = {
  16: (x: number): number => halfToNumber(numberToHalf(x)),
  32: Math.fround,
  64: (x: number): number => x,
} as const;

/** Whether the magnitudes are too large, too small or too far apart for plain decimals, judged in the array's own precision. */
function wantsExponent(finite: readonly number[], bits: FloatBits, { suppress }: PrintOptions): boolean {
  let most = 0;
  let least = Infinity;
  for (const x of finite) {
    if (x === 0) continue;
    most = Math.max(most, Math.abs(x));
    least = Math.min(least, Math.abs(x));
  }
  if (most === 0) return false;
  if (most >= EXPONENT_FROM[bits]) return true;
  const round = ROUND[bits];
  return !suppress && (least < round(1e-4) || round(most / least) > 1000);
}

const WHERE = 'array2string';

function split(text: string): [string, string] {
  const point = text.indexOf('.');
  return [text.slice(0, point), text.slice(point + 1)];
}

const longest = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, text.length), 0);

function scientific(finite: readonly number[], bits: FloatBits, { floatmode, precision, sign }: PrintOptions): Columns {
  const fixed = floatmode === 'fixed';
  const shared = { bits, unique: !fixed, sign: sign === '+' };
  const limit = floatmode === 'unique' ? undefined : precision;
  const first = completeFormat({ ...shared, precision: limit, trim: fixed ? 'k' : '.' }, WHERE);
  const texts = finite.map((x) => scientificText(x, first));
  const parts = texts.map((text) => text.split('e') as [string, string]);
  const mantissas = parts.map(([mantissa]) => split(mantissa));
  const left = longest(mantissas.map(([whole]) => whole));
  const digits = longest(mantissas.map(([, rest]) => rest));
  const expDigits = longest(parts.map(([, power]) => power)) - 1;
  const format = completeFormat({ ...shared, precision: digits, minDigits: digits, expDigits, padLeft: left }, WHERE);
  return { left, right: expDigits + 2 + digits, format: (x) => scientificText(x, format) };
}

function positional(finite: readonly number[], bits: FloatBits, { floatmode, precision, sign }: PrintOptions): Columns {
  const fixed = floatmode === 'fixed';
  const shared = { bits, unique: !fixed, sign: sign === '+' };
  const limit = floatmode === 'unique' ? undefined : precision;
  const first = completeFormat({ ...shared, precision: limit, trim: fixed ? 'k' : '.' }, WHERE);
  const texts = finite.map((x) => split(positionalText(x, first)));
  const left = longest(texts.map(([whole]) => whole));
  const right = longest(texts.map(([, rest]) => rest));
  const equal = fixed || floatmode === 'maxprec_equal';
  const format = completeFormat(
    {
      ...shared,
      precision: equal ? right : limit,
      minDigits: equal ? right : 0,
      trim: equal ? ('k' as const) : ('.' as const),
      padLeft: left,
      padRight: right,
    },
    WHERE,
  );
  return { left, right, format: (x) => positionalText(x, format) };
}
