import type { NDArray } from '../array.ts';
import { type Promotion, TORCH } from '../promotion.ts';
import { times, type Z } from './kernels/complex-number.ts';
import { factorComplex, solveFactoredComplex } from './kernels/complex-lu.ts';
import { factor, type Factors, solveFactored } from './kernels/lu.ts';
import { hypot } from './kernels/vectors.ts';
import { checkSquare, factorType, filling, realType, singular, type Stack, stackOf } from './stacks.ts';

function factorsOf(stack: Stack, i: number): Factors {
  return stack.lanes === 2 ? factorComplex(stack.matrix(i), stack.n) : factor(stack.matrix(i), stack.n);
}

/** A determinant in parts: its direction (1, -1 or on the unit circle; 0 for singular matrices), its logarithm, and the plain product. */
interface Determinant {
  readonly direction: Z;
  readonly logarithm: number;
  readonly product: Z;
}

function determinantOf({ lu, sign }: Factors, n: number, lanes: 1 | 2): Determinant {
  if (sign === 0) return { direction: [0, 0], logarithm: -Infinity, product: [0, 0] };
  let direction: Z = [sign, 0];
  let product: Z = [sign, 0];
  let logarithm = 0;
  for (let k = 0; k < n; k++) {
    const at = (k * n + k) * lanes;
    const pivot: Z = [lu[at]!, lanes === 2 ? lu[at + 1]! : 0];
    const size = lanes === 2 ? hypot(...pivot) : Math.abs(pivot[0]);
    product = lanes === 2 ? times(product, pivot) : [product[0] * pivot[0], 0];
    direction =
      lanes === 2 ? times(direction, [pivot[0] / size, pivot[1] / size]) : [direction[0] * Math.sign(pivot[0]), 0];
    logarithm += Math.log(size);
  }
  return { direction, logarithm, product };
}

const fromLogarithm = ({ direction: [re, im], logarithm }: Determinant): Z => {
  const size = Math.exp(logarithm);
  return [re === 0 ? 0 : re * size, im === 0 ? 0 : im * size];
};

/** Determinants of square matrices, [..., n, n] → [...]: by the logarithms of the pivots as NumPy, or multiplied as PyTorch. */
export function determinants(x: NDArray, rule: Promotion): NDArray {
  const n = checkSquare(x, 'det');
  const stack = stackOf(x, factorType(x.dtype, rule, 'det'));
  const out = filling(stack.dtype, stack.batch);
  for (let i = 0; i < stack.count; i++) {
    const d = determinantOf(factorsOf(stack, i), n, stack.lanes);
    out.put(i, (rule === TORCH ? d.product : fromLogarithm(d)).slice(0, stack.lanes));
  }
  return out.array;
}

/**
 * Signs of determinants, on the unit circle for complex ones and 0 for singular matrices, and natural logarithms of their absolute values,
 * -inf for singular ones: [..., n, n] → two of [...].
 */
export function signsAndLogarithms(x: NDArray, rule: Promotion): readonly NDArray[] {
  const n = checkSquare(x, 'slogdet');
  const stack = stackOf(x, factorType(x.dtype, rule, 'slogdet'));
  const signs = filling(stack.dtype, stack.batch);
  const logarithms = filling(realType(stack.dtype), stack.batch);
  for (let i = 0; i < stack.count; i++) {
    const { direction, logarithm } = determinantOf(factorsOf(stack, i), n, stack.lanes);
    signs.put(i, direction.slice(0, stack.lanes));
    logarithms.put(i, [logarithm]);
  }
  return [signs.array, logarithms.array];
}

/** One right side for each column, in the order in which the factors have their rows. */
function permuted(rows: Int32Array, b: Float64Array, width: number): Float64Array {
  const y = new Float64Array(b.length);
  rows.forEach((from, i) => y.set(b.subarray(from * width, (from + 1) * width), i * width));
  return y;
}

/** Solutions of A x = b for every column of `b` [n, width], from the factors of A. */
function solutionOf(f: Factors, b: Float64Array, [n, width]: readonly [number, number], lanes: 1 | 2): Float64Array {
  const y = permuted(f.rows, b, width * lanes);
  if (lanes === 2) solveFactoredComplex(f, y, n, width);
  else solveFactored(f, y, n, width);
  return y;
}

function identityOf(n: number, lanes: 1 | 2): Float64Array {
  const y = new Float64Array(n * n * lanes);
  for (let i = 0; i < n; i++) y[(i * n + i) * lanes] = 1;
  return y;
}

/** What to do about singular matrices: refuse them, or give NaN. */
export type OnSingular = 'throw' | 'nan';

/** Inverses of square matrices. @throws LinAlgError when one is singular. */
export function inverses(x: NDArray, rule: Promotion, onSingular: OnSingular): NDArray {
  const n = checkSquare(x, 'inv');
  const stack = stackOf(x, factorType(x.dtype, rule, 'inv'));
  const out = filling(stack.dtype, x.shape);
  const one = identityOf(n, stack.lanes);
  for (let i = 0; i < stack.count; i++) {
    const f = factorsOf(stack, i);
    if (f.sign !== 0 || n === 0) out.put(i, solutionOf(f, one, [n, n], stack.lanes));
    else if (onSingular === 'nan')
      out.put(
        i,
        one.map(() => NaN),
      );
    else throw singular('inv', i, stack.count);
  }
  return out.array;
}

/** Solves stacks of systems with one matrix or as many as right sides; `b` is [..., n, width] with the batch of the result. */
export function solutions(a: Stack, b: Stack): NDArray {
  const { n, lanes } = a;
  const out = filling(a.dtype, [...b.batch, n, b.n]);
  const alone = a.count === 1;
  let shared: Factors | undefined;
  for (let i = 0; i < b.count; i++) {
    const f = shared ?? factorsOf(a, alone ? 0 : i);
    if (alone) shared = f;
    if (f.sign === 0 && n > 0) throw singular('solve', i, a.count);
    out.put(i, solutionOf(f, b.matrix(i), [n, b.n], lanes));
  }
  return out.array;
}
