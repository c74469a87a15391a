import { ArgumentError } from '@isograd/device';
import type { Rounding } from './float-rounding.ts';

/** How a quantile between two elements is found; NumPy's names. */
export type QuantileMethod =
  | 'inverted_cdf'
  | 'averaged_inverted_cdf'
  | 'closest_observation'
  | 'interpolated_inverted_cdf'
  | 'hazen'
  | 'weibull'
  | 'linear'
  | 'median_unbiased'
  | 'normal_unbiased'
  | 'lower'
  | 'higher'
  | 'midpoint'
  | 'nearest';

/** Where a quantile of `n` sorted elements lies: `weight` of the way from element `previous` to element `next`. */
export interface Place {
  readonly previous: number;
  readonly next: number;
  readonly weight: number;
}

/** How a method finds places. */
export interface Method {
  /** The place among elements 0 to n - 1, a fraction where it lies between two. */
  readonly place: (n: number, q: number, r: Rounding) => number;
  /** Whether the place is always that of an element. */
  readonly discrete?: boolean;
  /** Whether whole quantiles have whole places, so that NumPy's weights are integers. */
  readonly whole?: boolean;
  /** The weight of the next element, by default the fraction of the place. */
  readonly weight?: (fraction: number, place: number) => number;
}

/** A family of methods with two parameters (Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996). */
const between =
  (alpha: number, beta: number) =>
  (n: number, q: number, r: Rounding): number =>
    r(r(r(n * q) + r(r(alpha) + r(q * r(1 - alpha - beta)))) - 1);

const onElement = (place: number, stays: (fraction: number, floor: number) => boolean): number => {
  const floor = Math.floor(place);
  return Math.max(stays(place - floor, floor) ? floor : floor + 1, 0);
};

function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

const METHODS: { readonly [M in QuantileMethod]: Method } = {
  inverted_cdf: { discrete: true, place: (n, q, r) => onElement(r(r(n * q) - 1), (fraction) => fraction === 0) },
  averaged_inverted_cdf: {
    whole: true,
    place: (n, q, r) => r(r(n * q) - 1),
    weight: (fraction) => (fraction === 0 ? 0.5 : 1),
  },
  closest_observation: {
    discrete: true,
    place: (n, q, r) =>
      onElement(r(r(r(n * q) - 1) - 0.5), (fraction, floor) => fraction === 0 && Math.abs(floor % 2) === 1),
  },
  interpolated_inverted_cdf: { whole: true, place: between(0, 1) },
  hazen: { place: between(0.5, 0.5) },
  weibull: { whole: true, place: between(0, 0) },
  linear: { whole: true, place: (n, q, r) => r((n - 1) * q) },
  median_unbiased: { place: between(1 / 3, 1 / 3) },
  normal_unbiased: { place: between(3 / 8, 3 / 8) },
  lower: { discrete: true, place: (n, q, r) => Math.floor(r((n - 1) * q)) },
  higher: { discrete: true, place: (n, q, r) => Math.ceil(r((n - 1) * q)) },
  midpoint: {
    place: (n, q, r) => {
      const place = r((n - 1) * q);
      return 0.5 * (Math.floor(place) + Math.ceil(place));
    },
    weight: (_fraction, place) => (place % 1 === 0 ? 0 : 0.5),
  },
  nearest: { discrete: true, place: (n, q, r) => roundHalfToEven(r((n - 1) * q)) },
};

/** A method by its name. @throws ArgumentError for a name that is none. */
export function methodOf(name: QuantileMethod, where: string): Method {
  if (Object.hasOwn(METHODS, name)) return METHODS[name];
  throw new ArgumentError({
    where,
    what: `'${String(name)}' is not a valid method`,
    got: String(name),
    expected: Object.keys(METHODS).join(', '),
    hint: "leave it out for 'linear'",
  });
}

/** Whether the quantile is an element as it is, for this method and these quantiles. */
export function isElement(method: Method, whole: boolean): boolean {
  return method.discrete === true || (whole && method === METHODS.linear);
}

/** Whether NumPy's weights are integers, and so zero. */
export function hasWholeWeights(method: Method, whole: boolean): boolean {
  return whole && method.whole === true;
}

/** Where the quantile `q` of `n` elements lies. */
export function placeOf(method: Method, n: number, q: number, r: Rounding): Place {
  const place = method.place(n, q, r);
  if (method.discrete) return { previous: place, next: place, weight: 0 };
  // Beyond an end both neighbours are that end; NumPy names the last one -1, and takes the fraction from there.
  const [previous, next] = place >= n - 1 ? [-1, -1] : place < 0 ? [0, 0] : [Math.floor(place), Math.floor(place) + 1];
  const fraction = place - previous;
  return { previous, next, weight: r(method.weight ? method.weight(fraction, place) : fraction) };
}
