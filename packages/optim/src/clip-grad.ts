import { ArgumentError } from '@isograd/device';
import { noGrad, Tensor, tensor } from '@isograd/autograd';
import type { NDArray } from '@isograd/ndarray';
import { norm } from './direction.ts';
import { checkRange } from './ranges.ts';

/** Options of {@link clipGradNorm_} and {@link getTotalNorm}. */
export interface ClipNormOptions {
  /** Order of the norm, above 0; `Infinity` for the largest size. Default 2. */
  readonly normType?: number;
  /** Whether a norm that is not finite is an error; default false. */
  readonly errorIfNonfinite?: boolean;
}

const listOf = (parameters: Tensor | Iterable<Tensor>): Tensor[] =>
  parameters instanceof Tensor ? [parameters] : [...parameters];

/** Sum of the powers of the sizes of all elements, or their largest size. */
function size(x: NDArray, order: number): number {
  if (x.size === 0) return 0;
  if (order === Infinity) return Number(x.absolute().max().item());
  if (order === 2) return norm(x);
  return Number(x.absolute().pow(order).sum().item()) ** (1 / order);
}

/**
 * The norm of all tensors as if they were one vector (PyTorch's `torch.nn.utils.get_total_norm`).
 *
 * @returns A tensor without axes.
 * @throws ArgumentError when the norm is not finite and that is an error.
 * @example
 * import { tensor } from '@isograd/autograd';
 * getTotalNorm([tensor([3]), tensor([4])]).item() // => 5
 */
export function getTotalNorm(tensors: Tensor | Iterable<Tensor>, options: ClipNormOptions = {}): Tensor {
  const { normType = 2, errorIfNonfinite = false } = options;
  checkRange('getTotalNorm', 'normType', normType, [0, Infinity, 'included']);
  const list = listOf(tensors);
  const norms = list.map((x) => size(x.plain(), normType));
  const total = norms.length === 0 ? 0 : size(tensor(norms, { dtype: list[0]!.dtype }).plain(), normType);
  if (errorIfNonfinite && !Number.isFinite(total))
    throw new ArgumentError({
      where: 'getTotalNorm',
      what: 'the norm of the gradients is not finite, so they cannot be clipped',
      got: String(total),
      expected: 'finite gradients',
    });
  return tensor(total, { dtype: list[0]?.dtype ?? 'float32' });
}

/**
 * Shortens all gradients together, in place, when their norm is above `maxNorm` (PyTorch's `torch.nn.utils.clip_grad_norm_`).
 *
 * @returns The norm before, a tensor without axes.
 * @throws ArgumentError when the norm is not finite and that is an error; nothing is changed then.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([3, 4], { requiresGrad: true });
 * w.mul(w).sum().backward();
 * clipGradNorm_([w], 1).item() // => 10
 * w.grad.tolist().map((x) => x.toFixed(3)) // => [ '0.600', '0.800' ]
 */
export function clipGradNorm_(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  options: ClipNormOptions = {},
): Tensor {
  const list = listOf(parameters);
  const total = getTotalNorm(
    list.flatMap(({ grad }) => (grad ? [grad] : [])),
    options,
  );
  clipGradsWithNorm_(list, maxNorm, total);
  return total;
}

/**
 * Shortens all gradients together, in place, by a norm that is known (PyTorch's `torch.nn.utils.clip_grads_with_norm_`).
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { requiresGrad: true });
 * w.sum().backward();
 * clipGradsWithNorm_([w], 1, 2);
 * w.grad.tolist().map((x) => x.toFixed(3)) // => [ '0.500', '0.500' ]
 */
export function clipGradsWithNorm_(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  totalNorm: number | Tensor,
): void {
  const factor = maxNorm / (Number(typeof totalNorm === 'number' ? totalNorm : totalNorm.item()) + 1e-6);
  // Written so that NaN stays: a gradient without a norm has no direction.
  const share = factor >= 1 ? 1 : factor;
  noGrad(() => {
    for (const { grad } of listOf(parameters)) grad?.mul_(share);
  });
}

/**
 * Limits every element of all gradients to the range from `-clipValue` to `clipValue`, in place (PyTorch's `torch.nn.utils.clip_grad_value_`).
 *
 * @throws ArgumentError unless `clipValue` is a number from 0.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, -4], { requiresGrad: true });
 * w.mul(w).sum().backward();
 * clipGradValue_([w], 3);
 * w.grad.tolist() // => [ 2, -3 ]
 */
export function clipGradValue_(parameters: Tensor | Iterable<Tensor>, clipValue: number): void {
  checkRange('clipGradValue_', 'clipValue', clipValue, [0, Infinity, 'included']);
  noGrad(() => {
    for (const { grad } of listOf(parameters)) grad?.clamp_({ min: -clipValue, max: clipValue });
  });
}
