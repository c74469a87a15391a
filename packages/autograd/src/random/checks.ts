import { ArgumentError, type DType, DTypeError, isComplex, isFloat } from '@isograd/device';

/** Refuses integer dtypes, and complex ones unless they are taken. */
export function checkFloatDType(dtype: DType, where: string, complex = false): void {
  if (isFloat(dtype) || (complex && isComplex(dtype))) return;
  throw new DTypeError({
    where,
    what: 'takes floating-point dtypes only',
    got: dtype,
    expected: `float16, float32 or float64${complex ? ', or a complex dtype' : ''}`,
    hint: 'randint makes integers',
  });
}

/** Refuses complex dtypes. */
export function checkReal(dtype: DType, where: string): void {
  if (!isComplex(dtype)) return;
  throw new DTypeError({
    where,
    what: 'draws no complex numbers',
    got: dtype,
    expected: 'a real dtype',
    hint: 'uniform_ and normal_ draw complex numbers',
  });
}

/** Refuses what is not above zero. */
export function checkPositive(value: number, name: string, where: string): void {
  if (value > 0) return;
  throw new ArgumentError({ where, what: `${name} is not above 0`, got: String(value), expected: `${name} > 0` });
}

/** Refuses a standard deviation below zero. */
export function checkStd(std: number, where: string): void {
  if (std >= 0) return;
  throw new ArgumentError({
    where,
    what: 'the standard deviation is negative',
    got: String(std),
    expected: 'std >= 0',
    hint: 'pass the standard deviation, not a shift',
  });
}

/** Refuses what is no probability. */
export function checkProbability(p: number, where: string): void {
  if (p >= 0 && p <= 1) return;
  throw new ArgumentError({
    where,
    what: 'not a probability',
    got: String(p),
    expected: '0 <= p <= 1',
    hint: 'pass logits through sigmoid first?',
  });
}

/** Refuses bounds that are out of order, or too far apart for the dtype. */
export function checkInterval(low: number, high: number, dtype: DType, where: string): void {
  const largest = LARGEST[dtype] ?? Number.MAX_VALUE;
  if (low <= high && high - low <= largest && Math.max(-low, high) <= largest) return;
  throw new ArgumentError({
    where,
    what: low <= high ? `the interval is too wide for ${dtype}` : 'the bounds are out of order',
    got: `low ${low}, high ${high}`,
    expected: low <= high ? `bounds and distance within ${largest}` : 'low <= high',
    hint: low <= high ? 'draw float64' : 'exchange them?',
  });
}

const LARGEST: { readonly [D in DType]?: number } = {
  float16: 65504,
  float32: 3.4028234663852886e38,
  complex64: 3.4028234663852886e38,
};
