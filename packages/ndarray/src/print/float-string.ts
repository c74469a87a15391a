import { ArgumentError } from '@isograd/device';
import { type FloatBits, floatDigits } from './dragon4.ts';

/** What happens to trailing zeros: kept, or trimmed to `1.`, to `1.0`, to `1`. NumPy's `'k'`, `'.'`, `'0'`, `'-'`. */
export type Trim = 'k' | '.' | '0' | '-';

/** Options of {@link formatFloatPositional} and {@link formatFloatScientific}. */
export interface FloatFormat {
  /** 16 or 32 when the value is a float16 or float32 one; default 64. */
  readonly bits?: FloatBits;
  /** Most digits behind the point; default as many as needed. */
  readonly precision?: number | undefined;
  /** Fewest digits behind the point with `unique`. */
  readonly minDigits?: number | undefined;
  /** Whether to stop at digits that name the value; default true. Without it `precision` is needed. */
  readonly unique?: boolean;
  /** Whether `precision` and `minDigits` count digits behind the point (default) or all of them. Positional only. */
  readonly fractional?: boolean;
  readonly trim?: Trim;
  /** Whether to print `+`. */
  readonly sign?: boolean;
  /** Characters before the point, at least; spaces fill. */
  readonly padLeft?: number;
  /** Characters behind the point, at least; spaces fill. Positional only. */
  readonly padRight?: number;
  /** Digits of the exponent, at least; zeros fill. Scientific only, default 2. */
  readonly expDigits?: number;
}

/** Real and imaginary part of a number. */
export interface ComplexParts {
  readonly re: number;
  readonly im: number;
}

function signOf(x: number, plus: boolean): string {
  if (x < 0 || Object.is(x, -0)) return '-';
  return plus ? '+' : '';
}

function notFinite(x: number, plus: boolean): string {
  return Number.isNaN(x) ? 'nan' : `${signOf(x, plus)}inf`;
}

/** The digits behind the point, with the point, after trimming. */
function fraction(digits: string, trim: Trim, least: number): string {
  if (trim === 'k') return `.${digits.padEnd(least, '0')}`;
  const trimmed = digits.replace(/0+$/, '');
  if (trimmed !== '') return `.${trimmed}`;
  return { '.': '.', '0': '.0', '-': '' }[trim];
}

const TRIMS = ['k', '.', '0', '-'];
const COUNTS = ['precision', 'minDigits', 'padLeft', 'padRight', 'expDigits'] as const;

function refuse(where: string, what: string, got: unknown, expected: string): never {
  throw new ArgumentError({ where, what, got: String(got), expected, hint: 'leave it out for the default' });
}

const DEFAULTS = {
  bits: 64,
  unique: true,
  fractional: true,
  trim: 'k',
  sign: false,
  padLeft: 0,
  padRight: -1,
  expDigits: 2,
} as const;

/** A format that says everything; made once for many numbers. */
export type CompleteFormat = FloatFormat & Required<Pick<FloatFormat, keyof typeof DEFAULTS>>;

/** The format with its defaults; refuses what has no meaning. */
export function completeFormat(format: FloatFormat, where: string): CompleteFormat {
  for (const name of COUNTS) {
    const value = format[name];
    if (value !== undefined && !(Number.isInteger(value) && value >= 0))
      refuse(where, `${name} must be >= 0`, value, 'an integer, not negative');
  }
  const full: CompleteFormat = { ...DEFAULTS, ...format };
  const { precision, minDigits = 0, unique, fractional, trim } = full;
  if (!TRIMS.includes(trim)) refuse(where, "trim must be 'k', '.', '0' or '-'", `'${trim}'`, "'k', '.', '0' or '-'");
  if (!unique && precision === undefined)
    refuse(where, 'in non-unique mode `precision` must be supplied', 'no precision', 'digits to print');
  if (precision === 0 && !fractional)
    refuse(where, 'precision must be greater than 0 if fractional=False', 0, 'at least 1');
  if (precision !== undefined && precision > 0 && minDigits > precision)
    refuse(where, 'min_digits must be less than or equal to precision', minDigits, `at most ${precision}`);
  return full;
}

/**
 * A number as `123.456`, as NumPy's `format_float_positional` writes it.
 *
 * @throws ArgumentError for a negative count, an unknown `trim`, or `unique: false` without a precision.
 * @example
 * formatFloatPositional(Math.PI, { precision: 4 }) // => 3.1416
 * formatFloatPositional(Math.fround(0.1), { bits: 32 }) // => 0.1
 * formatFloatPositional(0.00123, { precision: 2, fractional: false }) // => 0.0012
 */
export function formatFloatPositional(x: number, format: FloatFormat = {}): string {
  return positionalText(x, completeFormat(format, 'formatFloatPositional'));
}

/** A number by a complete format, see {@link formatFloatPositional}. */
export function positionalText(x: number, format: CompleteFormat): string {
  const { bits, unique, fractional, trim, sign, padLeft, padRight, precision, minDigits } = format;
  if (!Number.isFinite(x)) return notFinite(x, sign);
  const { digits, exponent } = floatDigits(Math.abs(x), bits, {
    unique,
    count: fractional ? 'fraction' : 'total',
    max: precision,
    min: minDigits,
  });
  const whole = exponent >= 0 ? digits.slice(0, exponent + 1).padEnd(exponent + 1, '0') : '0';
  const rest = exponent >= 0 ? digits.slice(exponent + 1) : '0'.repeat(-exponent - 1) + digits;
  const least = (unique ? minDigits : precision) ?? 0;
  const tail = fraction(x === 0 ? '' : rest, trim, fractional ? least : least - whole.length);
  return (signOf(x, sign) + whole).padStart(padLeft) + tail.padEnd(padRight + 1);
}

/**
 * A number as `1.23e+02`, as NumPy's `format_float_scientific` writes it.
 *
 * @throws ArgumentError as {@link formatFloatPositional}.
 * @example
 * formatFloatScientific(123456, { precision: 3 }) // => 1.235e+05
 */
export function formatFloatScientific(x: number, format: FloatFormat = {}): string {
  return scientificText(x, completeFormat(format, 'formatFloatScientific'));
}

/** A number by a complete format, see {@link formatFloatScientific}. */
export function scientificText(x: number, format: CompleteFormat): string {
  const { bits, unique, trim, sign, padLeft, expDigits, precision, minDigits } = format;
  if (!Number.isFinite(x)) return notFinite(x, sign);
  const more = (n: number | undefined): number | undefined => (n === undefined ? undefined : n + 1);
  const { digits, exponent } = floatDigits(Math.abs(x), bits, {
    unique,
    count: 'total',
    max: more(precision),
    min: more(minDigits),
  });
  const rest = digits.slice(1);
  // the point stays where NumPy has written zeros behind it first
  const kept = trim === '-' && /^0+$/.test(rest) ? '.' : trim;
  const tail = fraction(rest, kept, (unique ? minDigits : precision) ?? 0);
  // NumPy writes five digits at most, and none for 0 where none are asked for
  const size =
    exponent === 0 && expDigits === 0 ? '' : String(Math.abs(exponent)).padStart(Math.min(expDigits, 5), '0');
  return `${(signOf(x, sign) + digits[0]).padStart(padLeft)}${tail}e${exponent < 0 ? '-' : '+'}${size}`;
}

/** From where on a scalar is printed with an exponent; below 1e-4 all are. */
const POSITIONAL_LIMIT = { 16: 1e3, 32: 1e6, 64: 1e16 } as const;

function isPositional(x: number, bits: FloatBits): boolean {
  const magnitude = Math.abs(x);
  return magnitude === 0 || (magnitude >= 1e-4 && magnitude < POSITIONAL_LIMIT[bits]);
}

/**
 * A number as NumPy prints the scalar: the shortest digits, positional from 1e-4 up to 1e16 (float32: 1e6, float16: 1e3).
 *
 * @example
 * formatScalar(1) // => 1.0
 * formatScalar(1e16) // => 1e+16
 */
export function formatScalar(x: number, bits: FloatBits = 64): string {
  if (isPositional(x, bits)) return formatFloatPositional(x, { bits, trim: '0' });
  return formatFloatScientific(x, { bits, trim: '-' });
}

/**
 * A complex number as Python prints it: `(1+2j)`, `2j`.
 *
 * @param bits 32 when the parts are float32 values; default 64.
 * @example
 * formatComplex({ re: 1, im: -0.5 }) // => (1-0.5j)
 * formatComplex({ re: 0, im: 2 }) // => 2j
 */
export function formatComplex({ re, im }: ComplexParts, bits: 32 | 64 = 64): string {
  const part = (x: number, sign: boolean): string =>
    isPositional(x, bits)
      ? formatFloatPositional(x, { bits, trim: '-', sign })
      : formatFloatScientific(x, { bits, trim: '-', sign });
  // Python shows no sign before nan, but here it joins the two parts
  const join = (x: number): string => (Number.isNaN(x) ? '+nan' : part(x, true));
  return Object.is(re, 0) ? `${part(im, false)}j` : `(${part(re, false)}${join(im)}j)`;
}
