import { createInterface } from 'node:readline';

// They gather whole slices only, and add nowhere.
const TFJS = ['tfjs cpu', 'tfjs wasm', 'tfjs node'];

/** Workloads that every contender runs; the sizes are those of the seed notebooks. */
export const WORKLOADS: Readonly<
  Record<
    | 'twoLayer'
    | 'mlpAdam'
    | 'chain'
    | 'xorEpoch'
    | 'convolution'
    | 'cnnStep'
    | 'lstmStep'
    | 'softmax'
    | 'logSoftmax'
    | 'crossEntropy'
    | 'layerNorm'
    | 'rmsNorm'
    | 'batchNorm'
    | 'embedding'
    | 'gather'
    | 'scatterAdd'
    | 'indexAdd',
    {
      readonly title: string;
      readonly steps: number;
      /** Contenders that cannot run it, or take minutes. */
      readonly without?: readonly string[];
    }
  >
> = {
  twoLayer: { title: 'two-layer net 64-1000-100-10, SGD, one step', steps: 60 },
  mlpAdam: { title: 'MLP 784-256-64-10, batch 128, Adam, one step', steps: 30 },
  chain: { title: 'chain of 1,000 operations on 4 numbers, forward and backward', steps: 20 },
  xorEpoch: { title: 'XOR 2-8-1 with fit, one epoch (one batch of 4)', steps: 400 },
  convolution: {
    title: 'convolution 3x3 of 32 to 64 channels, batch 64 of 28x28, forward and backward',
    steps: 3,
    // tfjs on wasm has no gradient of the weight.
    without: ['isograd js', 'tfjs cpu', 'tfjs wasm'],
  },
  cnnStep: {
    title: 'CNN of 32 and 64 filters on 28x28, max pooling, dense 128-10, batch 64, Adam, one step',
    steps: 2,
    without: ['isograd js', 'tfjs cpu', 'tfjs wasm'],
  },
  lstmStep: {
    title: 'LSTM of 128 units over 50 steps of 64 features, dense 10, batch 32, Adam, one step',
    steps: 3,
    without: ['isograd js', 'tfjs cpu'],
  },
  softmax: { title: 'softmax of [64, 1000], forward and backward', steps: 50 },
  logSoftmax: { title: 'log-softmax of [64, 1000], forward and backward', steps: 50 },
  crossEntropy: { title: 'cross-entropy of [64, 1000] with labels, forward and backward', steps: 50 },
  layerNorm: {
    title: 'layer norm of [32, 128, 768], forward and backward',
    steps: 2,
    without: ['isograd js', 'tfjs cpu'],
  },
  rmsNorm: { title: 'RMS norm of [32, 128, 768], forward and backward', steps: 2, without: ['isograd js', 'tfjs cpu'] },
  batchNorm: {
    title: 'batch norm of 64 channels, batch 64 of 28x28, in training, forward and backward',
    steps: 2,
    without: ['isograd js', 'tfjs cpu'],
  },
  embedding: {
    title: 'embedding of 4,096 indices in [10000, 64], forward and backward',
    steps: 10,
    // tfjs on wasm has no gradient of it, and tfjs in JavaScript takes minutes.
    without: ['isograd js', 'tfjs cpu', 'tfjs wasm'],
  },
  gather: {
    title: 'gather of [4096, 64] along the first axis of [10000, 64], forward and backward',
    steps: 5,
    without: ['isograd js', ...TFJS],
  },
  scatterAdd: {
    title: 'scatter-add of [4096, 64] along the first axis of [10000, 64], in place',
    steps: 5,
    without: ['isograd js', ...TFJS],
  },
  indexAdd: {
    title: 'index-add of 4,096 rows to [10000, 64], forward and backward',
    steps: 10,
    without: ['isograd js', ...TFJS],
  },
};

/** Name of a workload. */
export type Workload = keyof typeof WORKLOADS;

/** Runs a number of steps; the value it resolves to is the last loss, so that nothing is optimised away. */
export type Steps = (count: number) => Promise<number>;

/** A request on standard input, answered by one line on standard output. */
export interface Request {
  readonly workload: Workload;
  readonly steps: number;
}

/** What a worker answers. */
export interface Reply {
  /** Milliseconds for all steps. */
  readonly ms: number;
  readonly loss: number;
  /** Resident memory after the steps, bytes. */
  readonly rss: number;
}

/** Serves requests until standard input ends; workloads are set up when they are first asked for. */
export async function serve(info: string, make: (workload: Workload) => Promise<Steps> | Steps): Promise<void> {
  const ready = new Map<Workload, Steps>();
  process.stdout.write(`${JSON.stringify({ info })}\n`);
  for await (const line of createInterface({ input: process.stdin })) {
    const { workload, steps } = JSON.parse(line) as Request;
    const run = ready.get(workload) ?? (await make(workload));
    ready.set(workload, run);
    const start = performance.now();
    const loss = await run(steps);
    const reply: Reply = { ms: performance.now() - start, loss, rss: process.memoryUsage().rss };
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}

/** Seeded whole numbers from 0 up to but excluding a bound, as int64. */
export function positions(n: number, bound: number): BigInt64Array {
  const state = normalish(n, bound);
  return BigInt64Array.from(state, (x) => BigInt(Math.floor(Math.abs(x) * 1e6) % bound));
}

/** Seeded numbers in about -1.7 to 1.7, of variance 1: the same for every contender that runs in JavaScript. */
export function normalish(n: number, seed: number): Float32Array {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 16777216;
  };
  return Float32Array.from({ length: n }, () => (next() + next() + next() - 1.5) * 2);
}
