import { DataError, DTypeError, isFloat, ShapeError } from '@isograd/device';
import { type NDArray, sameShape } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import {
  binaryCrossEntropy as bce,
  binaryCrossEntropyWithLogits as bceWithLogits,
} from '../ops/binary-cross-entropy.ts';
import { checkReduction, reduce, type ReductionOption } from './reduction.ts';

/** Options of {@link binaryCrossEntropy}. */
export interface BCEOptions extends ReductionOption {
  /** Factor of each loss, broadcast against the input. */
  readonly weight?: NDArray | undefined;
}

/** Options of {@link binaryCrossEntropyWithLogits}. */
export interface BCEWithLogitsOptions extends BCEOptions {
  /** Factor of the positive examples, broadcast against the input. */
  readonly posWeight?: NDArray | undefined;
}

const show = (x: NDArray): string => `${x.dtype} [${x.shape.join(', ')}]`;

/** Refuses input and target of different shapes, and integers; gives the target as a tensor. */
export function checkPair(input: Tensor, target: NDArray, where: string): Tensor {
  if (!sameShape(input.shape, target.shape))
    throw new ShapeError({
      where,
      what: 'input and target differ in shape',
      got: `input ${show(input)}, target ${show(target)}`,
      expected: 'equal shapes',
      hint: 'reshape the target with target.reshape(input.shape)?',
    });
  for (const x of [input, target])
    if (!isFloat(x.dtype))
      throw new DTypeError({
        where,
        what: 'takes floating-point tensors only',
        got: `input ${input.dtype}, target ${target.dtype}`,
        expected: 'float32 or float64',
        hint: 'convert with x.float()',
      });
  return asTensor(target);
}

/** Refuses elements outside [0, 1], and NaN. */
function checkProbabilities(x: NDArray, name: string, where: string): void {
  const bad = (x.data as Float32Array).find((v) => !(v >= 0 && v <= 1));
  if (bad === undefined) return;
  throw new DataError({
    where,
    what: `an element of the ${name} is no probability`,
    got: String(bad),
    expected: 'numbers from 0 to 1',
    hint: name === 'input' ? 'pass it through sigmoid, or use binaryCrossEntropyWithLogits' : 'labels are 0 and 1',
  });
}

/**
 * Mean squared error, `(input - target)²`, of equal shapes (PyTorch's `F.mse_loss`).
 *
 * @throws ShapeError when the shapes differ (they are not broadcast); DTypeError for integers.
 * @example
 * import { tensor } from '@isograd/autograd';
 * mseLoss(tensor([1.5, 2]), tensor([0.5, 0.5])).item() // => 1.625
 */
export function mseLoss(input: Tensor, target: NDArray, options: ReductionOption = {}): Tensor {
  const reduction = checkReduction(options.reduction ?? 'mean', 'mseLoss');
  const d = input.sub(checkPair(input, target, 'mseLoss'));
  return reduce(d.mul(d), reduction);
}

/**
 * Binary cross-entropy of probabilities, logarithms not below -100 (PyTorch's `F.binary_cross_entropy`).
 *
 * @param input Probabilities, any shape.
 * @param target Of the same shape, from 0 to 1.
 * @throws ShapeError when the shapes differ; DTypeError for integers; DataError for an element that is NaN or outside [0, 1].
 * @example
 * import { tensor } from '@isograd/autograd';
 * binaryCrossEntropy(tensor([0.5, 0.5]), tensor([0, 1], { dtype: 'float32' })).item() // => 0.6931471824645996
 */
export function binaryCrossEntropy(input: Tensor, target: NDArray, options: BCEOptions = {}): Tensor {
  const where = 'binaryCrossEntropy';
  const reduction = checkReduction(options.reduction ?? 'mean', where);
  const y = checkPair(input, target, where);
  checkProbabilities(input, 'input', where);
  checkProbabilities(target, 'target', where);
  const losses = bce(input, y) as Tensor;
  return reduce(options.weight ? losses.mul(options.weight) : losses, reduction);
}

/**
 * Binary cross-entropy of `sigmoid(input)` without overflow (PyTorch's `F.binary_cross_entropy_with_logits`).
 *
 * @param input Logits, any shape.
 * @param target Of the same shape.
 * @throws ShapeError when the shapes differ; DTypeError for integers.
 * @example
 * import { tensor } from '@isograd/autograd';
 * binaryCrossEntropyWithLogits(tensor([-200.5]), tensor([1], { dtype: 'float32' })).item() // => 200.5
 */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: NDArray,
  options: BCEWithLogitsOptions = {},
): Tensor {
  const where = 'binaryCrossEntropyWithLogits';
  const reduction = checkReduction(options.reduction ?? 'mean', where);
  const y = checkPair(input, target, where);
  const { weight, posWeight } = options;
  let losses: Tensor;
  if (posWeight) {
    // The loss of a sure positive is softplus(-x); each positive counts posWeight times.
    const positive = bceWithLogits(input, 1) as Tensor;
    losses = positive.mul(y.mul(asTensor(posWeight).sub(1)).add(1)).add(input.mul(y.rsub(1)));
  } else losses = bceWithLogits(input, y) as Tensor;
  return reduce(weight ? losses.mul(weight) : losses, reduction);
}
