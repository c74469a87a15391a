import fc from 'fast-check';
import { arange } from '@isograd/ndarray';
import { expect, test } from 'vitest';
import { gradcheck, type Tensor, tensor } from '../src/index.ts';

/** Views of any tensor; those that need an axis leave one without as it is. */
const VIEWS: readonly ((x: Tensor) => Tensor)[] = [
  (x) => (x.ndim > 0 ? x.at(0) : x),
  (x) => (x.ndim > 0 ? x.at(-1) : x),
  (x) => (x.ndim > 0 ? x.at('::-1') : x),
  (x) => (x.ndim > 1 ? x.at(':', '::2') : x),
  (x) => x.transpose(),
  (x) => x.expandDims(0),
  (x) => x.ravel(),
  (x) => (x.ndim > 1 ? x.swapaxes(0, -1).at('...', 0) : x),
];

/** Writes of a scalar with a gradient, or of the tensor itself; none saves what a later write could spoil. */
const WRITES: readonly ((x: Tensor, s: Tensor) => Tensor)[] = [
  (x, s) => x.mul_(s),
  (x, s) => x.add_(s),
  (x) => x.sin_(),
  (x, s) => x.copy_(s.mul(s)),
  (x, s) => x.sub_(x, { alpha: 0.5 }).add_(s),
  (x) => x.mul_(x),
  (x, s) => (x.ndim > 0 ? x.set([0], s) : x.fill_(s)),
  (x, s) => x.maskedFill_(x.detach().gt(0.41235), s),
  (x) => (x.ndim > 0 && x.shape[0]! > 1 ? x.at('1:').add_(x.at(':-1')).at(0) : x),
  (x) => x.zero_(),
];

const step = fc.record({
  of: fc.nat(20),
  view: fc.option(fc.nat(VIEWS.length - 1), { freq: 3 }),
  write: fc.option(fc.nat(WRITES.length - 1), { freq: 3 }),
  scalar: fc.nat(2),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Runs a program on a tensor and gives everything that it holds in the end, as its views see it then. */
function run(program: readonly Step[], x: Tensor, scalars: Tensor): Tensor[] {
  const held = [x.mul(1)];
  for (const { of, view, write, scalar } of program) {
    const y = held[of % held.length]!;
    if (view !== null) held.push(VIEWS[view]!(y));
    if (write !== null) WRITES[write]!(held[of % held.length]!, scalars.at(scalar));
  }
  return held;
}

const start = tensor(arange(12).astype('float64').mul(0.0713).reshape(2, 3, 2), {});
const numbers = tensor([0.5, -0.3, 1.2], { dtype: 'float64' });

test('property: whatever is written through whichever view, gradients are those of central differences', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (program) => {
      expect(gradcheck((x, s) => run(program, x, s), [start, numbers])).toBe(true);
    }),
    { numRuns: 40, seed: 7 },
  );
});
