import { type DType, isFloat, isInteger, type RealDType } from '../dtype.ts';
import * as e from '../expr.ts';
import type { Expr, ScalarOp } from '../expr.ts';
import type { DescOf, Device } from '../kernel.ts';
import { type Call, Comparison, type DeviceCase, exists } from './device-case.ts';
import {
  COMPUTED,
  type Draw,
  type Layout,
  LAYOUTS,
  layOut,
  memoryOf,
  pick,
  PLAIN_LAYOUTS,
  randomBits,
  randomValue,
  seeded,
  specialValues,
  STORED,
} from './samples.ts';
import { ULP_BOUNDS, ulpBound } from './tolerances.ts';

const OPS = Object.keys(e.SCALAR_OPS) as ScalarOp[];
/** Lengths around the widths of vector registers and of unrolled loops. */
export const SIZES: readonly number[] = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 63, 64, 65, 1000];

function opDesc(op: ScalarOp, dtype: RealDType): DescOf<'map'> | undefined {
  const { arity, takes } = e.SCALAR_OPS[op];
  if (takes === 'float' && !isFloat(dtype)) return undefined;
  if ((takes === 'logic' && isFloat(dtype)) || (takes === 'integer' && !isInteger(dtype))) return undefined;
  const args = Array.from({ length: arity }, (_, i) => e.input(i, dtype));
  return {
    kind: 'map',
    inputs: args.map(() => dtype),
    scalars: [],
    outputs: [{ op, dtype: takes === 'compare' ? 'bool' : dtype, args }],
  };
}

// Integer powers with a negative exponent have no value (NumPy refuses them), so none are drawn.
const exponent = (op: ScalarOp, dtype: DType, operand: number): boolean =>
  op === 'pow' && !isFloat(dtype) && operand === 1;

function drawOperand(op: ScalarOp, dtype: RealDType, operand: number, draw: Draw): () => number {
  if (op === 'ldexp' && operand === 1) return () => pick(draw, 2201) - 1100;
  return exponent(op, dtype, operand) ? () => pick(draw, 9) : () => randomValue(dtype, draw);
}

function specialCall(op: ScalarOp, dtype: RealDType): Call {
  const values = specialValues(dtype);
  const arity = e.SCALAR_OPS[op].arity;
  const columns = arity === 1 ? [values] : [values.flatMap((x) => values.map(() => x)), values.flatMap(() => values)];
  const usable = columns[0]!
    .map((_, i) => i)
    .filter((i) => !exponent(op, dtype, 1) || columns[1]![i]! >= 0)
    .filter((i) => op !== 'ldexp' || Number.isInteger(columns[1]![i]!));
  const n = usable.length;
  const flat = (memory: number[], of: DType): Call['views'][number] => ({
    memory: memoryOf(of, memory),
    offset: 0,
    strides: [1],
    contiguous: true,
  });
  const out = flat(
    usable.map(() => 1),
    e.SCALAR_OPS[op].takes === 'compare' ? 'bool' : dtype,
  );
  return {
    label: 'special values',
    views: [
      out,
      ...columns.map((c) =>
        flat(
          usable.map((i) => c[i]!),
          dtype,
        ),
      ),
    ],
    shape: [n],
  };
}

function operandsCall(
  desc: DescOf<'map'>,
  shape: readonly number[],
  layouts: readonly Layout[],
  draw: (operand: number) => () => number,
): Call {
  const outs = desc.outputs.length;
  const dtypes = [...desc.outputs.map((o) => o.dtype), ...desc.inputs];
  const views = dtypes.map((dtype, v) => layOut(dtype, shape, layouts[v]!, v < outs ? () => 1 : draw(v - outs)));
  return { label: layouts.join(), views, shape, scalars: desc.scalars.map((_, i) => 1.5 - i) };
}

function opCase(op: ScalarOp, dtype: RealDType, reference: Device): DeviceCase {
  const desc = opDesc(op, dtype)!;
  return {
    name: `map ${op} ${dtype}`,
    check(device) {
      const comparison = new Comparison(device, reference);
      const draw = seeded(OPS.indexOf(op) * 31 + STORED.indexOf(dtype));
      const calls = [
        specialCall(op, dtype),
        ...SIZES.map((n) =>
          operandsCall(desc, [n], desc.inputs.map(() => 'contiguous' as Layout).concat('contiguous'), (v) =>
            drawOperand(op, dtype, v, draw),
          ),
        ),
      ];
      comparison.kernel(desc, calls, { ulps: ulpBound(op, dtype) });
      return comparison.result;
    },
  };
}

const SHAPES: readonly (readonly number[])[] = [
  [1],
  [5],
  [4, 8],
  [3, 5],
  [7, 13],
  [65, 3],
  [2, 130],
  [2, 3, 4],
  [3, 1, 5],
  [4, 9, 2, 3],
  [0, 3],
  [],
];

/** One program a row; between them they read and write every dtype and call an inexact function. */
function layoutPrograms(dtype: RealDType): DescOf<'map'>[] {
  const [x, y] = [e.input(0, dtype), e.input(1, dtype)];
  const map = (inputs: DType[], ...outputs: Expr[]): DescOf<'map'> => ({ kind: 'map', inputs, scalars: [], outputs });
  const both = dtype === 'bool' ? e.xor(x, y) : e.add(x, y);
  const programs = [
    map([dtype, dtype], both),
    map([dtype, dtype, 'bool'], e.where(e.input(2, 'bool'), x, y)),
    map([dtype, dtype], e.lt(x, y), e.max(x, y)),
  ];
  if (isFloat(dtype))
    programs.push(
      map([dtype], e.exp(x)),
      map([dtype, dtype, 'int32'], e.mul(e.sub(x, y), e.cast(e.input(2, 'int32'), dtype))),
    );
  return programs;
}

function layoutCase(dtype: RealDType, reference: Device): DeviceCase {
  return {
    name: `map layouts ${dtype}`,
    check(device) {
      const comparison = new Comparison(device, reference);
      const draw = seeded(7);
      for (const desc of layoutPrograms(dtype)) {
        const operands = desc.inputs.length + desc.outputs.length;
        const calls = SHAPES.flatMap((shape) =>
          LAYOUTS.map((layout, i) => {
            const layouts = Array.from({ length: operands }, (_, v) =>
              v < desc.outputs.length
                ? PLAIN_LAYOUTS[(i + v) % PLAIN_LAYOUTS.length]!
                : v === desc.outputs.length
                  ? layout
                  : LAYOUTS[pick(draw, LAYOUTS.length)]!,
            );
            return operandsCall(desc, shape, layouts, (v) => () => randomValue(desc.inputs[v]! as RealDType, draw));
          }),
        );
        comparison.kernel(desc, calls, {
          outputs: desc.outputs.length,
          ulps: desc.outputs[0]!.op === 'exp' ? ulpBound('exp', dtype) : 0,
        });
      }
      return comparison.result;
    },
  };
}

/** Sizes beyond what a device stages or hands to a thread at once. */
const LARGE: readonly (readonly number[])[] = [[70001], [2, 30001], [20001, 3], [150, 300], [5, 90, 100]];

function largeCase(dtype: RealDType, reference: Device): DeviceCase {
  return {
    name: `map large ${dtype}`,
    check(device) {
      const comparison = new Comparison(device, reference);
      const draw = seeded(13);
      const inputs: DType[] = [dtype, dtype];
      const desc: DescOf<'map'> = {
        kind: 'map',
        inputs,
        scalars: [],
        outputs: [
          dtype === 'bool' ? e.xor(e.input(0, dtype), e.input(1, dtype)) : e.sub(e.input(0, dtype), e.input(1, dtype)),
        ],
      };
      // A table: drawing each value anew would take most of the time.
      const values = Array.from({ length: 997 }, () => randomValue(dtype, draw));
      let next = 0;
      const value = () => (): number => values[next++ % values.length]!;
      const layouts: readonly (readonly Layout[])[] = [
        ['contiguous', 'contiguous', 'contiguous'],
        ['wide', 'contiguous', 'row'],
        ['contiguous', 'column', 'wide'],
        ['contiguous', 'transposed', 'scalar'],
      ];
      comparison.kernel(
        desc,
        LARGE.flatMap((shape) => layouts.map((l) => operandsCall(desc, shape, l, value))),
      );
      return comparison.result;
    },
  };
}

function castCase(from: RealDType, reference: Device): DeviceCase {
  return {
    name: `map cast from ${from}`,
    check(device) {
      const comparison = new Comparison(device, reference);
      const draw = seeded(11);
      for (const to of STORED) {
        if (to === from) continue;
        const values = [...specialValues(from), ...Array.from({ length: 100 }, () => randomValue(from, draw))];
        const view = (dtype: DType, of: readonly number[]): Call['views'][number] => ({
          memory: memoryOf(dtype, of),
          offset: 0,
          strides: [1],
          contiguous: true,
        });
        comparison.kernel({ kind: 'map', inputs: [from], scalars: [], outputs: [e.cast(e.input(0, from), to)] }, [
          {
            label: `to ${to}`,
            views: [
              view(
                to,
                values.map(() => 0),
              ),
              view(from, values),
            ],
            shape: [values.length],
          },
        ]);
      }
      return comparison.result;
    },
  };
}

/** Many points of an inexact function: every magnitude, then the intervals where its pieces meet. */
function denseCase(op: ScalarOp, dtype: 'float32' | 'float64', reference: Device): DeviceCase {
  const n = 20000;
  return {
    name: `map ${op} ${dtype} on ${n} points`,
    check(device) {
      const comparison = new Comparison(device, reference);
      const draw = seeded(23);
      const desc = opDesc(op, dtype)!;
      const scales = [1e-3, 0.5, 1, 3, 10, 100, 1000, 1e6];
      const value = (): number =>
        draw() < 0.25 ? randomBits(dtype, draw) : (draw() * 2 - 1) * scales[pick(draw, scales.length)]!;
      // Bases near 1 and of both signs, exponents that keep the power finite: random pairs of pow nearly all overflow.
      const operand = (v: number) => (): number =>
        op !== 'pow' || draw() < 0.2
          ? value()
          : v === 0
            ? Math.exp((draw() - 0.5) * 12) * (draw() < 0.1 ? -1 : 1)
            : draw() < 0.3
              ? pick(draw, 21) - 10
              : (draw() - 0.5) * 200;
      comparison.kernel(desc, [operandsCall(desc, [n], ['contiguous', 'contiguous', 'contiguous'], operand)], {
        ulps: ulpBound(op, dtype),
      });
      return comparison.result;
    },
  };
}

function scalarCase(dtype: RealDType, reference: Device): DeviceCase {
  return {
    name: `map run-time scalars ${dtype}`,
    check(device) {
      const comparison = new Comparison(device, reference);
      const draw = seeded(3);
      const [x, c, d] = [e.input(0, dtype), e.scalar(0, dtype), e.scalar(1, dtype)];
      const expression = dtype === 'bool' ? e.and(e.or(x, c), d) : e.add(e.mul(x, c), d);
      const desc: DescOf<'map'> = { kind: 'map', inputs: [dtype], scalars: [dtype, dtype], outputs: [expression] };
      const values = specialValues(dtype).filter((v) => Number.isSafeInteger(v) || isFloat(dtype));
      const calls = values.map((v): Call => ({
        ...operandsCall(desc, [9], ['contiguous', 'contiguous'], () => () => randomValue(dtype, draw)),
        label: `scalars ${v}, 0.1`,
        scalars: [v, isFloat(dtype) ? 0.1 : 1],
      }));
      comparison.kernel(desc, calls);
      return comparison.result;
    },
  };
}

/** Cases of element-wise kernels: every operation on every dtype, layouts, casts, scalars, and inexact functions on many points. */
export function mapCases(reference: Device): DeviceCase[] {
  const cases: DeviceCase[] = [];
  for (const dtype of COMPUTED) {
    for (const op of OPS) {
      const desc = opDesc(op, dtype);
      if (desc && exists(reference, desc)) cases.push(opCase(op, dtype, reference));
    }
    cases.push(layoutCase(dtype, reference), castCase(dtype, reference), scalarCase(dtype, reference));
    if (dtype === 'bool' || dtype === 'float32' || dtype === 'float64') cases.push(largeCase(dtype, reference));
  }
  cases.push(castCase('float16', reference));
  for (const op of Object.keys(ULP_BOUNDS) as ScalarOp[])
    cases.push(denseCase(op, 'float32', reference), denseCase(op, 'float64', reference));
  return cases;
}
