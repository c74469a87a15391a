import type { Instruction, Program, ScalarOp } from '@isograd/device';
import type { Local } from './asm/function-builder.ts';
import type { Vec } from './asm/value.ts';
import { demote, type Group, promote } from './casts.ts';
import type { FloatLanes } from './lanes.ts';
import { erf, exp, expm1, tanh } from './math/exponential.ts';
import { log, log1p } from './math/logarithm.ts';
import { pow } from './math/power.ts';
import { sinCos } from './math/trigonometric.ts';
import { eachLane64, type ProgramContext } from './program-context.ts';

type Step = (v: FloatLanes, x: Local<'v128'>, y: Local<'v128'>) => Vec;

/** Steps with vector code for both widths. */
const STEPS: { readonly [O in ScalarOp]?: Step } = {
  add: (v, x, y) => v.float.add(x, y),
  sub: (v, x, y) => v.float.sub(x, y),
  mul: (v, x, y) => v.float.mul(x, y),
  div: (v, x, y) => v.float.div(x, y),
  max: (v, x, y) => v.float.max(x, y),
  min: (v, x, y) => v.float.min(x, y),
  neg: (v, x) => v.float.neg(x),
  abs: (v, x) => v.float.abs(x),
  sqrt: (v, x) => v.float.sqrt(x),
  floor: (v, x) => v.float.floor(x),
  ceil: (v, x) => v.float.ceil(x),
  trunc: (v, x) => v.float.trunc(x),
  round: (v, x) => v.float.nearest(x),
  exp: (v, x) => exp(v, x),
  expm1,
  log,
  log1p,
  tanh,
  erf,
};

/** Powers with a constant exponent that need no logarithm; each is correctly rounded, so no less exact than the general one. */
function constantPower(v: FloatLanes, x: Local<'v128'>, exponent: number): Vec | undefined {
  switch (exponent) {
    case 2:
      return v.float.mul(x, x);
    case 1:
      return x;
    case 0:
      return v.number(1);
    case -1:
      return v.float.div(v.number(1), x);
    case 0.5:
      // The root of -0 is -0 and that of minus infinity NaN; the powers are 0 and infinity.
      return v.select(v.float.eq(x, v.number(-Infinity)), v.number(Infinity), v.float.sqrt(v.float.add(x, v.number(0))));
    default:
      return undefined;
  }
}

/** Steps computed in float64 for both widths. */
function wideStep({ wideLanes, scalars, slow }: ProgramContext, step: Instruction, [x, y]: readonly [Local<'v128'>, Local<'v128'>]): Vec | undefined {
  const short = step.dtype === 'float32';
  switch (step.op) {
    case 'sin':
    case 'cos':
      return sinCos(wideLanes, x, { quadrant: step.op === 'cos' ? 1 : 0, slow: slow.get(step.op)!, short });
    case 'pow':
      return pow(wideLanes, x, y, short);
    case 'floorDiv':
    case 'mod':
      return eachLane64('f64', scalars.divideFloat(step.op), [x, y]);
    default:
      return undefined;
  }
}

/** Code of an arithmetic step on floats; the arguments are locals. */
export function compileFloat(context: ProgramContext, program: Program, step: Instruction, args: readonly Group[]): Group | undefined {
  const v = step.dtype === 'float32' ? context.narrowLanes : context.wideLanes;
  const locals = (i: number, of: readonly Group[]): readonly [Local<'v128'>, Local<'v128'>] => [of[0]![i] as Local<'v128'>, (of[1] ?? of[0])![i] as Local<'v128'>];
  const emit = STEPS[step.op as ScalarOp];
  if (emit) return args[0]!.map((_, i) => emit(v, ...locals(i, args)));
  const exponent = step.op === 'pow' ? program.steps[step.args[1]!]! : undefined;
  if (exponent?.op === 'const') {
    const powers = args[0]!.map((x) => constantPower(v, x as Local<'v128'>, exponent.value));
    if (powers[0]) return powers as Vec[];
  }
  const wide = step.dtype === 'float64' ? args : args.map((a) => promote(a[0]!).map((x) => context.f.let(x)));
  const results = [0, 1].map((i) => wideStep(context, step, locals(i, wide)));
  if (!results[0] || !results[1]) return undefined;
  const kept = results.map((x) => context.f.let(x!));
  return step.dtype === 'float64' ? kept : [demote(kept)];
}
