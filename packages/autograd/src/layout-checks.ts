import { GradientError } from '@isograd/device';
import { type NDArray, Storage, stridesOf } from '@isograd/ndarray';
import type { TensorFunction } from './gradcheck.ts';
import { type Outcome, outcomeOf, same } from './sample-outcomes.ts';
import { asTensor, Tensor } from './tensor.ts';
import { wave } from './transform-checks.ts';

/** How the elements of an array may stand in memory. */
export type MemoryLayout = 'transposed' | 'every second' | 'reversed' | 'broadcast';

/** All of them. */
export const MEMORY_LAYOUTS: readonly MemoryLayout[] = ['transposed', 'every second', 'reversed', 'broadcast'];

const STEPS: { readonly [L in MemoryLayout]: (shape: readonly number[]) => readonly number[] } = {
  transposed: (shape) => stridesOf(shape.toReversed()).reverse(),
  'every second': (shape) => stridesOf(shape.map((n) => 2 * n)).map((step) => 2 * step),
  reversed: (shape) => stridesOf(shape).map((step) => -step),
  broadcast: ([, ...rest]) => [0, ...stridesOf(rest)],
};

/** The elements in another layout, NaN between them; broadcast, the last along the first axis stands for all. */
function laidOut(x: NDArray, layout: MemoryLayout): Tensor {
  if (x.ndim === 0 || x.size === 0) return asTensor(x);
  const strides = STEPS[layout](x.shape);
  const ends = strides.map((step, d) => step * (x.shape[d]! - 1));
  const offset = -ends.reduce((sum, end) => sum + Math.min(end, 0), 0);
  const room = 1 + ends.reduce((sum, end) => sum + Math.abs(end), 0);
  const memory = new Float64Array(room).fill(NaN);
  const view = new Tensor(new Storage(memory), 'float64', { shape: x.shape, strides, offset });
  let i = 0;
  view.forEachPlace((place) => (memory[place] = Number(x.data[i++])));
  return view;
}

/** The gradients of an outcome, which no result has to have. */
function gradientsAt(outcome: Outcome): readonly Tensor[] | { readonly refused: string } {
  if ('refused' in outcome) return outcome;
  return outcome.gradients ?? { refused: 'no float64 result depends on the inputs' };
}

function differs(what: string, got: unknown, expected: unknown): never {
  throw new GradientError({
    where: 'layoutcheck',
    what,
    got: JSON.stringify(got),
    expected: JSON.stringify(expected),
    hint: 'does a rule or a kernel read memory as if it were contiguous?',
  });
}

/**
 * Holds gradients at inputs and cotangents in a layout against those at contiguous copies: the same to the bit, or within a tolerance.
 *
 * @param xs Float64 arrays.
 * @returns `true`.
 * @throws GradientError that names the input whose gradient differs.
 * @example
 * layoutcheck((x) => x.exp(), [tensor([[0.5, -1], [2, 1]], { dtype: 'float64' })], 'transposed') // => true
 */
export function layoutcheck(f: TensorFunction, xs: readonly NDArray[], layout: MemoryLayout, tolerance = 0): true {
  const views = xs.map((x) => laidOut(x, layout));
  const copyOf = (x: Tensor): Tensor => new Tensor(new Storage(x.data.slice()), 'float64', x.shape);
  const cotangent = (y: Tensor): Tensor => laidOut(wave(y, 7), layout);
  const got = gradientsAt(outcomeOf(f, views, cotangent));
  const expected = gradientsAt(outcomeOf(f, views.map(copyOf), (y) => copyOf(cotangent(y))));
  if ('refused' in got || 'refused' in expected) {
    const [a, b] = [got, expected].map((answer) => ('refused' in answer ? answer.refused : 'an answer'));
    return a === b || differs(`${layout} inputs are treated otherwise`, a, b);
  }
  got.forEach((g, i) => {
    if (!same(g, expected[i]!, tolerance))
      differs(`the gradient of ${layout} input ${i} is another`, g.tolist(), expected[i]!.tolist());
  });
  return true;
}
