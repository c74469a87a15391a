import { quotient, type Z } from './complex-number.ts';
import type { Reflectors } from './reflectors.ts';
import { hypot, norm2 } from './vectors.ts';

/** Memory for complex reflectors I - tau v vᴴ, see {@link Reflectors}; numbers are interleaved. */
export function complexReflectorRows(count: number, length: number, shift: number): Reflectors {
  return { v: new Float64Array(2 * count * length), tau: new Float64Array(2 * count), count, length, shift };
}

/** Turns the vector in row `i` into the reflector whose adjoint maps it to (beta, 0, ..., 0) with beta real (LAPACK's larfg). */
export function reflectComplex({ v, tau, length, shift }: Reflectors, i: number): number {
  const start = 2 * (i * length + i + shift);
  const end = 2 * (i + 1) * length;
  const alpha: Z = [v[start]!, v[start + 1]!];
  const rest = norm2(v, start + 2, end);
  [v[start], v[start + 1]] = [1, 0];
  if (rest === 0 && alpha[1] === 0) {
    tau.fill(0, 2 * i, 2 * i + 2);
    return alpha[0];
  }
  const size = hypot(hypot(alpha[0], alpha[1]), rest);
  const beta = alpha[0] < 0 ? size : -size;
  [tau[2 * i], tau[2 * i + 1]] = [(beta - alpha[0]) / beta, -alpha[1] / beta];
  const divisor: Z = [alpha[0] - beta, alpha[1]];
  for (let k = start + 2; k < end; k += 2) [v[k], v[k + 1]] = quotient([v[k]!, v[k + 1]!], divisor);
  return beta;
}

/** A complex matrix with rows of `width` elements, and the part of it that changes. */
export interface ComplexTarget {
  readonly memory: Float64Array;
  readonly width: number;
  /** First column (from the left) or row (from the right) that changes. */
  readonly from: number;
}

/** Multiplies by reflector `i` from the left, or by its adjoint. */
export function applyLeft(h: Reflectors, i: number, { memory, width, from }: ComplexTarget, flip: boolean): void {
  const { v, length, shift } = h;
  const [tr, ti] = [h.tau[2 * i]!, flip ? -h.tau[2 * i + 1]! : h.tau[2 * i + 1]!];
  if (tr === 0 && ti === 0) return;
  const inner = new Float64Array(2 * width);
  for (let k = i + shift; k < length; k++) {
    const [re, im] = [v[2 * (i * length + k)]!, v[2 * (i * length + k) + 1]!];
    for (let j = 2 * from, at = 2 * k * width; j < 2 * width; j += 2) {
      const [a, b] = [memory[at + j]!, memory[at + j + 1]!];
      inner[j]! += re * a + im * b;
      inner[j + 1]! += re * b - im * a;
    }
  }
  for (let k = i + shift; k < length; k++) {
    const [p, q] = [v[2 * (i * length + k)]!, v[2 * (i * length + k) + 1]!];
    const [re, im] = [tr * p - ti * q, tr * q + ti * p];
    for (let j = 2 * from, at = 2 * k * width; j < 2 * width; j += 2) {
      memory[at + j]! -= re * inner[j]! - im * inner[j + 1]!;
      memory[at + j + 1]! -= re * inner[j + 1]! + im * inner[j]!;
    }
  }
}

/** Multiplies rows from `from` to the last by reflector `i` from the right. */
export function applyRight(h: Reflectors, i: number, { memory, width, from }: ComplexTarget): void {
  const { v, length, shift } = h;
  const [tr, ti] = [h.tau[2 * i]!, h.tau[2 * i + 1]!];
  if (tr === 0 && ti === 0) return;
  const row = 2 * i * length;
  const rows = memory.length / (2 * width);
  for (let r = from; r < rows; r++) {
    const at = 2 * r * width;
    let [re, im] = [0, 0];
    for (let k = 2 * (i + shift); k < 2 * length; k += 2) {
      const [a, b, c, d] = [memory[at + k]!, memory[at + k + 1]!, v[row + k]!, v[row + k + 1]!];
      re += a * c - b * d;
      im += a * d + b * c;
    }
    const [p, q] = [tr * re - ti * im, tr * im + ti * re];
    for (let k = 2 * (i + shift); k < 2 * length; k += 2) {
      const [c, d] = [v[row + k]!, v[row + k + 1]!];
      memory[at + k]! -= p * c + q * d;
      memory[at + k + 1]! -= q * c - p * d;
    }
  }
}

/** The first `width` columns of the product of all reflectors, in order. */
export function complexReflectorProduct(h: Reflectors, width: number): Float64Array {
  const q = new Float64Array(2 * h.length * width);
  for (let i = 0; i < Math.min(h.length, width); i++) q[2 * (i * width + i)] = 1;
  for (let i = h.count - 1; i >= 0; i--)
    applyLeft(h, i, { memory: q, width, from: Math.min(i + h.shift, width) }, false);
  return q;
}

/** Puts elements of a column, from row `start`, into row `i` of the reflectors. */
export function takeColumn(h: Reflectors, i: number, a: Float64Array, width: number): void {
  for (let k = i + h.shift; k < h.length; k++)
    h.v.set(a.subarray(2 * (k * width + i), 2 * (k * width + i) + 2), 2 * (i * h.length + k));
}
