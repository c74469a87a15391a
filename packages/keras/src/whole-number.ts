import { ArgumentError } from '@isograd/device';

/** Gives back a whole number from 1; for anything else `what` says what it is not: `units is not a number of outputs`. @throws ArgumentError */
export function wholeNumber(value: number, where: string, what: string): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new ArgumentError({ where, what, got: String(value), expected: 'a whole number from 1' });
}
