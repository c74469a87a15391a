import { ArgumentError } from '@isograd/device';
import { type NDArray, where } from '@isograd/ndarray';
import { asTensor, type Draw, type Tensor, tensor } from '@isograd/autograd';
import { dropout } from './dropout.ts';

/** Options of {@link scaledDotProductAttention}. */
export interface AttentionOptions extends Draw {
  /** Bools, true where attention is allowed, or numbers that are added to the scores; broadcast against `[..., queries, keys]`. */
  readonly attnMask?: NDArray | null | undefined;
  /** Probability of dropout of weights; default 0. */
  readonly dropoutP?: number;
  /** Whether a query sees the keys up to its own position only; default false. */
  readonly isCausal?: boolean;
  /** Factor of the scores; default 1/√features. */
  readonly scale?: number | undefined;
  /** Whether several heads of queries share one of keys and values; default false. */
  readonly enableGqa?: boolean;
}

/** Bools `[queries, keys]`, true up to the query's position. */
export function causalMask(queries: number, keys: number): Tensor {
  const seen = Uint8Array.from({ length: queries * keys }, (_, i) => Number(i % keys <= Math.floor(i / keys)));
  return tensor(seen, { dtype: 'bool', shape: [queries, keys] });
}

/** Softmax of the scores with a mask, `[..., queries, keys]`; queries that may see nothing have weights `unseen`, 0 or NaN. */
export function attentionWeights(q: Tensor, k: Tensor, options: AttentionOptions, unseen = 0): Tensor {
  const { attnMask, isCausal = false, scale = 1 / Math.sqrt(q.shape.at(-1)!) } = options;
  const scores = q.mul(scale).matmul(k.mT);
  const mask = isCausal ? causalMask(q.shape.at(-2)!, k.shape.at(-2)!) : attnMask;
  if (!mask) return scores.softmax(-1);
  const isBool = mask.dtype === 'bool';
  const masked = isBool ? asTensor(where(mask, scores, -Infinity)) : scores.add(mask);
  if (isCausal || Number.isNaN(unseen)) return masked.softmax(-1);
  const seeing = (isBool ? mask : mask.greater(-Infinity)).any(-1, { keepdims: true });
  // Of many examples at once nothing can be read.
  if (seeing.readable && seeing.all().item()) return masked.softmax(-1);
  return asTensor(where(seeing, asTensor(where(seeing, masked, 0)).softmax(-1), 0));
}

/**
 * `softmax(q kᵀ scale + mask) v`: `q` `[..., queries, features]`, `k` `[..., keys, features]`, `v` `[..., keys, values]` → `[..., queries, values]`
 * (PyTorch's `F.scaled_dot_product_attention`; Vaswani et al. 2017). A query that may see nothing gives 0.
 *
 * @throws ArgumentError for a mask beside `isCausal`, or heads that cannot be shared.
 */
export function scaledDotProductAttention(q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions = {}): Tensor {
  const { attnMask, isCausal = false, dropoutP = 0, enableGqa = false, generator } = options;
  if (isCausal && attnMask)
    throw new ArgumentError({
      where: 'scaledDotProductAttention',
      what: 'takes one mask',
      got: 'attnMask and isCausal',
      expected: 'one of them',
    });
  const [keys, values] = enableGqa ? [shareHeads(q, k), shareHeads(q, v)] : [k, v];
  const weights = dropout(attentionWeights(q, keys, options), { p: dropoutP, training: dropoutP > 0, generator });
  return weights.matmul(values);
}

function shareHeads(q: Tensor, x: Tensor): Tensor {
  const times = q.shape.at(-3)! / x.shape.at(-3)!;
  if (!Number.isInteger(times))
    throw new ArgumentError({
      where: 'scaledDotProductAttention',
      what: 'the heads of the queries cannot share those of the keys',
      got: `${q.shape.at(-3)} and ${x.shape.at(-3)}`,
      expected: 'a multiple',
    });
  return times === 1 ? x : x.repeat(times, -3);
}
