import { type DType, isFloat, isInteger, type RealDType } from '../dtype.ts';
import * as e from '../expr.ts';
import type { Expr, ScalarOp } from '../expr.ts';
import { type DescOf, type Device, kernelKey, type View } from '../kernel.ts';
import { compareMemory } from './compare.ts';
import { Comparison, type DeviceCase, exists } from './device-case.ts';
import {
  COMPUTED,
  type Draw,
  cloneView,
  LAYOUTS,
  layOut,
  pick,
  PLAIN_LAYOUTS,
  randomValue,
  seeded,
} from './samples.ts';
import { ulpBound } from './tolerances.ts';

const OPS = Object.keys(e.SCALAR_OPS) as ScalarOp[];
const SHAPES = [[1], [6], [37], [130], [4, 6], [3, 17], [1, 9], [2, 3, 5]];

function step(pool: readonly Expr[], draw: Draw, dtypes: readonly RealDType[]): Expr | undefined {
  const any = (): Expr => pool[pick(draw, pool.length)]!;
  const like = (dtype: DType): Expr | undefined => {
    const fitting = pool.filter((x) => x.dtype === dtype);
    return fitting[pick(draw, fitting.length)];
  };
  const kind = draw();
  if (kind < 0.1) return e.cast(any(), dtypes[pick(draw, dtypes.length)]!);
  const x = any();
  if (kind < 0.2) {
    const condition = like('bool');
    return condition && e.where(condition, x, like(x.dtype)!);
  }
  const op = OPS[pick(draw, OPS.length)]!;
  const { arity, takes } = e.SCALAR_OPS[op];
  if (
    (takes === 'float' && !isFloat(x.dtype)) ||
    (takes === 'logic' && isFloat(x.dtype)) ||
    (takes === 'integer' && !isInteger(x.dtype)) ||
    op === 'ldexp' ||
    (op === 'pow' && !isFloat(x.dtype))
  )
    return undefined;
  const second = draw() < 0.2 ? e.constant(pick(draw, 5) - 1, x.dtype) : like(x.dtype)!;
  return { op, dtype: takes === 'compare' ? 'bool' : x.dtype, args: arity === 1 ? [x] : [x, second] };
}

/** A random program; every step is an output, so that each can be judged on the device's own arguments. */
function program(draw: Draw, dtypes: readonly RealDType[], reference: Device): DescOf<'map'> {
  const inputs = Array.from({ length: 1 + pick(draw, 4) }, () => dtypes[pick(draw, dtypes.length)]!);
  const scalars = draw() < 0.5 ? [inputs[0]!] : [];
  const pool: Expr[] = [
    ...inputs.map((dtype, i) => e.input(i, dtype)),
    ...scalars.map((dtype, i) => e.scalar(i, dtype)),
  ];
  const outputs: Expr[] = [];
  for (let tries = 3 + pick(draw, 12); tries > 0; tries--) {
    const next = step(pool, draw, dtypes);
    if (
      !next ||
      next.op === 'input' ||
      next.op === 'scalar' ||
      !exists(reference, { kind: 'map', inputs, scalars, outputs: [next] })
    )
      continue;
    pool.push(next);
    outputs.push(next);
  }
  return { kind: 'map', inputs, scalars, outputs: outputs.length ? outputs : [pool[0]!] };
}

/** Checks each step against the reference applied to what the device itself computed for the arguments, so that errors do not grow. */
function checkProgram(device: Device, reference: Device, desc: DescOf<'map'>, draw: Draw): number {
  const shape = SHAPES[pick(draw, SHAPES.length)]!;
  const inputs = desc.inputs.map((dtype) =>
    layOut(dtype, shape, LAYOUTS[pick(draw, LAYOUTS.length)]!, () => randomValue(dtype as RealDType, draw)),
  );
  const plain = desc.outputs.map((o) =>
    layOut(o.dtype, shape, PLAIN_LAYOUTS[pick(draw, PLAIN_LAYOUTS.length)]!, () => 1),
  );
  const scalars = desc.scalars.map(() => pick(draw, 7) - 3);
  const got = plain.map(cloneView);
  device.compile(desc)!.run([...got, ...inputs], shape, scalars);
  const values = new Map<Expr, View>(desc.outputs.map((o, i) => [o, got[i]!]));
  let compared = 0;
  desc.outputs.forEach((output, i) => {
    if (!('args' in output)) return;
    const views: View[] = [];
    const dtypes: DType[] = [];
    const args = output.args.map((arg) => {
      const view = arg.op === 'input' ? inputs[arg.index] : values.get(arg);
      if (!view) return arg;
      views.push(view);
      return e.input(dtypes.push(arg.dtype) - 1, arg.dtype);
    });
    const want = cloneView(plain[i]!);
    reference
      .compile({ kind: 'map', inputs: dtypes, scalars: desc.scalars, outputs: [{ ...output, args }] })!
      .run([want, ...views], shape, scalars);
    compared += compareMemory(
      `${kernelKey(desc)} [${shape.join(', ')}] output ${i} (${output.op})`,
      got[i]!.memory,
      want.memory,
      ulpBound(output.op, output.dtype),
    );
  });
  return compared;
}

/** Cases of random element-wise programs over the given dtypes; the programs are the same on every machine. */
export function fuzzCases(reference: Device, programs = 60): DeviceCase[] {
  const families: (readonly RealDType[])[] = [
    ['float32', 'bool'],
    ['float64', 'bool'],
    ['float32', 'float64', 'int32', 'bool'],
    COMPUTED,
  ];
  return families.map((dtypes, family) => ({
    name: `map ${programs} random programs of ${dtypes.join(', ')}`,
    check(device) {
      const comparison = new Comparison(device, reference);
      for (let seed = 0; seed < programs; seed++) {
        const draw = seeded(family * 100003 + seed);
        const desc = program(draw, dtypes, reference);
        if (device.compile(desc)) comparison.compared += checkProgram(device, reference, desc, draw);
        else comparison.absent.add(kernelKey(desc));
      }
      return comparison.result;
    },
  }));
}
