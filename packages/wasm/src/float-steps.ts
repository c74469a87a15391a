import type { DType, Instruction, Program, ScalarOp } from '@isograd/device';
import type { Local } from './asm/function-builder.ts';
import type { Vec } from './asm/value.ts';
import type { Group } from './casts.ts';
import { demote, promote } from './lane-pairs.ts';
import type { FloatLanes } from './lanes.ts';
import { copysign, exponent, ldexp, nextafter } from './math/bits.ts';
import { erf, exp, exp2, expm1, tanh } from './math/exponential.ts';
import { acosh, asinh, atanh, cosh, sinh } from './math/hyperbolic.ts';
import { acos, asin, atan, atan2 } from './math/inverse-trigonometric.ts';
import { log, log1p, logBase } from './math/logarithm.ts';
import { pow } from './math/power.ts';
import { cbrt, hypot } from './math/roots.ts';
import { sinCos, tan } from './math/trigonometric.ts';
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
  exp2,
  expm1,
  log,
  log1p,
  tanh,
  erf,
  copysign,
  nextafter,
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
      return v.select(
        v.float.eq(x, v.number(-Infinity)),
        v.number(Infinity),
        v.float.sqrt(v.float.add(x, v.number(0))),
      );
    default:
      return undefined;
  }
}

/**
 * The larger or smaller of `x` and a number. `pmax` and `pmin` are one instruction where `max` and `min` are eight, and pass NaN in their first
 * argument; they differ from them only in the sign of zero.
 */
function constantExtreme(v: FloatLanes, op: string, x: Local<'v128'>, bound: number): Vec | undefined {
  if (Number.isNaN(bound) || (op === 'min' && Object.is(bound, -0))) return undefined;
  const extreme = (op === 'max' ? v.float.pmax : v.float.pmin)(x, v.number(bound));
  return op === 'max' && Object.is(bound, 0) ? v.float.add(extreme, v.number(0)) : extreme;
}

/** Steps whose second argument is a constant that makes them simpler. */
function constantStep(v: FloatLanes, op: string, x: Local<'v128'>, second: number): Vec | undefined {
  if (op === 'pow') return constantPower(v, x, second);
  return op === 'max' || op === 'min' ? constantExtreme(v, op, x, second) : undefined;
}

type WideStep = (context: ProgramContext, step: Instruction, x: Local<'v128'>, y: Local<'v128'>) => Vec;

const inLanes =
  (step: Step): WideStep =>
  ({ wideLanes }, _step, x, y) =>
    step(wideLanes, x, y);

/** Steps computed in float64 for both widths. */
const WIDE_STEPS: Readonly<Record<string, WideStep>> = {
  sin: ({ wideLanes, slow }, { dtype }, x) =>
    sinCos(wideLanes, x, { quadrant: 0, slow: slow.get('sin')!, short: dtype === 'float32' }),
  cos: ({ wideLanes, slow }, { dtype }, x) =>
    sinCos(wideLanes, x, { quadrant: 1, slow: slow.get('cos')!, short: dtype === 'float32' }),
  tan: ({ wideLanes, slow }, { dtype }, x) => tan(wideLanes, x, { slow: slow.get('tan')!, short: dtype === 'float32' }),
  asin: inLanes(asin),
  acos: inLanes(acos),
  atan: inLanes(atan),
  atan2: inLanes(atan2),
  sinh: inLanes(sinh),
  cosh: inLanes(cosh),
  asinh: inLanes(asinh),
  acosh: inLanes(acosh),
  atanh: inLanes(atanh),
  log2: inLanes((v, x) => logBase(v, x, 2)),
  log10: inLanes((v, x) => logBase(v, x, 10)),
  cbrt: inLanes(cbrt),
  hypot: ({ wideLanes }, { dtype }, x, y) => hypot(wideLanes, x, y, dtype === 'float32'),
  ldexp: inLanes(ldexp),
  exponent: inLanes(exponent),
  pow: ({ wideLanes }, { dtype }, x, y) => pow(wideLanes, x, y, dtype === 'float32'),
  floorDiv: ({ scalars }, _step, x, y) => eachLane64('f64', scalars.divideFloat('floorDiv'), [x, y]),
  mod: ({ scalars }, _step, x, y) => eachLane64('f64', scalars.divideFloat('mod'), [x, y]),
  fmod: ({ scalars }, _step, x, y) => eachLane64('f64', scalars.divideFloat('fmod'), [x, y]),
};

/** Whether an operation has code on floats. */
export function isFloatStep(op: string, dtype: DType): boolean {
  return dtype !== 'float16' && (op in STEPS || op in WIDE_STEPS);
}

/** Whether a step takes many instructions, which leave no registers for a second group. */
export function isHeavyStep(op: string): boolean {
  return op in WIDE_STEPS || ['exp', 'expm1', 'exp2', 'log', 'log1p', 'tanh', 'erf'].includes(op);
}

/** Code of an arithmetic step on floats; the arguments are locals. */
export function compileFloat(
  context: ProgramContext,
  program: Program,
  step: Instruction,
  args: readonly Group[],
): Group {
  const v = step.dtype === 'float32' ? context.narrowLanes : context.wideLanes;
  const locals = (i: number, of: readonly Group[]): readonly [Local<'v128'>, Local<'v128'>] => [
    of[0]![i] as Local<'v128'>,
    (of[1] ?? of[0])![i] as Local<'v128'>,
  ];
  const [first, second] = step.args.map((a) => program.steps[a]!);
  // max and min commute: a constant may stand on either side.
  const [x, bound] = first!.op === 'const' && step.op !== 'pow' ? [args[1], first] : [args[0], second];
  if (x && bound?.op === 'const') {
    const simple = x.map((lane) => constantStep(v, step.op, lane as Local<'v128'>, bound.value));
    if (simple[0]) return simple as Vec[];
  }
  const emit = STEPS[step.op as ScalarOp];
  if (emit) return args[0]!.map((_, i) => emit(v, ...locals(i, args)));
  const wide = step.dtype === 'float64' ? args : args.map((a) => promote(a[0]!).map((x) => context.f.let(x)));
  const kept = [0, 1].map((i) => context.f.let(WIDE_STEPS[step.op]!(context, step, ...locals(i, wide))));
  return step.dtype === 'float64' ? kept : [demote(kept)];
}
