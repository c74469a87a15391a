import { type DType, DTypeError } from '@isograd/device';
import { NDArray, type Scalar } from './array.ts';
import type { Op, OpSpec } from './op.ts';
import { NUMPY, weakKind } from './promotion.ts';
import { Storage } from './storage.ts';

/** An array, or a bare number that takes the dtype of the arrays beside it. */
export type ArrayLike = NDArray | Scalar;

/** A bare number on its way through dispatch. */
export class WeakScalar extends NDArray {
  readonly value: Scalar;

  constructor(value: Scalar) {
    const dtype: DType = typeof value === 'boolean' ? 'bool' : weakKind(value) === 'f' ? 'float64' : Number.isSafeInteger(Number(value)) ? 'int64' : 'float64';
    super(new Storage(dtype === 'int64' ? BigInt64Array.of(BigInt(value)) : dtype === 'bool' ? Uint8Array.of(Number(value)) : Float64Array.of(Number(value))), dtype, []);
    this.value = value;
  }
}

/** Accepts what an op takes as an operand. @throws DTypeError for anything else. */
export function operand(x: ArrayLike, where: string): NDArray {
  if (x instanceof NDArray) return x;
  if (typeof x === 'number' || typeof x === 'boolean' || typeof x === 'bigint') return new WeakScalar(x);
  const got = x === null ? 'null' : Array.isArray(x) ? 'a list' : typeof x;
  throw new DTypeError({ where, what: 'not an array', got, expected: 'an NDArray or a number', hint: 'make one with array(...)' });
}

/**
 * Runs an op: computes on plain arrays, then lets the kind of array among the inputs adopt the result with its history.
 *
 * The one place through which every op goes.
 */
export function dispatch<A>(spec: OpSpec<A>, inputs: readonly NDArray[], attrs: A): NDArray {
  let owner: NDArray | undefined;
  for (let i = 0; i < inputs.length; i++) {
    if (inputs[i]!.differentiable) {
      owner = inputs[i];
      break;
    }
  }
  if (owner === undefined) return spec.forward(inputs, attrs, NUMPY);
  const out = spec.forward(inputs.map((x) => x.plain()), attrs, owner.promotion);
  return owner.adopt(out, { op: spec as OpSpec, inputs, attrs: attrs as never });
}

/** Makes the callable of a record; `parse` turns a user's arguments into operands and attributes. */
export function defineOp<F extends (...args: never[]) => NDArray, A>(spec: OpSpec<A>, parse: (...args: Parameters<F>) => readonly [inputs: readonly NDArray[], attrs: A]): Op<F> {
  const call = (...args: Parameters<F>): NDArray => {
    const [inputs, attrs] = parse(...args);
    return dispatch(spec, inputs, attrs);
  };
  Object.defineProperty(call, 'name', { value: spec.name });
  return Object.assign(call as unknown as F, { spec: spec as OpSpec });
}

