import { logExact } from './log.ts';
import type { BitGenerator } from './bit-generator.ts';

/** What a draw takes its randomness from: the bits, and the normal value that the legacy method keeps for the next call. */
export interface Source {
  bits: BitGenerator;
  spare: number | null;
}

/** How a generator makes its standard normal and exponential values; most other distributions are made of these. */
export interface Family {
  readonly normal: (source: Source) => number;
  readonly exponential: (source: Source) => number;
}

/** One value of a distribution with up to three parameters. */
export type Drawer = (source: Source, a: number, b: number, c: number) => number;

const sources = new WeakMap<object, Source | (() => BitGenerator)>();

/** Gives a generator its source; a function is called at the first draw. */
export function setSource(generator: object, bits: BitGenerator | (() => BitGenerator)): void {
  sources.set(generator, typeof bits === 'function' ? bits : { bits, spare: null });
}

/** The source of a generator. */
export function sourceOf(generator: object): Source {
  const source = sources.get(generator)!;
  if (typeof source !== 'function') return source;
  const made = { bits: source(), spare: null };
  sources.set(generator, made);
  return made;
}

/** A standard normal value by Marsaglia's polar method; every second call returns the kept one of a pair. */
export function polarNormal(source: Source): number {
  const kept = source.spare;
  if (kept !== null) {
    source.spare = null;
    return kept;
  }
  const { bits } = source;
  let x1: number;
  let x2: number;
  let r2: number;
  do {
    x1 = 2 * bits.nextDouble() - 1;
    x2 = 2 * bits.nextDouble() - 1;
    r2 = x1 * x1 + x2 * x2;
  } while (r2 >= 1 || r2 === 0);
  const f = Math.sqrt((-2 * logExact(r2)) / r2);
  source.spare = f * x1;
  return f * x2;
}

/** What `RandomState` draws with. */
export const LEGACY: Family = {
  normal: polarNormal,
  exponential: ({ bits }) => -logExact(1 - bits.nextDouble()),
};
