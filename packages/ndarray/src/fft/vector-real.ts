import type { Run } from './plan.ts';
import type { RealPlan } from './real-plan.ts';
import { buffers, LARGEST, resident, type VectorHost, vectorHost } from './vector-memory.ts';
import { runVector, vectorStages } from './vector-plan.ts';

/** A plan of real numbers in vector code, for up to `largest` transforms side by side. */
export type VectorRealPlan = RealPlan & { readonly largest: number };

/** Frequency 0 and the last one, which are real: their sum and difference; numbers, not addresses. */
function endsOf({ numbers }: VectorHost, from: number, to: number, { half, count }: Ends): void {
  for (let s = 0; s < 2 * count; s += 2) {
    const re = numbers[from + s]!;
    const other = half === 0 ? numbers[from + s + 1]! : numbers[from + 2 * half * count + s]!;
    numbers[to + s] = re + other;
    numbers[to + s + 1] = re - other;
  }
}

interface Ends {
  /** Frequencies between the two, or 0 where they stand in one number. */
  readonly half: number;
  readonly count: number;
}

/** Spreads the sums and differences to frequency 0 and the last one. */
function spreadEnds({ numbers }: VectorHost, at: number, half: number, count: number): void {
  for (let s = 0; s < 2 * count; s += 2) {
    const last = at + 2 * half * count + s;
    numbers[last] = numbers[at + s + 1]!;
    numbers[last + 1] = 0;
    numbers[at + s + 1] = 0;
  }
}

/** The plan of an even length, with the factors `turns` of its halves; undefined where the engine or the length has none. */
export function vectorRealPlan(length: number, turns: Float64Array): VectorRealPlan | undefined {
  const half = length / 2;
  const host = vectorHost();
  const stages = host && vectorStages(half);
  if (host === undefined || stages === undefined) return undefined;
  const settle = resident(host, [turns, ...stages.tables]);
  const { separate, unite } = host.code as Record<'separate' | 'unite', (...args: readonly number[]) => void>;
  const begin = (count: number): { a: number; b: number; factors: number; tables: number[] } => {
    const [factors, ...tables] = settle() as [number, ...number[]];
    const size = 2 * (half + 1) * count;
    const [a, b] = buffers(host, [size, size]) as [number, number];
    return { a, b, factors, tables };
  };
  const forward = ({ from, fromAt, to, toAt, count }: Run): void => {
    const { a, b, factors, tables } = begin(count);
    host.numbers.set(from.subarray(fromAt, fromAt + length * count), a / 8);
    const at = runVector(host, stages, { source: a, target: b, count, tables, inverse: false });
    endsOf(host, at / 8, at / 8, { half: 0, count });
    spreadEnds(host, at / 8, half, count);
    separate(at, at, factors, half, count, 0);
    to.set(host.numbers.subarray(at / 8, at / 8 + 2 * (half + 1) * count), toAt);
  };
  const inverse = ({ from, fromAt, to, toAt, count }: Run): void => {
    const { a, b, factors, tables } = begin(count);
    host.numbers.set(from.subarray(fromAt, fromAt + 2 * (half + 1) * count), a / 8);
    endsOf(host, a / 8, b / 8, { half, count });
    unite(a, b, factors, half, count, 0);
    const at = runVector(host, stages, { source: b, target: a, count, tables, inverse: true });
    to.set(host.numbers.subarray(at / 8, at / 8 + length * count), toAt);
  };
  return { forward, inverse, largest: LARGEST / (length + 2) };
}
