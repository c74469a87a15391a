import { isComplex } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { complex } from '../complex.ts';
import { zeros } from '../creation.ts';
import { dispatch } from '../dispatch.ts';
import { tril, triu } from '../functions/triangles.ts';
import type { OpCall, SeveralCall } from '../op.ts';
import { concatenate } from '../ops/joins.ts';
import { sumOf, type Tangents } from '../sum-of.ts';
import { adjointOf, diagonals, halfTriangle, hermitianPart } from './hermitian.ts';
import { gaps, withoutDiagonal } from './spectral-gaps.ts';

// Written with methods, so that transforms do not bring all of linear algebra with them.

const diagonalOf = (x: NDArray): NDArray => x.diagonal(0, -2, -1);
const realDiagonal = (x: NDArray): NDArray => diagonalOf(x).real;

/** L Φ(L⁻¹ dA L⁻ᴴ), where Φ takes the lower triangle and half of the diagonal (Murray 2016, section 2). */
export function choleskyTangent([t]: Tangents, { output, attrs }: OpCall<{ readonly upper: boolean }>): NDArray {
  const l = attrs.upper ? adjointOf(output) : output;
  const inverse = l.inv();
  const x = inverse.matmul(hermitianPart(t!)).matmul(adjointOf(inverse));
  const along = l.matmul(x.mul(halfTriangle(x, -1)));
  return attrs.upper ? adjointOf(along) : along;
}

/** Vᴴ dA V has the tangents of the eigenvalues on its diagonal, and turns the vectors by what is beside it. */
export function eighTangent([t]: Tangents, { outputs: [w, v] }: SeveralCall): Tangents {
  const x = adjointOf(v!).matmul(hermitianPart(t!)).matmul(v!);
  return [realDiagonal(x), v!.matmul(withoutDiagonal(x).div(gaps(w!)))];
}

/** As of Hermitian matrices, with V⁻¹ for Vᴴ; the vectors keep their length. */
export function eigTangent([t]: Tangents, { outputs: [w, v] }: SeveralCall): Tangents {
  const x = v!.inv().matmul(t!).matmul(v!);
  const turned = v!.matmul(withoutDiagonal(x).div(gaps(w!)));
  const longer = v!.conj().mul(turned).sum(-2).real;
  return [diagonalOf(x), turned.sub(v!.mul(longer.expandDims(-2)))];
}

interface Between {
  readonly u: NDArray;
  readonly vh: NDArray;
  readonly s: NDArray;
  /** Uᴴ dA V. */
  readonly x: NDArray;
}

/** How the pairs of singular vectors turn among themselves: Uᴴ dU and Vᴴ dV (Townsend 2016). */
function turns({ u, s, x }: Between): readonly [NDArray, NDArray] {
  const [right, below, xh] = [s.expandDims(-2), s.expandDims(-1), adjointOf(x)];
  const apart = gaps(s.mul(s));
  const turn = (sum: NDArray): NDArray => withoutDiagonal(sum).div(apart);
  const [left, other] = [turn(x.mul(right).add(xh.mul(below))), turn(x.mul(below).add(xh.mul(right)))];
  if (!isComplex(u.dtype)) return [left, other];
  // The phase between the vectors of a pair, half of it for each.
  const phase = diagonals(diagonalOf(x).imag.div(s.mul(2)).mul(complex(0, 1)));
  return [left.add(phase), other.sub(phase)];
}

/** Tangents of U, S and Vh; those of vectors beyond the singular values, which are free, are 0. */
export function svdTangent([t]: Tangents, { outputs, attrs }: SeveralCall<{ readonly hermitian: boolean }>): Tangents {
  const [full, s, fullH] = outputs as [NDArray, NDArray, NDArray];
  const k = s.shape.at(-1)!;
  const [u, vh] = [full.at('...', `:${k}`), fullH.at('...', `:${k}`, ':')];
  const a = attrs.hermitian ? hermitianPart(t!) : t!;
  const [v, uh] = [adjointOf(vh), adjointOf(u)];
  const [av, uha] = [a.matmul(v), uh.matmul(a)];
  const x = uh.matmul(av);
  const [left, right] = turns({ u, vh, s, x });
  let [du, dv] = [u.matmul(left), v.matmul(right)];
  if (u.shape.at(-2)! > k) du = du.add(av.sub(u.matmul(x)).div(s.expandDims(-2)));
  if (v.shape.at(-2)! > k) dv = dv.add(adjointOf(uha.sub(x.matmul(vh))).div(s.expandDims(-2)));
  return [widened(du, full, -1), realDiagonal(x), widened(adjointOf(dv), fullH, -2)];
}

/** Zeros behind, up to the shape of another array. */
function widened(x: NDArray, like: NDArray, axis: -1 | -2): NDArray {
  const missing = like.shape.at(axis)! - x.shape.at(axis)!;
  if (missing === 0) return x;
  const shape = like.shape.map((n, d) => (d === like.ndim + axis ? missing : n));
  return concatenate([x, zeros(shape, { dtype: x.dtype })], axis);
}

/** dQ and dR from Qᴴ dA R⁻¹, whose part below the diagonal is what Q turns by; R's diagonal stays real. */
export function qrTangent(ts: Tangents, call: SeveralCall<{ readonly mode: string }>): Tangents {
  const [q, r] = call.outputs as [NDArray, NDArray];
  const k = q.shape.at(-1)!;
  // Factors that are free have no tangents: the reverse rule says so.
  if (call.attrs.mode === 'raw' || k > r.shape.at(-1)!) return (call.op.vjp as typeof qrTangent)([], call);
  const t = ts[0]!;
  const along = t.at('...', `:${k}`).matmul(r.at('...', `:${k}`).inv());
  const x = adjointOf(q).matmul(along);
  const below = x.mul(halfTriangle(x, -1));
  // Of a real diagonal the half cancels, of a complex one the imaginary part is left.
  const turn = below.sub(adjointOf(below));
  return [along.sub(q.matmul(x)).add(q.matmul(turn)), adjointOf(q).matmul(t).sub(turn.matmul(r))];
}

/** The tangent of a pseudo-inverse `y` of `a` (Golub & Pereyra 1973, equation 4.12). */
export function pinvTangent(t: NDArray, a: NDArray, y: NDArray): NDArray {
  const [th, yh] = [adjointOf(t), adjointOf(y)];
  const left = y.matmul(yh).matmul(th.sub(th.matmul(a).matmul(y)));
  const right = th.sub(y.matmul(a).matmul(th)).matmul(yh).matmul(y);
  return left.add(right).sub(y.matmul(t).matmul(y));
}

/** The trace of A⁻¹ dA: its real part is the tangent of the logarithm, its imaginary one how the sign turns. */
export function slogdetTangent([t]: Tangents, { inputs: [x], outputs: [sign] }: SeveralCall): Tangents {
  const trace = diagonalOf(x!.inv().matmul(t!)).sum(-1);
  return [isComplex(x!.dtype) ? sign!.mul(trace.imag).mul(complex(0, 1)) : undefined, trace.real];
}

/** The solution of the same system with db - dA x on the right; `read` takes what of dA counts. */
function solutionTangent(
  [ta, tb]: Tangents,
  { op, inputs: [a, b], attrs, output: x }: OpCall,
  read: (t: NDArray) => NDArray,
): NDArray {
  const vector = b!.ndim === 1;
  const column = (y: NDArray): NDArray => (vector ? y.expandDims(-1) : y);
  const side = sumOf([tb && column(tb), ta && read(ta).matmul(column(x)).neg()]);
  const y = dispatch(op, [a!, side!], attrs);
  return vector ? y.squeeze(-1) : y;
}

/** Tangent of `solve`. */
export const solveTangent = (ts: Tangents, call: OpCall): NDArray => solutionTangent(ts, call, (t) => t);

/** Tangent of `solveTriangular`. */
export function triangularTangent(
  ts: Tangents,
  call: OpCall<{ readonly upper: boolean; readonly unitriangular: boolean }>,
): NDArray {
  const { upper, unitriangular } = call.attrs;
  const above = unitriangular ? 1 : 0;
  return solutionTangent(ts, call as unknown as OpCall, (t) => (upper ? triu(t, above) : tril(t, -above)) as NDArray);
}
