import { gradients, Tensor, tensor } from '@isograd/autograd';
import { DTYPES, isComplex, isFloat, partOf } from '@isograd/device';
import { NDArray, Storage } from '@isograd/ndarray';
import { cotangentAt, type RefArray } from '@isograd/parity';
import type { OpCase } from './op-cases.ts';

/** What isograd says to a case; a refusal is the message of what it threw. */
export interface OurAnswer {
  readonly outputs?: readonly RefArray[];
  /** For each input its gradient, or null where it is neither float nor complex. */
  readonly grads?: readonly (RefArray | null)[];
  readonly refused?: string;
}

/** Which of isograd's two kinds of array computes: NumPy's rules, or PyTorch's. */
export type ArrayKind = 'array' | 'tensor';

/** Computes a case with isograd; differentiates only tensors. */
export function ours(item: OpCase, kind: ArrayKind, differentiate = false): OurAnswer {
  try {
    if (kind === 'array')
      return {
        outputs: callOp(item, item.inputs.map(arrayOf)).map(read),
      };
    const xs = item.inputs.map((x) => tensor(arrayOf(x), { dtype: x.dtype }));
    const floats = xs.filter((x) => isFloat(x.dtype) || isComplex(x.dtype));
    if (differentiate) floats.forEach((x) => x.requiresGrad_());
    const outputs = callOp(item, xs);
    return { outputs: outputs.map(read), ...(differentiate && { grads: pullBack(outputs, xs, floats) }) };
  } catch (error) {
    return { refused: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

function callOp({ op, args }: OpCase, xs: readonly NDArray[]): readonly NDArray[] {
  const result = op.unique(xs, args);
  return Array.isArray(result) ? result : [result as NDArray];
}

function pullBack(outputs: readonly NDArray[], xs: readonly Tensor[], floats: readonly Tensor[]): (RefArray | null)[] {
  const ys = outputs.filter((y): y is Tensor => y instanceof Tensor && y.requiresGrad);
  const gradOutputs = ys.map(({ size, dtype, shape }) => {
    const { lanes } = DTYPES[dtype];
    const memory = new DTYPES[partOf(dtype)].Array(size * lanes) as Float64Array;
    for (let i = 0; i < memory.length; i++) memory[i] = cotangentAt(i);
    return new Tensor(new Storage(memory), dtype, shape);
  });
  const found = gradients(ys, floats, { gradOutputs, allowUnused: true });
  return xs.map((x) => (floats.includes(x) ? read(found[floats.indexOf(x)]!) : null));
}

// Of a copy: some ops write in place.
const arrayOf = ({ dtype, shape, values }: RefArray): NDArray => new NDArray(new Storage(values.slice()), dtype, shape);

const read = (x: NDArray): RefArray => ({ dtype: x.dtype, shape: x.shape, values: x.data.slice() });
