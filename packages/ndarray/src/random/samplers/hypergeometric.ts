import type { BitGenerator } from '../bit-generator.ts';
import { randomInterval } from '../integers.ts';
import { logExact } from '../log.ts';
import type { Source } from '../source.ts';
import { logFactorial, logGamma } from './log-factorial.ts';

const D1 = 1.7155277699214135;
const D2 = 0.8989161620588988;

/** How many of `sample` drawn without replacement are good: few by drawing them, many by rejection. */
export function hypergeometric({ bits }: Source, good: number, bad: number, sample: number): number {
  return sample >= 10 && sample <= good + bad - 10 ? rejected(bits, good, bad, sample) : drawn(bits, good, bad, sample);
}

function drawn(bits: BitGenerator, good: number, bad: number, sample: number): number {
  const total = good + bad;
  const moreThanHalf = sample > Math.floor(total / 2);
  let left = moreThanHalf ? total - sample : sample;
  let remaining = total;
  let remainingGood = good;
  while (left > 0 && remainingGood > 0 && remaining > remainingGood) {
    remaining--;
    if (randomInterval(bits, remaining) < remainingGood) remainingGood--;
    left--;
  }
  if (remaining === remainingGood) remainingGood -= left;
  return moreThanHalf ? remainingGood : good - remainingGood;
}

/** Candidates of the ratio-of-uniforms method until one is accepted. Source: Stadlober 1990, algorithm HRUA. */
function accepted(bits: BitGenerator, hat: readonly [number, number, number], logRatio: (k: number) => number): number {
  const [centre, width, end] = hat;
  for (;;) {
    const u = bits.nextDouble();
    const v = bits.nextDouble();
    const x = centre + (width * (v - 0.5)) / u;
    if (x < 0 || x >= end) continue;
    const k = Math.floor(x);
    const t = logRatio(k);
    if (u * (4 - u) - 3 <= t) return k;
    if (u * (u - t) >= 1) continue;
    if (2 * logExact(u) <= t) return k;
  }
}

function rejected(bits: BitGenerator, good: number, bad: number, sample: number): number {
  const total = good + bad;
  const computed = Math.min(sample, total - sample);
  const fewer = Math.min(good, bad);
  const more = Math.max(good, bad);
  const p = fewer / total;
  const q = more / total;
  const centre = computed * p + 0.5;
  const c = Math.sqrt(((total - computed) * computed * p * q) / (total - 1) + 0.5);
  const mode = Math.floor(((computed + 1) * (fewer + 1)) / (total + 2));
  const sum = (k: number): number =>
    logFactorial(k) + logFactorial(fewer - k) + logFactorial(computed - k) + logFactorial(more - computed + k);
  const atMode = sum(mode);
  const end = Math.min(Math.min(computed, fewer) + 1, Math.floor(centre + 16 * c));
  let k = accepted(bits, [centre, D1 * c + D2, end], (at) => atMode - sum(at));
  if (good > bad) k = computed - k;
  return computed < sample ? good - k : k;
}

/** {@link hypergeometric} as `RandomState` draws it. */
export function legacyHypergeometric({ bits }: Source, good: number, bad: number, sample: number): number {
  if (sample > 10) return legacyRejected(bits, good, bad, sample);
  return sample > 0 ? legacyDrawn(bits, good, bad, sample) : 0;
}

function legacyDrawn(bits: BitGenerator, good: number, bad: number, sample: number): number {
  const d1 = bad + good - sample;
  const fewer = Math.min(bad, good);
  let y = fewer;
  for (let k = sample; y > 0;) {
    y -= Math.floor(bits.nextDouble() + y / (d1 + k));
    k--;
    if (k === 0) break;
  }
  const z = Math.trunc(fewer - y);
  return good > bad ? sample - z : z;
}

function legacyRejected(bits: BitGenerator, good: number, bad: number, sample: number): number {
  const total = good + bad;
  const fewer = Math.min(good, bad);
  const more = Math.max(good, bad);
  const m = Math.min(sample, total - sample);
  const p = fewer / total;
  const centre = m * p + 0.5;
  const c = Math.sqrt(((total - m) * sample * p * (1 - p)) / (total - 1) + 0.5);
  const mode = Math.floor(((m + 1) * (fewer + 1)) / (total + 2));
  const sum = (k: number): number =>
    logGamma(k + 1) + logGamma(fewer - k + 1) + logGamma(m - k + 1) + logGamma(more - m + k + 1);
  const atMode = sum(mode);
  const end = Math.min(Math.min(m, fewer) + 1, Math.floor(centre + 16 * c));
  let z = accepted(bits, [centre, D1 * c + D2, end], (at) => atMode - sum(at));
  if (good > bad) z = m - z;
  return m < sample ? good - z : z;
}
