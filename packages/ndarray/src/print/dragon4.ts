import { numberToHalf } from '@isograd/device';

/** Width of a floating-point format in bits; it decides how many digits tell a value from its neighbours. */
export type FloatBits = 16 | 32 | 64;

/** How {@link floatDigits} stops. */
export interface DigitOptions {
  /** Stop when the digits name the value and no other; otherwise print its exact expansion. */
  readonly unique: boolean;
  /** Whether `max` and `min` count digits behind the decimal point, or all digits. */
  readonly count: 'fraction' | 'total';
  /** Most digits, rounded half to even. */
  readonly max?: number | undefined;
  /** Fewest digits in unique mode, even when fewer would name the value. */
  readonly min?: number | undefined;
}

/** Decimal digits of a number: `d.ddd` times ten to `exponent`. */
export interface Digits {
  readonly digits: string;
  /** Power of ten of the first digit. */
  readonly exponent: number;
}

interface Scaled {
  /** The value is `value / scale`, at most 10. */
  value: bigint;
  readonly scale: bigint;
  /** Half the distance to the neighbours below and above, on the same scale. */
  marginLow: bigint;
  marginHigh: bigint;
}

const cell = new DataView(new ArrayBuffer(8));

/** Bits of the fraction, and the bias of the exponent. */
const LAYOUT = { 16: [10, 15], 32: [23, 127], 64: [52, 1023] } as const;

function rawBits(x: number, bits: FloatBits): bigint {
  if (bits === 16) return BigInt(numberToHalf(x));
  if (bits === 32) {
    cell.setFloat32(0, x);
    return BigInt(cell.getUint32(0));
  }
  cell.setFloat64(0, x);
  return cell.getBigUint64(0);
}

/** Integer mantissa and binary exponent, and whether the neighbour below is nearer than the one above. */
function decompose(x: number, bits: FloatBits): { mantissa: bigint; exponent: number; uneven: boolean } {
  const [size, bias] = LAYOUT[bits];
  const raw = rawBits(x, bits);
  const fraction = raw & ((1n << BigInt(size)) - 1n);
  const biased = Number(raw >> BigInt(size)) & (2 * bias + 1);
  if (biased === 0) return { mantissa: fraction, exponent: 1 - bias - size, uneven: false };
  return {
    mantissa: fraction | (1n << BigInt(size)),
    exponent: biased - bias - size,
    uneven: fraction === 0n && biased > 1,
  };
}

const POWERS: bigint[] = [1n];

function powerOfTen(n: number): bigint {
  while (POWERS.length <= n) POWERS.push(POWERS.at(-1)! * 10n);
  return POWERS[n]!;
}

/** The power of ten above the value: the smallest k with x < 10^k. */
function powerAbove(value: bigint, scale: bigint): number {
  const estimate = Math.floor((value.toString(2).length - scale.toString(2).length) * Math.log10(2));
  let k = estimate - 1;
  while (k >= 0 ? value >= scale * powerOfTen(k) : value * powerOfTen(-k) >= scale) k++;
  return k;
}

interface Decomposed {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** A value rounded at a power of ten, halves to even: all digits by one division. */
function roundAt({ mantissa, exponent }: Decomposed, position: number, unique: boolean): Digits {
  let value = mantissa << BigInt(Math.max(exponent, 0));
  let unit = 1n << BigInt(Math.max(-exponent, 0));
  if (position > 0) unit *= powerOfTen(position);
  else value *= powerOfTen(-position);
  let count = value / unit;
  const twice = (value - count * unit) * 2n;
  const up = twice > unit || (twice === unit && count % 2n === 1n);
  if (up) count += 1n;
  const digits = String(count);
  // zeros at the end stay where they were asked for, and go where a carry has made them or the value has ended
  const kept = count !== 0n && (up || (twice === 0n && !unique)) ? digits.replace(/0+$/, '') : digits;
  return { digits: kept, exponent: position + digits.length - 1 };
}

/** The shortest digits that name a float64. */
function shortest(x: number): Digits {
  const [mantissa = '', power = '0'] = x.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), exponent: Number(power) };
}

/**
 * The decimal digits of a finite number that is not negative.
 *
 * Source: Steele & White 1990 and Burger & Dybvig 1996, with the cutoffs of NumPy's `format_float_positional` and
 * `format_float_scientific`: the shortest digits that name the value, or its exact expansion rounded half to even.
 *
 * @param bits 16 when `x` is a float16 value, 32 when it is a float32 one, 64 when it is a float64 one.
 * @example
 * floatDigits(0.1, 64, { unique: true, count: 'total' }).digits // => 1
 * floatDigits(2 / 3, 64, { unique: true, count: 'fraction', max: 3 }).digits // => 667
 */
export function floatDigits(x: number, bits: FloatBits, options: DigitOptions): Digits {
  if (x === 0) return { digits: '0', exponent: 0 };
  const parts = decompose(x, bits);
  const { max, min, count, unique } = options;
  // the place of the last of n digits
  const placeOf = (n: number, first: number): number => (count === 'fraction' ? -n : first - n + 1);
  if (!unique && max !== undefined) return roundAt(parts, placeOf(max, trueExponent(x, parts)), false);
  // JavaScript's digits are NumPy's wherever both neighbours are equally far
  if (bits !== 64 || parts.uneven || !unique) return search(parts, options);
  const short = shortest(x);
  const last = short.exponent - short.digits.length + 1;
  if (max !== undefined && last < placeOf(max, short.exponent))
    return roundAt(parts, placeOf(max, short.exponent), true);
  if (min === undefined || last <= placeOf(min, short.exponent)) return short;
  // a single digit may have been rounded up to the next power of ten
  if (short.digits.length === 1) return search(parts, options);
  return roundAt(parts, placeOf(min, short.exponent), true);
}

/** The power of ten of the first digit. */
function trueExponent(x: number, { mantissa, exponent }: Decomposed): number {
  const rough = Math.floor(Math.log10(x));
  const reaches = (power: number): boolean => {
    const [value, unit] = [mantissa << BigInt(Math.max(exponent, 0)), 1n << BigInt(Math.max(-exponent, 0))];
    return power >= 0 ? value >= unit * powerOfTen(power) : value * powerOfTen(-power) >= unit;
  };
  if (!reaches(rough)) return rough - 1;
  return reaches(rough + 1) ? rough + 1 : rough;
}

/** Digit after digit, until they name the value and no other. */
function search(parts: Decomposed & { readonly uneven: boolean }, options: DigitOptions): Digits {
  const { mantissa, exponent, uneven } = parts;
  // two bits more on the uneven side, so that half a distance is an integer
  const extra = uneven ? 2n : 1n;
  const up = BigInt(Math.max(exponent, 0));
  let value = mantissa << (up + extra);
  let scale = 1n << (BigInt(Math.max(-exponent, 0)) + extra);
  let marginLow = 1n << up;

  let k = powerAbove(value, scale);
  if (options.max !== undefined && options.count === 'fraction') k = Math.max(k, 1 - options.max);
  if (k > 0) scale *= powerOfTen(k);
  else {
    value *= powerOfTen(-k);
    marginLow *= powerOfTen(-k);
  }
  const scaled: Scaled = { value, scale, marginLow, marginHigh: uneven ? marginLow * 2n : marginLow };
  const above = options.count === 'total' ? k : 0;
  const last = options.max === undefined ? -Infinity : above - options.max;
  const least = options.min === undefined ? k : Math.min(k, above - options.min);
  const generated = options.unique
    ? generateUnique(scaled, { k, last, least, even: mantissa % 2n === 0n })
    : generateExact(scaled, k, last);
  return round(generated, scaled, k);
}

/** Digits so far, the one to be rounded, and in which directions the value may be left. */
interface Generated {
  readonly digits: number[];
  readonly digit: number;
  readonly low: boolean;
  readonly high: boolean;
}

function generateUnique(s: Scaled, stop: { k: number; last: number; least: number; even: boolean }): Generated {
  const digits: number[] = [];
  for (let exponent = stop.k - 1; ; exponent--) {
    s.value *= 10n;
    s.marginLow *= 10n;
    s.marginHigh *= 10n;
    const digit = Number(s.value / s.scale);
    s.value %= s.scale;
    const above = s.value + s.marginHigh;
    // an even mantissa owns the ends of its interval: reading rounds half to even
    const low = stop.even ? s.value <= s.marginLow : s.value < s.marginLow;
    const high = stop.even ? above >= s.scale : above > s.scale;
    if (((low || high) && exponent <= stop.least) || exponent === stop.last) return { digits, digit, low, high };
    digits.push(digit);
  }
}

function generateExact(s: Scaled, k: number, last: number): Generated {
  const digits: number[] = [];
  for (let exponent = k - 1; ; exponent--) {
    s.value *= 10n;
    const digit = Number(s.value / s.scale);
    s.value %= s.scale;
    if (s.value === 0n || exponent === last) return { digits, digit, low: false, high: false };
    digits.push(digit);
  }
}

function round({ digits, digit, low, high }: Generated, { value, scale }: Scaled, k: number): Digits {
  let down = low;
  if (low === high) {
    const twice = value * 2n;
    down = twice === scale ? digit % 2 === 0 : twice < scale;
  }
  let exponent = k - 1;
  if (down || digit < 9) digits.push(down ? digit : digit + 1);
  else {
    while (digits.at(-1) === 9) digits.pop();
    if (digits.length === 0) {
      digits.push(1);
      exponent++;
    } else digits.push(digits.pop()! + 1);
  }
  return { digits: digits.join(''), exponent };
}
