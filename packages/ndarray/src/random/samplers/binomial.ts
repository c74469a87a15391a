import type { BitGenerator } from '../bit-generator.ts';
import { expExact } from '../exact/exp.ts';
import { log1pExact } from '../exact/log1p.ts';
import { logExact } from '../log.ts';
import type { Source } from '../source.ts';

/** Successes in `n` tries: few expected by inversion, many by rejection. */
export function binomial({ bits }: Source, n: number, p: number): number {
  return n === 0 || p === 0 ? 0 : chosen(bits, n, p, (few) => expExact(n * log1pExact(-few)));
}

/** {@link binomial} with the arithmetic of `RandomState`. */
export function legacyBinomial({ bits }: Source, n: number, p: number): number {
  return chosen(bits, n, p, (few) => expExact(n * logExact(1 - few)));
}

function chosen(bits: BitGenerator, n: number, p: number, none: (few: number) => number): number {
  const few = p <= 0.5 ? p : 1 - p;
  const count = few * n <= 30 ? inverted(bits, n, few, none(few)) : rejected(bits, n, few);
  return p <= 0.5 ? count : n - count;
}

/** By inversion; `none` is the probability of no success. */
function inverted(bits: BitGenerator, n: number, p: number, none: number): number {
  const q = 1 - p;
  const mean = n * p;
  const bound = Math.trunc(Math.min(n, mean + 10 * Math.sqrt(mean * q + 1)));
  let count = 0;
  let px = none;
  let u = bits.nextDouble();
  while (u > px) {
    count++;
    if (count > bound) {
      count = 0;
      px = none;
      u = bits.nextDouble();
    } else {
      u -= px;
      px = ((n - count + 1) * p * px) / (count * q);
    }
  }
  return count;
}

/** What the rejection method computes once for `n` and `p`: a hat of two exponentials around a parallelogram and a triangle. */
interface Hat {
  readonly n: number;
  readonly r: number;
  readonly q: number;
  readonly m: number;
  readonly p1: number;
  readonly xm: number;
  readonly xl: number;
  readonly xr: number;
  readonly c: number;
  readonly laml: number;
  readonly lamr: number;
  readonly p2: number;
  readonly p3: number;
  readonly p4: number;
}

function hatOf(n: number, r: number): Hat {
  const q = 1 - r;
  const fm = n * r + r;
  const m = Math.floor(fm);
  const p1 = Math.floor(2.195 * Math.sqrt(n * r * q) - 4.6 * q) + 0.5;
  const xm = m + 0.5;
  const xl = xm - p1;
  const xr = xm + p1;
  const c = 0.134 + 20.5 / (15.3 + m);
  const left = (fm - xl) / (fm - xl * r);
  const laml = left * (1 + left / 2);
  const right = (xr - fm) / (xr * q);
  const lamr = right * (1 + right / 2);
  const p2 = p1 * (1 + 2 * c);
  const p3 = p2 + c / laml;
  return { n, r, q, m, p1, xm, xl, xr, c, laml, lamr, p2, p3, p4: p3 + c / lamr };
}

let last: Hat | undefined;

/** By rejection. Source: Kachitvichyanukul & Schmeiser 1988, "Binomial Random Variate Generation", BTPE. */
function rejected(bits: BitGenerator, n: number, p: number): number {
  const hat = last?.n === n && last.r === p ? last : (last = hatOf(n, p));
  for (;;) {
    const u = bits.nextDouble() * hat.p4;
    const v = bits.nextDouble();
    if (u <= hat.p1) return Math.floor(hat.xm - hat.p1 * v + u);
    const [y, height] = proposal(hat, u, v);
    if (y >= 0 && y <= n && accepts(hat, y, height)) return y;
  }
}

/** A count and the height under the hat, from the parts of the hat beside its triangle; count -1 when it lies outside. */
function proposal(hat: Hat, u: number, v: number): [number, number] {
  const { p1, p2, p3, xl, xr, c, m, laml, lamr } = hat;
  if (u <= p2) {
    const x = xl + (u - p1) / c;
    const height = v * c + 1 - Math.abs(m - x + 0.5) / p1;
    return height > 1 ? [-1, 0] : [Math.floor(x), height];
  }
  if (v === 0) return [-1, 0];
  if (u <= p3) return [Math.floor(xl + logExact(v) / laml), v * (u - p2) * laml];
  return [Math.floor(xr - logExact(v) / lamr), v * (u - p3) * lamr];
}

function accepts(hat: Hat, y: number, v: number): boolean {
  const { n, r, q, m, xm } = hat;
  const nrq = n * r * q;
  const k = Math.abs(y - m);
  if (!(k > 20 && k < nrq / 2 - 1)) return v <= ratio(hat, y);
  const rho = (k / nrq) * ((k * (k / 3 + 0.625) + 0.16666666666666666) / nrq + 0.5);
  const t = (-k * k) / (2 * nrq);
  const a = logExact(v);
  if (a < t - rho) return true;
  if (a > t + rho) return false;
  const x1 = y + 1;
  const f1 = m + 1;
  const z = n + 1 - m;
  const w = n - y + 1;
  const bound =
    xm * logExact(f1 / x1) +
    (n - m + 0.5) * logExact(z / w) +
    (y - m) * logExact((w * r) / (x1 * q)) +
    stirling(f1) +
    stirling(z) +
    stirling(x1) +
    stirling(w);
  return !(a > bound);
}

/** Probability of `y` over that of the mode. */
function ratio({ n, r, q, m }: Hat, y: number): number {
  const s = r / q;
  const a = s * (n + 1);
  let f = 1;
  for (let i = m + 1; i <= y; i++) f *= a / i - s;
  for (let i = y + 1; i <= m; i++) f /= a / i - s;
  return f;
}

function stirling(x: number): number {
  const x2 = x * x;
  return (13680 - (462 - (132 - (99 - 140 / x2) / x2) / x2) / x2) / x / 166320;
}
