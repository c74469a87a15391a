import { type DType, DTYPES } from '@isograd/device';
import type { NDArray } from './array.ts';
import { WeakScalar } from './weak-scalar.ts';
import { meetWeak, type Promotion, type WeakKind, weakKind } from './promotion.ts';

const kindOf = (dtype: DType): WeakKind => {
  const { kind } = DTYPES[dtype];
  return kind === 'u' ? 'i' : kind;
};

/** The dtype in which operands meet: arrays by the promotion table, bare numbers (and 0-d tensors in PyTorch) only by their kind. */
export function resultType(inputs: readonly NDArray[], rule: Promotion): DType {
  const weak =
    rule.zeroDimIsWeak && inputs.some((x) => x.ndim > 0)
      ? (x: NDArray) => x.ndim === 0
      : (x: NDArray) => x instanceof WeakScalar;
  let dtype: DType | undefined;
  for (const x of inputs.length > 2 ? highestFirst(inputs) : inputs)
    if (!weak(x)) dtype = dtype === undefined ? x.dtype : rule.promote(dtype, x.dtype);
  if (dtype === undefined)
    return inputs.map((x) => (x instanceof WeakScalar ? defaultOf(x, rule) : x.dtype)).reduce(rule.promote);
  let raised: DType = dtype;
  for (const x of inputs) {
    if (!weak(x)) continue;
    const kind = x instanceof WeakScalar ? weakKind(x.value) : kindOf(x.dtype);
    const met = meetWeak(dtype, kind, rule);
    if (met === dtype) continue;
    // A 0-d tensor that raises the kind brings its own width; a bare number the default one.
    raised = rule.promote(raised, x instanceof WeakScalar ? met : x.dtype);
  }
  return raised;
}

/** NumPy lets the highest kind meet each of the others, so that integers of either sign do not raise each other first. */
function highestFirst(inputs: readonly NDArray[]): readonly NDArray[] {
  const rank = (x: NDArray): number => 'buifc'.indexOf(DTYPES[x.dtype].kind);
  return [...inputs].sort((a, b) => rank(b) - rank(a));
}

function defaultOf(x: WeakScalar, rule: Promotion): DType {
  const kind = weakKind(x.value);
  if (kind === 'i' || kind === 'b') return x.dtype;
  return kind === 'f' ? rule.defaultFloat : meetWeak('bool', 'c', rule);
}
