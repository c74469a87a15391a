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
  treeMap,
  vmap,
} from '@isograd/autograd';
import { gradientProblems, jvpcheck, mappedSamples, vmapcheck } from '@isograd/autograd/testing';
import { allclose } from '@isograd/ndarray';
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
