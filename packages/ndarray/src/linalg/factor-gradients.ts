import { GradientError } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { concatenate } from '../ops/joins.ts';
import { zeros } from '../creation.ts';
import { tril } from '../functions/triangles.ts';
import { adjointOf, halfTriangle } from './hermitian.ts';
import { solveTriangular } from './triangular.ts';

/**
 * The cotangent of Hermitian matrices from that of their lower factor `l`; Hermitian but for imaginary parts of the cotangent's diagonal, which
 * is real in the factor, as PyTorch's (Murray 2016, section 3.1).
 */
export function choleskyGradient(g: NDArray, l: NDArray): NDArray {
  const x = adjointOf(l).matmul(g);
  const inner = tril(x).add(adjointOf(tril(x, -1)));
  const left = solveTriangular(adjointOf(l), inner, { upper: true });
  return solveTriangular(l, left, { upper: false, left: false }).mul(0.5);
}

type Cotangent = NDArray | undefined;

/**
 * The cotangent of matrices from those of Q and R, with R's diagonal kept real (Roberts & Roberts 2020, sections 2 and 3).
 *
 * @throws GradientError for a complete Q of more rows than columns, whose last columns are free.
 */
export function qrGradient(gs: readonly Cotangent[], q: NDArray, r: NDArray): NDArray {
  const [m, columns, n] = [q.shape.at(-2)!, q.shape.at(-1)!, r.shape.at(-1)!];
  if (columns > n)
    throw new GradientError({
      where: 'qr',
      what: "there is no gradient in mode 'complete' of matrices with more rows than columns",
      got: `Q [${m}, ${columns}], R [${columns}, ${n}]`,
      expected: 'unique factors',
      hint: "use the mode 'reduced'; the last columns of Q are free",
    });
  return m >= n ? tallGradient(gs, q, r) : wideGradient(gs, q, r);
}

/** gR Rᴴ - Qᴴ gQ, of which either may be missing. */
function inner([gq, gr]: readonly Cotangent[], q: NDArray, r: NDArray): NDArray {
  const fromR = gr?.matmul(adjointOf(r));
  const fromQ = gq && adjointOf(q).matmul(gq);
  return fromR && fromQ ? fromR.sub(fromQ) : (fromR ?? fromQ!.neg());
}

function tallGradient(gs: readonly Cotangent[], q: NDArray, r: NDArray): NDArray {
  const x = inner(gs, q, r);
  const half = x.mul(halfTriangle(x, 1));
  const turned = q.matmul(half.add(adjointOf(half)));
  const whole = gs[0] ? turned.add(gs[0]) : turned;
  return solveTriangular(adjointOf(r), whole, { upper: false, left: false });
}

/** Of a wide matrix the left square decides Q; the rest of R is Qᴴ times the rest of the matrix. */
function wideGradient(gs: readonly Cotangent[], q: NDArray, r: NDArray): NDArray {
  const m = q.shape.at(-2)!;
  const square = r.at('...', `:${m}`);
  const x = inner(gs, q, r).neg();
  const skew = x.sub(adjointOf(x)).mul(halfTriangle(x, -1));
  const solved = solveTriangular(adjointOf(square), skew, { upper: false, left: false });
  const rest = zeros([...solved.shape.slice(0, -1), r.shape.at(-1)! - m], { dtype: solved.dtype });
  const padded = concatenate([solved, rest], -1);
  return q.matmul(gs[1] ? padded.add(gs[1]) : padded);
}
