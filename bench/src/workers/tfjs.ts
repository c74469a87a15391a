import { loadTfjs, type Tfjs, TFJS_REFERENCES, type TfjsReferenceName } from '@isograd/parity';
import { normalish, positions, serve, type Steps, type Workload } from '../protocol.ts';

const tf: Tfjs = await loadTfjs(TFJS_REFERENCES[process.argv[2] as TfjsReferenceName]);
const random = (shape: [number, number], seed: number): ReturnType<Tfjs['tensor2d']> =>
  tf.tensor2d(normalish(shape[0] * shape[1], seed), shape);

type Scalar = ReturnType<Tfjs['scalar']>;

/** Minimises a loss step by step, reading it each time as the others do. */
function steps(optimizer: ReturnType<Tfjs['train']['sgd']>, loss: () => Scalar): Steps {
  return async (count) => {
    let last = 0;
    for (let i = 0; i < count; i++) {
      const value = optimizer.minimize(loss, true)!;
      last = value.dataSync()[0]!;
      value.dispose();
    }
    return last;
  };
}

function twoLayer(): Steps {
  const [x, y] = [random([64, 1000], 1), random([64, 10], 2)];
  const [w1, w2] = [tf.variable(random([1000, 100], 3)), tf.variable(random([100, 10], 4))];
  return steps(tf.train.sgd(1e-6), () => tf.sum(tf.square(tf.sub(tf.matMul(tf.relu(tf.matMul(x, w1)), w2), y))));
}

function mlpAdam(): Steps {
  const x = random([128, 784], 1);
  const sizes = [784, 256, 64, 10];
  const weights = sizes
    .slice(1)
    .map((n, i) => tf.variable(tf.mul(random([sizes[i]!, n], 10 + i), 1 / Math.sqrt(sizes[i]!))));
  const biases = sizes.slice(1).map((n) => tf.variable(tf.zeros([n])));
  const logits = (): Tf =>
    weights.reduce((h, w, i) => {
      const z = tf.add(tf.matMul(h, w), biases[i]!) as typeof x;
      return i < 2 ? tf.relu(z) : z;
    }, x);
  return classify(logits, 128);
}

function chain(): Steps {
  const x = tf.tensor1d([0.5, 1, 1.5, 2]);
  const half = tf.scalar(0.5);
  const gradient = tf.valueAndGrad((given) => {
    let y = given;
    for (let n = 0; n < 500; n++) y = tf.add(tf.mul(y, half), given);
    return tf.sum(y);
  });
  return async (count) => {
    let last = 0;
    for (let i = 0; i < count; i++)
      tf.tidy(() => {
        const { value, grad } = gradient(x);
        grad.dataSync();
        last = value.dataSync()[0]!;
      });
    return last;
  };
}

function xorEpoch(): Steps {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 8, activation: 'tanh', inputShape: [2] }),
      tf.layers.dense({ units: 1, activation: 'sigmoid' }),
    ],
  });
  model.compile({ optimizer: 'sgd', loss: 'binaryCrossentropy' });
  const x = tf.tensor2d([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  const y = tf.tensor2d([[0], [1], [1], [0]]);
  return async (count) => {
    const { history } = await model.fit(x, y, {
      epochs: count,
      batchSize: 4,
      verbose: 0,
      shuffle: false,
      yieldEvery: 'never',
    });
    return Number(history['loss']!.at(-1));
  };
}

function convolution(): Steps {
  const images = (channels: number, seed: number): ReturnType<Tfjs['tensor4d']> =>
    tf.tensor4d(normalish(64 * channels * 28 * 28, seed), [64, 28, 28, channels]);
  const [x, g] = [images(32, 1), images(64, 3)];
  const weight = tf.tensor4d(normalish(64 * 32 * 9, 2), [3, 3, 32, 64]);
  const pull = tf.grads((a, b) => tf.conv2d(a as typeof x, b as typeof x, 1, 'same'));
  return async (count) => {
    let last = 0;
    for (let i = 0; i < count; i++)
      last = tf.tidy(() => pull([x, weight], g).reduce((_, grad) => grad.sum().dataSync()[0]!, 0));
    return last;
  };
}

/** Steps of Adam on the cross-entropy of ten classes. */
function classify(logits: () => Tf, batch: number): Steps {
  const labels = tf.oneHot(
    tf.tensor1d(
      Int32Array.from({ length: batch }, (_, i) => i % 10),
      'int32',
    ),
    10,
  );
  return steps(
    tf.train.adam(1e-4) as unknown as ReturnType<Tfjs['train']['sgd']>,
    () => tf.losses.softmaxCrossEntropy(labels, logits()) as Scalar,
  );
}

function cnnStep(): Steps {
  const pad = 'same' as const;
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 32, kernelSize: 3, padding: pad, activation: 'relu', inputShape: [28, 28, 1] }),
      tf.layers.conv2d({ filters: 64, kernelSize: 3, padding: pad, activation: 'relu' }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 128, activation: 'relu' }),
      tf.layers.dense({ units: 10 }),
    ],
  });
  const x = tf.tensor4d(normalish(64 * 784, 1), [64, 28, 28, 1]);
  return classify(() => model.apply(x) as Tf, 64);
}

function lstmStep(): Steps {
  const model = tf.sequential({
    layers: [tf.layers.lstm({ units: 128, inputShape: [50, 64] }), tf.layers.dense({ units: 10 })],
  });
  const x = tf.tensor3d(normalish(32 * 50 * 64, 1), [32, 50, 64]);
  return classify(() => model.apply(x) as Tf, 32);
}

type Layer = (x: Tf, weight: Tf, bias: Tf) => Tf;
type Tf = ReturnType<Tfjs['tensor']>;

/** A layer on inputs of a shape, with as many factors and shifts: gradients of all of them. */
function layer(shape: number[], features: number, run: Layer): Steps {
  const n = shape.reduce((size, length) => size * length, 1);
  const inputs = [
    tf.tensor(normalish(n, 1), shape),
    tf.tensor(normalish(features, 2)),
    tf.tensor(normalish(features, 3)),
  ];
  const g = tf.tensor(normalish(n, 4), shape);
  const used = inputs.slice(0, run.length);
  const pull = tf.grads((...xs) => run(...(xs as [Tf, Tf, Tf])));
  return async (count) => {
    let last = 0;
    for (let i = 0; i < count; i++)
      last = tf.tidy(() => {
        const y = run.name === 'loss' ? undefined : g;
        return pull(used, y).reduce((_, grad) => grad.dataSync()[0]!, 0);
      });
    return last;
  };
}

const classes = tf.oneHot(
  Array.from({ length: 64 }, (_, i) => (i * 37) % 1000),
  1000,
);
const loss: Layer = (x) => tf.losses.softmaxCrossEntropy(classes, x);
const sequence = [32, 128, 768];
const LAYERS = {
  softmax: () => layer([64, 1000], 1, (x) => tf.softmax(x)),
  logSoftmax: () => layer([64, 1000], 1, (x) => tf.logSoftmax(x)),
  crossEntropy: () => layer([64, 1000], 1, loss),
  layerNorm: () =>
    layer(sequence, 768, (x, weight, bias) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return x.sub(mean).mul(variance.add(1e-5).rsqrt()).mul(weight).add(bias);
    }),
  rmsNorm: () => layer(sequence, 768, (x, weight) => x.mul(x.square().mean(-1, true).add(1e-6).rsqrt()).mul(weight)),
  // Channels last, as tfjs has them.
  batchNorm: () =>
    layer([64, 28, 28, 64], 64, (x, weight, bias) => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      return tf.batchNorm(
        x as ReturnType<Tfjs['tensor4d']>,
        mean as never,
        variance as never,
        bias as never,
        weight as never,
        1e-5,
      );
    }),
};

function embedding(): Steps {
  const [table, g] = [random([10_000, 64], 1), random([4096, 64], 2)];
  const index = tf.tensor1d(Int32Array.from(positions(4096, 10_000), Number), 'int32');
  const gradient = tf.grad((x) => tf.gather(x, index));
  return async (count) => {
    let last = 0;
    for (let i = 0; i < count; i++) {
      const y = gradient(table, g);
      last = y.dataSync()[0]!;
      y.dispose();
    }
    return last;
  };
}

const MAKERS: Partial<Record<Workload, () => Steps>> = {
  twoLayer,
  mlpAdam,
  chain,
  xorEpoch,
  convolution,
  cnnStep,
  lstmStep,
  embedding,
  ...LAYERS,
};

await serve(`${tf.getBackend()} of tfjs ${tf.version.tfjs}`, (workload) => {
  const make = MAKERS[workload];
  if (!make) throw new Error(`tfjs has no ${workload}`);
  return make();
});
