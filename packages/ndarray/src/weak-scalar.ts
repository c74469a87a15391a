import { type DType, DTypeError, DTYPES, type TypedArray } from '@isograd/device';
import { type Layout, NDArray, type Scalar } from './array.ts';
import { Complex } from './complex.ts';
import { holds, elementWriter } from './elements.ts';
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
  const { Array, lanes } = DTYPES[dtype];
  const memory = new Array(lanes);
  elementWriter(dtype, 'operand')(memory, 0, value);
  return memory;
}

function dtypeOf(value: Scalar): DType {
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof Complex) return 'complex128';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'int64' : 'float64';
  const dtype = (['int64', 'uint64'] as const).find((d) => holds(d, value));
  if (dtype !== undefined) return dtype;
  throw new DTypeError({
    where: 'operand',
    what: 'a bigint is outside the range of int64 and uint64',
    got: String(value),
    expected: '-2**63 to 2**64 - 1',
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
