import { expect, test } from 'vitest';
import { manualSeed } from '@isograd/autograd';
import { loadDigits } from '../job/digits.ts';
import { silent } from '../job/progress.ts';
import { compareFrozenCurves, curveRow } from './compare-curves.ts';
import { torchOrder } from './torch-order.ts';

test('PyTorch, Keras and tfjs go down the same curves in the first steps', { timeout: 120_000 }, async () => {
  const { train } = await loadDigits(false);
  const curves = compareFrozenCurves({ data: train, most: 8, show: silent });
  expect(curves.map(({ recipe, library }) => `${library.split(' ')[0]}: ${recipe.name}`)).toEqual([
    ...['784-100-10', '784-256-64-10', 'small CNN'].map((name) => `torch: ${name}`),
    ...['784-100-10', '784-256-64-10', 'small CNN'].map((name) => `keras: ${name}`),
    'tfjs: small CNN',
  ]);
  expect(curves.map(curveRow).filter(({ verdict }) => verdict !== 'agrees')).toEqual([]);
  // Under another seed the weights differ, and so does the first loss.
  expect(new Set(curves.map(({ theirs }) => theirs[0])).size).toBeGreaterThan(5);
});

test('orders are those of DataLoader(shuffle=True)', () => {
  manualSeed(0);
  // torch 2.15.0: manual_seed(0); list(DataLoader(range(10), shuffle=True)), twice.
  expect([...torchOrder(10)]).toEqual([6, 7, 1, 4, 2, 0, 9, 8, 3, 5]);
  expect([...torchOrder(10)]).toEqual([2, 4, 7, 0, 8, 9, 5, 3, 6, 1]);
});
