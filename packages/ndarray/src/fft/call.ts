import { type DType, isComplex, isFloat } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { checkReal, resultOf, type Transform, transform } from './engine.ts';
import { checkOut } from './options.ts';

/** All that a transform does, after its arguments were read and checked. */
export interface TransformAttrs {
  readonly where: string;
  /** One transform after the other. */
  readonly steps: readonly Transform[];
  readonly out: NDArray | undefined;
}

/** Integers become what fractional numbers are: float64 for arrays, float32 for tensors. */
export function inexact(x: NDArray): NDArray {
  return isFloat(x.dtype) || isComplex(x.dtype) ? x : x.astype(x.promotion.defaultFloat);
}

/** Refuses what a call cannot do before anything is computed; returns its attributes. */
export function checked(x: NDArray, attrs: TransformAttrs): TransformAttrs {
  const { steps, where, out } = attrs;
  const shape = [...x.shape];
  let dtype: DType = x.dtype;
  for (const { axis, length, real } of steps) {
    shape[axis] = real === 'input' ? Math.floor(length / 2) + 1 : length;
    dtype = resultOf(dtype, real);
  }
  if (steps[0]?.real === 'input') checkReal(x, where);
  checkOut(out, shape, dtype, where);
  return attrs;
}

/** Runs the steps on a plain array. */
export function runSteps(x: NDArray, { steps, out }: TransformAttrs): NDArray {
  let y = x;
  for (const step of steps) y = transform(y, step, y !== x);
  if (steps.length === 0) y = y.copy();
  if (out === undefined) return y;
  out.set(['...'], y);
  return out;
}
