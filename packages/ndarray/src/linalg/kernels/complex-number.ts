/** A complex number as two numbers; kernels that run long keep theirs in interleaved memory. */
export type Z = readonly [re: number, im: number];

/** Quotient of complex numbers without overflow in between (Smith 1962). */
export function quotient([a, b]: Z, [c, d]: Z): Z {
  if (Math.abs(c) >= Math.abs(d)) {
    const r = d / c;
    const den = c + d * r;
    return [(a + b * r) / den, (b - a * r) / den];
  }
  const r = c / d;
  const den = c * r + d;
  return [(a * r + b) / den, (b * r - a) / den];
}

/** Product of complex numbers. */
export function times([a, b]: Z, [c, d]: Z): Z {
  return [a * c - b * d, a * d + b * c];
}
