import { ArgumentError } from '@isograd/device';

function integer(x: number | bigint, where: string): bigint {
  if (typeof x === 'bigint' || Number.isInteger(x)) return BigInt(x);
  throw new ArgumentError({
    where,
    what: 'not an integer',
    got: String(x),
    expected: 'a whole number or a bigint',
    hint: 'round it first',
  });
}

/**
 * An integer in base 2 to 36, with a minus sign where it is negative.
 *
 * @param padding Zeros to put before it; default none.
 * @throws ArgumentError for a fraction or another base.
 * @example
 * baseRepr(6, 5) // => 11
 * baseRepr(10, 16, 3) // => 000A
 */
export function baseRepr(number: number | bigint, base = 2, padding = 0): string {
  const value = integer(number, 'baseRepr');
  if (!Number.isInteger(base) || base < 2 || base > 36)
    throw new ArgumentError({
      where: 'baseRepr',
      what: base > 36 ? 'Bases greater than 36 not handled' : 'Bases less than 2 not handled',
      got: String(base),
      expected: 'an integer from 2 to 36',
      hint: 'leave it out for 2',
    });
  const digits = value === 0n ? '' : (value < 0n ? -value : value).toString(base).toUpperCase();
  const text = '0'.repeat(Math.max(padding, 0)) + digits;
  return `${value < 0n ? '-' : ''}${text === '' ? '0' : text}`;
}

/**
 * An integer in binary; with `width` a negative one as its two's complement.
 *
 * @param width Digits to fill up to; default as many as needed, and a minus sign.
 * @throws ArgumentError for a fraction, or when `width` is too small.
 * @example
 * binaryRepr(-3) // => -11
 * binaryRepr(-3, 5) // => 11101
 */
export function binaryRepr(num: number | bigint, width?: number): string {
  const value = integer(num, 'binaryRepr');
  if (width === undefined) return value.toString(2);
  // -4 fits three bits, as 100
  const needed = value === 0n ? 1 : value > 0n ? value.toString(2).length : (-value - 1n).toString(2).length + 1;
  const least = value === -1n ? 1 : needed;
  if (width < least)
    throw new ArgumentError({
      where: 'binaryRepr',
      what: `Insufficient bit width=${width} provided for binwidth=${least}`,
      got: `${value}`,
      expected: `a width of at least ${least}`,
      hint: 'leave it out for a minus sign',
    });
  return BigInt.asUintN(width, value).toString(2).padStart(width, '0');
}
