import { ArgumentError, DataError } from '@isograd/device';

/** How values lie along an axis. */
export type ScaleName = 'linear' | 'log';

/** First and last value of an axis; the first is the larger one when the axis runs backwards. */
export type Limits = readonly [first: number, last: number];

/** A mapping of values to pixels. */
export interface Scale {
  readonly name: ScaleName;
  readonly limits: Limits;
  /** Pixel of a value; NaN where there is none, as for values up to 0 on a logarithmic axis. */
  pixel(value: number): number;
}

/** Maps `limits` to the pixels `from` to `to`. */
export function makeScale(name: ScaleName, limits: Limits, [from, to]: Limits): Scale {
  const [first, last] = name === 'log' ? [Math.log10(limits[0]), Math.log10(limits[1])] : limits;
  const factor = (to - from) / (last - first);
  const pixel =
    name === 'log'
      ? (value: number) => (value > 0 ? from + (Math.log10(value) - first) * factor : Number.NaN)
      : (value: number) => from + (value - first) * factor;
  return { name, limits, pixel };
}

/** Values that an axis should show, and edges beyond which nothing needs to be seen. */
export interface Extent {
  readonly values: Iterable<number>;
  /** Values at which the axis may end without a margin: the edges of images, the feet of bars. */
  readonly sticky?: readonly number[];
}

const MARGIN = 0.05;

/**
 * Limits that show all values, with a margin of 5 % on either side as in matplotlib.
 *
 * @throws DataError when a logarithmic axis has values but none above 0.
 * @example
 * fitLimits('linear', [{ values: [0, 100] }], 'y') // => [ -5, 105 ]
 * fitLimits('linear', [{ values: [0, 100], sticky: [0] }], 'y') // => [ 0, 105 ]
 */
export function fitLimits(name: ScaleName, extents: readonly Extent[], axis: string): Limits {
  let [low, high, lowestRefused] = [Infinity, -Infinity, Infinity];
  for (const { values } of extents) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      if (name === 'log' && value <= 0) {
        lowestRefused = Math.min(lowestRefused, value);
        continue;
      }
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) {
    if (lowestRefused === Infinity) return name === 'log' ? [1, 10] : [0, 1];
    throw new DataError({
      where: `${axis}scale`,
      what: 'a logarithmic axis shows only values above 0',
      got: `none, the lowest is ${lowestRefused}`,
      expected: 'one value above 0',
      hint: `use ${axis}scale('linear')`,
    });
  }
  const sticky = new Set(extents.flatMap((extent) => extent.sticky ?? []));
  return withMargin(name, [low, high], sticky);
}

function withMargin(name: ScaleName, [low, high]: Limits, sticky: ReadonlySet<number>): Limits {
  if (low === high)
    return name === 'log'
      ? [low / 10, high * 10]
      : low === 0
        ? [-MARGIN, MARGIN]
        : [low - Math.abs(low) * MARGIN, high + Math.abs(high) * MARGIN];
  const margin = name === 'log' ? (high / low) ** MARGIN : (high - low) * MARGIN;
  const below = name === 'log' ? low / margin : low - margin;
  const above = name === 'log' ? high * margin : high + margin;
  return [sticky.has(low) ? low : below, sticky.has(high) ? high : above];
}

/**
 * Checks limits that a user gives.
 *
 * @throws ArgumentError unless they are two different finite numbers, above 0 on a logarithmic axis.
 */
export function checkLimits(limits: readonly number[], name: ScaleName, where: string): Limits {
  const [first, last] = limits;
  const fits =
    limits.length === 2 &&
    limits.every((limit) => Number.isFinite(limit) && (name === 'linear' || limit > 0)) &&
    first !== last;
  if (fits && first !== undefined && last !== undefined) return [first, last];
  throw new ArgumentError({
    where,
    what: 'these are no limits of an axis',
    got: `[${limits.join(', ')}]`,
    expected: `two different numbers${name === 'log' ? ' above 0' : ''}`,
  });
}
