import { ArgumentError, type DType, DTYPES, partOf } from '@isograd/device';

/** What is compared: an op's value or gradient, or what a training run gives. */
export type Kind =
  | 'value'
  | 'gradient'
  | 'difference quotient'
  | 'network gradient'
  | 'path of 50 steps'
  | 'path of a quasi-Newton method'
  | 'loss of the first 100 steps'
  | 'loss of the first 500 steps'
  | 'loss that drifts'
  | 'final weights';

/**
 * How far two answers may stand apart: `|a - b| <= relative * max(|a|, |b|) + scaled * scale`, where `scale` is the largest
 * magnitude that took part. The second term is what a sum whose terms cancel can lose. Both may differ by the smallest normal
 * number besides: below it some libraries give zero.
 */
export interface Tolerance {
  readonly dtype: 'float16' | 'float32' | 'float64';
  readonly kind: Kind;
  readonly relative: number;
  readonly scaled: number;
  /** Why the two may differ at all, and why by so much. */
  readonly reason: string;
}

/** The one table of tolerances. Integers and bools have no row: they are equal or they are wrong. */
export const TOLERANCES: readonly Tolerance[] = [
  {
    dtype: 'float16',
    kind: 'value',
    relative: 2 ** -10,
    scaled: 2 ** -11,
    reason:
      'one unit in the last place: what is computed in float32 is rounded once here, and after every step elsewhere',
  },
  {
    dtype: 'float16',
    kind: 'gradient',
    relative: 2 ** -9,
    scaled: 2 ** -10,
    reason: 'twice that of values: a rule multiplies one or two rounded values by the cotangent',
  },
  {
    dtype: 'float32',
    kind: 'value',
    relative: 1.2e-6,
    scaled: 4e-7,
    reason:
      'ten units in the last place: libraries use their own polynomials for exp, tanh and erf (tfjs on wasm and libtensorflow up to eight), and sum in their own order',
  },
  {
    dtype: 'float32',
    kind: 'gradient',
    relative: 2.4e-6,
    scaled: 8e-7,
    reason: 'twice that of values: a rule multiplies one or two rounded values by the cotangent',
  },
  {
    dtype: 'float64',
    kind: 'value',
    relative: 2e-15,
    scaled: 1e-15,
    reason: 'ten units in the last place, for the same reasons',
  },
  {
    dtype: 'float64',
    kind: 'gradient',
    relative: 4e-15,
    scaled: 2e-15,
    reason: 'twice that of values, for the same reason',
  },
  {
    dtype: 'float64',
    kind: 'difference quotient',
    relative: 1e-7,
    scaled: 1e-7,
    reason:
      'a central difference with the best step, the cube root of the machine epsilon, keeps two thirds of the digits; a factor 100 for third derivatives',
  },
  {
    dtype: 'float32',
    kind: 'network gradient',
    relative: 0,
    scaled: 1e-5,
    reason:
      'sums over a batch of rounded products, layer after layer; small elements of a gradient are differences of large ones, so the error is measured against its largest element',
  },
  {
    dtype: 'float64',
    kind: 'network gradient',
    relative: 0,
    scaled: 1e-9,
    reason: 'as in float32; held against float64 difference quotients, which end here',
  },
  {
    dtype: 'float32',
    kind: 'path of 50 steps',
    relative: 0,
    scaled: 1e-6,
    reason:
      'every step rounds a few times and passes the error on; a descent shrinks it, an ascent grows it no faster than the path itself',
  },
  {
    dtype: 'float64',
    kind: 'path of 50 steps',
    relative: 0,
    scaled: 1e-13,
    reason: 'as in float32, from an epsilon that is 2^29 times smaller',
  },
  {
    dtype: 'float32',
    kind: 'path of a quasi-Newton method',
    relative: 0,
    scaled: 1e-4,
    reason:
      'curvature comes from differences of gradients, which lose digits as they meet, and a search ends where the loss changes no more: the minimum is known to the root of epsilon',
  },
  {
    dtype: 'float64',
    kind: 'path of a quasi-Newton method',
    relative: 0,
    scaled: 1e-12,
    reason: 'as in float32, from an epsilon that is 2^29 times smaller',
  },
  {
    dtype: 'float32',
    kind: 'loss of the first 100 steps',
    relative: 1e-4,
    scaled: 0,
    reason: 'rounding errors of the gradients feed back into the weights and grow with the steps',
  },
  {
    dtype: 'float32',
    kind: 'loss of the first 500 steps',
    relative: 1e-3,
    scaled: 0,
    reason: 'as for 100 steps; beyond, float32 and float64 runs of one library drift as far apart',
  },
  {
    dtype: 'float32',
    kind: 'loss that drifts',
    relative: 0.1,
    scaled: 0,
    reason:
      'the most that twice the distance of runs that differ by rounding alone may excuse: a loss that fell to what rounding leaves of it, as all runs of the two-layer net in float32 do after 300 steps',
  },
  {
    dtype: 'float32',
    kind: 'final weights',
    relative: 0,
    scaled: 1e-5,
    reason:
      'what training makes of rounding errors where no ReLU opens or closes; a share of the way that the weights went',
  },
  {
    dtype: 'float64',
    kind: 'loss of the first 100 steps',
    relative: 1e-10,
    scaled: 0,
    reason: 'as in float32, from an epsilon that is 2^29 times smaller',
  },
  {
    dtype: 'float64',
    kind: 'loss of the first 500 steps',
    relative: 1e-9,
    scaled: 0,
    reason: 'as in float32, from an epsilon that is 2^29 times smaller',
  },
];

/**
 * The tolerance for a kind of result; of two dtypes the coarser decides, and integers and bools allow nothing.
 *
 * @throws ArgumentError when the table has no row for a float dtype and the kind.
 * @example
 * toleranceFor(['int64', 'int32'], 'value').relative // => 0
 * toleranceFor(['float64', 'float32'], 'loss of the first 100 steps').relative // => 0.0001
 */
export function toleranceFor(
  dtypes: readonly DType[],
  kind: Kind,
): { readonly relative: number; readonly scaled: number } {
  const floats = dtypes.map(partOf).filter((dtype) => DTYPES[dtype].kind === 'f');
  if (floats.length === 0) return { relative: 0, scaled: 0 };
  const dtype = (['float16', 'float32'] as const).find((name) => floats.includes(name)) ?? 'float64';
  const row = TOLERANCES.find((candidate) => candidate.dtype === dtype && candidate.kind === kind);
  if (row) return row;
  throw new ArgumentError({
    where: 'toleranceFor',
    what: 'no tolerance is set',
    got: `${dtype}, ${kind}`,
    expected: TOLERANCES.filter((candidate) => candidate.dtype === dtype)
      .map((candidate) => candidate.kind)
      .join(', '),
    hint: 'add a row with its reason to tolerances.ts',
  });
}
