import type { View } from '@isograd/device';
import { kernelTable } from '../../kernels.ts';

const gemm = kernelTable((dtype) => ({ kind: 'gemm', dtype }));

/** A matrix inside memory: where it starts, and the steps to the next row and column. */
export interface Panel {
  readonly memory: Float64Array;
  readonly offset: number;
  readonly row: number;
  readonly column: number;
}

/** Rows, columns and inner length of a product. */
export type ProductSize = readonly [m: number, n: number, k: number];

// Below this many multiplications a call of the device costs more than plain loops.
const DEVICE_WORK = 20_000;

/** A block of a C-ordered matrix with rows of `width` numbers. */
export function block(memory: Float64Array, width: number, row: number, column: number): Panel {
  return { memory, offset: row * width + column, row: width, column: 1 };
}

/** The same block read as its transpose. */
export function turned({ memory, offset, row, column }: Panel): Panel {
  return { memory, offset, row: column, column: row };
}

const viewOf = ({ memory, offset, row, column }: Panel): View => ({
  memory,
  offset,
  strides: [row, column],
  contiguous: false,
});

/** The product of two blocks as a C-ordered matrix of its own. */
export function product(a: Panel, b: Panel, size: ProductSize): Float64Array {
  const [m, n, k] = size;
  const out = new Float64Array(m * n);
  if (m * n * k >= DEVICE_WORK) {
    const view: View = { memory: out, offset: 0, strides: [n, 1], contiguous: true };
    gemm('float64').run([view, viewOf(a), viewOf(b)], size, []);
    return out;
  }
  const c = block(out, n, 0, 0);
  accumulate(c, a, { panel: b, sign: 1 }, size);
  return out;
}

/** `c -= a · b`: the bulk of the work of every blocked factorisation. */
export function subtractProduct(c: Panel, a: Panel, b: Panel, size: ProductSize): void {
  const [m, n, k] = size;
  if (m * n * k < DEVICE_WORK) {
    accumulate(c, a, { panel: b, sign: -1 }, size);
    return;
  }
  const y = product(a, b, size);
  for (let i = 0, at = 0; i < m; i++) {
    let to = c.offset + i * c.row;
    for (let j = 0; j < n; j++, to += c.column) c.memory[to]! -= y[at++]!;
  }
}

function accumulate(c: Panel, a: Panel, b: { panel: Panel; sign: number }, [m, n, k]: ProductSize): void {
  const { panel, sign } = b;
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const x = sign * a.memory[a.offset + i * a.row + p * a.column]!;
      let from = panel.offset + p * panel.row;
      let to = c.offset + i * c.row;
      for (let j = 0; j < n; j++, from += panel.column, to += c.column) c.memory[to]! += x * panel.memory[from]!;
    }
  }
}
