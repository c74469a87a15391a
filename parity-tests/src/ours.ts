import { gradients, Tensor, tensor } from '@isograd/autograd';
import { array, type NDArray } from '@isograd/ndarray';
import { cotangentAt, type RefArray, type Said } from '@isograd/parity';
import type { OpCase } from './op-cases.ts';

/** What isograd says to a case. */
export interface OurAnswer {
  readonly value: Said;
  /** For each input its gradient, or null where it is no float; absent when none was asked for. */
  readonly grads?: readonly (RefArray | null)[];
}

/** Which of isograd's two kinds of array computes: NumPy's rules, or PyTorch's. */
export type ArrayKind = 'array' | 'tensor';

/** Computes a case with isograd. */
export function ours(item: OpCase, kind: ArrayKind, differentiate: boolean): OurAnswer {
  try {
    const xs = item.inputs.map((x) =>
      kind === 'array' ? array(copyOf(x), x) : tensor(copyOf(x), { dtype: x.dtype, shape: x.shape }),
    );
    const floats = xs.filter(
      (x): x is Tensor => x instanceof Tensor && (x.dtype === 'float32' || x.dtype === 'float64'),
    );
    if (differentiate) floats.forEach((x) => x.requiresGrad_());
    const y = call(item, xs);
    if (!differentiate) return { value: read(y) };
    const cotangent = tensor(
      Float64Array.from({ length: y.size }, (_, i) => cotangentAt(i)),
      { dtype: y.dtype, shape: y.shape },
    );
    const found = gradients([y as Tensor], floats, { gradOutputs: [cotangent], allowUnused: true });
    return {
      value: read(y),
      grads: xs.map((x) => (floats.includes(x as Tensor) ? read(found[floats.indexOf(x as Tensor)]!) : null)),
    };
  } catch (error) {
    return { value: { refused: error instanceof Error ? `${error.name}: ${error.message}` : String(error) } };
  }
}

function call({ op, args }: OpCase, xs: readonly NDArray[]): NDArray {
  return (op as unknown as (...list: unknown[]) => NDArray)(...(op.spec.family === 'join' ? [xs] : xs), ...args);
}

// A typed array is taken as it is, so the case must not be.
const copyOf = (x: RefArray): RefArray['values'] => x.values.slice();

const read = (x: NDArray): RefArray => ({ dtype: x.dtype, shape: x.shape, values: x.data.slice() });
