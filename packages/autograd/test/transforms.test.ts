import { allclose, array, compress, convolve, interp, median as medianOf, stack } from '@isograd/ndarray';
import { describe, expect, test } from 'vitest';
import {
  Function,
  type FunctionContext,
  grad,
  hvp,
  jacfwd,
  jacrev,
  jvp,
  linearize,
  noGrad,
  stopGradient,
  Tensor,
  tensor,
  transformFallbacks,
  treeFlatten,
  treeMap,
  treeUnflatten,
  valueAndGrad,
  vjp,
  vmap,
} from '../src/index.ts';

const f64 = { dtype: 'float64' } as const;
const x = tensor([1, 2, 3], f64);
const rows = tensor(
  [
    [1, 2],
    [3, 4],
    [5, 6],
  ],
  f64,
);

describe('trees', () => {
  test('leaves come back where they were', () => {
    const tree = { b: [2, null, { c: 1 }], a: 'text', none: undefined };
    const [leaves, def] = treeFlatten(tree);
    expect(leaves).toEqual(['text', 2, 1]);
    expect(treeUnflatten(def, leaves)).toEqual(tree);
    expect(() => treeUnflatten(def, [1])).toThrow('another number of leaves');
  });

  test('trees that are mapped together are built alike', () => {
    expect(treeMap((a: number, b: number) => a - b, [1, { x: 2 }], [10, { x: 20 }])).toEqual([-9, { x: -18 }]);
    expect(() => treeMap((a: number) => a, [1, 2], [1])).toThrow('built differently');
  });

  test('numbers are leaves of arguments', () => {
    const g = grad(({ a, b }: { a: Tensor; b: Tensor }) => a.mul(b).sum())({ a: 3, b: x });
    expect(g.a.item()).toBe(6);
    expect(g.b.tolist()).toEqual([3, 3, 3]);
  });
});

describe('interp of curves of their own, in one call', () => {
  const places = tensor(
    [
      [-2, 0.3, 1.25],
      [0.5, 3, 1],
      [9, -0.1, 0.75],
      [1, 2, 3],
    ],
    f64,
  ).reshape([2, 2, 3]);
  const points = tensor(
    [
      [0, 1, 2],
      [-1, 0.5, 4],
      [0, 0.5, 0.875],
      [-3, 1.5, 2],
    ],
    f64,
  ).reshape([2, 2, 3]);
  const values = points.square().add(places.sin());

  test.each([{}, { left: 7 }, { period: 1.5 }])('%j', (options) => {
    const of = (a: Tensor, xp: Tensor, fp: Tensor): Tensor => interp(a, xp, fp, options) as Tensor;
    const f = (...xs: [Tensor, Tensor, Tensor]): Tensor =>
      of(...xs)
        .square()
        .sum();
    const all = grad(f, { argnums: [0, 1, 2] });
    const both = vmap(vmap(all))(places, points, values);
    const summed = grad((...xs: [Tensor, Tensor, Tensor]) => vmap(vmap(f))(...xs).sum(), { argnums: [0, 1, 2] });
    const outside = summed(places, points, values);
    [0, 1, 2].forEach((k) => {
      const each = [0, 1].map((i) =>
        stack([0, 1].map((j) => all(places.at(i, j), points.at(i, j), values.at(i, j))[k]!)),
      );
      expect(allclose(both[k]!, stack(each), { rtol: 1e-12, atol: 1e-14 })).toBe(true);
      expect(allclose(outside[k]!, stack(each), { rtol: 1e-12, atol: 1e-14 })).toBe(true);
    });
    expect(transformFallbacks().get('interp')?.loop ?? 0).toBe(0);
  });
});

describe('what a transform leaves behind', () => {
  test('results at the top have no history, inside another transform they have', () => {
    const [value, g] = valueAndGrad((a: Tensor) => a.square().sum())(x);
    expect([value.requiresGrad, g.requiresGrad]).toEqual([false, false]);
    const [y, pull] = vjp((a: Tensor) => a.square(), x);
    expect([y.requiresGrad, pull(x)[0].requiresGrad]).toEqual([false, false]);
  });

  test('a gradient can be walked again by the tape, also through what the function closes over', () => {
    const w = tensor([2, 3, 4], { ...f64, requiresGrad: true });
    grad((a: Tensor) => a.square().mul(w).sum())(x)
      .sum()
      .backward();
    expect(w.grad!.tolist()).toEqual([2, 4, 6]);
    const v = tensor([1, 1, 1], { ...f64, requiresGrad: true });
    vmap((a: Tensor, b: Tensor) => a.mul(b))(v, x)
      .sum()
      .backward();
    expect(v.grad!.tolist()).toEqual([1, 2, 3]);
    const [, t] = jvp((a: Tensor) => a.pow(3).mul(w), [x], [x]);
    w.grad = null;
    t.sum().backward();
    expect(w.grad!.tolist()).toEqual([3, 24, 81]);
  });

  test('a pullback and a linear map can be called again and again, and differentiated', () => {
    const [, pull] = vjp((a: Tensor) => a.pow(3), x);
    expect(pull(x)[0].tolist()).toEqual([3, 24, 81]);
    expect(pull(x)[0].tolist()).toEqual([3, 24, 81]);
    expect(grad((g: Tensor) => pull(g)[0].sum())(x).tolist()).toEqual([3, 12, 27]);
    const [, along] = linearize((a: Tensor) => a.pow(3), x);
    expect(along(x).tolist()).toEqual([3, 24, 81]);
    expect(along(x).tolist()).toEqual([3, 24, 81]);
    expect(
      (
        vmap(along as (t: Tensor) => Tensor)(
          tensor(
            [
              [1, 0, 0],
              [0, 1, 0],
            ],
            f64,
          ),
        ) as Tensor
      ).tolist(),
    ).toEqual([
      [3, 0, 0],
      [0, 12, 0],
    ]);
  });

  test('inside noGrad derivatives are taken all the same', () => {
    expect(noGrad(() => grad((a: Tensor) => a.square().sum())(x).tolist())).toEqual([2, 4, 6]);
    expect(noGrad(() => jvp((a: Tensor) => a.square(), [x], [x])[1].tolist())).toEqual([2, 8, 18]);
  });

  test('a tensor of a transform that is over is refused', () => {
    let kept: Tensor | undefined;
    jvp((a: Tensor) => (kept = a.square()), [x], [x]);
    expect(() => kept!.add(1)).toThrow('after it had returned');
  });

  test('a throw inside leaves the next transform as it was', () => {
    expect(() =>
      grad((_a: Tensor): Tensor => {
        throw new Error('mine');
      })(x),
    ).toThrow('mine');
    expect(grad((a: Tensor) => a.sum())(x).requiresGrad).toBe(false);
  });
});

describe('functions that are flat or constant', () => {
  test('have zeros', () => {
    expect(grad((_a: Tensor) => tensor(1, f64))(x).tolist()).toEqual([0, 0, 0]);
    expect(grad((a: Tensor) => a.round().sum())(x).tolist()).toEqual([0, 0, 0]);
    expect(jvp((a: Tensor) => a.round(), [x], [x])[1].tolist()).toEqual([0, 0, 0]);
    expect(jvp((a: Tensor) => a.argmax(), [x], [x])[1].tolist()).toBe(0);
    expect(jacrev((_a: Tensor) => x)(x).tolist()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  test('stopGradient stops derivatives of every kind', () => {
    const f = (a: Tensor): Tensor => a.mul(stopGradient(a));
    expect(jvp(f, [x], [x])[1].tolist()).toEqual([1, 4, 9]);
    expect(vmap(grad(f))(x).tolist()).toEqual([1, 2, 3]);
    expect(jacfwd((a: Tensor) => f(a).sum())(x).tolist()).toEqual([1, 2, 3]);
  });
});

describe('vmap', () => {
  test('a convolution multiplies only what overlaps, so that infinities stay where they are', () => {
    const kernels = tensor(
      [
        [1, Infinity],
        [0, 2],
      ],
      f64,
    );
    const looped = kernels.unbind(0).map((kernel) => convolve(x, kernel).tolist());
    expect((vmap((kernel: Tensor) => convolve(x, kernel) as Tensor)(kernels) as Tensor).tolist()).toEqual(looped);
  });

  test('takes trees of axes, and results that all examples share', () => {
    const f = ({ a, b }: { a: Tensor; b: Tensor[] }): unknown => ({ sum: a.add(b[0]!), shared: b[1]!.mul(2), one: 1 });
    const out = vmap(f, { inAxes: [{ a: 0, b: [1, null] }], outAxes: { sum: 0, shared: null, one: 0 } })({
      a: rows,
      b: [rows.T, x],
    }) as { sum: Tensor; shared: Tensor; one: Tensor };
    expect(out.sum.tolist()).toEqual(rows.mul(2).tolist());
    expect(out.shared.tolist()).toEqual([2, 4, 6]);
    expect(out.one.tolist()).toEqual([1, 1, 1]);
  });

  test('of plain arrays gives tensors', () => {
    const y = vmap((a: Tensor) => a.sum())(
      array([
        [1, 2],
        [3, 4],
      ]),
    );
    expect(y).toBeInstanceOf(Tensor);
    expect(y.tolist()).toEqual([3, 7]);
  });

  test('keeps the dtype that one example alone would have', () => {
    const f32 = tensor([1, 2], { dtype: 'float32' });
    const y = vmap((a: Tensor) => f32.mul(a))(x);
    expect(y.dtype).toBe('float32');
    expect(vmap((a: Tensor) => a.add(tensor(1, f64)))(f32).dtype).toBe('float64');
  });

  test('runs what reads elements one by one, with its gradients', () => {
    const large = (a: Tensor): Tensor => compress(a.gt(2), a).sum() as Tensor;
    const before = transformFallbacks().get('compress')?.loop ?? 0;
    const data = tensor(
      [
        [3, 1, 2],
        [1, 7, 2],
      ],
      f64,
    );
    expect(vmap(large)(data).tolist()).toEqual([3, 7]);
    expect(vmap(grad(large))(data).tolist()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(transformFallbacks().get('compress')!.loop).toBeGreaterThan(before);
  });

  test('runs what reads elements in one call where it has a rule, nested in every order', () => {
    const median = (a: Tensor): Tensor => medianOf(a) as Tensor;
    const loops = (): number => [...transformFallbacks().values()].reduce((sum, { loop }) => sum + loop, 0);
    const before = loops();
    const data = tensor(
      [
        [3, 1, 2],
        [9, 7, 8],
      ],
      f64,
    );
    const slopes = [
      [0, 0, 1],
      [0, 0, 1],
    ];
    expect(vmap(median)(data).tolist()).toEqual([2, 8]);
    expect(vmap(median, { inAxes: 1 })(data.T).tolist()).toEqual([2, 8]);
    expect(vmap(grad(median))(data).tolist()).toEqual(slopes);
    expect(vmap(jacfwd(median))(data).tolist()).toEqual(slopes);
    expect(vmap((a: Tensor) => jvp(median, [a], [a])[1])(data).tolist()).toEqual([2, 8]);
    expect(jvp(vmap(median) as (a: Tensor) => Tensor, [data], [data])[1].tolist()).toEqual([2, 8]);
    expect((vmap(vmap(median) as never) as (a: Tensor) => Tensor)(data.expandDims(0) as Tensor).tolist()).toEqual([
      [2, 8],
    ]);
    expect(grad((a: Tensor) => (vmap(median)(a) as Tensor).sum())(data).tolist()).toEqual(slopes);
    expect(loops()).toBe(before);
  });

  test('refuses what it cannot mean', () => {
    const first = (a: Tensor): Tensor => a;
    expect(() => vmap(first)(tensor(1, f64))).toThrow('axis 0 is out of bounds');
    expect(() => vmap((a: Tensor, b: Tensor) => a.add(b))(x, rows.T)).toThrow('different numbers of examples');
    expect(() => vmap(first, { inAxes: null })(x)).toThrow('no argument has examples');
    expect(() => vmap(first, { inAxes: [0, 0] })(x)).toThrow('inAxes has another length');
    expect(() => vmap(first, { inAxes: [{ a: 0 }] })(x)).toThrow('built differently');
    expect(() => vmap(first, { outAxes: null })(x)).toThrow('has no axis in outAxes');
    expect(() => vmap(((a: string) => a) as never)('a' as never)).toThrow('a leaf that is no array');
    expect(() => vmap((a: Tensor) => ((a.item() as number) > 1 ? a : a.neg()))(x)).toThrow('cannot be read');
    expect(() => vmap((a: Tensor) => a.add_(1))(x)).toThrow('cannot be written in place');
    expect(() => vmap((a: Tensor) => a.at(a.gt(1)))(rows)).toThrow('cannot be read');
    expect(vmap(first, { inAxes: null, axisSize: 2 })(x).shape).toEqual([2, 3]);
  });
});

test('a function with a derivative of its own keeps it in every transform', () => {
  class Straight extends Function {
    static forward(ctx: FunctionContext, a: Tensor): Tensor {
      ctx['rounded'] = true;
      return a.round();
    }
    static backward(_ctx: FunctionContext, g: Tensor): Tensor {
      return g.mul(10);
    }
  }
  const f = (a: Tensor): Tensor => Straight.apply(a).mul(a);
  // 10 x + round(x)
  const slopes = [11, 22, 33];
  expect(grad((a: Tensor) => f(a).sum())(x).tolist()).toEqual(slopes);
  expect(jvp(f, [x], [x])[1].tolist()).toEqual(slopes.map((slope, i) => slope * (i + 1)));
  expect(vmap(grad(f))(x).tolist()).toEqual(slopes);
  expect(grad((a: Tensor) => (vmap(f)(a) as Tensor).sum())(x).tolist()).toEqual(slopes);
  expect(vmap((a: Tensor) => jvp(f, [a], [a])[1])(x).tolist()).toEqual(slopes.map((slope, i) => slope * (i + 1)));
  expect(jacfwd(jacrev((a: Tensor) => f(a).sum()))(x).tolist()).toEqual([
    [20, 0, 0],
    [0, 20, 0],
    [0, 0, 20],
  ]);
});

describe('refusals', () => {
  test('of derivatives', () => {
    expect(() => grad((a: Tensor) => a)(x)).toThrow('from a scalar only');
    expect(() => grad((a: Tensor) => a.sum(), { argnums: 1 })(x)).toThrow('was not passed');
    expect(() => grad((a: Tensor) => a.sum())(tensor([1, 2]))).toThrow('no array of floats');
    expect(() => grad(((a: Tensor) => a.sum()) as never, { hasAux: true } as never)(x as never)).toThrow(
      'gives a pair',
    );
    expect(() => vjp((a: Tensor) => a, x)[1](rows)).toThrow('another shape');
    expect(() => jvp((a: Tensor) => a, [x], [rows] as never)).toThrow('another shape');
    expect(() => jvp((a: Tensor) => a, [x], [] as never)).toThrow('same length');
    expect(() => hvp((a: Tensor) => a, x, x)).toThrow('from a scalar only');
    expect(() => jvp((a: Tensor) => a.mul_(2), [x], [x])).toThrow('cannot be written in place');
    expect(() => jvp((a: Tensor) => a.set([0], 1) as Tensor, [x], [x])).toThrow('in place');
  });

  test('of backward inside a transform', () => {
    const w = tensor([1, 1, 1], { ...f64, requiresGrad: true });
    expect(() =>
      jvp(
        (a: Tensor) => {
          a.mul(w).sum().backward();
          return a;
        },
        [x],
        [x],
      ),
    ).toThrow('use');
    expect(w.grad).toBeNull();
  });
});
