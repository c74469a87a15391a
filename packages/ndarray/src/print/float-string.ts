import { type FloatBits, floatDigits } from './dragon4.ts';

/** What happens to trailing zeros: kept, or trimmed to `1.`, to `1.0`, to `1`. NumPy's `'k'`, `'.'`, `'0'`, `'-'`. */
export type Trim = 'k' | '.' | '0' | '-';

/** Options of {@link formatFloatPositional} and {@link formatFloatScientific}. */
export interface FloatFormat {
  /** 32 when the value is a float32 one; default 64. */
  readonly bits?: FloatBits;
  /** Most digits behind the point; default as many as needed. */
  readonly precision?: number | undefined;
  /** Fewest digits behind the point with `unique`. */
  readonly minDigits?: number | undefined;
  /** Whether to stop at digits that name the value; default true. Without it `precision` is needed. */
  readonly unique?: boolean;
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

function signOf(x: number, plus: boolean): string {
  if (x < 0 || Object.is(x, -0)) return '-';
  return plus ? '+' : '';
}

function notFinite(x: number, format: FloatFormat): string {
  return Number.isNaN(x) ? 'nan' : `${signOf(x, format.sign ?? false)}inf`;
}

/** The digits behind the point, with the point, after trimming. */
function fraction(digits: string, trim: Trim, least: number): string {
  if (trim === 'k') return `.${digits.padEnd(least, '0')}`;
  const trimmed = digits.replace(/0+$/, '');
  if (trimmed !== '') return `.${trimmed}`;
  return { '.': '.', '0': '.0', '-': '' }[trim];
}

/**
 * A number as `123.456`, as NumPy's `format_float_positional` writes it.
 *
 * @example
 * formatFloatPositional(Math.PI, { precision: 4 }) // => 3.1416
 * formatFloatPositional(Math.fround(0.1), { bits: 32 }) // => 0.1
 */
export function formatFloatPositional(x: number, format: FloatFormat = {}): string {
  if (!Number.isFinite(x)) return notFinite(x, format);
  const { bits = 64, unique = true, trim = 'k', precision, minDigits, padLeft = 0, padRight } = format;
  const { digits, exponent } = floatDigits(Math.abs(x), bits, {
    unique,
    count: 'fraction',
    max: precision,
    min: minDigits,
  });
  const whole = exponent >= 0 ? digits.slice(0, exponent + 1).padEnd(exponent + 1, '0') : '0';
  const rest = exponent >= 0 ? digits.slice(exponent + 1) : '0'.repeat(-exponent - 1) + digits;
  const tail = fraction(rest, trim, (unique ? minDigits : precision) ?? 0);
  return (
    (signOf(x, format.sign ?? false) + whole).padStart(padLeft) + tail.padEnd(padRight === undefined ? 0 : padRight + 1)
  );
}

/**
 * A number as `1.23e+02`, as NumPy's `format_float_scientific` writes it.
 *
 * @example
 * formatFloatScientific(123456, { precision: 3 }) // => 1.235e+05
 */
export function formatFloatScientific(x: number, format: FloatFormat = {}): string {
  if (!Number.isFinite(x)) return notFinite(x, format);
  const { bits = 64, unique = true, trim = 'k', precision, minDigits, padLeft = 0, expDigits = 2 } = format;
  const more = (n: number | undefined): number | undefined => (n === undefined ? undefined : n + 1);
  const { digits, exponent } = floatDigits(Math.abs(x), bits, {
    unique,
    count: 'total',
    max: more(precision),
    min: more(minDigits),
  });
  const tail = fraction(digits.slice(1), trim, (unique ? minDigits : precision) ?? 0);
  const power = `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(expDigits, '0')}`;
  return (signOf(x, format.sign ?? false) + digits[0]).padStart(padLeft) + tail + power;
}

/**
 * A number as NumPy prints the scalar: the shortest digits, positional from 1e-4 up to 1e16 (float32: 1e6).
 *
 * @example
 * formatScalar(1) // => 1.0
 * formatScalar(1e16) // => 1e+16
 */
export function formatScalar(x: number, bits: FloatBits = 64): string {
  const magnitude = Math.abs(x);
  if (magnitude === 0 || (magnitude >= 1e-4 && magnitude < (bits === 32 ? 1e6 : 1e16)))
    return formatFloatPositional(x, { bits, trim: '0' });
  return formatFloatScientific(x, { bits, trim: '-' });
}
