import { GradientError } from '@isograd/device';
import type { NDArray, Shape } from '@isograd/ndarray';
import { type DrawingRules, setDrawingRules } from '../random/levels.ts';
import type { Tensor } from '../tensor.ts';

/** What random numbers are inside `vmap`: refused, the same for all examples, or other ones for each. */
export type Randomness = 'error' | 'same' | 'different';

/** A running `vmap`, as those that draw know it. */
export interface DrawingLevel {
  readonly size: number;
  readonly randomness: Randomness;
  /** The examples of a tensor along axis 0; `undefined` where all share it. */
  examplesOf(x: NDArray): Tensor | undefined;
  /** One example of many. */
  wrap(examples: NDArray): Tensor;
}

let levels: readonly DrawingLevel[] = [];
let ofCall: Randomness = 'error';

function enter(these: readonly DrawingLevel[]): void {
  levels = these;
  setDrawingRules(these.length > 0 ? RULES : undefined);
}

function among<T>(others: readonly DrawingLevel[], fn: () => T): T {
  const before = levels;
  enter(others);
  try {
    return fn();
  } finally {
    enter(before);
  }
}

/** Runs a function within a `vmap`. */
export const withLevel = <T>(level: DrawingLevel, fn: () => T): T => among([...levels, level], fn);

/** Runs the batching rule of a call: what it maps again is mapped in the place of this level, as {@link randomnessOfCall} says. */
export function belowLevel<T>(level: DrawingLevel, fn: () => T): T {
  const [before, at] = [ofCall, levels.indexOf(level)];
  ofCall = level.randomness;
  try {
    return among(at < 0 ? levels : levels.slice(0, at), fn);
  } finally {
    ofCall = before;
  }
}

/** What random numbers are for the examples whose batching rule is running. */
export const randomnessOfCall = (): Randomness => ofCall;

function refuse(where: string, what: string, hint: string): never {
  throw new GradientError({ where, what, got: 'a draw inside vmap', expected: 'vmap(f, { randomness })', hint });
}

const refuseAll = (where: string): never =>
  refuse(
    where,
    'vmap: called random operation while in randomness error mode',
    "say whether examples share them: { randomness: 'same' } or 'different'; or draw outside of vmap",
  );

/** Refuses to fill a tensor that all examples share, unless they share random numbers too. */
function checkShared(where: string): void {
  for (const { randomness } of levels) {
    if (randomness === 'error') refuseAll(where);
    if (randomness === 'different')
      refuse(
        where,
        'vmap: cannot ask for different in-place randomness on a tensor that examples share',
        'make a new tensor: randnLike, rand, bernoulli',
      );
  }
}

const RULES: DrawingRules = {
  checkShared,
  draws(where, inputs, draw) {
    const at = (depth: number, given: readonly NDArray[], lead: Shape): Tensor => {
      const level = levels[depth];
      if (!level) return among([], () => draw(given, lead));
      const { size, randomness } = level;
      if (randomness === 'error') refuseAll(where);
      if (randomness === 'different') {
        const whole = given.map((x) => level.examplesOf(x) ?? x.broadcastTo([size, ...x.shape]));
        return level.wrap(at(depth - 1, whole, [size, ...lead]));
      }
      if (given.some((x) => level.examplesOf(x)))
        refuse(where, 'vmap: examples of their own cannot share random numbers', "use { randomness: 'different' }");
      return at(depth - 1, given, lead);
    };
    return at(
      levels.length - 1,
      inputs.map((x) => x.plain()),
      [],
    );
  },
};
