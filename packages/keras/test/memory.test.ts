import { expect, test } from 'vitest';
import { array } from '@isograd/ndarray';
import { Input, layers, optimizers, Sequential } from '../src/index.ts';

// Longer than a unit test should be: fewer steps would not show a leak of a few bytes a step.
test('ten thousand steps in one synchronous loop take no more memory than two thousand', () => {
  const model = new Sequential([
    Input({ shape: [2] }),
    new layers.Dense(8, { activation: 'tanh' }),
    new layers.Dense(1, { activation: 'sigmoid' }),
  ]);
  model.compile({ optimizer: new optimizers.Adam(), loss: 'binaryCrossentropy', metrics: ['accuracy'] });
  const x = array(
    [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    { dtype: 'float32' },
  );
  const y = array([[0], [1], [1], [0]], { dtype: 'float32' });
  const peak = (steps: number): number => {
    let most = 0;
    for (let i = 0; i < steps; i++) {
      model.trainOnBatch(x, y);
      if (i % 50 === 0) most = Math.max(most, process.memoryUsage.rss());
    }
    return most;
  };
  const before = peak(2000);
  expect(peak(8000) - before).toBeLessThan(30e6);
});
