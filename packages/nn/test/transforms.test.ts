import { describe, expect, test } from 'vitest';
import {
  customVjp,
  grad,
  jacfwd,
  jacrev,
  manualSeed,
  randn,
  type Randomness,
  type Tensor,
  tensor,
  transformFallbacks,
  treeMap,
  vmap,
} from '@isograd/autograd';
import { gradientProblems, jvpcheck, mappedSamples, vmapcheck } from '@isograd/autograd/testing';
import { allclose, stack } from '@isograd/ndarray';
import { label } from '@isograd/ndarray/testing';
import {
  Conv2d,
  Embedding,
  Flatten,
  functional,
  LayerNorm,
  Linear,
  MaxPool2d,
  type Module,
  ReLU,
  Sequential,
} from '../src/index.ts';
import { neuralTable } from '../src/testing.ts';

describe.each(neuralTable().map((op) => [op.name, op] as const))('%s', (_name, op) => {
  test.skipIf(op.nonDifferentiable !== undefined).each(gradientProblems(op))('jvp of $label', ({ f, xs }) => {
    expect(jvpcheck(f, xs)).toBe(true);
  });

  test.each(mappedSamples(op).map((sample) => [label(op.spec, sample), sample] as const))(
    'vmap of %s',
    (_label, sample) => {
      expect(vmapcheck(op, sample)).toBe(true);
    },
  );
});

describe('per-sample gradients are those of one sample after the other', () => {
  manualSeed(0);
  const y = tensor([0, 2, 1]);
  const cases: readonly (readonly [string, Module, Tensor, Tensor])[] = [
    [
      'a convolutional net',
      new Sequential(new Conv2d(1, 2, 3), new ReLU(), new Flatten(), new Linear(32, 3)),
      randn([3, 1, 1, 6, 6]),
      y,
    ],
    [
      'pooling',
      new Sequential(new Conv2d(1, 2, 3), new MaxPool2d(2), new Flatten(), new Linear(8, 3)),
      randn([3, 1, 1, 6, 6]),
      y,
    ],
    [
      'embeddings',
      new Sequential(new Embedding(5, 4), new Flatten(), new Linear(8, 3)),
      tensor([[[0, 1]], [[2, 2]], [[4, 0]]]),
      y,
    ],
    ['norms', new Sequential(new Linear(4, 6), new LayerNorm(6), new Linear(6, 3)), randn([3, 1, 4]), y],
  ];

  test.each(cases)('%s', (_name, model, x, labels) => {
    const params = treeMap((p: Tensor) => p.detach(), Object.fromEntries(model.namedParameters()));
    const loss = (p: Record<string, Tensor>, a: Tensor, label: Tensor): Tensor =>
      functional.crossEntropy(model.functionalCall(p, a as never) as Tensor, label.expandDims(0));
    const all = vmap(grad(loss), { inAxes: [null, 0, 0] })(params, x, labels);
    for (const i of [0, 1, 2]) {
      const one = grad(loss)(params, x.at(i), labels.at(i));
      for (const name of Object.keys(params))
        expect(allclose(all[name]!.at(i), one[name]!, { rtol: 1e-5, atol: 1e-6 }), name).toBe(true);
    }
  });
});

test('gaussianNllLoss runs inside vmap, where variances cannot be looked at', () => {
  const [x, y, v] = [randn([3, 4]), randn([3, 4]), randn([3, 4]).square()];
  const losses = vmap((a: Tensor, b: Tensor, c: Tensor) => functional.gaussianNllLoss(a, b, c))(x, y, v);
  [0, 1, 2].forEach((i) =>
    expect(losses.at(i).item()).toBeCloseTo(functional.gaussianNllLoss(x.at(i), y.at(i), v.at(i)).item() as number, 5),
  );
});

describe('random numbers inside transforms', () => {
  const x = randn([4, 50]).abs().add(1);
  const dropped = (y: Tensor): boolean[][] => y.equal(0).tolist() as boolean[][];

  test('rows and columns of a Jacobian are those of one draw', () => {
    const f = (a: Tensor): Tensor => functional.dropout(a.square());
    for (const transform of [jacfwd, jacrev]) {
      manualSeed(1);
      const jacobian = transform(f)(x.at(0));
      manualSeed(1);
      expect(dropped(jacobian.sum(0).expandDims(0))).toEqual(dropped(f(x.at(0)).expandDims(0)));
    }
  });

  test('functions with rules of their own draw as the vmap around them says', () => {
    const own = customVjp((a: Tensor) => functional.dropout(a)).defvjp(
      (a) => [functional.dropout(a), null],
      (_, g) => [g],
    );
    const masks = (randomness: Randomness): Set<string> =>
      new Set(dropped(vmap((a: Tensor) => own(a), { randomness })(x)).map((row) => row.join()));
    expect(masks('different').size).toBe(4);
    expect(masks('same').size).toBe(1);
    expect(() => masks('error')).toThrow('randomness error mode');
    expect(() => vmap(own, { randomness: 'some' as never })(x)).toThrow('randomness is unknown');
  });
});

describe('losses of labels of their own run on all examples at once', () => {
  const weight = tensor([0.5, 2, 1], { dtype: 'float64' });
  const x = randn([4, 5, 3], { dtype: 'float64' });
  const deep = randn([4, 2, 3, 2], { dtype: 'float64' });
  const labels = tensor([
    [0, 2, -100, 1, 0],
    [1, 1, 1, 0, 2],
    [-100, -100, -100, -100, -100],
    [2, 0, 1, -100, 2],
  ]);
  const losses = { crossEntropy: functional.crossEntropy, nllLoss: functional.nllLoss } as const;
  const kinds = (['crossEntropy', 'nllLoss'] as const).flatMap((name) =>
    [
      {},
      { weight },
      { ignoreIndex: 1 },
      { weight, reduction: 'none' },
      { reduction: 'sum' },
      { labelSmoothing: 0.2, weight },
    ].flatMap((options) => (name === 'nllLoss' && 'labelSmoothing' in options ? [] : [[name, options] as const])),
  );

  test.each(kinds)('%s %j', (name, options) => {
    const loss = (a: Tensor, label: Tensor): Tensor => losses[name](a, label, options as never);
    const known = 'ignoreIndex' in options ? labels.maximum(0) : labels;
    const cases = [
      [x, known],
      [deep, labels.at(':', ':4').reshape([4, 2, 2]).maximum(0)],
    ] as const;
    for (const [inputs, targets] of cases) {
      const looped = transformFallbacks().get(name)?.loop ?? 0;
      const all = vmap(loss)(inputs, targets as Tensor);
      const slopes = vmap(grad((a: Tensor, label: Tensor) => loss(a, label).sum()))(inputs, targets as Tensor);
      expect(transformFallbacks().get(name)?.loop ?? 0).toBe(looped);
      const exact = { rtol: 1e-12, atol: 1e-14, equalNan: true };
      for (let i = 0; i < 4; i++) {
        const one = loss(inputs.at(i), targets.at(i) as Tensor);
        expect(allclose(all.at(i), one, exact)).toBe(true);
        const slope = grad((a: Tensor) => loss(a, targets.at(i) as Tensor).sum())(inputs.at(i));
        expect(allclose(slopes.at(i), slope, exact)).toBe(true);
      }
    }
  });

  test('labels that are no classes are refused', () => {
    const loss = (a: Tensor, label: Tensor): Tensor => functional.crossEntropy(a, label);
    expect(() => vmap(loss)(x, labels.add(1))).toThrow('a class index is out of range');
  });
});

describe('embeddings of indices of their own run on all examples at once', () => {
  const table = randn([5, 3], { dtype: 'float64' });
  const indices = tensor([
    [0, 2, 2],
    [4, 1, 0],
  ]);

  test.each([{}, { paddingIdx: 2 }, { paddingIdx: -5 }])('%j', (options) => {
    const f = (i: Tensor, weight: Tensor): Tensor => functional.embedding(i, weight, options).square().sum();
    const slopes = grad(f, { argnums: 1 });
    const looped = transformFallbacks().get('embedding')?.loop ?? 0;
    const [all, own] = [
      vmap(slopes, { inAxes: [0, null] })(indices, table),
      vmap(slopes)(indices, stack([table, table.mul(2)]) as Tensor),
    ];
    expect(transformFallbacks().get('embedding')?.loop ?? 0).toBe(looped);
    for (const i of [0, 1]) {
      expect(allclose(all.at(i), slopes(indices.at(i), table))).toBe(true);
      expect(allclose(own.at(i), slopes(indices.at(i), table.mul(i + 1) as Tensor))).toBe(true);
    }
  });

  test('indices out of range are refused', () => {
    const f = (i: Tensor): Tensor => functional.embedding(i, table);
    expect(() => vmap(f)(indices.add(1))).toThrow('an index is out of range');
    expect(() => vmap(f)(indices.sub(1))).toThrow('an index is out of range');
  });
});
