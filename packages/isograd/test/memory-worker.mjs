// Trains one small net for 10,000 steps without a dispose anywhere, and prints the most resident memory that it was
// seen to take, and what is left after a collection at 2,000 and at 10,000 steps; or prints the devices that run here.
// Plain Node on the compiled packages: a loader that compiles would be measured with them.
import { manualSeed, randn } from '@isograd/autograd';
import { deviceNames, openDevice } from '@isograd/device';
import { callbacks, layers, Sequential, setRandomSeed } from '@isograd/keras';
import { array, random } from '@isograd/ndarray';
import { functional, Linear, Module } from '@isograd/nn';
import { Adam } from '@isograd/optim';

const STEPS = 10_000;
let most = 0;
const left = [];
const note = (step) => {
  if (step % 100 === 0) most = Math.max(most, process.memoryUsage.rss());
  if (step !== 2000 && step !== STEPS) return;
  globalThis.gc();
  left.push(process.memoryUsage.rss());
};

class Note extends callbacks.Callback {
  onEpochEnd(epoch) {
    note(epoch + 1);
  }
}

class TwoLayers extends Module {
  hidden = new Linear(64, 100);
  out = new Linear(100, 10);

  forward(x) {
    return this.out(this.hidden(x).relu());
  }
}

const float32 = (shape) => random.rand(...shape).astype('float32');

const trainings = {
  async 'XOR by fit'() {
    const x = array([0, 0, 0, 1, 1, 0, 1, 1], { dtype: 'float32', shape: [4, 2] });
    const y = array([0, 1, 1, 0], { dtype: 'float32', shape: [4, 1] });
    const model = new Sequential([
      new layers.Dense(8, { activation: 'tanh' }),
      new layers.Dense(1, { activation: 'sigmoid' }),
    ]);
    model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });
    await model.fit(x, y, { epochs: STEPS, verbose: 0, callbacks: [new Note()] });
  },
  'two layers by backward and step'() {
    manualSeed(0);
    const net = new TwoLayers();
    const optimizer = new Adam(net.parameters(), { lr: 1e-3 });
    const [x, y] = [randn([32, 64]), randn([32, 10])];
    for (let step = 1; step <= STEPS; step++) {
      optimizer.zeroGrad();
      functional.mseLoss(net(x), y).backward();
      optimizer.step();
      note(step);
    }
  },
  'MLP by trainOnBatch'() {
    setRandomSeed(0);
    const model = new Sequential([
      new layers.Dense(64, { activation: 'relu' }),
      new layers.Dense(32, { activation: 'relu' }),
      new layers.Dense(10, { activation: 'softmax' }),
    ]);
    model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    const [x, y] = [float32([64, 100]), random.randint(0, 10, [64])];
    for (let step = 1; step <= STEPS; step++) {
      model.trainOnBatch(x, y);
      note(step);
    }
  },
};

const [name] = process.argv.slice(2);
if (name === 'devices') {
  // js is the reference, and slow.
  const running = deviceNames().filter((device) => device !== 'js' && typeof openDevice(device) !== 'string');
  process.stdout.write(running.join(' '));
} else {
  await trainings[name]();
  process.stdout.write(JSON.stringify({ most, left }));
}
