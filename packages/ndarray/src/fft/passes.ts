import { type Roots } from './roots.ts';

/**
 * One stage of a transform: it merges `radix` interleaved transforms of length `before` into one.
 *
 * Memory holds complex numbers as pairs, in the order [frequency][sequence]; no stage needs to bring them in another order (Stockham).
 */
export interface Stage {
  readonly radix: number;
  readonly before: number;
  /** For each frequency the `radix - 1` factors of its inputs; of frequency 0 they are 1 and not stored. */
  readonly twiddles: Float64Array;
  /** The roots of order `radix`, for stages without a formula of their own. */
  readonly circle: Float64Array;
}

/** Where a stage reads and writes, in numbers (two for a complex one). */
export interface Walk {
  from: Float64Array;
  fromAt: number;
  to: Float64Array;
  toAt: number;
  /** Sequences that remain after the stage, times transforms that run side by side. */
  count: number;
  /** Whether frequencies are written backwards: done in the last stage, it makes the inverse transform. */
  backwards: boolean;
}

/** Makes a stage. */
export function stageOf(radix: number, before: number, roots: Roots, length: number): Stage {
  const stride = length / (radix * before);
  const twiddles = new Float64Array(2 * (radix - 1) * (before - 1));
  let at = 0;
  for (let k = 1; k < before; k++) for (let r = 1; r < radix; r++, at += 2) roots.write(twiddles, at, r * k * stride);
  const circle = new Float64Array(2 * radix);
  for (let r = 0; r < radix; r++) roots.write(circle, 2 * r, r * before * stride);
  return { radix, before, twiddles, circle };
}

/** Distance between the outputs of a stage, and where those of frequency 0 begin and continue. */
interface Outputs {
  readonly first: number;
  readonly base: number;
  readonly jump: number;
}

/** The outputs of frequency `k`; the others of it stand at `base + q * jump`. */
export function outputsOf({ radix, before }: Stage, { toAt, count, backwards }: Walk, k: number): Outputs {
  const jump = 2 * before * count;
  if (!backwards) return { first: toAt + 2 * k * count, base: toAt + 2 * k * count, jump };
  const base = toAt + 2 * (radix * before - k) * count;
  return { first: k === 0 ? toAt : base, base, jump: -jump };
}

function plain2(stage: Stage, walk: Walk): void {
  const { from, fromAt, to, count } = walk;
  const { first, base, jump } = outputsOf(stage, walk, 0);
  const step = 2 * count;
  let i0 = fromAt;
  let i1 = fromAt + step;
  let o0 = first;
  let o1 = base + jump;
  for (const end = i0 + step; i0 < end; i0 += 2, i1 += 2, o0 += 2, o1 += 2) {
    const ar = from[i0]!;
    const ai = from[i0 + 1]!;
    const br = from[i1]!;
    const bi = from[i1 + 1]!;
    to[o0] = ar + br;
    to[o0 + 1] = ai + bi;
    to[o1] = ar - br;
    to[o1 + 1] = ai - bi;
  }
}

/** The stage of radix 2. */
export function pass2(stage: Stage, walk: Walk): void {
  plain2(stage, walk);
  const { from, fromAt, to, count, backwards } = walk;
  const { before, twiddles } = stage;
  if (before === 1) return;
  const step = 2 * count;
  const { base, jump } = outputsOf(stage, walk, 1);
  const next = (backwards ? -step : step) - step;
  let i0 = fromAt + 2 * step;
  let o0 = base;
  for (let k = 1, w = 0; k < before; k++, w += 2, i0 += step, o0 += next) {
    const wr = twiddles[w]!;
    const wi = twiddles[w + 1]!;
    for (const end = i0 + step; i0 < end; i0 += 2, o0 += 2) {
      const i1 = (i0 + step) | 0;
      const o1 = (o0 + jump) | 0;
      const xr = from[i1]!;
      const xi = from[i1 + 1]!;
      const br = xr * wr - xi * wi;
      const bi = xr * wi + xi * wr;
      const ar = from[i0]!;
      const ai = from[i0 + 1]!;
      to[o0] = ar + br;
      to[o0 + 1] = ai + bi;
      to[o1] = ar - br;
      to[o1 + 1] = ai - bi;
    }
  }
}

function plain4(stage: Stage, walk: Walk): void {
  const { from, fromAt, to, count } = walk;
  const { first, base, jump } = outputsOf(stage, walk, 0);
  const step = 2 * count;
  let o0 = first;
  let o1 = base + jump;
  const two = 2 * step;
  const three = 3 * step;
  const end = fromAt + step;
  for (let i0 = fromAt; i0 < end; i0 += 2, o0 += 2, o1 += 2) {
    const i1 = (i0 + step) | 0;
    const i2 = (i0 + two) | 0;
    const i3 = (i0 + three) | 0;
    const o2 = (o1 + jump) | 0;
    const o3 = (o2 + jump) | 0;
    const ar = from[i0]! + from[i2]!;
    const ai = from[i0 + 1]! + from[i2 + 1]!;
    const br = from[i0]! - from[i2]!;
    const bi = from[i0 + 1]! - from[i2 + 1]!;
    const cr = from[i1]! + from[i3]!;
    const ci = from[i1 + 1]! + from[i3 + 1]!;
    const dr = from[i1]! - from[i3]!;
    const di = from[i1 + 1]! - from[i3 + 1]!;
    to[o0] = ar + cr;
    to[o0 + 1] = ai + ci;
    to[o1] = br + di;
    to[o1 + 1] = bi - dr;
    to[o2] = ar - cr;
    to[o2 + 1] = ai - ci;
    to[o3] = br - di;
    to[o3 + 1] = bi + dr;
  }
}

/** The stage of radix 4. */
export function pass4(stage: Stage, walk: Walk): void {
  plain4(stage, walk);
  if (stage.before > 1) turned4(stage, walk);
}

function turned4(stage: Stage, walk: Walk): void {
  const { from, fromAt, to, count, backwards } = walk;
  const { before, twiddles } = stage;
  const { base, jump } = outputsOf(stage, walk, 1);
  const step = 2 * count;
  const next = (backwards ? -step : step) - step;
  let i0 = fromAt + 4 * step;
  let o0 = base;
  const three = 3 * step;
  for (let k = 1, w = 0; k < before; k++, w += 6, i0 += three, o0 += next) {
    const w1r = twiddles[w]!;
    const w1i = twiddles[w + 1]!;
    const w2r = twiddles[w + 2]!;
    const w2i = twiddles[w + 3]!;
    const w3r = twiddles[w + 4]!;
    const w3i = twiddles[w + 5]!;
    for (const end = i0 + step; i0 < end; i0 += 2, o0 += 2) {
      const i1 = (i0 + step) | 0;
      const i2 = (i1 + step) | 0;
      const i3 = (i2 + step) | 0;
      const x1r = from[i1]!;
      const x1i = from[(i1 + 1) | 0]!;
      const x2r = from[i2]!;
      const x2i = from[(i2 + 1) | 0]!;
      const x3r = from[i3]!;
      const x3i = from[(i3 + 1) | 0]!;
      const t1r = x1r * w1r - x1i * w1i;
      const t1i = x1r * w1i + x1i * w1r;
      const t2r = x2r * w2r - x2i * w2i;
      const t2i = x2r * w2i + x2i * w2r;
      const t3r = x3r * w3r - x3i * w3i;
      const t3i = x3r * w3i + x3i * w3r;
      const ar = from[i0]! + t2r;
      const ai = from[i0 + 1]! + t2i;
      const br = from[i0]! - t2r;
      const bi = from[i0 + 1]! - t2i;
      const cr = t1r + t3r;
      const ci = t1i + t3i;
      const dr = t1r - t3r;
      const di = t1i - t3i;
      const o1 = (o0 + jump) | 0;
      const o2 = (o1 + jump) | 0;
      const o3 = (o2 + jump) | 0;
      to[o0] = ar + cr;
      to[o0 + 1] = ai + ci;
      to[o1] = br + di;
      to[o1 + 1] = bi - dr;
      to[o2] = ar - cr;
      to[o2 + 1] = ai - ci;
      to[o3] = br - di;
      to[o3 + 1] = bi + dr;
    }
  }
}
