import { DTYPES } from '@isograd/device';
import type { Chooser } from '../draw.ts';
import type { PropertyFamily, Row } from '../property.ts';
import { UNARY } from './elementwise.ts';

// Parts at which functions of complex numbers have values of their own (ISO C 9899, annex G), or digits to lose.
const PARTS = [0, -0, 1, -1, NaN, Infinity, -Infinity, 0.5, -2, 3, Math.PI / 2, 1e-9, -1e-9, 30, -30, 0.8256748];
const LARGE = { complex64: [3.4e38, -1e20, 70, 92, 1e-45], complex128: [1.7e308, -1e150, 700, 720, 5e-324] } as const;

const FUNCTIONS =
  /^(arc.*|absolute|cosh?|exp|exp2|expm1|log|log10|log1p|log2|reciprocal|sign|sinh?|sqrt|tanh?|isfinite|isinf|isnan)$/;

function draw(choose: Chooser): ReturnType<Row['draw']> {
  const dtype = choose.of(['complex128', 'complex64'] as const);
  const memory = new DTYPES[dtype].Array(8);
  for (let i = 0; i < memory.length; i++) memory[i] = choose.of(choose.once(4) ? LARGE[dtype] : PARTS);
  return { inputs: [{ dtype, base: [4], memory }] };
}

/** Functions of complex numbers at NaN, infinities, signed zeros, branch points and the ends of the range. */
export const COMPLEX_EDGES: PropertyFamily = {
  name: 'complex edges',
  rows: UNARY.rows.filter(({ name }) => FUNCTIONS.test(name)).map((row) => ({ ...row, draw })),
};
