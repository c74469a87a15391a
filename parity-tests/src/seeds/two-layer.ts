import { manualSeed, noGrad, randn, type Tensor } from '@isograd/autograd';
import { RandomState, withRegion } from '@isograd/ndarray';
import { init, Linear, MSELoss, ReLU, Sequential } from '@isograd/nn';
import { Adam } from '@isograd/optim';

/** Losses of a run by step. */
type Losses = Float64Array;
/** A band of `design`: smallest, middle and largest value over 30 seeds of the original. */
type Band = readonly [min: number, median: number, max: number];

const SEEDS = 10;
const STEPS = 500;
const [N, D_IN, H, D_OUT] = [64, 1000, 100, 10];

function descend(step: () => number): Losses {
  return Float64Array.from({ length: STEPS }, () => withRegion(step, () => []));
}

/** Way 1 of notebook 002: NumPy in float64, gradients by hand. */
function numpyWay(seed: number): Losses {
  const random = new RandomState(seed);
  const [x, y, w1, w2] = [random.randn(N, D_IN), random.randn(N, D_OUT), random.randn(D_IN, H), random.randn(H, D_OUT)];
  return descend(() => {
    const h = x.matmul(w1);
    const active = h.maximum(0);
    const difference = active.matmul(w2).sub(y);
    const gradOut = difference.mul(2);
    const gradH = gradOut.matmul(w2.T).mul(h.greaterEqual(0));
    const [g1, g2] = [x.T.matmul(gradH), active.T.matmul(gradOut)];
    w1.isub(g1.mul(1e-6));
    w2.isub(g2.mul(1e-6));
    return difference.square().sum().valueOf();
  });
}

function update(parameters: readonly Tensor[]): void {
  noGrad(() => {
    for (const p of parameters) {
      p.sub_(p.grad!.mul(1e-6));
      p.grad = null;
    }
  });
}

/** Way 2: PyTorch's autograd (way 3 computes the same numbers by hand). */
function autogradWay(seed: number): Losses {
  manualSeed(seed);
  const [x, y] = [randn(N, D_IN), randn(N, D_OUT)];
  const weights = [randn([D_IN, H], { requiresGrad: true }), randn([H, D_OUT], { requiresGrad: true })] as const;
  return descend(() => {
    const loss = x.mm(weights[0]).relu().mm(weights[1]).sub(y).pow(2).sum();
    loss.backward();
    update(weights);
    return loss.valueOf();
  });
}

/** Way 4: layers without biases, normal weights. */
function layersWay(seed: number): Losses {
  manualSeed(seed);
  const [x, y] = [randn(N, D_IN), randn(N, D_OUT)];
  const model = new Sequential(new Linear(D_IN, H, { bias: false }), new ReLU(), new Linear(H, D_OUT, { bias: false }));
  for (const p of model.parameters()) init.normal_(p);
  const criterion = new MSELoss({ reduction: 'sum' });
  return descend(() => {
    const loss = criterion(model(x), y);
    loss.backward();
    update(model.parameters());
    return loss.valueOf();
  });
}

/** Way 5: default layers and Adam. */
function adamWay(seed: number): Losses {
  manualSeed(seed);
  const [x, y] = [randn(N, D_IN), randn(N, D_OUT)];
  const model = new Sequential(new Linear(D_IN, H), new ReLU(), new Linear(H, D_OUT));
  const criterion = new MSELoss({ reduction: 'sum' });
  const optimizer = new Adam(model.parameters(), { lr: 1e-4 });
  return descend(() => {
    const loss = criterion(model(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    optimizer.zeroGrad();
    return loss.valueOf();
  });
}

const FLOAT32: Readonly<Record<number, Band>> = {
  0: [2.43e7, 2.89e7, 4.35e7],
  100: [202, 556, 1395],
  499: [1.2e-5, 7.3e-5, 7.1e-3],
};
const WAYS: readonly {
  readonly title: string;
  readonly run: (seed: number) => Losses;
  readonly bands: Readonly<Record<number, Band>>;
}[] = [
  {
    title: '1 NumPy, float64',
    run: numpyWay,
    bands: {
      0: [2.5e7, 3.09e7, 4.81e7],
      10: [9.4e5, 1.32e6, 2.5e6],
      50: [6.7e3, 1.26e4, 2.3e4],
      100: [97, 446, 1757],
      200: [0.061, 1.93, 45],
      300: [6e-5, 0.016, 1.75],
      499: [1.3e-10, 1.5e-6, 3.7e-3],
    },
  },
  { title: '2 autograd, float32', run: autogradWay, bands: FLOAT32 },
  { title: '4 Sequential, float32', run: layersWay, bands: FLOAT32 },
  {
    title: '5 Adam, float32',
    run: adamWay,
    bands: {
      0: [596, 678, 736],
      10: [454, 528, 574],
      50: [153, 209, 238],
      100: [26.6, 51.4, 69.4],
      200: [0.13, 0.77, 2],
      300: [1.5e-4, 5.2e-3, 0.043],
      499: [1e-10, 1e-8, 2.3e-5],
    },
  },
];

const show = (x: number): string => (x >= 0.01 && x < 1e5 ? x.toPrecision(4) : x.toExponential(2));

/** Rows of one way: our median, how many of our runs lie within the band of the original's 30. */
function bandRows({ title, run, bands }: (typeof WAYS)[number]): string[] {
  const runs = Array.from({ length: SEEDS }, (_, seed) => run(seed));
  return Object.entries(bands).map(([step, [min, median, max]]) => {
    const values = runs.map((losses) => losses[Number(step)]!).sort((a, b) => a - b);
    const inside = values.filter((v) => v >= min && v <= max).length;
    return `| ${title} | ${step} | ${show(values[SEEDS >> 1]!)} | [${show(min)}, ${show(median)}, ${show(max)}] | ${inside} of ${SEEDS} |`;
  });
}

/** Notebook 002 as a section of the page. */
export function twoLayerSection(): string {
  return `## Notebook 002: the two-layer net, ${STEPS} steps, seeds 0 to ${SEEDS - 1}

A band is [smallest, middle, largest] over 30 seeds of the original. Way 3 computes way 2's numbers by hand.

| way | step | our median | band of the original | our runs inside |
|---|---|---|---|---|
${WAYS.flatMap(bandRows).join('\n')}
`;
}
