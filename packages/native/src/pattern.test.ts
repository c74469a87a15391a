import { expr as e, type Expr, linearize } from '@isograd/device';
import { expect, test } from 'vitest';
import { matchFused, parseFused, type Steps } from './pattern.ts';

function stepsOf(...outputs: readonly Expr[]): Steps {
  const { steps, outputs: places } = linearize(outputs);
  const uses = (step: number): number =>
    steps.filter((s) => s.args.includes(step)).length + 2 * places.filter((p) => p === step).length;
  return { steps, isInner: (step) => uses(step) === 1 };
}

const [x, y, z] = [0, 1, 2].map((i) => e.input(i, 'float32')) as [Expr, Expr, Expr];
const root = (steps: Steps): number => steps.steps.length - 1;

test('names of single operations are no patterns', () => {
  expect(parseFused('add.f4', 3)).toBeUndefined();
  expect(parseFused('cast.f4.i8', 3)).toBeUndefined();
  expect(parseFused('sub(c,mul(a,b)).f8', 3)).toEqual({
    code: 3,
    tag: 'f8',
    size: 2,
    pattern: { op: 'sub', args: ['c', { op: 'mul', args: ['a', 'b'] }] },
  });
});

test.each([
  { name: 'add(mul(a,b),c).f4', output: e.add(e.mul(x, y), z), inputs: [x, y, z] },
  { name: 'add(mul(a,b),c).f4', output: e.add(z, e.mul(x, y)), inputs: [x, y, z] },
  { name: 'sub(c,mul(a,b)).f4', output: e.sub(z, e.mul(x, y)), inputs: [x, y, z] },
  { name: 'mul(a,sub(b,mul(c,c))).f4', output: e.mul(e.sub(y, e.mul(z, z)), x), inputs: [x, y, z] },
  { name: 'mul(sub(a,b),sub(a,b)).f4', output: e.mul(e.sub(x, y), e.sub(x, y)), inputs: [x, y] },
  { name: 'where(le(a,b),c,d).f4', output: e.where(e.le(x, y), z, x), inputs: [x, y, z, x] },
])('$name is found whatever the order of sums and products', ({ name, output, inputs }) => {
  const steps = stepsOf(output);
  const args = matchFused(steps, parseFused(name, 0)!, root(steps))!;
  expect(args.map((arg) => steps.steps[arg]!.index)).toEqual(inputs.map((i) => (i as { index: number }).index));
});

test.each([
  { why: 'a difference does not commute', name: 'sub(c,mul(a,b)).f4', outputs: [e.sub(e.mul(x, y), z)] },
  { why: 'the two letters differ', name: 'mul(a,sub(b,mul(c,c))).f4', outputs: [e.mul(x, e.sub(y, e.mul(z, x)))] },
  {
    why: 'the inner value is used twice',
    name: 'add(mul(a,b),c).f4',
    outputs: [e.add(e.mul(x, y), e.exp(e.mul(x, y)))],
  },
  { why: 'a part would be an argument too', name: 'mul(sub(a,b),c).f4', outputs: [e.mul(e.sub(x, y), e.sub(x, y))] },
  { why: 'the inner value is an output', name: 'exp(neg(a)).f4', outputs: [e.neg(x), e.exp(e.neg(x))] },
  { why: 'the dtype differs', name: 'add(mul(a,b),c).f8', outputs: [e.add(e.mul(x, y), z)] },
  {
    why: 'the comparison is of another dtype',
    name: 'where(lt(a,b),c,d).f4',
    outputs: [e.where(e.lt(e.input(0, 'int32'), 3), y, z)],
  },
])('$name is not found where $why', ({ name, outputs }) => {
  const steps = stepsOf(...outputs);
  expect(matchFused(steps, parseFused(name, 0)!, root(steps))).toBeUndefined();
});
