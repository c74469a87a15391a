import { type DType, DTypeError, type TypedArray } from '@isograd/device';
import { type Layout, NDArray, type Scalar } from './array.ts';
import { Storage } from './storage.ts';

const NOTHING = new Float64Array(0);
const SCALAR_LAYOUT: Layout = { shape: [], strides: [], offset: 0 };

/** Memory of a bare number, made only when an op reads it as an array. */
class ScalarStorage extends Storage {
  readonly #value: Scalar;
  readonly #dtype: DType;
  #elements: TypedArray | undefined;

  constructor(value: Scalar, dtype: DType) {
    super(NOTHING);
    this.#value = value;
    this.#dtype = dtype;
  }

  override get memory(): TypedArray {
    return (this.#elements ??= elementsOf(this.#value, this.#dtype));
  }
}

function elementsOf(value: Scalar, dtype: DType): TypedArray {
  if (dtype === 'int64') return BigInt64Array.of(BigInt(value));
  return dtype === 'bool' ? Uint8Array.of(Number(value)) : Float64Array.of(Number(value));
}

function dtypeOf(value: Scalar): DType {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'int64' : 'float64';
  if (BigInt.asIntN(64, value) === value) return 'int64';
  throw new DTypeError({
    where: 'operand',
    what: 'a bigint is outside the range of int64',
    got: String(value),
    expected: '-2**63 to 2**63 - 1',
    hint: 'use a number, which becomes float64',
  });
}

/** A bare number on its way through dispatch: it takes the dtype of the arrays beside it. */
export class WeakScalar extends NDArray {
  readonly value: Scalar;

  constructor(value: Scalar) {
    const dtype = dtypeOf(value);
    super(new ScalarStorage(value, dtype), dtype, SCALAR_LAYOUT);
    this.value = value;
  }
}
