import { ArgumentError } from '@isograd/device';

/** How much: a number, or the least and the largest. */
export type Factor = number | readonly [low: number, high: number];

/** A range as {@link Factor} says it. */
export type FactorRange = readonly [low: number, high: number];

/** Where a factor may lie, and what a single number stands for. */
export interface FactorRule {
  readonly where: string;
  readonly name: string;
  readonly bounds: FactorRange;
  /** Whether the lower bound itself is out. */
  readonly above?: boolean;
  /** The least of what a single number stands for. */
  readonly least: (factor: number) => number;
}

/** Reads a factor. @throws ArgumentError when it is none, or a number is out of bounds. */
export function factorRange(factor: Factor, { where, name, bounds, above = false, least }: FactorRule): FactorRange {
  const [low, high] = bounds;
  const fits = (x: number): boolean => (above ? x > low : x >= low) && x <= high;
  if (typeof factor === 'number' && fits(factor)) return [least(Math.abs(factor)), Math.abs(factor)];
  if (Array.isArray(factor) && factor.length === 2 && factor.every(fits))
    return [Math.min(...factor), Math.max(...factor)];
  throw new ArgumentError({
    where,
    what: `${name} is no factor`,
    got: JSON.stringify(factor),
    expected: `a number ${above ? 'above' : 'from'} ${low} to ${high}, or two of them`,
  });
}

/** A rule for factors of which a single number stands for `[max(-factor, low), factor]`. */
export function within(bounds: FactorRange, where: string, name = 'factor'): FactorRule {
  return { where, name, bounds, least: (factor) => Math.max(-factor, bounds[0]) };
}

/** A rule for factors of which a single number stands for `[-factor, factor]`. */
export function around(bounds: FactorRange, where: string, name: string): FactorRule {
  return { where, name, bounds, least: (factor) => -factor };
}
