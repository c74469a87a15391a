import { fallbackCounts, getDevice, openDevice, setDevice } from '@isograd/device';
import { asTensor, gradcheck, gradgradcheck, type Tensor, tensor } from '@isograd/autograd';
import { gradientProblems } from '@isograd/autograd/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { functional } from '../src/index.ts';
import { neuralTable } from '../src/testing.ts';

const usual = getDevice();
afterAll(() => void setDevice(usual));
const OTHERS = ['wasm', 'native'].filter((name) => typeof openDevice(name) !== 'string');

/** Ops whose kernels pick or add in one order on every device, so that results are equal to the bit. */
const POOLING = neuralTable().filter(({ name }) => /(max|avg|Max|Avg)Pool|axisMap|pickPlaces|placeElements/.test(name));
const problems = POOLING.flatMap((op) =>
  op.nonDifferentiable === undefined
    ? gradientProblems(op).map((problem) => [op.name, problem.label, problem] as const)
    : [],
);

/** Runs on a device without falling back to js. */
function on<T>(device: string, run: () => T): T {
  setDevice(device);
  const before = [...fallbackCounts()].join();
  const result = run();
  expect([...fallbackCounts()].join()).toBe(before);
  return result;
}

describe.each(OTHERS)('%s beside js', (device) => {
  test.each(problems)('%s %s, with its gradient', (_name, _label, { f, xs }) => {
    const run = (): unknown => {
      const inputs = xs.map((x) => tensor(x, { dtype: 'float64', requiresGrad: true }));
      const ys = [f(...inputs)].flat();
      for (const y of ys) if (y.requiresGrad) y.square().sum().backward({ retainGraph: true });
      return [...ys, ...inputs.map((x) => x.grad!)].map((y) => y.detach().tolist());
    };
    expect(on(device, run)).toEqual(on('js', run));
  });

  test('derivatives of pooling to the second order', () => {
    const x = tensor(
      Float64Array.from({ length: 2 * 3 * 7 * 8 }, (_, i) => Math.sin(i * i)),
      { shape: [2, 3, 7, 8] },
    );
    const pools = [
      (y: Tensor) => functional.maxPool2d(y, 3, { stride: 2, padding: 1 }),
      (y: Tensor) => functional.adaptiveMaxPool2d(y, [3, 5]),
      (y: Tensor) => functional.avgPool2d(y, 3, { stride: 2, padding: 1 }),
      (y: Tensor) => functional.adaptiveAvgPool2d(y, [3, 5]),
      // Channels behind the others, as Keras has them.
      (y: Tensor) => functional.maxPool2d(y.reshape([2, 7, 8, 3]).transpose([0, 3, 1, 2]), 2),
    ];
    on(device, () => {
      for (const pool of pools) {
        expect(gradcheck(pool, [x])).toBe(true);
        expect(gradgradcheck(pool, [x])).toBe(true);
      }
    });
  });

  test('what pools channels that lie side by side is what pools them apart', () => {
    const x = tensor(
      Float32Array.from({ length: 2 * 9 * 10 * 5 }, (_, i) => (i * 7919) % 23),
      { shape: [2, 9, 10, 5] },
    );
    const run = (turn: (y: Tensor) => Tensor): unknown => {
      const leaf = x.clone().requiresGrad_();
      const turned = turn(leaf.transpose([0, 3, 1, 2]));
      const [values, indices] = functional.maxPool2dWithIndices(turned, 3, { stride: 2, padding: 1 });
      values.mul(indices.float()).sum().backward();
      return [values.detach().tolist(), indices.tolist(), leaf.grad!.tolist()];
    };
    on(device, () => expect(run((y) => y)).toEqual(run((y) => asTensor(y.copy()))));
  });
});
