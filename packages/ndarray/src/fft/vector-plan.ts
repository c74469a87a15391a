import { stageOf } from './passes.ts';
import type { Plan, Run } from './plan.ts';
import { rootsOfUnity } from './roots.ts';
import { buffers, LARGEST, resident, type VectorHost, vectorHost } from './vector-memory.ts';

/** The stages of a length in vector code, and their tables. */
interface VectorStages {
  readonly length: number;
  readonly stages: readonly { readonly radix: number; readonly before: number }[];
  readonly tables: readonly Float64Array[];
}

/** The radices of a length for vector code, in the order in which they run; undefined where one has none. */
function vectorFactors(length: number): number[] | undefined {
  const factors: number[] = [];
  let rest = length;
  let twos = 0;
  for (; rest % 2 === 0; rest /= 2) twos++;
  // Eights first; what is left of the twos without a stage of 2 where fours can take it.
  while (twos >= 5 || twos === 3) {
    factors.push(8);
    twos -= 3;
  }
  if (twos === 4) factors.push(4, 4);
  else if (twos > 0) factors.push(2 ** twos);
  for (const p of [3, 5, 7, 11]) for (; rest % p === 0; rest /= p) factors.push(p);
  return rest === 1 ? factors : undefined;
}

/** The stages of a length; undefined where vector code lacks one of its factors. */
export function vectorStages(length: number): VectorStages | undefined {
  const factors = vectorFactors(length);
  if (factors === undefined || factors.length === 0) return undefined;
  const roots = rootsOfUnity(length);
  let before = 1;
  const made = factors.map((radix) => {
    const stage = stageOf(radix, before, roots, length);
    before *= radix;
    return stage;
  });
  return { length, stages: made, tables: made.map(({ twiddles }) => twiddles) };
}

/** Where a transform works in the memory: two buffers, of which the first one holds the input. */
export interface VectorRun {
  readonly source: number;
  readonly target: number;
  readonly count: number;
  /** Addresses of the tables of its stages. */
  readonly tables: readonly number[];
  readonly inverse: boolean;
}

/** Runs the stages; the address of the result is one of the two. */
export function runVector({ code }: VectorHost, { length, stages }: VectorStages, run: VectorRun): number {
  let { source, target } = run;
  for (let i = 0; i < stages.length; i++) {
    const { radix, before } = stages[i]!;
    const backwards = run.inverse && i === stages.length - 1 ? 1 : 0;
    code[`stage${radix}`]!(source, target, (length * run.count) / (radix * before), before, run.tables[i]!, backwards);
    const done = target;
    target = source;
    source = done;
  }
  return source;
}

const weightOf = (tables: readonly Float64Array[]): number => tables.reduce((sum, table) => sum + table.length, 0);

/** A plan in vector code that may be undone by size. */
export type VectorPlan = Plan & { readonly largest: number };

/** The plan of a length in vector code; undefined where the engine or the length has none. */
export function vectorPlan(length: number): VectorPlan | undefined {
  const host = vectorHost();
  const stages = host && vectorStages(length);
  if (host === undefined || stages === undefined) return undefined;
  const settle = resident(host, stages.tables);
  const run = ({ from, fromAt, to, toAt, count }: Run, inverse: boolean): void => {
    const tables = settle();
    const size = 2 * length * count;
    const [source, target] = buffers(host, [size, size]) as [number, number];
    host.numbers.set(from.subarray(fromAt, fromAt + size), source / 8);
    const result = runVector(host, stages, { source, target, count, tables, inverse }) / 8;
    to.set(host.numbers.subarray(result, result + size), toAt);
  };
  return { length, weight: weightOf(stages.tables), run, inPlace: () => true, largest: LARGEST / (2 * length) };
}

/** Bluestein's convolution with a chirp in vector code: factors of the elements, and the spectrum of the chirp. */
export function vectorChirp(length: number, chirp: Float64Array, kernel: Float64Array): VectorPlan | undefined {
  const host = vectorHost();
  const long = kernel.length / 2;
  const stages = host && vectorStages(long);
  if (host === undefined || stages === undefined) return undefined;
  const all = [chirp, kernel, ...stages.tables];
  const settle = resident(host, all);
  const run = ({ from, fromAt, to, toAt, count }: Run, inverse: boolean): void => {
    const [factors, spectrum, ...tables] = settle() as [number, number, ...number[]];
    const [size, padded] = [2 * length * count, 2 * long * count];
    const [a, b] = buffers(host, [padded, padded]) as [number, number];
    const { times } = host.code as { times: (...args: readonly number[]) => void };
    host.numbers.set(from.subarray(fromAt, fromAt + size), b / 8);
    times(b, a, factors, length, count, 0);
    host.numbers.fill(0, a / 8 + size, a / 8 + padded);
    const forward = runVector(host, stages, { source: a, target: b, count, tables, inverse: false });
    const spare = forward === a ? b : a;
    times(forward, forward, spectrum, long, count, 0);
    const back = runVector(host, stages, { source: forward, target: spare, count, tables, inverse: true });
    const out = back === a ? b : a;
    times(back, out, factors, length, count, inverse ? 1 : 0);
    to.set(host.numbers.subarray(out / 8, out / 8 + size), toAt);
  };
  return { length, weight: weightOf(all), run, inPlace: () => true, largest: LARGEST / (2 * long) };
}
