import type { Tfjs } from '@isograd/parity';
import { normalish, type Steps } from '../protocol.ts';

/** The same layers and nets in tfjs; channels stand last, as it wants them. */
export function netsOf(tf: Tfjs): Readonly<Record<'cnnStep' | 'lstmStep' | 'embedding' | 'pooling', () => Steps>> {
  const random = (shape: number[], seed: number): ReturnType<Tfjs['tensor']> =>
    tf.tensor(
      normalish(
        shape.reduce((a, n) => a * n, 1),
        seed,
      ),
      shape,
    );
  const integers = (n: number, below: number): ReturnType<Tfjs['tensor1d']> =>
    tf.tensor1d(
      Int32Array.from({ length: n }, (_, i) => (i * 7919) % below),
      'int32',
    );

  const trained = (model: ReturnType<Tfjs['sequential']>, loss: string, [x, y]: readonly unknown[]): Steps => {
    model.compile({ optimizer: tf.train.adam(1e-4), loss });
    return async (count) => {
      let last = 0;
      for (let i = 0; i < count; i++) last = (await model.trainOnBatch(x as never, y as never)) as number;
      return last;
    };
  };

  const pulled = (f: (x: ReturnType<Tfjs['tensor']>) => unknown, shape: number[], g: number[]): Steps => {
    const [x, along] = [random(shape, 1), random(g, 2)];
    const pull = tf.grad(f as never);
    return async (count) => {
      let last = 0;
      for (let i = 0; i < count; i++) last = tf.tidy(() => pull(x, along).sum().dataSync()[0]!);
      return last;
    };
  };

  return {
    cnnStep: () => {
      const { conv2d, dense, flatten, maxPooling2d } = tf.layers;
      const relu = 'relu' as const;
      const stack = [
        conv2d({ filters: 32, kernelSize: 3, activation: relu, inputShape: [28, 28, 1] }),
        maxPooling2d({ poolSize: 2 }),
        conv2d({ filters: 64, kernelSize: 3, activation: relu }),
        maxPooling2d({ poolSize: 2 }),
        flatten(),
        dense({ units: 128, activation: relu }),
        dense({ units: 10, activation: 'softmax' }),
      ];
      const labels = tf.oneHot(integers(64, 10), 10);
      return trained(tf.sequential({ layers: stack }), 'categoricalCrossentropy', [random([64, 28, 28, 1], 1), labels]);
    },
    lstmStep: () => {
      const lstm = tf.layers.lstm({ units: 128, returnSequences: true, inputShape: [20, 64] });
      return trained(tf.sequential({ layers: [lstm] }), 'meanSquaredError', [
        random([32, 20, 64], 1),
        tf.zeros([32, 20, 128]),
      ]);
    },
    embedding: () => {
      const indices = integers(3200, 10_000);
      return pulled((table) => tf.gather(table, indices), [10_000, 64], [3200, 64]);
    },
    pooling: () => pulled((x) => tf.maxPool(x as never, 2, 2, 'valid'), [64, 28, 28, 32], [64, 14, 14, 32]),
  };
}
