import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Observer, withObserver } from '@isograd/ndarray';
import { expect, test } from 'vitest';
import { isGradEnabled, noGrad, ones, profile, type Tensor, tensor } from '../src/index.ts';
import { graphOf } from '../src/walk.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** How many ops run inside `fn`. */
function countOps(fn: () => void): number {
  let count = 0;
  const watch: Observer = (_call, run) => {
    count++;
    return run();
  };
  withObserver(watch, fn);
  return count;
}

function chain(x: Tensor, n: number): Tensor {
  let y = x;
  for (let i = 0; i < n; i++) y = i % 2 === 0 ? y.mul(0.5) : y.add(x);
  return y;
}

test('the backward pass of a chain runs so many ops a call, however long it is', () => {
  const opsOf = (n: number): number => {
    const y = chain(ones([1], { requiresGrad: true }), n);
    return countOps(() => y.backward());
  };
  const [short, long] = [opsOf(100), opsOf(1000)];
  const perCall = (long - short) / 900;
  expect(perCall).toBeLessThanOrEqual(1);
  expect(opsOf(2000) - long).toBe(1000 * perCall);
});

test('100,000 calls are walked without recursion', () => {
  const x = ones([1], { requiresGrad: true });
  const y = chain(x, 100_000);
  expect(graphOf([y.node!]).calls).toHaveLength(100_000);
  y.backward();
  expect(x.grad!.item()).toBeCloseTo(2, 5);
});

test('a recorded op computes what one without history does, and makes no other memory', () => {
  const [x, w] = [ones([100]), ones([100], { requiresGrad: true })];
  for (const y of [x, w]) {
    const { rows } = profile(() => y.mul(x));
    expect(rows.map(({ name, calls, bytes }) => [name, calls, bytes])).toEqual([['multiply', 1, 400]]);
  }
  expect(countOps(() => noGrad(() => w.sub_(x)))).toBe(1);
  expect(countOps(() => w.at(1))).toBe(1);
});

test('a gradient that a kernel made goes to its leaf without a copy, one that others hold with one', () => {
  const [x, g] = [ones([2, 3], { requiresGrad: true }), ones([2, 3])];
  const [y, z] = [x.softmax(1), x.add(0)];
  expect(countOps(() => y.backward(g))).toBe(0);
  x.grad = null;
  z.backward(g);
  noGrad(() => x.grad!.add_(1));
  expect(g.tolist()).toEqual([
    [1, 1, 1],
    [1, 1, 1],
  ]);
});

test('10,000 steps that fail halfway leave no growth, no gradient, no mode and no changed parameter', () => {
  const [w, x] = [tensor([0.5, -1, 2], { requiresGrad: true }), tensor([1, 2, 3])];
  const failures: (() => void)[] = [
    () =>
      w
        .mul(x)
        .exp()
        .add(ones([2])),
    () => {
      const y = w.mul(x);
      y.registerHook(() => {
        throw new Error('a hook failed');
      });
      y.exp().sum().backward();
    },
    () => noGrad(() => w.sub_(ones([2, 3]))),
    () => w.mul(x).backward(),
  ];
  const stale = (): void => {
    const y = w.mul(x).exp();
    y.add_(1);
    y.sum().backward();
  };
  const fails = (step: () => void): boolean => {
    try {
      step();
      return false;
    } catch {
      return true;
    }
  };
  const run = (steps: number): void => {
    let failed = 0;
    // The message of a stale value reads a stack, which takes a thousand times as long as the step.
    for (let i = 0; i < steps; i++) if (fails(i % 100 === 0 ? stale : failures[i % failures.length]!)) failed++;
    expect(failed).toBe(steps);
  };
  const used = (): number => {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  run(500);
  const before = used();
  run(10_000);
  // What one step makes is some kilobytes: 10,000 of them kept would be tens of megabytes.
  expect(used() - before).toBeLessThan(2_000_000);
  expect([w.tolist(), w.grad, w.storage.version, isGradEnabled()]).toEqual([[0.5, -1, 2], null, 0, true]);
});
