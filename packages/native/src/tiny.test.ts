import {
  type DType,
  type Expr,
  expr as e,
  jsDevice,
  type KernelDesc,
  type RealDType,
  type View,
} from '@isograd/device';
import { layOut, randomValue, seeded } from '@isograd/device/testing';
import { expect, test } from 'vitest';
import { TINY, tinyLoop } from './tiny.ts';

const map = (inputs: DType[], output: Expr, scalars: DType[] = []): KernelDesc => ({
  kind: 'map',
  inputs,
  scalars,
  outputs: [output],
});

test.each(['float32', 'float64'] as const)('tiny loops over %s give the bits of the js device', (dtype) => {
  const [x, y, c] = [e.input(0, dtype), e.input(1, dtype), e.scalar(0, dtype)];
  const draw = seeded(3);
  const outputs = [e.add(x, y), e.sub(y, x), e.mul(x, x), e.div(x, y), e.sub(c, x), e.mul(y, c), e.sqrt(x), e.neg(y)];
  const comparisons = [e.eq(x, x), e.ne(x, x), e.lt(x, y), e.le(y, x), e.gt(x, c), e.ge(x, x)];
  for (const output of [...outputs, ...comparisons]) {
    const desc = map([dtype, dtype], output, [dtype]);
    const types = [output.dtype as RealDType, dtype, dtype] as const;
    const views = types.map((type) => layOut(type, [TINY], 'offset', () => randomValue(type, draw)));
    const run = (compute: (views: readonly View[]) => void): View => {
      const out = { ...views[0]!, memory: views[0]!.memory.slice() };
      compute([out, views[1]!, views[2]!]);
      return out;
    };
    const got = run((v) => tinyLoop(desc)!(TINY, v, [0.1]));
    expect(got).toEqual(run((v) => jsDevice.compile(desc).run(v, [TINY], [0.1])));
  }
});

test('there is none for several operations, integers, or functions that need not be exact', () => {
  const [x, i] = [e.input(0, 'float64'), e.input(0, 'int32')];
  for (const desc of [
    map(['float64'], e.add(e.mul(x, x), x)),
    map(['int32'], e.add(i, i)),
    map(['float64'], e.exp(x)),
    map(['float64'], e.add(x, 1)),
    { kind: 'gemm', dtype: 'float64' } as const,
  ])
    expect(tinyLoop(desc)).toBeUndefined();
});
