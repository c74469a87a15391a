import { type Device, type DType, expr, type Expr, openDevice, type View } from '@isograd/device';
// Registers the devices.
import { addConvolutions } from '@isograd/wasm/conv';
import '@isograd/ndarray';

/** Best time of one call in nanoseconds, over rounds of about 5 ms: on a shared machine the mean says little about the code. */
function best(call: () => void): number {
  for (let i = 0; i < 50; i++) call();
  let count = 1;
  const round = (): number => {
    const start = performance.now();
    for (let i = 0; i < count; i++) call();
    return performance.now() - start;
  };
  while (round() < 5) count *= 2;
  return (Math.min(...Array.from({ length: 20 }, round)) / count) * 1e6;
}

const array = (length: number, strides: readonly number[], contiguous = true): View => ({
  memory: Float32Array.from({ length }, (_, i) => 0.5 + ((i * 7) % 13) / 8),
  offset: 0,
  strides,
  contiguous,
});

const PRODUCTS: readonly (readonly [m: number, n: number, k: number, transposed?: 'a' | 'b'])[] = [
  [4, 8, 2],
  [16, 16, 16],
  [64, 64, 64],
  [256, 256, 256],
  [1024, 1024, 1024],
  [128, 256, 784],
  [128, 784, 256, 'b'],
  [784, 256, 128, 'a'],
  [64, 100, 1000],
  [1000, 100, 64, 'a'],
  [1, 256, 784],
  [1000, 1, 1000],
];

function products(device: Device): void {
  const kernel = device.compile({ kind: 'gemm', dtype: 'float32' });
  if (!kernel) return;
  for (const [m, n, k, transposed] of PRODUCTS) {
    const a = array(m * k, transposed === 'a' ? [1, m] : [k, 1], transposed !== 'a');
    const b = array(k * n, transposed === 'b' ? [1, k] : [n, 1], transposed !== 'b');
    const views = [array(m * n, [n, 1]), a, b];
    const ns = best(() => kernel.run(views, [m, n, k], []));
    const note = transposed ? ` ${transposed}.T` : '';
    console.log(
      `${`gemm ${m}x${n}x${k}${note}`.padEnd(24)}${(ns / 1000).toFixed(2).padStart(12)} us${((2 * m * n * k) / ns).toFixed(1).padStart(8)} GFLOP/s`,
    );
  }
}

const ROLES = ['output', 'input', 'weight'] as const;
/** 3x3 convolutions of a batch of 64: channels of input and output, side of the images. */
const CONVOLUTIONS = [
  [32, 32, 28],
  [64, 64, 28],
  [32, 64, 32],
] as const;

function convolutions(device: Device): void {
  addConvolutions();
  for (const [inputs, outputs, side] of CONVOLUTIONS) {
    const images = (channels: number): View =>
      array(64 * channels * side ** 2, [0, channels * side ** 2, side ** 2, 0, side, 1], false);
    const arrays = {
      output: images(outputs),
      input: images(inputs),
      weight: array(outputs * inputs * 9, [0, inputs * 9, 9, 0, 3, 1], false),
    };
    const shape = [1, 64, outputs, inputs, 1, side, side, 1, side, side, 1, 3, 3];
    for (const role of ROLES) {
      const kernel = device.compile({ kind: 'conv', dtype: 'float32', role, bias: false });
      if (!kernel || device.name === 'js') continue;
      const others = ROLES.filter((name) => name !== role).map((name) => arrays[name]);
      const call = (): void => kernel.run([arrays[role], ...others], shape, [1, 1, 1, 1, 1, 1, 0, 1, 1]);
      const times = Array.from({ length: 8 }, () => {
        const start = performance.now();
        call();
        return performance.now() - start;
      });
      const ms = Math.min(...times);
      const operations = (2 * 64 * outputs * inputs * 9 * side ** 2) / 1e6;
      console.log(
        `${`conv ${role} ${inputs}-${outputs} ${side}x${side}`.padEnd(24)}${(ms * 1000).toFixed(2).padStart(12)} us${(operations / ms).toFixed(1).padStart(8)} GFLOP/s`,
      );
    }
  }
}

const x = (i: number): Expr => expr.input(i, 'float32');
const MAPS: readonly (readonly [name: string, inputs: number, output: Expr])[] = [
  ['add', 2, expr.add(x(0), x(1))],
  ['relu(a * b + c)', 3, expr.max(expr.add(expr.mul(x(0), x(1)), x(2)), 0)],
  ['exp', 1, expr.exp(x(0))],
  ['log', 1, expr.log(x(0))],
  ['tanh', 1, expr.tanh(x(0))],
  ['sigmoid', 1, expr.div(1, expr.add(expr.exp(expr.neg(x(0))), 1))],
  ['erf', 1, expr.erf(x(0))],
  ['pow', 2, expr.pow(x(0), x(1))],
];

function elementWise(device: Device): void {
  for (const [name, count, output] of MAPS) {
    const inputs = Array<DType>(count).fill('float32');
    const kernel = device.compile({ kind: 'map', inputs, scalars: [], outputs: [output] });
    const reduce = device.compile({ kind: 'reduce', inputs, scalars: [], pre: output, op: 'sum' });
    for (const n of [16, 1000, 100_000]) {
      const views = inputs.map(() => array(n, [1]));
      const [mapped, folded] = [
        [array(n, [1]), ...views],
        [array(1, []), ...views],
      ];
      const times = [
        kernel && best(() => kernel.run(mapped, [n], [])),
        reduce && best(() => reduce.run(folded, [n], [])),
      ];
      const cells = times.map((ns) => (ns === undefined ? 'none' : `${ns.toFixed(0)} ns`).padStart(14));
      console.log(`${`${name}, ${n}`.padEnd(24)}${cells[0]}   sum${cells[1]}`);
    }
  }
}

/** Adam on one parameter, in place: seven operands, six run-time scalars, thirteen operations. */
function optimizerStep(device: Device): void {
  const [p, g, m, v] = [x(0), x(1), x(2), x(3)];
  const s = Array.from({ length: 6 }, (_, i) => expr.scalar(i, 'float32')) as [Expr, Expr, Expr, Expr, Expr, Expr];
  const mean = expr.add(m, expr.mul(s[1], expr.sub(g, m)));
  const square = expr.add(expr.mul(v, s[2]), expr.mul(s[3], expr.mul(g, g)));
  const size = expr.add(expr.div(expr.sqrt(square), s[4]), s[5]);
  const kernel = device.compile({
    kind: 'map',
    inputs: Array<DType>(4).fill('float32'),
    scalars: Array<DType>(6).fill('float32'),
    outputs: [expr.sub(p, expr.mul(s[0], expr.div(mean, size))), mean, square],
  });
  if (!kernel) return;
  for (const n of [16, 1000, 100_000]) {
    const [param, grad, first, second] = [array(n, [1]), array(n, [1]), array(n, [1]), array(n, [1])];
    const views = [param, first, second, param, grad, first, second];
    const ns = best(() => kernel.run(views, [n], [1e-9, 0.1, 0.999, 0.001, 1, 1e-8]));
    console.log(`${`step of Adam, ${n}`.padEnd(24)}${ns.toFixed(0).padStart(12)} ns`);
  }
}

for (const name of process.argv.length > 2 ? process.argv.slice(2) : ['wasm']) {
  const device = openDevice(name);
  console.log(typeof device === 'string' ? `\n${name}: ${device}` : `\n${device.name}: ${device.info}`);
  if (typeof device === 'string') continue;
  products(device);
  convolutions(device);
  elementWise(device);
  optimizerStep(device);
}
