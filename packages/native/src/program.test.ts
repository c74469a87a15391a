import { expr as e, type DType, type Expr, linearize } from '@isograd/device';
import { expect, test } from 'vitest';
import { DTYPE_CODES, encodeProgram } from './program.ts';
import { operationsOf, select } from './select.ts';

const NAMES = [
  'add.f4',
  'sub.f4',
  'mul.f4',
  'div.f4',
  'sqrt.f4',
  'exp.f4',
  'copy.f4',
  'lt.f4',
  'cast.b.f4',
  'add(mul(a,b),c).f4',
  'add(a,mul(b,sub(c,d))).f4',
  'add(mul(a,b),mul(c,mul(d,d))).f4',
  'add(div(sqrt(a),b),c).f4',
  'sub(a,mul(b,div(c,d))).f4',
];
const operations = operationsOf(NAMES);
const inputs = (n: number): Expr[] => Array.from({ length: n }, (_, i) => e.input(i, 'float32'));

/** A program as csrc/kernels.c reads it. */
function decode(words: readonly number[]) {
  const [outs = 0, ins = 0, scalars = 0, consts = 0, regs = 0, count = 0, tile = 0, result = 0] = words;
  let at = 8;
  const take = (n: number): number[] => words.slice(at, (at += n));
  const dtypes = take(outs + ins + scalars + consts + regs);
  const late = take(outs * ins);
  const values = take(consts);
  const code = Array.from({ length: count }, () => take(7)).map(([op, ...slots]) => ({ name: NAMES[op!]!, slots }));
  expect(at).toBe(words.length);
  return { outs, ins, scalars, consts, regs, tile, result, dtypes, late, values, code };
}

function encode(outputs: readonly Expr[], ins: number, { reduces = false, scalars = [] as readonly DType[] } = {}) {
  return decode(
    encodeProgram({ inputs: new Array<DType>(ins).fill('float32'), scalars, outputs, reduces }, operations)!,
  );
}

test('a step of Adam is four instructions and one register', () => {
  const [p, g, m, v] = inputs(4) as [Expr, Expr, Expr, Expr];
  const s = Array.from({ length: 6 }, (_, i) => e.scalar(i, 'float32')) as [Expr, Expr, Expr, Expr, Expr, Expr];
  const mean = e.add(m, e.mul(s[0], e.sub(g, m)));
  const square = e.add(e.mul(v, s[1]), e.mul(s[2], e.mul(g, g)));
  const step = e.sub(p, e.mul(s[3], e.div(mean, e.add(e.div(e.sqrt(square), s[4]), s[5]))));
  const program = encode([step, mean, square], 4, { scalars: new Array<DType>(6).fill('float32') });
  expect(program.code.map((c) => c.name)).toEqual([NAMES[10], NAMES[11], NAMES[12], NAMES[13]]);
  expect(program).toMatchObject({ outs: 3, ins: 4, scalars: 6, consts: 0, regs: 1 });
  // Rows: outputs p, m, v. No input is read after the output that takes its place: m is read by the first instruction only.
  expect(program.late).toEqual([0, 0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0]);
});

test('registers are used again, and the last instruction writes the output', () => {
  const [x] = inputs(1) as [Expr];
  const program = encode([e.exp(e.sqrt(e.exp(e.sqrt(e.exp(x)))))], 1);
  expect(program.regs).toBe(1);
  expect(program.code.at(-1)!.slots[0]).toBe(0);
});

test('outputs that are operands or stand twice are copied', () => {
  const [x, y] = inputs(2) as [Expr, Expr];
  const sum = e.add(x, y);
  const program = encode([y, sum, sum], 2);
  expect(program.code.map(({ name, slots }) => [name, slots[0], slots[1]])).toEqual([
    ['add.f4', 1, 3],
    ['copy.f4', 0, 4],
    ['copy.f4', 2, 1],
  ]);
});

test('what is reduced is named, also when it is an input', () => {
  const [x] = inputs(1) as [Expr];
  expect(encode([x], 1, { reduces: true })).toMatchObject({ outs: 0, result: 0, code: [] });
  expect(encode([e.exp(x)], 1, { reduces: true })).toMatchObject({ outs: 0, result: 1, regs: 1 });
});

test('registers of different sizes are not mixed', () => {
  const [x, y] = inputs(2) as [Expr, Expr];
  const program = encode([e.mul(e.cast(e.lt(e.exp(x), y), 'float32'), y)], 2);
  expect(program.dtypes.slice(-program.regs)).toEqual([DTYPE_CODES.float32, DTYPE_CODES.bool]);
});

test('constants keep their bits', () => {
  const [x] = inputs(1) as [Expr];
  const program = encode([e.add(e.add(x, -0), Infinity)], 1);
  expect(program.values.map((value) => Object.is(value, -0) || value === Infinity)).toEqual([true, true]);
});

test('tiles fit the first-level cache', () => {
  const small = encode([e.exp(inputs(1)[0]!)], 1);
  const large = encode([inputs(40).reduce((sum, x) => e.add(sum, x))], 40);
  expect(small.tile).toBe(2048);
  expect(large.tile).toBeLessThan(256);
  for (const { tile } of [small, large]) expect(tile % 64).toBe(0);
});

test('an operation that the addon lacks makes no program', () => {
  const [x] = inputs(1) as [Expr];
  expect(select(linearize([e.tanh(x)]), operations)).toBeUndefined();
  expect(
    encodeProgram({ inputs: ['float32'], scalars: [], outputs: [e.tanh(x)], reduces: false }, operations),
  ).toBeUndefined();
});
