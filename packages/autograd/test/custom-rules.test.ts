import { describe, expect, type Mock, test, vi } from 'vitest';
import { customJvp, customVjp, Function, grad, jvp, tensor, type Tensor, vmap } from '../src/index.ts';

const f64 = { dtype: 'float64' } as const;
const x = tensor([1, 2, 3], f64);

type Forward = Mock<(a: Tensor) => readonly [Tensor, Tensor]>;

describe('customVjp', () => {
  const timesTen = (): [ReturnType<typeof make>, Forward] => {
    const fwd: Forward = vi.fn<(a: Tensor) => readonly [Tensor, Tensor]>((a) => [a.mul(a), a]);
    return [make(fwd), fwd];
  };
  const make = (fwd: (a: Tensor) => readonly [Tensor, Tensor]) =>
    customVjp((a: Tensor) => a.mul(a)).defvjp(fwd, (a, g) => [g.mul(a).mul(10)]);

  test('runs the function alone where no gradient is wanted, and the forward pass once where it is', () => {
    const [f, fwd] = timesTen();
    expect(f(x).tolist()).toEqual([1, 4, 9]);
    expect(fwd).not.toHaveBeenCalled();
    const leaf = tensor([1, 2], { ...f64, requiresGrad: true });
    f(leaf).sum().backward();
    expect(leaf.grad!.tolist()).toEqual([10, 20]);
    expect(fwd).toHaveBeenCalledTimes(1);
  });

  test('has tangents too, by transposing the rule', () => {
    const [f] = timesTen();
    expect(jvp(f, [x], [x])[1].tolist()).toEqual([10, 40, 90]);
  });

  test('notices that a residual was overwritten', () => {
    const kept = tensor([5], f64);
    const f = customVjp((a: Tensor) => a.mul(2)).defvjp(
      (a) => [a.mul(2), kept],
      (r, g) => [g.mul(r)],
    );
    const y = f(tensor([1], { ...f64, requiresGrad: true }));
    kept.add_(1);
    expect(() => y.sum().backward()).toThrow('saved tensor 0 was changed in place');
  });

  test('gives zeros for results that nothing depends on, and for null', () => {
    const f = customVjp((a: Tensor, b: Tensor) => [a.mul(2), b.mul(3)] as const).defvjp(
      (a, b) => [[a.mul(2), b.mul(3)], null],
      (_, [ga, gb]) => [ga.add(gb), null],
    );
    expect(grad((a: Tensor) => f(a, x)[0].sum())(x).tolist()).toEqual([1, 1, 1]);
    expect(grad((b: Tensor) => f(x, b)[1].sum())(x).tolist()).toEqual([0, 0, 0]);
  });

  test('refuses what it cannot mean', () => {
    expect(() => customVjp((a: Tensor) => a)(x)).toThrow('no rule was defined');
    const wrong = (bwd: (r: null, g: Tensor) => readonly unknown[]): unknown =>
      grad((a: Tensor) =>
        customVjp((b: Tensor) => b.mul(1))
          .defvjp(
            (b) => [b.mul(1), null],
            bwd,
          )(a)
          .sum(),
      )(x);
    expect(() => wrong((_, g) => [g.sum()])).toThrow('another build or shape');
    expect(() => wrong((_, g) => [g, g])).toThrow('another build or shape');
    expect(() => wrong((_, g) => g as never)).toThrow('another build or shape');
    const f = customVjp((a: Tensor, _how: string) => a);
    f.defvjp(
      (a) => [a, null],
      (_, g) => [g, null],
    );
    expect(() => f(x, 'up')).toThrow('nondiffArgnums');
    const pair = customVjp((a: Tensor) => a).defvjp(((a: Tensor) => a) as never, (_, g) => [g]);
    expect(() => grad((a: Tensor) => pair(a).sum())(x)).toThrow('gives a pair');
  });
});

type Rule = (xs: readonly Tensor[], ts: readonly Tensor[]) => readonly [Tensor, Tensor];

describe('customJvp', () => {
  test('takes value and tangent from the rule', () => {
    const f = customJvp((a: Tensor) => a.mul(2));
    const rule = vi.fn<Rule>(([a], [t]) => [a!.mul(3), t!.mul(5)]);
    f.defjvp(rule as never);
    expect(f(x).tolist()).toEqual([2, 4, 6]);
    expect(jvp(f, [x], [x]).map((y) => y.tolist())).toEqual([
      [3, 6, 9],
      [5, 10, 15],
    ]);
    expect(rule).toHaveBeenCalledTimes(1);
    expect(grad((a: Tensor) => f(a).sum())(x).tolist()).toEqual([5, 5, 5]);
  });

  test('leaves arguments of whole numbers alone', () => {
    const f = customJvp((a: Tensor, i: Tensor) => a.take(i, 0));
    f.defjvp(([a, i], [t]) => [f(a, i), t.take(i, 0).mul(2)]);
    const i = tensor([2, 2, 0]);
    expect(grad((a: Tensor) => f(a, i).sum())(x).tolist()).toEqual([2, 0, 4]);
    expect(
      vmap(
        grad((a: Tensor, at: Tensor) => f(a, at)),
        { inAxes: [null, 0] },
      )(x, i).tolist(),
    ).toEqual([
      [0, 0, 2],
      [0, 0, 2],
      [2, 0, 0],
    ]);
  });

  test('refuses what it cannot mean', () => {
    expect(() => customJvp((a: Tensor) => a)(x)).toThrow('no rule was defined');
    const f = customJvp((a: Tensor) => a.mul(1)).defjvp(([a], [t]) => [a.mul(1), t.sum() as Tensor]);
    expect(() => jvp(f, [x], [x])).toThrow('another build or shape');
  });
});

describe('an array that a rule gives and keeps', () => {
  const kept = tensor([1, 2], { dtype: 'float32' });
  class Constant extends Function {
    static forward(_: unknown, a: Tensor): Tensor {
      return a.mul(2);
    }
    static backward(): Tensor {
      return kept;
    }
  }
  const rules: readonly (readonly [string, (a: Tensor) => Tensor])[] = [
    [
      'customVjp',
      customVjp((a: Tensor) => a.mul(2)).defvjp(
        (a) => [a.mul(2), null],
        () => [kept],
      ),
    ],
    ['Function', (a) => Constant.apply(a)],
  ];

  test.each(rules)('%s: is not what gradients are added up in', (_name, f) => {
    const leaf = tensor([3, 4], { dtype: 'float32', requiresGrad: true });
    for (const through of [(a: Tensor) => a, (a: Tensor) => a.reshape([1, 2]).reshape([2])]) {
      leaf.grad = null;
      f(through(leaf)).sum().backward();
      f(through(leaf)).sum().backward();
      expect(leaf.grad!.tolist()).toEqual([2, 4]);
      leaf.grad!.zero_();
      expect(kept.tolist()).toEqual([1, 2]);
    }
  });
});
