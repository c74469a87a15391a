import { pass3, pass5, passOdd } from './odd-passes.ts';
import { pass2, pass4, type Stage, stageOf, type Walk } from './passes.ts';
import { rootsOfUnity } from './roots.ts';
import { vectorChirp, type VectorPlan, vectorPlan } from './vector-plan.ts';

/** Where a transform reads and writes: pairs of numbers; `count` transforms run side by side, interleaved. */
export interface Run {
  readonly from: Float64Array;
  readonly fromAt: number;
  readonly to: Float64Array;
  readonly toAt: number;
  readonly count: number;
}

/** A complex transform of one length, without a factor. */
export interface Plan {
  readonly length: number;
  /** Numbers in its tables, for the cache. */
  readonly weight: number;
  readonly run: (job: Run, inverse: boolean) => void;
  /** Whether `run` may write where it reads, for a number of transforms side by side. */
  readonly inPlace: (count: number) => boolean;
}

const SMALL = [4, 2, 3, 5, 7, 11];

/** The radices of the stages of a length, in the order in which they run. */
export function factorsOf(length: number): number[] {
  const factors: number[] = [];
  let rest = length;
  const take = (p: number): void => {
    for (; rest % p === 0; rest /= p) factors.push(p);
  };
  SMALL.forEach(take);
  for (let p = 13; p * p <= rest; p += 2) take(p);
  if (rest > 1) factors.push(rest);
  return factors;
}

/** The smallest length from `least` on that has no prime factor above 5. */
export function smoothLength(least: number): number {
  let best = 2 ** Math.ceil(Math.log2(least));
  for (let five = 1; five < best; five *= 5)
    for (let odd = five; odd < best; odd *= 3) {
      const length = odd * 2 ** Math.max(0, Math.ceil(Math.log2(least / odd)));
      if (length >= least && length < best) best = length;
    }
  return best;
}

// Operations per element of a stage, measured: small radices have formulas, others cost in proportion.
const costOf = (factors: readonly number[]): number =>
  factors.reduce((sum, p) => sum + (p <= 5 ? 2 + p / 2 : 4 + 1.3 * p), 0);

const passOf = (radix: number): ((stage: Stage, walk: Walk) => void) =>
  radix === 4 ? pass4 : radix === 2 ? pass2 : radix === 3 ? pass3 : radix === 5 ? pass5 : passOdd;

// Larger buffers are let go after use.
const SCRATCH_KEPT = 1 << 22;

/** A buffer that grows with its largest use. */
export function scratch(): (size: number) => Float64Array {
  let buffer: Float64Array | undefined;
  return (size) => {
    if (buffer !== undefined && buffer.length >= size) return buffer;
    const made = new Float64Array(size);
    if (size <= SCRATCH_KEPT) buffer = made;
    return made;
  };
}

function copyRun({ from, fromAt, to, toAt, count }: Run): void {
  for (let i = 0; i < 2 * count; i++) to[toAt + i] = from[fromAt + i]!;
}

/** The stages of a length in plain code. */
export function mixedRadix(length: number, factors: readonly number[]): Plan {
  const roots = rootsOfUnity(length);
  let before = 1;
  const stages = factors.map((radix) => {
    const stage = stageOf(radix, before, roots, length);
    before *= radix;
    return { stage, pass: passOf(radix) };
  });
  const weight = stages.reduce((sum, { stage }) => sum + stage.twiddles.length, 0);
  const buffer = scratch();
  const run = (job: Run, inverse: boolean): void => {
    if (stages.length === 0) return copyRun(job);
    const spare = stages.length === 1 ? job.to : buffer(2 * length * job.count);
    const { from, fromAt, count, to, toAt } = job;
    const walk: Walk = { from, fromAt, to, toAt, count, backwards: false };
    for (let i = 0; i < stages.length; i++) {
      const { stage, pass } = stages[i]!;
      const left = stages.length - 1 - i;
      walk.count = (length * job.count) / (stage.radix * stage.before);
      walk.backwards = inverse && left === 0;
      walk.to = left % 2 === 0 ? job.to : spare;
      walk.toAt = left % 2 === 0 ? job.toAt : 0;
      pass(stage, walk);
      walk.from = walk.to;
      walk.fromAt = walk.toAt;
    }
  };
  // The first of an even number of stages writes to the spare buffer.
  return { length, weight, run, inPlace: () => stages.length % 2 === 0 };
}

/** Vector code where there is some, except for what is too large to be copied into its memory. */
function preferVector(fast: VectorPlan | undefined, make: () => Plan): Plan {
  if (fast === undefined) return make();
  let plain: Plan | undefined;
  const planFor = (count: number): Plan => (count <= fast.largest ? fast : (plain ??= make()));
  return {
    length: fast.length,
    weight: fast.weight,
    run: (job, inverse) => planFor(job.count).run(job, inverse),
    inPlace: (count) => planFor(count).inPlace(count),
  };
}

const smoothPlan = (length: number, factors: readonly number[]): Plan =>
  preferVector(vectorPlan(length), () => mixedRadix(length, factors));

/** Bluestein: a transform of any length as a convolution with a chirp, done by transforms of a smooth length. */
function chirped(length: number): Plan {
  const long = smoothLength(2 * length - 1);
  const inner = smoothPlan(long, factorsOf(long));
  const roots = rootsOfUnity(2 * length);
  const chirp = new Float64Array(2 * length);
  for (let k = 0, square = 0; k < length; k++) {
    roots.write(chirp, 2 * k, square);
    square = (square + 2 * k + 1) % (2 * length);
  }
  const kernel = kernelOf(chirp, inner);
  return preferVector(vectorChirp(length, chirp, kernel), () => plainChirp(inner, chirp, kernel));
}

/** The convolution in plain code. */
function plainChirp(inner: Plan, chirp: Float64Array, kernel: Float64Array): Plan {
  const length = chirp.length / 2;
  const long = inner.length;
  const padded = scratch();
  const spectrum = scratch();
  const run = (job: Run, inverse: boolean): void => {
    const { count } = job;
    const width = 2 * count;
    const a = padded(long * width);
    const b = spectrum(long * width);
    timesChirp({ from: job.from, fromAt: job.fromAt, to: a, toAt: 0, count }, chirp, false);
    a.fill(0, length * width, long * width);
    inner.run({ from: a, fromAt: 0, to: b, toAt: 0, count }, false);
    timesChirp({ from: b, fromAt: 0, to: b, toAt: 0, count }, kernel, false);
    inner.run({ from: b, fromAt: 0, to: a, toAt: 0, count }, true);
    timesChirp({ from: a, fromAt: 0, to: job.to, toAt: job.toAt, count }, chirp, inverse);
  };
  return { length, weight: inner.weight + kernel.length + chirp.length, run, inPlace: () => true };
}

/** The spectrum of the conjugate chirp on both sides of 0, divided by its length. */
function kernelOf(chirp: Float64Array, inner: Plan): Float64Array {
  const { length } = inner;
  const wave = new Float64Array(2 * length);
  for (let k = 0; 2 * k < chirp.length; k++)
    for (const at of [k, (length - k) % length]) {
      wave[2 * at] = chirp[2 * k]! / length;
      wave[2 * at + 1] = -chirp[2 * k + 1]! / length;
    }
  const kernel = new Float64Array(2 * length);
  inner.run({ from: wave, fromAt: 0, to: kernel, toAt: 0, count: 1 }, false);
  return kernel;
}

/** Each frequency times its factor; `backwards` writes frequency k to place -k, which turns a transform into its inverse. */
function timesChirp({ from, fromAt, to, toAt, count }: Run, factors: Float64Array, backwards: boolean): void {
  const width = 2 * count;
  const length = factors.length / 2;
  for (let k = 0; k < length; k++) {
    const wr = factors[2 * k]!;
    const wi = factors[2 * k + 1]!;
    let o = toAt + (backwards && k > 0 ? length - k : k) * width;
    let i = fromAt + k * width;
    for (const end = i + width; i < end; i += 2, o += 2) {
      const xr = from[i]!;
      const xi = from[i + 1]!;
      to[o] = xr * wr - xi * wi;
      to[o + 1] = xr * wi + xi * wr;
    }
  }
}

function makePlan(length: number): Plan {
  const factors = factorsOf(length);
  const long = smoothLength(2 * length - 1);
  const direct = length * costOf(factors);
  const byChirp = long * (2 * costOf(factorsOf(long)) + 6);
  return length < 50 || direct <= byChirp ? smoothPlan(length, factors) : chirped(length);
}

const PLANS_KEPT = 16;
const WEIGHT_KEPT = 1 << 23;
let plans: Map<number, Plan> | undefined;

/** The plan of a length; the last ones used are kept, by number and by size. */
export function planOf(length: number): Plan {
  plans ??= new Map<number, Plan>();
  const plan = plans.get(length) ?? makePlan(length);
  plans.delete(length);
  plans.set(length, plan);
  let weight = 0;
  for (const kept of plans.values()) weight += kept.weight;
  for (const [key, kept] of plans) {
    if (plans.size === 1 || (plans.size <= PLANS_KEPT && weight <= WEIGHT_KEPT)) break;
    plans.delete(key);
    weight -= kept.weight;
  }
  return plan;
}
