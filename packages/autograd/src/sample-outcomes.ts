import { IsogradError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import type { TableOp } from '@isograd/ndarray/testing';
import { gradients } from './gradients.ts';
import type { TensorFunction } from './gradcheck.ts';
import { asTensor, type Tensor } from './tensor.ts';
import { wave } from './transform-checks.ts';

/** What a function of tensors gives, with the gradients of its float64 results. */
export interface Answer {
  readonly values: readonly Tensor[];
  /** One for each input; `undefined` where no float64 result depends on the inputs. */
  readonly gradients: readonly Tensor[] | undefined;
}

/** An answer, or the words in which it was refused. */
export type Outcome = Answer | { readonly refused: string };

/** Calls a function and pulls cotangents back through its float64 results; only refusals of isograd's own are outcomes. */
export function outcomeOf(f: TensorFunction, xs: readonly Tensor[], cotangent: (y: Tensor) => Tensor): Outcome {
  const leaves = xs.map((x) => (x.dtype === 'float64' ? x.detach().requiresGrad_() : x));
  try {
    const values = [f(...leaves)].flat() as Tensor[];
    const ys = values.filter((y) => y.dtype === 'float64' && y.requiresGrad);
    if (ys.length === 0) return { values, gradients: undefined };
    return { values, gradients: gradients(ys, leaves, { gradOutputs: ys.map(cotangent), allowUnused: true }) };
  } catch (error) {
    if (error instanceof IsogradError) return { refused: error.what };
    throw error;
  }
}

/** What a call of an op gives, under cotangents that differ from element to element. */
export function outcomeOfCall(op: TableOp, xs: readonly Tensor[], args: readonly unknown[] | undefined): Outcome {
  return outcomeOf(
    (...given) => op.call(given, args) as never,
    xs,
    (y) => asTensor(wave(y, 7)),
  );
}

/** Whether two arrays are the same to the bit, NaN for NaN, or to a relative distance. */
export function same(a: NDArray, b: NDArray, tolerance = 0): boolean {
  const [x, y] = [a.data, b.data] as unknown as [Float64Array, Float64Array];
  const near = (v: number, w: number): boolean => tolerance > 0 && Math.abs(v - w) <= tolerance * (1 + Math.abs(w));
  return (
    a.dtype === b.dtype && a.shape.join() === b.shape.join() && x.every((v, i) => Object.is(v, y[i]) || near(v, y[i]!))
  );
}
