import { describe, expect, test } from 'vitest';
import {
  array,
  DTYPES,
  identity,
  linalg,
  LinAlgError,
  NDArray,
  ones,
  RandomState,
  Storage,
  zeros,
} from '../src/index.ts';
import { adjoint, apart, golden, length, pairs, thaw } from './linalg-matrices.ts';

const wide = (x: NDArray): NDArray => x.astype(DTYPES[x.dtype].kind === 'c' ? 'complex128' : 'float64');
const isSingle = (x: NDArray): boolean => x.dtype === 'float32' || x.dtype === 'complex64';
/** Allowed error of a result, relative to the length of the matrix. */
const bound = (x: NDArray): number => (isSingle(x) ? 2e-7 : 1e-13);
const scaled = (columns: NDArray, values: NDArray): NDArray => columns.multiply(values.expandDims(-2));

function expectUnitary(q: NDArray): void {
  const n = q.shape.at(-1)!;
  const gram = adjoint(wide(q)).matmul(wide(q));
  expect(apart(gram, identity(n, { dtype: gram.dtype }))).toBeLessThanOrEqual(bound(q) * Math.sqrt(n));
}

/** Matrices of NumPy's answers, and larger ones on which blocks and rotations in windows run. */
const matrices: [string, NDArray][] = [
  ...Object.entries(golden.matrices).map(([name, { x }]): [string, NDArray] => [name, thaw(x)]),
  ...(
    [
      [100, 100],
      [130, 110],
      [90, 160],
    ] as const
  ).map((shape): [string, NDArray] => [`random ${shape.join(' x ')}`, new RandomState(3).standardNormal(shape)]),
  ['complex 50 x 50', complexNormal(50)],
];
const square = matrices.filter(([, x]) => x.shape[0] === x.shape[1]);

function complexNormal(n: number): NDArray {
  const parts = new RandomState(4).standardNormal([2 * n * n]).data as Float64Array;
  return new NDArray(new Storage(parts), 'complex128', [n, n]);
}

describe.each(matrices)('%s', (name, x) => {
  test('svd gives the matrix back, with unitary factors', () => {
    for (const fullMatrices of [true, false]) {
      const { U, S, Vh } = linalg.svd(x, { fullMatrices });
      const k = S.size;
      const y = scaled(wide(U.at(':', `:${k}`)), wide(S)).matmul(wide(Vh.at(`:${k}`)));
      expect(apart(y, wide(x))).toBeLessThanOrEqual(bound(x));
      expectUnitary(U);
      expectUnitary(adjoint(Vh));
      expect(Array.from(S.data as Float64Array).every((s, i, all) => s >= 0 && (i === 0 || s <= all[i - 1]!))).toBe(
        true,
      );
    }
  });

  test('qr gives the matrix back, with a unitary and a triangular factor', () => {
    for (const mode of ['reduced', 'complete'] as const) {
      const { Q, R } = linalg.qr(x, mode);
      expect(apart(wide(Q).matmul(wide(R)), wide(x))).toBeLessThanOrEqual(bound(x));
      expectUnitary(Q);
      pairs(R).forEach((z, at) => {
        if (Math.floor(at / R.shape[1]!) > at % R.shape[1]!) expect(z).toEqual([0, 0]);
      });
    }
  });

  test('pinv satisfies the four equations of Penrose where the matrix has full rank', () => {
    const s = linalg.svdvals(x).data;
    if (s.length === 0 || !(Number(s.at(-1)) > 1e-6 * Number(s[0])) || isSingle(x)) return;
    const y = linalg.pinv(x);
    const kappa = Number(s[0]) / Number(s.at(-1));
    expect(apart(x.matmul(y).matmul(x), x)).toBeLessThanOrEqual(1e-13 * kappa);
    expect(apart(adjoint(x.matmul(y)), x.matmul(y))).toBeLessThanOrEqual(1e-13 * kappa);
    expect(apart(adjoint(y.matmul(x)), y.matmul(x))).toBeLessThanOrEqual(1e-13 * kappa);
  });

  test.runIf(golden.matrices[name])('singular values are those of NumPy', () => {
    const want = thaw(golden.matrices[name]!.svdvals);
    const got = linalg.svdvals(x);
    expect([got.dtype, got.shape]).toEqual([want.dtype, want.shape]);
    expect(apart(wide(got), wide(want))).toBeLessThanOrEqual(bound(x));
  });
});

/** Sum of the distances when each value takes the nearest that is left: the order of eigenvalues is free. */
function matched(got: NDArray, want: NDArray): number {
  const left = [...pairs(want)];
  return pairs(got).reduce((sum, [re, im]) => {
    const distances = left.map(([a, b]) => Math.hypot(re - a, im - b));
    const best = distances.indexOf(Math.min(...distances));
    left.splice(best, 1);
    return sum + distances[best]!;
  }, 0);
}

describe.each(square)('square: %s', (name, x) => {
  const n = x.shape[0]!;
  const hermitian = x.add(adjoint(x)).multiply(array(0.5, { dtype: x.dtype }));

  test('eigh gives the matrix back, with a unitary factor', () => {
    for (const triangle of ['L', 'U'] as const) {
      const { eigenvalues, eigenvectors } = linalg.eigh(hermitian, triangle);
      const v = wide(eigenvectors);
      expect(apart(scaled(v, wide(eigenvalues)).matmul(adjoint(v)), wide(hermitian))).toBeLessThanOrEqual(bound(x));
      expectUnitary(eigenvectors);
    }
  });

  test('eig: x v = v w, and vectors of length 1', () => {
    const { eigenvalues, eigenvectors } = linalg.eig(x);
    const v = wide(eigenvectors);
    // Scaling makes rows and columns alike, so that errors are small beside the largest column, not beside every one.
    const allowed = name === 'badly scaled' ? 1e-11 : bound(x);
    const residual = wide(x)
      .matmul(v)
      .subtract(scaled(v, wide(eigenvalues)));
    expect(length(residual)).toBeLessThanOrEqual(allowed * length(x) * Math.sqrt(n));
    for (let j = 0; j < n; j++) expect(length(v.at(':', j))).toBeCloseTo(1, isSingle(x) ? 6 : 13);
  });

  test('solve leaves a residual of rounding size, inv one of the condition number', () => {
    const b = new RandomState(5).standardNormal([n, 2]).astype(x.dtype);
    const kappa = n === 0 ? 1 : Number(linalg.cond(x).item());
    if (!(kappa < 1e20)) return;
    const y = linalg.solve(x, b);
    const residual = length(wide(x).matmul(wide(y)).subtract(wide(b)));
    expect(residual).toBeLessThanOrEqual(bound(x) * length(x) * length(y));
    if (kappa > 1e6) return;
    const inverse = wide(linalg.inv(x));
    expect(apart(inverse.matmul(wide(x)), identity(n, { dtype: inverse.dtype }))).toBeLessThanOrEqual(
      bound(x) * kappa * 10,
    );
  });

  test('cholesky gives a positive definite matrix back', () => {
    if (name === 'badly scaled' || name === 'huge') return;
    const shift = identity(n, { dtype: x.dtype });
    const positive = x.matmul(adjoint(x)).add(shift);
    const l = wide(linalg.cholesky(positive));
    expect(apart(l.matmul(adjoint(l)), wide(positive))).toBeLessThanOrEqual(bound(x));
    const u = wide(linalg.cholesky(positive, { upper: true }));
    expect(apart(adjoint(u).matmul(u), wide(positive))).toBeLessThanOrEqual(bound(x));
  });

  test.runIf(golden.matrices[name])('eigenvalues and determinants are those of NumPy', () => {
    const want = golden.matrices[name]!;
    const size = length(x);
    const symmetric = linalg.eigvalsh(hermitian);
    expect(apart(wide(symmetric), wide(thaw(want.eigvalsh!)))).toBeLessThanOrEqual(bound(x));
    const got = linalg.eigvals(x);
    const { eigenvectors } = linalg.eig(x);
    const sensitive = n === 0 ? 1 : Number(linalg.cond(eigenvectors).item());
    if (sensitive < 1e6) expect(matched(got, thaw(want.eigvals!))).toBeLessThanOrEqual(bound(x) * size * sensitive * n);
    const kappa = n === 0 ? 1 : Number(linalg.cond(x).item());
    if (!(kappa < 1e12)) return;
    const { sign, logabsdet } = linalg.slogdet(x);
    expect([sign.dtype, logabsdet.dtype]).toEqual(want.slogdet!.map((f) => f.dtype));
    expect(apart(sign, thaw(want.slogdet![0]))).toBeLessThanOrEqual(bound(x) * kappa);
    expect(Math.abs(Number(logabsdet.item()) - Number(thaw(want.slogdet![1]).item()))).toBeLessThanOrEqual(
      bound(x) * kappa * n,
    );
  });
});

// Literals from NumPy 2.4.6.
describe('answers of NumPy', () => {
  test('eig of real matrices is real or complex as its values are', () => {
    const real = linalg.eig(
      array([
        [1, 2],
        [3, 4],
      ]),
    );
    expect(real.eigenvalues.tolist()).toEqual([-0.3722813232690143, 5.372281323269014]);
    expect(real.eigenvectors.dtype).toBe('float64');
    const turn = linalg.eig(
      array(
        [
          [0, -1],
          [1, 0],
        ],
        { dtype: 'float32' },
      ),
    );
    expect(turn.eigenvalues.dtype).toBe('complex64');
    expect(pairs(turn.eigenvalues)).toEqual([
      [0, 1],
      [0, -1],
    ]);
    // One complex pair anywhere in a stack makes all of it complex.
    expect(
      linalg.eigvals(
        array([
          [
            [1, 0],
            [0, 2],
          ],
          [
            [0, -1],
            [1, 0],
          ],
        ]),
      ).dtype,
    ).toBe('complex128');
  });

  test('stacks, and shapes without elements', () => {
    expect(linalg.svd(zeros([0, 3])).Vh.tolist()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(linalg.svd(zeros([2, 0, 3])).U.shape).toEqual([2, 0, 0]);
    expect(linalg.qr(zeros([0, 3])).R.shape).toEqual([0, 3]);
    expect(linalg.det(zeros([0, 0])).item()).toBe(1);
    expect(linalg.slogdet(zeros([3, 0, 0])).logabsdet.tolist()).toEqual([0, 0, 0]);
    expect(linalg.inv(zeros([2, 0, 0])).shape).toEqual([2, 0, 0]);
    expect(linalg.pinv(zeros([0, 3])).shape).toEqual([3, 0]);
    expect(linalg.matrixRank(zeros([0, 3])).item()).toBe(0);
    expect(linalg.matrixRank(zeros([2, 3, 3])).tolist()).toEqual([0, 0]);
    expect(linalg.norm(zeros([0, 3]), 2).item()).toBe(0);
    expect(linalg.solve(ones([3, 1, 1]), ones([2, 1, 1, 4])).shape).toEqual([2, 3, 1, 4]);
  });

  test('lstsq', () => {
    const line = linalg.lstsq(
      array([
        [0, 1],
        [1, 1],
        [2, 1],
        [3, 1],
      ]),
      array([-1, 0.2, 0.9, 2.1]),
    );
    expect(apart(line.x, array([1, -0.95]))).toBeLessThanOrEqual(1e-14);
    expect(Number(line.residuals.item())).toBeCloseTo(0.05, 14);
    expect(line.rank.item()).toBe(2);
    expect(apart(line.singularValues, array([4.10003044816824, 1.0907567666961073]))).toBeLessThanOrEqual(1e-14);
    const empty = linalg.lstsq(zeros([3, 0]), ones([3]));
    expect([empty.x.shape, empty.residuals.tolist(), empty.rank.item()]).toEqual([[0], [3], 0]);
    const deficient = linalg.lstsq(
      array([
        [1, 2],
        [2, 4],
        [3, 6],
      ]),
      array([1, 2, 3]),
    );
    expect(apart(deficient.x, array([0.2, 0.4]))).toBeLessThanOrEqual(1e-14);
    expect(deficient.residuals.shape).toEqual([0]);
  });

  test('NaN: eigh gives NaN, svd and eig refuse, cond gives NaN', () => {
    const x = array([
      [1, NaN],
      [NaN, 1],
    ]);
    expect(linalg.eigh(x).eigenvalues.tolist()).toEqual([NaN, NaN]);
    expect(() => linalg.svd(x)).toThrow('SVD did not converge');
    expect(() => linalg.eig(x)).toThrow('Array must not contain infs or NaNs');
    expect(linalg.cond(x, 1).item()).toBeNaN();
    expect(
      linalg
        .cond(
          array([
            [1, 2],
            [2, 4],
          ]),
          1,
        )
        .item(),
    ).toBe(Infinity);
  });

  test('integers are factored as float64, float16 is refused', () => {
    const x = array(
      [
        [1, 2],
        [3, 5],
      ],
      { dtype: 'uint8' },
    );
    expect(linalg.inv(x).dtype).toBe('float64');
    expect(
      linalg.cholesky(
        array([
          [true, false],
          [false, true],
        ]),
      ).dtype,
    ).toBe('float64');
    expect(() => linalg.inv(x.astype('float16'))).toThrow('array type float16 is unsupported in linalg');
  });
});

describe('LinAlgError', () => {
  test('has its name and parts, and comes before any result', () => {
    const stack = array([
      [
        [1, 0],
        [0, 1],
      ],
      [
        [1, 2],
        [2, 4],
      ],
    ]);
    const error = (() => {
      try {
        return linalg.inv(stack);
      } catch (e) {
        return e;
      }
    })();
    expect(error).toBeInstanceOf(LinAlgError);
    expect(error).toMatchObject({ name: 'LinAlgError', what: 'Singular matrix', got: 'matrix 1 of 2 has no inverse' });
  });
});

test('results are lists with names', () => {
  const result = linalg.svd(
    array([
      [3, 0],
      [0, 2],
    ]),
  );
  const [U, S, Vh] = result;
  expect(result.U).toBe(U);
  expect(result.S).toBe(S);
  expect(result.Vh).toBe(Vh);
  expect(result).toHaveLength(3);
  expect(Object.keys(result)).toEqual(['0', '1', '2']);
});
