import { ArgumentError, type DType, DTYPES } from '@isograd/device';
import { Complex } from '../complex.ts';
import type { Scalar } from '../elements.ts';
import { floatBits } from '../print/element-format.ts';
import {
  type CompleteFormat,
  completeFormat,
  formatComplex,
  formatScalar,
  positionalText,
  scientificText,
} from '../print/float-string.ts';

/** A value to be formatted; its dtype decides how `%s` prints it. */
export interface Formattable {
  readonly value: Scalar;
  readonly dtype: DType;
}

interface Conversion {
  readonly spec: string;
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly type: string;
}

/** A format that is read once and used for many values. */
export interface PercentFormat {
  /** How many values it takes. */
  readonly count: number;
  format(values: readonly Formattable[]): string;
}

const SPEC = /%([-+ 0#]*)(\d*)(?:\.(\d*))?[hlL]?(.)?/gs;
const TYPES = 'diuoxXeEfFgGcrsa';
const MOST_WIDTH = 10_000;

function refuse(where: string, what: string, got: string): never {
  throw new ArgumentError({
    where,
    what,
    got: JSON.stringify(got),
    expected: 'printf formats such as %.18e, %d and %s',
    hint: "'%.18e' keeps every digit of a float64",
  });
}

const EXACT: CompleteFormat[] = [];

/** The digits of a finite number behind the point, or of its scientific form; halves go to even. */
function digitsOf(x: number, precision: number, scientific: boolean): string {
  const format = (EXACT[precision] ??= completeFormat({ precision, unique: false }, 'format'));
  const text = scientific ? scientificText(x, format) : positionalText(x, format);
  return precision === 0 ? text.replace('.', '') : text;
}

function general(x: number, precision: number, keepZeros: boolean): string {
  const most = precision === 0 ? 1 : precision;
  const scientific = digitsOf(x, most - 1, true);
  const exponent = Number(scientific.slice(scientific.indexOf('e') + 1));
  const plain = exponent >= -4 && exponent < most;
  const text = plain ? digitsOf(x, most - 1 - exponent, false) : scientific;
  if (keepZeros) return text.includes('.') ? text : text.replace(/e|$/, '.$&');
  const [mantissa = '', power] = text.split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return power === undefined ? short : `${short}e${power}`;
}

function floatBody(x: number, { type, precision = 6, flags }: Conversion): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'nan' : 'inf';
  const magnitude = Math.abs(x);
  const alternate = flags.includes('#');
  switch (type.toLowerCase()) {
    case 'g':
      return general(magnitude, precision, alternate);
    case 'e': {
      const text = digitsOf(magnitude, precision, true);
      return alternate && precision === 0 ? text.replace('e', '.e') : text;
    }
    default: {
      const text = digitsOf(magnitude, precision, false);
      return alternate && precision === 0 ? `${text}.` : text;
    }
  }
}

const BASES: { readonly [type: string]: readonly [number, string] } = { o: [8, '0o'], x: [16, '0x'], X: [16, '0X'] };

function integerBody(value: bigint, { type, precision = 0, flags }: Conversion): { prefix: string; body: string } {
  const [base, prefix] = BASES[type] ?? [10, ''];
  const digits = (value < 0n ? -value : value).toString(base).padStart(precision, '0');
  return { prefix: flags.includes('#') ? prefix : '', body: type === 'X' ? digits.toUpperCase() : digits };
}

function padded(sign: string, prefix: string, body: string, { flags, width }: Conversion): string {
  const text = sign + prefix + body;
  if (flags.includes('-')) return text.padEnd(width);
  if (flags.includes('0')) return sign + prefix + body.padStart(width - sign.length - prefix.length, '0');
  return text.padStart(width);
}

function signOf(negative: boolean, flags: string): string {
  if (negative) return '-';
  return flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
}

function textOf({ value, dtype }: Formattable, type: string): string {
  let text: string;
  if (value instanceof Complex) text = formatComplex(value, floatBits(dtype) === 32 ? 32 : 64);
  else if (typeof value === 'boolean') text = value ? 'True' : 'False';
  else text = DTYPES[dtype].kind === 'f' ? formatScalar(Number(value), floatBits(dtype)) : String(value);
  return type === 's' ? text : typeof value === 'boolean' ? `np.${text}_` : `np.${dtype}(${text})`;
}

function mismatch(where: string, dtype: DType, spec: string): never {
  return refuse(where, `Mismatch between array dtype ('${dtype}') and format specifier ('${spec}')`, spec);
}

/** The integer that an integer conversion prints. */
function wholeOf({ value, dtype }: Formattable, conversion: Conversion, where: string): bigint {
  const { type, spec } = conversion;
  if (value instanceof Complex) return mismatch(where, dtype, spec);
  if ('diu'.includes(type)) {
    const whole = typeof value === 'number' ? Math.trunc(value) : value;
    if (typeof whole === 'number' && !Number.isFinite(whole))
      return refuse(where, `cannot convert float ${Number.isNaN(whole) ? 'NaN' : 'infinity'} to integer`, spec);
    return BigInt(whole);
  }
  if (!'iu'.includes(DTYPES[dtype].kind)) return mismatch(where, dtype, spec);
  return BigInt(value);
}

function one(item: Formattable, conversion: Conversion, where: string): string {
  const { type, flags, width, precision, spec } = conversion;
  if ('sra'.includes(type)) {
    const text = textOf(item, type).slice(0, precision);
    return flags.includes('-') ? text.padEnd(width) : text.padStart(width);
  }
  if ('eEfFgG'.includes(type)) {
    if (item.value instanceof Complex) return mismatch(where, item.dtype, spec);
    const x = Number(item.value);
    const body = floatBody(x, conversion);
    const negative = x < 0 || Object.is(x, -0);
    return padded(signOf(negative, flags), '', 'EFG'.includes(type) ? body.toUpperCase() : body, conversion);
  }
  const whole = wholeOf(item, conversion, where);
  if (type === 'c') {
    if (whole < 0n || whole > 0x10ffffn) return refuse(where, '%c arg not in range(0x110000)', String(whole));
    const char = String.fromCodePoint(Number(whole));
    return flags.includes('-') ? char.padEnd(width) : char.padStart(width);
  }
  const { prefix, body } = integerBody(whole, conversion);
  return padded(signOf(whole < 0n, flags), prefix, body, conversion);
}

/**
 * Reads a format as Python's `%` operator has it: `%d %5.2f %-8s`.
 *
 * @throws ArgumentError for a conversion that Python does not know either, or that takes its width from a value.
 */
export function percentFormat(text: string, where: string): PercentFormat {
  const parts: (string | Conversion)[] = [];
  let end = 0;
  for (const match of text.matchAll(SPEC)) {
    const [spec, flags = '', width = '', precision, type] = match;
    parts.push(text.slice(end, match.index));
    end = match.index + spec.length;
    if (type === undefined) refuse(where, 'incomplete format', text);
    if (type === '%') {
      parts.push('%');
      continue;
    }
    if (!TYPES.includes(type)) refuse(where, `unsupported format character '${type}'`, text);
    const conversion = {
      spec,
      flags,
      width: Number(width),
      precision: precision === undefined ? undefined : Number(precision),
      type,
    };
    if (conversion.width > MOST_WIDTH || (conversion.precision ?? 0) > MOST_WIDTH) refuse(where, 'width too big', text);
    parts.push(conversion);
  }
  parts.push(text.slice(end));
  const count = parts.filter((part) => typeof part !== 'string').length;
  return {
    count,
    format(values) {
      let next = 0;
      return parts.map((part) => (typeof part === 'string' ? part : one(values[next++]!, part, where))).join('');
    },
  };
}
