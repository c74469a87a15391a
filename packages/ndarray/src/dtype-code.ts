import { type DType, DTYPE_NAMES } from '@isograd/device';

const CODES = new Map<DType, number>(DTYPE_NAMES.map((name, code) => [name, code]));

/** A small number for a dtype, below 16, so that kernels can be found by number: comparing names is cheaper than hashing them. */
export function dtypeCode(dtype: DType): number {
  switch (dtype) {
    case 'float64':
      return 15;
    case 'float32':
      return 14;
    default:
      return CODES.get(dtype)!;
  }
}
