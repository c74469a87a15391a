import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { DType } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { grad, hvp, type Tensor, tensor } from '@isograd/autograd';
import { BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, MSELoss, NLLLoss } from '../src/index.ts';

interface Frozen {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

interface LossCase {
  readonly loss: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly input: Frozen;
  readonly target: Frozen;
  readonly value: Frozen;
  readonly cotangent: Frozen;
  readonly inputGrad: Frozen;
  readonly targetGrad?: Frozen;
}

const LOSSES = { MSELoss, BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, NLLLoss } as const;
const file = new URL('../../../parity-tests/goldens/torch-losses.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly LossCase[] };

const isFrozen = (x: unknown): x is Frozen => typeof x === 'object' && x !== null && 'values' in x;
const thaw = ({ dtype, shape, values }: Frozen): Tensor => tensor(values.map(Number), { dtype, shape });

// Rounding of one operation, times what a handful of them can add up to.
const RELATIVE = { float32: 1e-6, float64: 1e-14 } as const;

function expectEqual(got: NDArray, frozen: Frozen): void {
  expect(got.shape).toEqual(frozen.shape);
  expect(got.dtype).toBe(frozen.dtype);
  const allowed = RELATIVE[frozen.dtype as 'float32' | 'float64'];
  const values = frozen.values.map(Number);
  const scale = Math.max(1, ...values.filter(Number.isFinite).map(Math.abs));
  [...(got.data as Float64Array)].forEach((x, i) => {
    const y = values[i]!;
    if (!Number.isFinite(y)) expect(x).toBe(y);
    else
      expect(Math.abs(x - y), `element ${i}: ${x} against ${y}`).toBeLessThanOrEqual(
        allowed * Math.min(scale, Math.max(1, Math.abs(y))),
      );
  });
}

test.each(
  cases.map(
    (item, i) =>
      [
        `${i} ${item.loss} ${JSON.stringify(item.options, (_, v: unknown) => (isFrozen(v) ? 'given' : v))} ${item.input.dtype}`,
        item,
      ] as const,
  ),
)('%s as in PyTorch', (_, item) => {
  const options = Object.fromEntries(
    Object.entries(item.options).map(([key, value]) => [key, isFrozen(value) ? thaw(value) : value]),
  );
  const loss = new LOSSES[item.loss as keyof typeof LOSSES](options);
  const input = thaw(item.input).requiresGrad_();
  const target = thaw(item.target);
  if (item.targetGrad) target.requiresGrad_();
  const value = loss(input, target);
  expect(value.requiresGrad).toBe(true);
  expectEqual(value, item.value);
  value.backward(thaw(item.cotangent));
  expectEqual(input.grad!, item.inputGrad);
  if (item.targetGrad) expectEqual(target.grad!, item.targetGrad);
});

test('there are cases of every loss', () => {
  expect([...new Set(cases.map((item) => item.loss))].sort()).toEqual(Object.keys(LOSSES).sort());
});

test('class indices and the same classes as weights have one loss, and one derivative of the second order', () => {
  const indices = tensor([2, 0, 1, 2], { dtype: 'int64' });
  const oneHot = tensor(
    [
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    { dtype: 'float64' },
  );
  const logits = tensor(
    Array.from({ length: 12 }, (_, i) => Math.sin(3 * i)),
    { dtype: 'float64', shape: [4, 3] },
  );
  const direction = logits.cos();
  const loss = new CrossEntropyLoss();
  const [byIndex, byWeight] = [indices, oneHot].map((target) => {
    const f = (x: Tensor): Tensor => loss(x, target);
    return [f(logits), grad(f)(logits), hvp(f, logits, direction)[1]] as const;
  });
  byIndex!.forEach((got, order) => {
    const expected = byWeight![order]!.data as Float64Array;
    (got.data as Float64Array).forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 14));
  });
});
