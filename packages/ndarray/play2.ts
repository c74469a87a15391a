import * as nd from './src/index.ts';
import { expr as e } from '@isograd/device';
for (const d of ['js', 'wasm']) {
  nd.setDevice(d);
  const x = nd.ones([4, 4], { dtype: 'float32' }),
    y = nd.ones([4, 4], { dtype: 'float32' });
  const bench = (n: string, f: () => unknown, N = 100000) => {
    let best = 1e9;
    for (let r = 0; r < 8; r++) {
      const t = performance.now();
      for (let i = 0; i < N; i++) f();
      best = Math.min(best, ((performance.now() - t) / N) * 1e6);
    }
    console.log(d, n.padEnd(24), best.toFixed(0), 'ns');
  };
  const dev = nd.getDevice();
  const o0 = nd.zeros([], { dtype: 'float32' }),
    o4 = nd.zeros([4], { dtype: 'float32' }),
    o44 = nd.zeros([4, 4], { dtype: 'float32' });
  const sum = dev.compile({ kind: 'reduce', inputs: ['float32'], scalars: [], pre: e.input(0, 'float32'), op: 'sum' })!;
  bench('k sum all', () => sum.run([o0, x], x.shape, []));
  bench('k sum last', () => sum.run([o4, x], x.shape, []));
  bench('k sum first', () => sum.run([o4, x.T], x.shape, []));
  const max = dev.compile({ kind: 'reduce', inputs: ['float32'], scalars: [], pre: e.input(0, 'float32'), op: 'max' })!;
  bench('k max last', () => max.run([o4, x], x.shape, []));
  const es = dev.compile({
    kind: 'reduce',
    inputs: ['float32', 'float32'],
    scalars: [],
    pre: e.exp(e.sub(e.input(0, 'float32'), e.input(1, 'float32'))),
    op: 'sum',
  })!;
  const m = nd.zeros([4, 1], { dtype: 'float32' }).broadcastTo([4, 4]);
  bench('k expsum last', () => es.run([o4, x, m], x.shape, []));
  const q = dev.compile({
    kind: 'map',
    inputs: ['float32', 'float32', 'float32'],
    scalars: [],
    outputs: [e.div(e.exp(e.sub(e.input(0, 'float32'), e.input(1, 'float32'))), e.input(2, 'float32'))],
  })!;
  bench('k quotient bcast', () => q.run([o44, x, m, m], x.shape, []));
  const g = dev.compile({ kind: 'gemm', dtype: 'float32' })!;
  bench('k gemm', () => g.run([o44, x, y], [4, 4, 4], []));
  const b = nd.ones([4], { dtype: 'float32' }).broadcastTo([4, 4]);
  const add = dev.compile({
    kind: 'map',
    inputs: ['float32', 'float32'],
    scalars: [],
    outputs: [e.add(e.input(0, 'float32'), e.input(1, 'float32'))],
  })!;
  bench('k add row', () => add.run([o44, x, b], x.shape, []));
}
