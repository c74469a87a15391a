import { bidiagonalize, type Bidiagonalized } from './bidiagonal.ts';
import { bidiagonalValues } from './bidiagonal-svd.ts';
import { complexProduct } from './complex-product.ts';
import { complexBidiagonalize, complexQrInPlace } from './complex-reductions.ts';
import { complexReflectorProduct } from './complex-reflectors.ts';
import { block, product } from './gemm.ts';
import { qrInPlace } from './qr.ts';
import { type Reflectors, reflectorProduct } from './reflectors.ts';
import type { Rows } from './rotations.ts';
import { adjoint, bringIntoRange } from './vectors.ts';

/** Singular values in descending order, with the adjoint of the left basis as rows of length m, and that of the right one as rows of length n. */
export interface Svd {
  readonly left: Float64Array;
  readonly values: Float64Array;
  readonly right: Float64Array;
}

/** What is asked of a decomposition: nothing but the values, as many vectors as values, or complete bases. */
export type Wanted = 'values' | 'reduced' | 'full';

/** What real and complex matrices do each in their own way. */
interface Kit {
  readonly lanes: 1 | 2;
  readonly bidiagonalize: (a: Float64Array, m: number, n: number) => Bidiagonalized;
  readonly qrInPlace: (a: Float64Array, m: number, n: number) => Reflectors;
  readonly basis: (h: Reflectors, width: number) => Float64Array;
  /** Product of [m, k] and [k, n]. */
  readonly product: (a: Float64Array, b: Float64Array, size: readonly [number, number, number]) => Float64Array;
}

const REAL: Kit = {
  lanes: 1,
  bidiagonalize,
  qrInPlace,
  basis: reflectorProduct,
  product: (a, b, [m, n, k]) => product(block(a, k, 0, 0), block(b, n, 0, 0), [m, n, k]),
};

const COMPLEX: Kit = {
  lanes: 2,
  bidiagonalize: complexBidiagonalize,
  qrInPlace: complexQrInPlace,
  basis: complexReflectorProduct,
  product: complexProduct,
};

/** What is asked for: which vectors, of matrices of what kind. */
export interface SvdRequest {
  readonly wanted: Wanted;
  readonly lanes: 1 | 2;
}

/** Singular values and vectors of a matrix [m, n], which it overwrites; `undefined` where they do not converge. */
export function svdOf(
  a: Float64Array,
  [m, n]: readonly [number, number],
  { wanted, lanes }: SvdRequest,
): Svd | undefined {
  const kit = lanes === 2 ? COMPLEX : REAL;
  const scale = bringIntoRange(a);
  const svd = m >= n ? tall(a, [m, n], wanted, kit) : tall(adjoint(a, m, n, lanes), [n, m], wanted, kit);
  if (!svd) return undefined;
  const values = svd.values.map((v) => v * scale);
  return m >= n ? { ...svd, values } : { left: svd.right, values, right: svd.left };
}

function tall(a: Float64Array, [m, n]: readonly [number, number], wanted: Wanted, kit: Kit): Svd | undefined {
  // Much taller than wide: the triangle of its QR has the same values, and costs less.
  if (m < 1.6 * n || n === 0) return direct(a, [m, n], wanted, kit);
  const h = kit.qrInPlace(a, m, n);
  const inner = direct(a.slice(0, n * n * kit.lanes), [n, n], wanted === 'full' ? 'reduced' : wanted, kit);
  if (!inner || wanted === 'values') return inner;
  const columns = wanted === 'full' ? m : n;
  const left = adjoint(kit.basis(h, columns), m, columns, kit.lanes);
  left.set(kit.product(inner.left, left.subarray(0, n * m * kit.lanes), [n, m, n]));
  return { ...inner, left };
}

function direct(a: Float64Array, [m, n]: readonly [number, number], wanted: Wanted, kit: Kit): Svd | undefined {
  const { b, left, right } = kit.bidiagonalize(a, m, n);
  if (wanted === 'values') {
    if (!bidiagonalValues(b, undefined)) return undefined;
    return { left: b.diagonal, right: b.diagonal, values: b.diagonal.map(Math.abs).sort().reverse() };
  }
  const columns = wanted === 'full' ? m : n;
  const u = { memory: adjoint(kit.basis(left, columns), m, columns, kit.lanes), width: m * kit.lanes };
  const v = { memory: adjoint(kit.basis(right, n), n, n, kit.lanes), width: n * kit.lanes };
  return bidiagonalValues(b, { left: u, right: v }) ? inOrder(b.diagonal, u, v) : undefined;
}

/** Makes all values positive and sorts them, with their vectors, descending. */
function inOrder(d: Float64Array, u: Rows, v: Rows): Svd {
  const order = Array.from(d, (_, i) => i).sort((i, j) => Math.abs(d[j]!) - Math.abs(d[i]!));
  const values = new Float64Array(d.length);
  const left = u.memory.slice();
  const right = v.memory.slice();
  order.forEach((from, to) => {
    values[to] = Math.abs(d[from]!);
    left.set(u.memory.subarray(from * u.width, (from + 1) * u.width), to * u.width);
    const row = v.memory.subarray(from * v.width, (from + 1) * v.width);
    right.set(d[from]! < 0 ? row.map((x) => -x) : row, to * v.width);
  });
  return { left, values, right };
}
