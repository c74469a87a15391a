import { isComplex } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { inv } from '../ops/matrices.ts';
import { adjointOf, diagonals, hermitianPart } from './hermitian.ts';
import { gaps, withoutDiagonal } from './spectral-gaps.ts';

type Cotangent = NDArray | undefined;

const plus = (a: Cotangent, b: Cotangent): Cotangent => (a && b ? a.add(b) : (a ?? b));

/** The cotangent of Hermitian matrices from those of their eigenvalues and eigenvectors; Hermitian too, as PyTorch's (Giles 2008, section 3.1). */
export function eighGradient([gw, gv]: readonly Cotangent[], [w, v]: readonly [NDArray, NDArray]): NDArray {
  const vh = adjointOf(v);
  if (!gv) return v.mul(gw!.expandDims(-2)).matmul(vh);
  const turned = withoutDiagonal(vh.matmul(gv)).div(gaps(w));
  return hermitianPart(v.matmul(plus(turned, gw && diagonals(gw))!).matmul(vh));
}

/** The cotangent of square matrices from those of their eigenvalues and of eigenvectors of length 1 (Boeddeker et al. 2017, 4.77). */
export function eigGradient([gw, gv]: readonly Cotangent[], [w, v]: readonly [NDArray, NDArray]): NDArray {
  const vh = adjointOf(v);
  const inverse = inv(vh);
  if (!gv) return inverse.matmul(gw!.expandDims(-1).mul(vh));
  const x = vh.matmul(gv);
  const fixed = x.sub(vh.matmul(v.mul(x.diagonal(0, -2, -1).real.expandDims(-2))));
  const turned = withoutDiagonal(fixed).div(gaps(isComplex(w.dtype) ? w.conj() : w));
  return inverse.matmul(plus(turned, gw && diagonals(gw))!).matmul(vh);
}

const skew = (x: NDArray): NDArray => x.sub(adjointOf(x));

/**
 * The cotangent of matrices from those of U, S and Vh (Townsend 2016). Columns of U and rows of Vh beyond the singular values
 * are free: their cotangents are left out, as in PyTorch.
 */
export function svdGradient(gs: readonly Cotangent[], factors: readonly NDArray[]): NDArray {
  const [full, s, fullH] = factors as [NDArray, NDArray, NDArray];
  const k = s.shape.at(-1)!;
  const columns = (x: NDArray): NDArray => (x.shape.at(-1) === k ? x : x.at('...', `:${k}`));
  const rows = (x: NDArray): NDArray => (x.shape.at(-2) === k ? x : x.at('...', `:${k}`, ':'));
  const [u, vh] = [columns(full), rows(fullH)];
  const [gu, gvh] = [gs[0] && columns(gs[0]), gs[2] && rows(gs[2])];
  const [m, n] = [u.shape.at(-2)!, vh.shape.at(-1)!];
  const core = coreOf([gu, gs[1], gvh], [u, s, vh]);
  if (gu && m > k) {
    const scaled = gu.div(s.expandDims(-2));
    const outside = scaled.sub(u.matmul(adjointOf(u).matmul(scaled)));
    return u.matmul(core).add(outside).matmul(vh);
  }
  if (gvh && n > k) {
    const scaled = gvh.div(s.expandDims(-1));
    const outside = scaled.sub(scaled.matmul(adjointOf(vh)).matmul(vh));
    return u.matmul(core.matmul(vh).add(outside));
  }
  return u.matmul(core).matmul(vh);
}

/** Uᴴ gA V: what a matrix's cotangent is between the singular vectors. */
function coreOf([gu, gs, gvh]: readonly Cotangent[], [u, s, vh]: readonly [NDArray, NDArray, NDArray]): NDArray {
  const [right, below] = [s.expandDims(-2), s.expandDims(-1)];
  const turnedU = gu && skew(adjointOf(u).matmul(gu));
  const turnedV = gvh && skew(vh.matmul(adjointOf(gvh)));
  const turned = plus(turnedU?.mul(right), turnedV?.mul(below));
  // A phase common to both vectors of a pair is free; what is left on the diagonal is that of one against the other.
  const phase = turnedU && turnedV && isComplex(u.dtype) && diagonals(turnedU.diagonal(0, -2, -1).div(s.mul(2)));
  return plus(plus(turned && withoutDiagonal(turned).div(gaps(s.mul(s))), phase || undefined), gs && diagonals(gs))!;
}
