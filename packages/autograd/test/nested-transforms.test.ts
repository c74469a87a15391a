import { concatenate, matmul, type NDArray, stack, where } from '@isograd/ndarray';
import { expect, test } from 'vitest';
import { checkpoint, grad, jacfwd, jacrev, jvp, type Tensor, tensor, vjp, vmap } from '../src/index.ts';

/** A function of one number, and of another that it closes over. */
type Program = (x: Tensor, y: Tensor) => Tensor;
type Scalar = (x: Tensor) => Tensor;

const f64 = (values: number | number[] | number[][]): Tensor => tensor(values, { dtype: 'float64' });
const one = (x: Tensor): Tensor => x.mul(0).add(1);
const stacked = (...xs: NDArray[]): Tensor => stack(xs) as Tensor;
const M = f64([
  [0.3, 0.5],
  [0.2, -0.4],
]);

const LEAVES: readonly Program[] = [(x) => x, (_x, y) => y, (x) => x.mul(0.7), (x, y) => x.mul(y)];

/** Programs made of two others: ops with and without axes, branches, and transforms within transforms. */
const COMPOUND: readonly ((a: Program, b: Program) => Program)[] = [
  (a, b) => (x, y) => a(x, y).add(b(x, y)),
  (a, b) => (x, y) => a(x, y).mul(b(x, y)).sin(),
  (a, b) => (x, y) => a(x, y).tanh().div(b(x, y).square().add(1)),
  (a, b) => (x, y) => (matmul(M, stacked(a(x, y), b(x, y))) as Tensor).square().sum(),
  (a, b) => (x, y) => (concatenate([a(x, y).reshape([1]), b(x, y).reshape([1])]) as Tensor).cumsum(0).at(1),
  (a, b) => (x, y) => stacked(a(x, y), b(x, y)).softmax(0).at(0),
  (a, b) => (x, y) => stacked(a(x, y), b(x, y), y.mul(x)).logsumexp(0),
  (a, b) => (x, y) => where(a(x, y).greater(0.1), a(x, y), b(x, y).sin()) as Tensor,
  (a, b) => (x, y) => grad((z: Tensor) => b(z, a(x, y)))(x.mul(0.5)),
  (a, b) => (x, y) => jvp((z: Tensor) => b(z, y), [a(x, y).tanh()], [one(x)])[1],
  (a) => (x, y) => vmap((z: Tensor) => a(z, y).mul(z))(stacked(x, y.mul(0.5), x.mul(y))).sum(),
  (a, b) => (x, y) => checkpoint((z: Tensor) => b(z, y), a(x, y)),
];

/** All give the derivative of a function of one number. */
const DERIVATIVES: Readonly<Record<string, (f: Scalar) => Scalar>> = {
  grad: (f) => grad(f),
  jvp: (f) => (x) => jvp(f, [x], [one(x)])[1],
  vjp: (f) => (x) => {
    const [y, pull] = vjp(f, x);
    return pull(one(y))[0];
  },
  jacrev: (f) => (x) => jacrev(f)(x),
  jacfwd: (f) => (x) => jacfwd(f)(x),
  'vmap of grad': (f) => (x) => vmap(grad(f))(stacked(x, x.mul(0.5))).at(0),
  'grad of vmap': (f) => grad((x: Tensor) => vmap(f)(stacked(x, x.mul(0.5))).at(0)),
  'vmap of jvp': (f) => (x) => vmap((z: Tensor) => jvp(f, [z], [one(z)])[1])(stacked(x, x.mul(0.5))).at(0),
};

/** Seeded numbers from 0 to 1. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 16777216;
  };
}

test.each(Array.from({ length: 40 }, (_, seed) => seed))('transforms nested in any order agree: program %i', (seed) => {
  const roll = dice(seed + 1);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(roll() * list.length)]!;
  const draw = (depth: number): Program =>
    depth === 0 ? pick(LEAVES) : pick(COMPOUND)(draw(depth - 1), draw(depth - 1));
  const f = draw(2);
  const [x, y] = [f64(roll() + 0.2), f64(roll() - 0.8)];
  const names = Object.keys(DERIVATIVES);
  for (const order of [1, 2, 3]) {
    const value = (chain: readonly string[]): number =>
      chain
        .reduceRight<Scalar>(
          (g, name) => DERIVATIVES[name]!(g),
          (z) => f(z, y),
        )(x)
        .item() as number;
    const expected = value(new Array<string>(order).fill('grad'));
    for (let k = 0; k < 6; k++) {
      const chain = Array.from({ length: order }, () => pick(names));
      expect(Math.abs(value(chain) - expected), chain.join(', ')).toBeLessThan(1e-10 * Math.max(1, Math.abs(expected)));
    }
  }
});
