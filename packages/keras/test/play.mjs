import v8 from 'node:v8';
import { layers, Sequential, setRandomSeed } from '@isograd/keras';
import { array, random, withRegion } from '@isograd/ndarray';
import { manualSeed, randn } from '@isograd/autograd';
import { functional, Linear, Module } from '@isograd/nn';
import { Adam } from '@isograd/optim';
const old = () => v8.getHeapSpaceStatistics().filter((s) => /^old|^trusted|^code/.test(s.space_name)).map((s) => (s.space_used_size / 1e6).toFixed(2)).join(' ');
const kind = process.argv[2];
const x = array([0, 0, 0, 1, 1, 0, 1, 1], { dtype: 'float32', shape: [4, 2] });
const y = array([0, 1, 1, 0], { dtype: 'float32', shape: [4, 1] });
let step;
if (kind.startsWith('keras')) {
  const model = new Sequential([new layers.Dense(8, { activation: 'tanh' }), new layers.Dense(1, kind.includes('lin') ? {} : { activation: 'sigmoid' })]);
  model.compile({ optimizer: kind.includes('sgd') ? 'sgd' : 'adam', loss: kind.includes('mse') ? 'meanSquaredError' : 'binaryCrossentropy' });
  step = kind.includes('test') ? () => model.testOnBatch(x, y) : kind.includes('pred') ? () => model.predictOnBatch(x) : () => model.trainOnBatch(x, y);
} else {
  manualSeed(0);
  class Net extends Module { hidden = new Linear(2, 8); out = new Linear(8, 1); forward(x) { return this.out(this.hidden(x).tanh()); } }
  const net = new Net(); const opt = new Adam(net.parameters(), { lr: 1e-3 });
  const [a, b] = [randn([4, 2]), randn([4, 1])];
  const one = () => { opt.zeroGrad(); functional.mseLoss(net(a), b).backward(); opt.step(); };
  step = kind.includes('region') ? () => withRegion(one, () => []) : one;
}
for (let i = 0; i <= 20000; i++) { step(); if (i % 4000 === 0) console.log(i, old()); }
