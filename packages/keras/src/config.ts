import { ArgumentError } from '@isograd/device';

/** Dtypes in which models compute. */
export type FloatDType = 'float32' | 'float64';

let current: FloatDType = 'float32';

/** Dtype of weights and of what models compute, unless a layer says otherwise; default `float32`. */
export function floatx(): FloatDType {
  return current;
}

/**
 * Sets the dtype of layers that are made from here on.
 *
 * @throws ArgumentError for anything but `float32` and `float64`.
 */
export function setFloatx(dtype: FloatDType): void {
  if (dtype !== 'float32' && dtype !== 'float64')
    throw new ArgumentError({
      where: 'setFloatx',
      what: 'not a dtype to compute in',
      got: String(dtype),
      expected: 'float32 or float64',
    });
  current = dtype;
}

/** The small number by which Keras keeps probabilities away from 0 and 1. */
export function epsilon(): number {
  return 1e-7;
}
