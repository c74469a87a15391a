import { type DType, isBig, isFloat } from '../dtype.ts';
import { halfToNumber, numberToHalf } from '../half.ts';
import { sizeOf } from '../geometry.ts';
import type { DescOf, Kernel } from '../kernel.ts';
import { dot, forEachIndex } from './reduce.ts';

/** Operand of one product: memory, start, row stride, column stride. */
type Matrix = readonly [memory: Float64Array, start: number, row: number, column: number];

type Product = readonly [out: Matrix, a: Matrix, b: Matrix];
type Size = readonly [m: number, n: number, k: number];

// b is laid out in C order as float64 first, so that the inner loop walks two consecutive runs of memory without converting.
function multiply([out, a, b]: Product, [m, n, k]: Size): void {
  const [om, os, or, oc] = out;
  const [am, as, ar, ac] = a;
  const [bm, bs, br, bc] = b;
  if (n === 1) {
    // A column has no consecutive runs of results: each of its products is summed by itself.
    for (let i = 0; i < m; i++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += am[as + i * ar + p * ac]! * bm[bs + p * br]!;
      om[os + i * or] = sum;
    }
    return;
  }
  const packed = new Float64Array(k * n);
  for (let p = 0, at = 0; p < k; p++) for (let j = 0; j < n; j++) packed[at++] = bm[bs + p * br + j * bc]!;
  const row = new Float64Array(n);
  for (let i = 0; i < m; i++) {
    row.fill(0);
    for (let p = 0, at = 0; p < k; p++) {
      const x = am[as + i * ar + p * ac]!;
      for (let j = 0; j < n; j++) row[j]! += x * packed[at++]!;
    }
    for (let j = 0; j < n; j++) om[os + i * or + j * oc] = row[j]!;
  }
}

function multiply64([out, a, b]: Product, [m, n, k]: Size): void {
  const [om, am, bm] = [out[0], a[0], b[0]] as unknown as BigInt64Array[];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0n;
      for (let p = 0; p < k; p++) sum += am![a[1] + i * a[2] + p * a[3]]! * bm![b[1] + p * b[2] + j * b[3]]!;
      om![out[1] + i * out[2] + j * out[3]] = sum;
    }
  }
}

// The sums are taken in float64 and rounded to float16 once.
function multiplyHalf([out, a, b]: Product, size: Size): void {
  const [m, n, k] = size;
  const widen = ([memory, start, row, column]: Matrix, rows: number, columns: number): Matrix => {
    const wide = Float64Array.from({ length: rows * columns }, (_, i) =>
      halfToNumber(memory[start + Math.floor(i / columns) * row + (i % columns) * column]!),
    );
    return [wide, 0, columns, 1];
  };
  const product = new Float64Array(m * n);
  multiply([[product, 0, n, 1], widen(a, m, k), widen(b, k, n)], size);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) out[0][out[1] + i * out[2] + j * out[3]] = numberToHalf(product[i * n + j]!);
}

function multiplyInt([out, a, b]: Product, [m, n, k]: Size, dtype: DType): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++)
        sum = (sum + Math.imul(a[0][a[1] + i * a[2] + p * a[3]]!, b[0][b[1] + p * b[2] + j * b[3]]!)) | 0;
      out[0][out[1] + i * out[2] + j * out[3]] = dtype === 'bool' ? Number(sum !== 0) : sum;
    }
  }
}

/** Matrix product kernel; floats are summed in float64 in the order of k, integers wrap. */
export function compileGemm({ dtype }: DescOf<'gemm'>): Kernel {
  return {
    run(views, shape) {
      const batch = shape.slice(0, -3);
      const size = shape.slice(-3) as [number, number, number];
      if (sizeOf(batch) === 0) return;
      forEachIndex(batch, (index) => {
        const product = views.map((v): Matrix => {
          const start = v.offset + dot(index, v.strides, 0);
          return [v.memory as Float64Array, start, v.strides.at(-2)!, v.strides.at(-1)!];
        }) as unknown as Product;
        if (dtype === 'float16') multiplyHalf(product, size);
        else if (isFloat(dtype)) multiply(product, size);
        else if (isBig(dtype)) multiply64(product, size);
        else multiplyInt(product, size, dtype);
      });
    },
  };
}
