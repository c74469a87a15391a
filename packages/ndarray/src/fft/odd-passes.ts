import { outputsOf, type Stage, type Walk } from './passes.ts';

const SIN_3 = 0.8660254037844387; // sin(2π/3)
const COS_5 = 0.30901699437494745; // cos(2π/5)
const COS_5_2 = -0.8090169943749475; // cos(4π/5)
const SIN_5 = 0.9510565162951535; // sin(2π/5)
const SIN_5_2 = 0.5877852522924731; // sin(4π/5)

function plain3(stage: Stage, walk: Walk): void {
  const { from, fromAt, to, count } = walk;
  const { first, base, jump } = outputsOf(stage, walk, 0);
  const step = 2 * count;
  let o0 = first;
  let o1 = base + jump;
  const end = fromAt + step;
  for (let i0 = fromAt; i0 < end; i0 += 2, o0 += 2, o1 += 2) {
    const i1 = i0 + step;
    const i2 = i1 + step;
    const o2 = o1 + jump;
    const sr = from[i1]! + from[i2]!;
    const si = from[i1 + 1]! + from[i2 + 1]!;
    const dr = SIN_3 * (from[i1]! - from[i2]!);
    const di = SIN_3 * (from[i1 + 1]! - from[i2 + 1]!);
    const mr = from[i0]! - 0.5 * sr;
    const mi = from[i0 + 1]! - 0.5 * si;
    to[o0] = from[i0]! + sr;
    to[o0 + 1] = from[i0 + 1]! + si;
    to[o1] = mr + di;
    to[o1 + 1] = mi - dr;
    to[o2] = mr - di;
    to[o2 + 1] = mi + dr;
  }
}

function turned3(stage: Stage, walk: Walk): void {
  const { from, fromAt, to, count, backwards } = walk;
  const { before, twiddles } = stage;
  const { base, jump } = outputsOf(stage, walk, 1);
  const step = 2 * count;
  const next = (backwards ? -step : step) - step;
  let i0 = fromAt + 3 * step;
  let o0 = base;
  for (let k = 1, w = 0; k < before; k++, w += 4, i0 += 2 * step, o0 += next) {
    const w1r = twiddles[w]!;
    const w1i = twiddles[w + 1]!;
    const w2r = twiddles[w + 2]!;
    const w2i = twiddles[w + 3]!;
    for (const end = i0 + step; i0 < end; i0 += 2, o0 += 2) {
      const i1 = i0 + step;
      const i2 = i1 + step;
      const o1 = o0 + jump;
      const o2 = o1 + jump;
      const t1r = from[i1]! * w1r - from[i1 + 1]! * w1i;
      const t1i = from[i1]! * w1i + from[i1 + 1]! * w1r;
      const t2r = from[i2]! * w2r - from[i2 + 1]! * w2i;
      const t2i = from[i2]! * w2i + from[i2 + 1]! * w2r;
      const sr = t1r + t2r;
      const si = t1i + t2i;
      const dr = SIN_3 * (t1r - t2r);
      const di = SIN_3 * (t1i - t2i);
      const mr = from[i0]! - 0.5 * sr;
      const mi = from[i0 + 1]! - 0.5 * si;
      to[o0] = from[i0]! + sr;
      to[o0 + 1] = from[i0 + 1]! + si;
      to[o1] = mr + di;
      to[o1 + 1] = mi - dr;
      to[o2] = mr - di;
      to[o2 + 1] = mi + dr;
    }
  }
}

/** The stage of radix 3. */
export function pass3(stage: Stage, walk: Walk): void {
  plain3(stage, walk);
  if (stage.before > 1) turned3(stage, walk);
}

function plain5(stage: Stage, walk: Walk): void {
  const { from, fromAt, to, count } = walk;
  const { first, base, jump } = outputsOf(stage, walk, 0);
  const step = 2 * count;
  let o0 = first;
  let o1 = base + jump;
  const end = fromAt + step;
  for (let i0 = fromAt; i0 < end; i0 += 2, o0 += 2, o1 += 2) {
    const i1 = i0 + step;
    const i2 = i1 + step;
    const i3 = i2 + step;
    const i4 = i3 + step;
    const o2 = o1 + jump;
    const o3 = o2 + jump;
    const o4 = o3 + jump;
    const xr = from[i0]!;
    const xi = from[i0 + 1]!;
    const ar = from[i1]! + from[i4]!;
    const ai = from[i1 + 1]! + from[i4 + 1]!;
    const br = from[i1]! - from[i4]!;
    const bi = from[i1 + 1]! - from[i4 + 1]!;
    const cr = from[i2]! + from[i3]!;
    const ci = from[i2 + 1]! + from[i3 + 1]!;
    const dr = from[i2]! - from[i3]!;
    const di = from[i2 + 1]! - from[i3 + 1]!;
    const pr = xr + COS_5 * ar + COS_5_2 * cr;
    const pi = xi + COS_5 * ai + COS_5_2 * ci;
    const qr = SIN_5 * br + SIN_5_2 * dr;
    const qi = SIN_5 * bi + SIN_5_2 * di;
    const rr = xr + COS_5_2 * ar + COS_5 * cr;
    const ri = xi + COS_5_2 * ai + COS_5 * ci;
    const sr = SIN_5_2 * br - SIN_5 * dr;
    const si = SIN_5_2 * bi - SIN_5 * di;
    to[o0] = xr + ar + cr;
    to[o0 + 1] = xi + ai + ci;
    to[o1] = pr + qi;
    to[o1 + 1] = pi - qr;
    to[o2] = rr + si;
    to[o2 + 1] = ri - sr;
    to[o3] = rr - si;
    to[o3 + 1] = ri + sr;
    to[o4] = pr - qi;
    to[o4 + 1] = pi + qr;
  }
}

function turned5(stage: Stage, walk: Walk): void {
  const { from, fromAt, to, count, backwards } = walk;
  const { before, twiddles } = stage;
  const { base, jump } = outputsOf(stage, walk, 1);
  const step = 2 * count;
  const next = (backwards ? -step : step) - step;
  let i0 = fromAt + 5 * step;
  let o0 = base;
  for (let k = 1, w = 0; k < before; k++, w += 8, i0 += 4 * step, o0 += next) {
    const w1r = twiddles[w]!;
    const w1i = twiddles[w + 1]!;
    const w2r = twiddles[w + 2]!;
    const w2i = twiddles[w + 3]!;
    const w3r = twiddles[w + 4]!;
    const w3i = twiddles[w + 5]!;
    const w4r = twiddles[w + 6]!;
    const w4i = twiddles[w + 7]!;
    for (const end = i0 + step; i0 < end; i0 += 2, o0 += 2) {
      const i1 = i0 + step;
      const i2 = i1 + step;
      const i3 = i2 + step;
      const i4 = i3 + step;
      const o1 = o0 + jump;
      const o2 = o1 + jump;
      const o3 = o2 + jump;
      const o4 = o3 + jump;
      const t1r = from[i1]! * w1r - from[i1 + 1]! * w1i;
      const t1i = from[i1]! * w1i + from[i1 + 1]! * w1r;
      const t2r = from[i2]! * w2r - from[i2 + 1]! * w2i;
      const t2i = from[i2]! * w2i + from[i2 + 1]! * w2r;
      const t3r = from[i3]! * w3r - from[i3 + 1]! * w3i;
      const t3i = from[i3]! * w3i + from[i3 + 1]! * w3r;
      const t4r = from[i4]! * w4r - from[i4 + 1]! * w4i;
      const t4i = from[i4]! * w4i + from[i4 + 1]! * w4r;
      const xr = from[i0]!;
      const xi = from[i0 + 1]!;
      const ar = t1r + t4r;
      const ai = t1i + t4i;
      const br = t1r - t4r;
      const bi = t1i - t4i;
      const cr = t2r + t3r;
      const ci = t2i + t3i;
      const dr = t2r - t3r;
      const di = t2i - t3i;
      const pr = xr + COS_5 * ar + COS_5_2 * cr;
      const pi = xi + COS_5 * ai + COS_5_2 * ci;
      const qr = SIN_5 * br + SIN_5_2 * dr;
      const qi = SIN_5 * bi + SIN_5_2 * di;
      const rr = xr + COS_5_2 * ar + COS_5 * cr;
      const ri = xi + COS_5_2 * ai + COS_5 * ci;
      const sr = SIN_5_2 * br - SIN_5 * dr;
      const si = SIN_5_2 * bi - SIN_5 * di;
      to[o0] = xr + ar + cr;
      to[o0 + 1] = xi + ai + ci;
      to[o1] = pr + qi;
      to[o1 + 1] = pi - qr;
      to[o2] = rr + si;
      to[o2 + 1] = ri - sr;
      to[o3] = rr - si;
      to[o3 + 1] = ri + sr;
      to[o4] = pr - qi;
      to[o4 + 1] = pi + qr;
    }
  }
}

/** The stage of radix 5. */
export function pass5(stage: Stage, walk: Walk): void {
  plain5(stage, walk);
  if (stage.before > 1) turned5(stage, walk);
}

/** The stage of any odd radix: sums and differences of opposite inputs, then a small transform of each. */
export function passOdd(stage: Stage, walk: Walk): void {
  const { radix, before, circle } = stage;
  const { from, fromAt, to, count } = walk;
  const half = (radix - 1) / 2;
  const pairs = new Float64Array(4 * half);
  const step = 2 * count;
  for (let k = 0; k < before; k++) {
    const { first, base, jump } = outputsOf(stage, walk, k);
    const start = fromAt + k * radix * step;
    for (let s = 0; s < step; s += 2) {
      const i = start + s;
      gatherPairs({ stage, k, from, at: i, step }, pairs);
      const xr = from[i]!;
      const xi = from[i + 1]!;
      let sumR = xr;
      let sumI = xi;
      for (let r = 0; r < 4 * half; r += 4) {
        sumR += pairs[r]!;
        sumI += pairs[r + 1]!;
      }
      to[first + s] = sumR;
      to[first + s + 1] = sumI;
      for (let q = 1; q <= half; q++) {
        let ar = xr;
        let ai = xi;
        let br = 0;
        let bi = 0;
        for (let r = 0, j = q; r < 4 * half; r += 4) {
          const cos = circle[2 * j]!;
          const sin = circle[2 * j + 1]!;
          ar += cos * pairs[r]!;
          ai += cos * pairs[r + 1]!;
          br += sin * pairs[r + 2]!;
          bi += sin * pairs[r + 3]!;
          j += q;
          if (j >= radix) j -= radix;
        }
        const o = base + q * jump + s;
        const mirrored = base + (radix - q) * jump + s;
        to[o] = ar - bi;
        to[o + 1] = ai + br;
        to[mirrored] = ar + bi;
        to[mirrored + 1] = ai - br;
      }
    }
  }
}

interface Butterfly {
  readonly stage: Stage;
  readonly k: number;
  readonly from: Float64Array;
  readonly at: number;
  readonly step: number;
}

/** Sums and differences of the inputs `r` and `radix - r`, after their factors. */
function gatherPairs({ stage, k, from, at, step }: Butterfly, pairs: Float64Array): void {
  const { radix, twiddles } = stage;
  const w = 2 * (k - 1) * (radix - 1) - 2;
  for (let r = 1, p = 0; 2 * r < radix; r++, p += 4) {
    const i = at + r * step;
    const j = at + (radix - r) * step;
    let ar = from[i]!;
    let ai = from[i + 1]!;
    let br = from[j]!;
    let bi = from[j + 1]!;
    if (k > 0) {
      const v = w + 2 * r;
      const u = w + 2 * (radix - r);
      const turned = ar * twiddles[v]! - ai * twiddles[v + 1]!;
      ai = ar * twiddles[v + 1]! + ai * twiddles[v]!;
      ar = turned;
      const mirrored = br * twiddles[u]! - bi * twiddles[u + 1]!;
      bi = br * twiddles[u + 1]! + bi * twiddles[u]!;
      br = mirrored;
    }
    pairs[p] = ar + br;
    pairs[p + 1] = ai + bi;
    pairs[p + 2] = ar - br;
    pairs[p + 3] = ai - bi;
  }
}
