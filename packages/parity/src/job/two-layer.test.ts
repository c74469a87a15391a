import { expect, test } from 'vitest';
import { drawLayers, drawWithNumpy, drawWithTorch, type TwoLayerStart } from './two-layer-data.ts';
import {
  byHand,
  type TwoLayerRun,
  type TwoLayerTask,
  withAdam,
  withAutograd,
  withLayers,
  withTensorsByHand,
} from './two-layer-ours.ts';

const run = (
  way: (task: TwoLayerTask) => TwoLayerRun,
  start: TwoLayerStart,
  dtype: 'float32' | 'float64',
  steps: number,
): number[] => [...way({ ...start, dtype, steps, onStep: () => undefined }).losses];

const farthest = (got: readonly number[], expected: readonly number[]): number =>
  Math.max(...expected.map((loss, i) => Math.abs(got[i]! / loss - 1)));

// NumPy itself gives 26365524.19345431 on one machine and ...307 on another: the order of a product's sum is BLAS's own.
test('way 1 repeats NumPy under seed 0 to the last digits', () => {
  const losses = run(byHand, drawWithNumpy(0), 'float64', 5);
  const numpy = [26365524.193454307, 18539004.956771437, 14019258.774463898, 10761426.115604788, 8169072.89588106];
  expect(farthest(losses, numpy)).toBeLessThanOrEqual(1e-14);
});

// Printed digits of torch 2.15.0; a float32 has 24 bits, the last two digits depend on the order of sums.
test.each([
  ['way 2, autograd', withAutograd, drawWithTorch(0), [29428664, 22739448, 20605260, 19520372, 17810222]],
  ['way 3, by hand', withTensorsByHand, drawWithTorch(0), [29428664, 22739448, 20605260, 19520372, 17810222]],
  ['way 4, Sequential', withLayers, drawLayers(0, false), [26423792, 21154332, 18900820, 17089206, 14784128]],
  [
    'way 5, Adam',
    withAdam,
    drawLayers(0, true),
    [628.283935546875, 612.4874267578125, 597.0961303710938, 582.120361328125, 567.4803466796875],
  ],
] as const)('%s repeats PyTorch under seed 0', (_name, way, start, expected) => {
  expect(farthest(run(way, start, 'float32', 5), expected)).toBeLessThanOrEqual(1e-6);
});
