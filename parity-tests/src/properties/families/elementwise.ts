import type { DType } from '@isograd/device';
import { opTable, type TableOp } from '@isograd/ndarray/testing';
import { ALL_DTYPES, type Chooser } from '../draw.ts';
import { type PropertyFamily, py, type Row } from '../property.ts';
import { EXACT_REAL, products, type Tolerance, ulps } from '../tolerance.ts';

/** Functions that are computed by formulas, to some units in the last place; all others are exact. */
const FORMULAS =
  /^(arc.*|cbrt|cos|cosh|deg2rad|exp|exp2|expm1|hypot|log|log10|log1p|log2|power|floatPower|i0|sinc|rad2deg|sin|sinh|tan|tanh)$/;

function toleranceOf(name: string): Tolerance {
  // The length of a complex number is hypot.
  if (name === 'absolute') return ulps(2);
  // A negative number and the logarithm that is added to it cancel.
  if (name.startsWith('logaddexp')) return products(4);
  return FORMULAS.test(name) ? ulps(4) : EXACT_REAL;
}

/** The op's own words for NumPy, where it is a function of NumPy of the arrays alone. */
function wordsOf({ name, spec }: TableOp): string | undefined {
  const { numpy } = spec.parity;
  const plain = spec.samples.every((s) => s.args === undefined && s.attrs === undefined);
  return plain && numpy !== null && /^np\.\w+\(x1(, x2)?\)$/.test(numpy) && !name.endsWith('Grad') ? numpy : undefined;
}

const call =
  (op: TableOp): Row['ours'] =>
  (xs) =>
    op.call(xs);

// `i0` computes element by element without the kernels of its kind.
function rowsOf(family: 'unary' | 'binary', draw: Row['draw']): Row[] {
  return opTable().flatMap((op): Row[] => {
    const numpy = op.spec.family === family || (family === 'unary' && op.name === 'i0') ? wordsOf(op) : undefined;
    if (numpy === undefined) return [];
    return [{ name: op.name, python: () => numpy, ours: call(op), tolerance: toleranceOf(op.name), draw }];
  });
}

const pair = (choose: Chooser, a: DType, b: DType): ReturnType<Row['draw']> => {
  const shape = choose.shape();
  return { inputs: [choose.array(a, shape), choose.array(b, choose.broadcastable(shape))] };
};

/** Functions of one array, of every dtype. */
export const UNARY: PropertyFamily = {
  name: 'unary',
  rows: rowsOf('unary', (choose) => ({ inputs: [choose.array(choose.of(ALL_DTYPES), choose.shape())] })),
};

/** Functions of two arrays, of every pair of dtypes, broadcast. */
export const BINARY: PropertyFamily = {
  name: 'binary',
  rows: rowsOf('binary', (choose) => pair(choose, choose.of(ALL_DTYPES), choose.of(ALL_DTYPES))),
};

const BARE = [0, 1, 2, -1, 3, 0.5, -2.5, true, 300, 1e10, NaN, Infinity];

/** Functions of an array and a bare number, which takes the dtype of the array. */
export const BARE_NUMBERS: PropertyFamily = {
  name: 'bare numbers',
  rows: BINARY.rows.map((row) => ({
    ...row,
    python: ({ first, bare }) =>
      row
        .python({})
        .replace(first === true ? 'x1' : 'x2', py(bare))
        .replace('x2', 'x1'),
    ours: ([x], { first, bare }) =>
      row.ours((first === true ? [bare, x] : [x, bare]) as Parameters<Row['ours']>[0], {}),
    draw: (choose) => ({
      inputs: [choose.array(choose.of(ALL_DTYPES), choose.shape(2))],
      attrs: { first: choose.once(3), bare: choose.of(BARE) },
    }),
  })),
};
