import { fma, sinCosOf128th } from '@isograd/ndarray';

const PI_2 = [1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33] as const;

/** A number as a double and the rest that it leaves. */
type Pair = readonly [high: number, low: number];

function paired(high: number, low: number): Pair {
  const sum = high + low;
  return [sum, low - (sum - high)];
}

function sumOf([a, al]: Pair, [b, bl]: Pair): Pair {
  const sum = a + b;
  const virtual = sum - a;
  return paired(sum, a - (sum - virtual) + (b - virtual) + (al + bl));
}

function productOf([a, al]: Pair, [b, bl]: Pair): Pair {
  const product = a * b;
  return paired(product, fma(a, b, -product) + (a * bl + al * b));
}

/** The quotient of two pairs, rounded. */
function quotient(x: Pair, y: Pair): number {
  const first = x[0] / y[0];
  const rest = sumOf(x, productOf([-first, 0], y));
  return first + rest[0] / y[0];
}

/** Sine and cosine of an angle from 0 to 0.8: the nearest 128th, and series in what is left. */
function sinCos([x, low]: Pair): { readonly sine: Pair; readonly cosine: Pair } {
  const k = Math.round(x * 128);
  const r = paired(x - k / 128, low);
  const square = r[0] * r[0];
  const cubic = r[0] * square * (-1 / 6 + square * (1 / 120 - square / 5040));
  const s = sumOf(r, [cubic, 0]);
  const c: Pair = [square * (-0.5 + square * (1 / 24 - square / 720)), 0];
  const [sn, ssn, cs, ccs] = sinCosOf128th(k);
  const [a, b]: [Pair, Pair] = [
    [sn, ssn],
    [cs, ccs],
  ];
  return {
    sine: sumOf(a, sumOf(productOf(b, s), productOf(a, c))),
    cosine: sumOf(b, sumOf(productOf([-a[0], -a[1]], s), productOf(b, c))),
  };
}

/**
 * Tangent of an angle from -pi/2 to pi/2, rounded right for all but about one argument in 100,000.
 *
 * The C library's, which PyTorch calls, differs from it in the last bit for one argument in 400.
 */
export function tangent(x: number): number {
  const magnitude = Math.abs(x);
  const isSteep = magnitude > Math.PI / 4;
  const angle: Pair = isSteep ? paired(PI_2[0] - magnitude, PI_2[1] + PI_2[2]) : [magnitude, 0];
  const { sine, cosine } = sinCos(angle);
  const value = isSteep ? quotient(cosine, sine) : quotient(sine, cosine);
  return x < 0 ? -value : value;
}
