import { readFileSync } from 'node:fs';
import * as np from 'numpy-ts';
import { serveRows } from '../arrays/measure.ts';
import { numbers, type Row, sideOf } from '../arrays/rows.ts';

type Arr = ReturnType<typeof np.array>;

function operand(row: Row, seed: number): Arr {
  const values = numbers(row.n, seed);
  if (row.dtype === 'int64')
    return np.array(BigInt64Array.from(values, (v) => BigInt(Math.floor(v * 1e6))) as never, 'int64');
  return np.add(np.array(values as never), 0.1).astype(row.dtype);
}

function make(row: Row): () => unknown {
  const square = (side: number, seed: number): Arr => operand({ ...row, n: side * side }, seed).reshape(side, side);
  if (row.op === 'matmul') {
    const [a, b] = [square(row.n, 1), square(row.n, 2)];
    return () => np.matmul(a, b);
  }
  const [x, y] = [operand(row, 1), operand(row, 2)];
  const m = ['sum0', 'sum1', 'transpose'].includes(row.op) ? square(sideOf(row.n), 1) : x;
  const mask = row.op === 'mask' || row.op === 'where' ? np.greater(x, 0.6) : x;
  const order = row.op === 'take' ? ([...(np.argsort(x).tolist() as unknown as number[])].map(Number) as number[]) : [];
  const bools = row.op === 'any' ? np.less(x, 0) : x;
  const calls: Readonly<Record<string, () => unknown>> = {
    add: () => np.add(x, y),
    multiply: () => np.multiply(x, y),
    divide: () => np.divide(x, y),
    sqrt: () => np.sqrt(x),
    exp: () => np.exp(x),
    log: () => np.log(x),
    sin: () => np.sin(x),
    cos: () => np.cos(x),
    tanh: () => np.tanh(x),
    power: () => np.power(x, y),
    maximum: () => np.maximum(x, y),
    greater: () => np.greater(x, y),
    where: () => np.where(mask, x, y),
    sum: () => np.sum(x),
    sum0: () => np.sum(m, 0),
    sum1: () => np.sum(m, 1),
    mean: () => np.mean(x),
    max: () => np.max(x),
    argmax: () => np.argmax(x),
    std: () => np.std(x),
    any: () => np.any(bools),
    sort: () => np.sort(x),
    argsort: () => np.argsort(x),
    take: () => np.take(x, order),
    mask: () => x.bindex(mask),
    cumsum: () => np.cumsum(x),
    transpose: () => m.T.copy(),
  };
  return calls[row.op]!;
}

// The package does not export its package.json.
const file = new URL('../../node_modules/numpy-ts/package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
await serveRows(`numpy-ts ${version}`, make);
