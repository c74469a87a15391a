import { type DType, DTYPES } from '@isograd/device';
import type { FloatBits } from './dragon4.ts';
import { formatFloatPositional, formatFloatScientific } from './float-string.ts';
import type { PrintOptions } from './options.ts';

/** Element of an array as it is printed. */
export type Element = number | bigint | boolean;

/** Prints one element in the column width that all of an array share. */
export type ElementFormat = (value: Element) => string;

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
  const custom = customFormat(kind === 'b' ? 'bool' : kind === 'f' ? 'float' : 'int', options);
  if (custom) return custom;
  if (kind === 'b') return (value) => (value ? (scalar ? 'True' : ' True') : 'False');
  if (kind === 'f') return floatFormat(elements as readonly number[], dtype === 'float32' ? 32 : 64, options);
  return integerFormat(elements as readonly (number | bigint)[], options.sign);
}

function customFormat(kind: 'bool' | 'int' | 'float', { formatter }: PrintOptions): ElementFormat | undefined {
  const given = formatter?.[kind] ?? formatter?.all;
  return given as ElementFormat | undefined;
}

function integerFormat(elements: readonly (number | bigint)[], sign: PrintOptions['sign']): ElementFormat {
  const least = elements.reduce((a, b) => (b < a ? b : a), elements[0] ?? 0);
  const most = elements.reduce((a, b) => (b > a ? b : a), elements[0] ?? 0);
  const shown = sign === ' ' && least < 0 ? '-' : sign;
  const mark = shown === '-' ? '' : shown;
  const width = Math.max(String(most).length + (most >= 0 ? mark.length : 0), String(least).length);
  return (value) => `${Number(value) >= 0 ? mark : ''}${value}`.padStart(width);
}

interface Columns {
  readonly left: number;
  readonly right: number;
  readonly format: (value: number) => string;
}

function floatFormat(elements: readonly number[], bits: FloatBits, options: PrintOptions): ElementFormat {
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
  return (element) => {
    const value = element as number;
    if (Number.isFinite(value)) return columns.format(value).padStart(width);
    if (Number.isNaN(value)) return (plus + options.nanstr).padStart(width);
    return ((value < 0 ? '-' : plus) + options.infstr).padStart(width);
  };
}

function isNegative(x: number): boolean {
  return x < 0 || Object.is(x, -0);
}

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
  const round = bits === 32 ? Math.fround : (x: number) => x;
  if (most >= (bits === 32 ? 1e6 : 1e8)) return true;
  return !suppress && (least < round(1e-4) || round(most / least) > 1000);
}

function split(text: string): [string, string] {
  const point = text.indexOf('.');
  return [text.slice(0, point), text.slice(point + 1)];
}

const longest = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, text.length), 0);

function scientific(finite: readonly number[], bits: FloatBits, { floatmode, precision, sign }: PrintOptions): Columns {
  const fixed = floatmode === 'fixed';
  const shared = { bits, unique: !fixed, sign: sign === '+' };
  const limit = floatmode === 'unique' ? undefined : precision;
  const texts = finite.map((x) => formatFloatScientific(x, { ...shared, precision: limit, trim: fixed ? 'k' : '.' }));
  const parts = texts.map((text) => text.split('e') as [string, string]);
  const mantissas = parts.map(([mantissa]) => split(mantissa));
  const left = longest(mantissas.map(([whole]) => whole));
  const digits = longest(mantissas.map(([, rest]) => rest));
  const expDigits = longest(parts.map(([, power]) => power)) - 1;
  const format = { ...shared, precision: digits, minDigits: digits, expDigits, padLeft: left };
  return { left, right: expDigits + 2 + digits, format: (x) => formatFloatScientific(x, format) };
}

function positional(finite: readonly number[], bits: FloatBits, { floatmode, precision, sign }: PrintOptions): Columns {
  const fixed = floatmode === 'fixed';
  const shared = { bits, unique: !fixed, sign: sign === '+' };
  const limit = floatmode === 'unique' ? undefined : precision;
  const texts = finite.map((x) =>
    split(formatFloatPositional(x, { ...shared, precision: limit, trim: fixed ? 'k' : '.' })),
  );
  const left = longest(texts.map(([whole]) => whole));
  const right = longest(texts.map(([, rest]) => rest));
  const equal = fixed || floatmode === 'maxprec_equal';
  const format = {
    ...shared,
    precision: equal ? right : limit,
    minDigits: equal ? right : 0,
    trim: equal ? ('k' as const) : ('.' as const),
    padLeft: left,
    padRight: right,
  };
  return { left, right, format: (x) => formatFloatPositional(x, format) };
}
