import { type Plan, planOf, type Run, scratch } from './plan.ts';
import { rootsOfUnity } from './roots.ts';
import { vectorRealPlan } from './vector-real.ts';

/**
 * Transforms between `length` real numbers and the `⌊length / 2⌋ + 1` frequencies that determine the others.
 *
 * Real numbers lie as [length / 2][count][2] for even lengths, so that neighbours look like one complex number, else as [length][count];
 * complex ones as [frequency][count].
 */
export interface RealPlan {
  readonly forward: (job: Run) => void;
  readonly inverse: (job: Run) => void;
}

/** Even lengths: a complex transform of half the length, its result taken apart into those of the even and of the odd places. */
function evenPlan(length: number): RealPlan {
  const half = length / 2;
  const roots = rootsOfUnity(length);
  const turns = new Float64Array(2 * (Math.floor(half / 2) + 1));
  for (let k = 0; 2 * k < turns.length; k++) roots.write(turns, 2 * k, k);
  const fast = vectorRealPlan(length, turns);
  if (fast === undefined) return plainEven(planOf(half), turns);
  let plain: RealPlan | undefined;
  const planFor = (count: number): RealPlan =>
    count <= fast.largest ? fast : (plain ??= plainEven(planOf(half), turns));
  return { forward: (job) => planFor(job.count).forward(job), inverse: (job) => planFor(job.count).inverse(job) };
}

/** The plan of an even length around a complex one of half the length. */
export function plainEven(complex: Plan, turns: Float64Array): RealPlan {
  const half = complex.length;
  const buffer = scratch();
  return {
    forward: (job) => {
      complex.run(job, false);
      separate(job.to, job.toAt, job.count, { half, turns });
    },
    inverse: (job) => {
      const spectrum = buffer(2 * half * job.count);
      unite({ ...job, to: spectrum, toAt: 0 }, { half, turns });
      complex.run({ ...job, from: spectrum, fromAt: 0 }, true);
    },
  };
}

interface Halves {
  readonly half: number;
  readonly turns: Float64Array;
}

/** From the transform of (even places) + i (odd places) to that of all places, in its memory and one frequency more. */
function separate(to: Float64Array, toAt: number, count: number, { half, turns }: Halves): void {
  const width = 2 * count;
  for (let s = 0; s < width; s += 2) {
    const first = toAt + s;
    const last = first + half * width;
    const re = to[first]!;
    const im = to[first + 1]!;
    to[first] = re + im;
    to[first + 1] = 0;
    to[last] = re - im;
    to[last + 1] = 0;
  }
  for (let k = 1; 2 * k <= half; k++) {
    const wr = turns[2 * k]!;
    const wi = turns[2 * k + 1]!;
    let a = toAt + k * width;
    let b = toAt + (half - k) * width;
    for (const end = a + width; a < end; a += 2, b += 2) {
      const ar = to[a]!;
      const ai = to[a + 1]!;
      const br = to[b]!;
      const bi = to[b + 1]!;
      const er = 0.5 * (ar + br);
      const ei = 0.5 * (ai - bi);
      const or = 0.5 * (ai + bi);
      const oi = 0.5 * (br - ar);
      const tr = or * wr - oi * wi;
      const ti = or * wi + oi * wr;
      to[a] = er + tr;
      to[a + 1] = ei + ti;
      to[b] = er - tr;
      to[b + 1] = ti - ei;
    }
  }
}

/** What {@link separate} undoes, times 2; imaginary parts of the first and of the last frequency are not looked at. */
function unite({ from, fromAt, to, toAt, count }: Run, { half, turns }: Halves): void {
  const width = 2 * count;
  for (let s = 0; s < width; s += 2) {
    const re = from[fromAt + s]!;
    const last = from[fromAt + half * width + s]!;
    to[toAt + s] = re + last;
    to[toAt + s + 1] = re - last;
  }
  for (let k = 1; 2 * k <= half; k++) {
    const wr = turns[2 * k]!;
    const wi = turns[2 * k + 1]!;
    for (let s = 0; s < width; s += 2) {
      const a = fromAt + k * width + s;
      const b = fromAt + (half - k) * width + s;
      const er = from[a]! + from[b]!;
      const ei = from[a + 1]! - from[b + 1]!;
      const dr = from[a]! - from[b]!;
      const di = from[a + 1]! + from[b + 1]!;
      const or = dr * wr + di * wi;
      const oi = di * wr - dr * wi;
      const p = toAt + k * width + s;
      const q = toAt + (half - k) * width + s;
      to[p] = er - oi;
      to[p + 1] = ei + or;
      to[q] = er + oi;
      to[q + 1] = or - ei;
    }
  }
}

/** Odd lengths: the complex transform. */
function oddPlan(length: number): RealPlan {
  const complex = planOf(length);
  const before = scratch();
  const after = scratch();
  return {
    forward: ({ from, fromAt, to, toAt, count }) => {
      const size = length * count;
      const a = before(2 * size);
      const b = after(2 * size);
      for (let i = 0; i < size; i++) {
        a[2 * i] = from[fromAt + i]!;
        a[2 * i + 1] = 0;
      }
      complex.run({ from: a, fromAt: 0, to: b, toAt: 0, count }, false);
      const used = (length + 1) * count;
      for (let i = 0; i < used; i++) to[toAt + i] = b[i]!;
      for (let s = 0; s < count; s++) to[toAt + 2 * s + 1] = 0;
    },
    inverse: ({ from, fromAt, to, toAt, count }) => {
      const size = length * count;
      const a = before(2 * size);
      const b = after(2 * size);
      for (let s = 0; s < count; s++) {
        a[2 * s] = from[fromAt + 2 * s]!;
        a[2 * s + 1] = 0;
      }
      for (let k = 1; 2 * k < length; k++)
        for (let s = 0; s < 2 * count; s += 2) {
          const i = fromAt + 2 * k * count + s;
          const mirrored = 2 * (length - k) * count + s;
          a[2 * k * count + s] = a[mirrored] = from[i]!;
          a[2 * k * count + s + 1] = from[i + 1]!;
          a[mirrored + 1] = -from[i + 1]!;
        }
      complex.run({ from: a, fromAt: 0, to: b, toAt: 0, count }, true);
      for (let i = 0; i < size; i++) to[toAt + i] = b[2 * i]!;
    },
  };
}

const PLANS_KEPT = 16;
let plans: Map<number, RealPlan> | undefined;

/** The plan of a length; the last ones used are kept. */
export function realPlanOf(length: number): RealPlan {
  plans ??= new Map<number, RealPlan>();
  const plan = plans.get(length) ?? (length % 2 === 0 ? evenPlan(length) : oddPlan(length));
  plans.delete(length);
  plans.set(length, plan);
  for (const key of plans.keys()) {
    if (plans.size <= PLANS_KEPT) break;
    plans.delete(key);
  }
  return plan;
}
