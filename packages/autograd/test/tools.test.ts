import { GradientError } from '@isograd/device';
import { array } from '@isograd/ndarray';
import { expect, test } from 'vitest';
import {
  backward,
  checkpoint,
  detectAnomaly,
  explain,
  Function,
  type FunctionContext,
  gradcheck,
  gradgradcheck,
  grad,
  gradients,
  isRecording,
  jvp,
  noGrad,
  ones,
  pause,
  profile,
  record,
  type Tensor,
  tensor,
  vmap,
} from '../src/index.ts';

const leaf = (...values: number[]): Tensor => tensor(values, { dtype: 'float64', requiresGrad: true });

function refusal(fn: () => unknown): GradientError {
  try {
    fn();
  } catch (error) {
    expect(error).toBeInstanceOf(GradientError);
    return error as GradientError;
  }
  throw new Error('nothing was refused');
}

test('a stale value names both ops, and inside detectAnomaly both lines', () => {
  const step = (): void => {
    const y = leaf(1, 2).exp();
    y.add_(1);
    y.sum().backward();
  };
  const outside = refusal(step);
  expect(outside.what).toBe('a value that the gradient of exp needs was changed in place');
  expect(outside.got).toMatch(/^add_ brought it from version 0 to 1 at .*tools\.test\.ts:\d+:\d+, shape \[2\]$/);
  expect(outside.hint).toContain('inside detectAnomaly');
  const inside = refusal(() => detectAnomaly(step));
  expect(inside.got).toBe(outside.got);
  expect(inside.expected).toMatch(/as it was when exp used it at .*tools\.test\.ts:\d+:\d+$/);
  const lineOf = (text: string | undefined): number => Number(/test\.ts:(\d+)/.exec(text ?? '')![1]);
  expect(lineOf(inside.got) - lineOf(inside.expected)).toBe(1);
});

test('detectAnomaly names the op, the line, shapes and values that gave NaN or infinity', () => {
  const x = leaf(-1, 0, 4);
  const forward = refusal(() => detectAnomaly(() => x.sqrt().sum()));
  expect(forward.message).toContain('sqrt: gave NaN in the forward pass');
  expect(forward.got).toContain('input 0 float64 [3] = -1, 0, 4');
  expect(forward.got).toContain('result float64 [3] = NaN, 0, 2 (1 NaN of 3)');
  expect(forward.expected).toMatch(/tools\.test\.ts:\d+/);
  const nested = refusal(() =>
    detectAnomaly(() =>
      jvp(
        grad((a: Tensor) => vmap((b: Tensor) => b.log())(a).sum()),
        [x],
        [x],
      ),
    ),
  );
  expect(nested.expected).toMatch(/tools\.test\.ts:\d+/);
  const infinite = refusal(() => detectAnomaly(() => x.add(1).log()));
  expect(infinite.message).toContain('log: gave infinity in the forward pass');
  const backwards = refusal(() => detectAnomaly(() => x.clip(0, 9).sqrt().sum().backward()));
  expect(backwards.message).toContain('sqrt: gave infinity in the backward pass, as the gradient of input 0');
  expect(backwards.got).toContain('cotangent float64 [3] = 1, 1, 1');
  expect(x.grad).toBeNull();
  const carried = refusal(() => detectAnomaly(() => leaf(1).mul(leaf(Number.NaN))));
  expect(carried.message).toContain('input 1 held it already');
  expect(detectAnomaly(() => x.add(1).log().at(0).item(), { infinity: false })).toBe(-Infinity);
  expect(detectAnomaly(() => x.add(array([0, -Infinity, 0])).softmax(0).size)).toBe(3);
  expect(() => x.sqrt()).not.toThrow();
});

test('explain prints the graph as text and for Graphviz', () => {
  const w = tensor([[1], [2]], { requiresGrad: true });
  const b = tensor([0.5], { requiresGrad: true });
  const loss = ones([3, 2]).matmul(w).add(b).pow(2).mean();
  const explanation = explain(loss, { names: { w, b } });
  expect(explanation.text.split('\n')).toEqual([
    '%1 = leaf w: float32 [2, 1]',
    '%2 = leaf b: float32 [1]',
    '%3 = MmBackward0(float32 [3, 2], %1): float32 [3, 1]',
    '%4 = AddBackward0(%3, %2): float32 [3, 1]',
    '%5 = PowBackward0(%4, int64 []): float32 [3, 1]',
    '%6 = MeanBackward0(%5): float32 []',
    '4 calls, 2 leaves, 72 bytes kept for backward',
  ]);
  expect(explanation.dot).toContain('"%3" -> "%4";');
  expect(explanation.dot).toContain('label="leaf w\\nfloat32 [2, 1]"');
  expect([explanation.calls, explanation.leaves, explanation.bytes, String(explanation)]).toEqual([
    4,
    2,
    72,
    explanation.text,
  ]);
  expect(detectAnomaly(() => explain(w.mul(2))).text).toMatch(/ {2}at .*tools\.test\.ts:\d+:\d+/);
  loss.backward();
  expect(explain(loss).text).toContain('%4 = AddBackward0(%3, %2): given back');
  expect(() => explain(ones([1]))).toThrow('has no history');
});

test('profile measures every op, forward and backward, and prints a table', () => {
  const w = ones([20, 20], { requiresGrad: true });
  const measured = profile(() => {
    const y = w.matmul(w).relu().sum();
    y.backward();
    return y.item();
  });
  expect(measured.value).toBe(8000);
  const row = (name: string) => measured.rows.find((r) => r.name === name)!;
  expect(row('matmul').calls).toBe(3);
  expect(row('matmul').bytes).toBe(3 * 1600);
  expect(row('ReluBackward0').total).toBeGreaterThanOrEqual(row('ReluBackward0').self);
  expect(measured.rows.map((r) => r.self)).toEqual(measured.rows.map((r) => r.self).toSorted((a, b) => b - a));
  const sum = measured.rows.reduce((total, r) => total + r.self, measured.outside);
  expect(sum).toBeCloseTo(measured.time, 9);
  expect(measured.rows.reduce((total, r) => total + r.share, 0)).toBeLessThanOrEqual(1);
  const lines = String(measured).split('\n');
  expect(lines[0]).toMatch(/^op +calls +self ms +total ms +mean us +share +new memory +device$/);
  expect(lines).toHaveLength(measured.rows.length + 3);
  expect(lines.at(-2)).toMatch(/^outside of ops/);
  const { rows } = profile(() => array([1, 2]).add(1));
  expect(rows.map((r) => r.name)).toEqual(['add']);
});

class Tangent extends Function {
  static forward(ctx: FunctionContext, x: Tensor, scale: number): Tensor {
    const y = x.mul(scale).tan();
    ctx.saveForBackward(y);
    ctx['scale'] = scale;
    return y;
  }

  static backward(ctx: FunctionContext, g: Tensor): [Tensor, null] {
    const [y] = ctx.savedTensors;
    return [g.mul(y!.mul(y!).add(1)).mul(ctx['scale'] as number), null];
  }
}

test('functions of a user have derivatives of any order, through what they save', () => {
  const x = tensor([0.3, -0.4], { dtype: 'float64' });
  expect(gradcheck((a) => Tangent.apply(a, 2), [x])).toBe(true);
  expect(gradgradcheck((a) => Tangent.apply(a, 2), [x])).toBe(true);
  expect(Tangent.apply(x, 2).requiresGrad).toBe(false);
  expect(noGrad(() => Tangent.apply(leaf(1), 2).requiresGrad)).toBe(false);
});

class Same extends Function {
  static forward(ctx: FunctionContext, x: Tensor): Tensor {
    ctx.setMaterializeGrads(false);
    return x;
  }

  static backward(_ctx: FunctionContext, g: Tensor): Tensor {
    return g.mul(3);
  }
}

test('a function may give its input back', () => {
  const x = leaf(1, 2);
  const y = Same.apply(x);
  expect([x.isLeaf, y.isLeaf]).toEqual([true, false]);
  y.sum().backward();
  expect(x.grad!.tolist()).toEqual([3, 3]);
});

test('a checkpoint keeps nothing, computes again, and nests', () => {
  const [w, x] = [leaf(0.5, 0.25), leaf(1, 2)];
  let calls = 0;
  const block = (a: Tensor): Tensor => {
    calls++;
    return a.mul(w).exp().sin().mul(a);
  };
  const plain = gradients([block(x).sum()], [x, w]).map((g) => g.tolist());
  const y = checkpoint(block, x).sum();
  expect(explain(y).bytes).toBeLessThan(explain(block(x).sum()).bytes);
  calls = 0;
  expect(gradients([y], [x, w]).map((g) => g.tolist())).toEqual(plain);
  expect(calls).toBe(1);
  const nested = checkpoint((a: Tensor) => checkpoint(block, a), x).sum();
  expect(gradients([nested], [x, w]).map((g) => g.tolist())).toEqual(plain);
  expect(gradcheck((a) => checkpoint((b: Tensor) => b.exp().mul(b), a), [x])).toBe(true);
  expect(gradgradcheck((a) => checkpoint((b: Tensor) => b.exp().mul(b), a), [x])).toBe(true);
  let other = false;
  const changing = checkpoint((a: Tensor) => (other ? a.cos() : a.sin()), x).sum();
  other = true;
  expect(() => changing.backward()).toThrow('computed something else');
  expect(() => {
    nested.backward();
    nested.backward();
  }).toThrow('already walked');
});

test('a checkpoint inside transforms gives the same', () => {
  const x = leaf(1, 2);
  const plain = (a: Tensor): Tensor => a.exp().mul(a).sum();
  const checked = (a: Tensor): Tensor => checkpoint((b: Tensor) => b.exp().mul(b), a).sum();
  const ways = [
    (f: typeof plain) => grad((a: Tensor) => vmap(f)(a).sum())(x),
    (f: typeof plain) => grad((a: Tensor) => jvp(grad(f), [a], [a])[1].sum())(x),
    (f: typeof plain) => vmap(grad(f))(x),
  ];
  for (const way of ways) expect(way(checked).tolist()).toEqual(way(plain).tolist());
});

test("Gluon's words: gradients are written, not added", () => {
  const w = tensor([1, 2], { dtype: 'float32' }).attachGrad();
  expect(w.grad!.tolist()).toEqual([0, 0]);
  const { grad } = w;
  for (let i = 0; i < 2; i++) record(() => w.mul(w).sum()).backward();
  expect([w.grad!.tolist(), w.grad === grad]).toEqual([[2, 4], true]);
  expect(pause(() => [isRecording(), record(isRecording)])).toEqual([false, true]);
  const added = tensor([1], { dtype: 'float32' }).attachGrad('add');
  for (let i = 0; i < 2; i++) backward(added.mul(3));
  expect(added.grad!.tolist()).toEqual([6]);
  expect(tensor([1], { dtype: 'float32' }).attachGrad('null').requiresGrad).toBe(false);
});

test('hooks may keep what they see, and take themselves away', () => {
  const x = ones([600], { requiresGrad: true });
  const kept: Tensor[] = [];
  const y = x.mul(2);
  const handle = y.registerHook((g) => {
    kept.push(g);
    handle.remove();
  });
  y.mul(3).sum().backward({ retainGraph: true });
  y.mul(3).sum().backward();
  expect(kept).toHaveLength(1);
  expect(Number(kept[0]!.sum().item())).toBe(1800);
});
