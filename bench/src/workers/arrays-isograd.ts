import {
  add,
  argmax,
  argsort,
  array,
  cumsum,
  divide,
  exp,
  getDevice,
  greater,
  log,
  matmul,
  maximum,
  multiply,
  type NDArray,
  power,
  sin,
  cos,
  sort,
  sqrt,
  take,
  tanh,
  where,
} from '@isograd/ndarray';
import { serveRows } from '../arrays/measure.ts';
import { numbers, type Row, sideOf } from '../arrays/rows.ts';

function operand(row: Row, seed: number): NDArray {
  const values = numbers(row.n, seed);
  if (row.dtype === 'int64') return array(BigInt64Array.from(values, (v) => BigInt(Math.floor(v * 1e6))));
  return array(values).add(0.1).astype(row.dtype);
}

function square(row: Row, side: number, seed: number): NDArray {
  return operand({ ...row, n: side * side }, seed).reshape(side, side);
}

function make(row: Row): () => unknown {
  if (row.op === 'matmul') {
    const [a, b] = [square(row, row.n, 1), square(row, row.n, 2)];
    return () => matmul(a, b);
  }
  const [x, y] = [operand(row, 1), operand(row, 2)];
  const side = sideOf(row.n);
  const m = ['sum0', 'sum1', 'transpose'].includes(row.op) ? square(row, side, 1) : x;
  const mask = row.op === 'mask' || row.op === 'where' ? x.gt(0.6) : x;
  const order = row.op === 'take' ? argsort(x) : x;
  const bools = row.op === 'any' ? x.lt(0) : x;
  const calls: Readonly<Record<string, () => unknown>> = {
    add: () => add(x, y),
    multiply: () => multiply(x, y),
    divide: () => divide(x, y),
    sqrt: () => sqrt(x),
    exp: () => exp(x),
    log: () => log(x),
    sin: () => sin(x),
    cos: () => cos(x),
    tanh: () => tanh(x),
    power: () => power(x, y),
    maximum: () => maximum(x, y),
    greater: () => greater(x, y),
    where: () => where(mask, x, y),
    sum: () => x.sum(),
    sum0: () => m.sum(0),
    sum1: () => m.sum(1),
    mean: () => x.mean(),
    max: () => x.max(),
    argmax: () => argmax(x),
    std: () => x.std(),
    any: () => bools.any(),
    sort: () => sort(x),
    argsort: () => argsort(x),
    take: () => take(x, order),
    mask: () => x.at(mask),
    cumsum: () => cumsum(x),
    transpose: () => m.T.copy(),
  };
  return calls[row.op]!;
}

const device = getDevice();
await serveRows(`${device.name}: ${device.info}`, make);
