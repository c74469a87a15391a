import * as nd from '@isograd/ndarray';
import { tensor, noGrad } from '@isograd/autograd';
nd.setDevice('wasm');
const x = nd.ones([4, 4], { dtype: 'float32' }),
  y = nd.ones([4, 4], { dtype: 'float32' });
const t = tensor(new Float32Array(16), { shape: [4, 4], requiresGrad: true }),
  u = tensor(new Float32Array(16), { shape: [4, 4] });
const bench = (n: string, f: () => unknown, N = 200000) => {
  let best = 1e9;
  for (let r = 0; r < 12; r++) {
    const t = performance.now();
    for (let i = 0; i < N; i++) f();
    best = Math.min(best, ((performance.now() - t) / N) * 1e6);
  }
  console.log(n.padEnd(24), best.toFixed(0), 'ns');
};
const w = process.argv[2];
if (!w || w === 'a') bench('x.add(y)', () => x.add(y));
if (!w || w === 'm') bench('x.mul(2)', () => x.mul(2));
if (!w || w === 't') bench('t.add(u) tracked', () => t.add(u));
if (!w || w === 'u') bench('u.add(u)', () => u.add(u));
if (!w || w === 'mm') bench('x.matmul(y)', () => x.matmul(y));
if (!w || w === 's') bench('x.sum()', () => x.sum());
