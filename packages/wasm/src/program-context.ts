import { callValue, type FunctionBuilder, type FunctionRef } from './asm/function-builder.ts';
import { f64x2, i64x2 } from './asm/simd.ts';
import type { Value, Vec } from './asm/value.ts';
import { FloatLanes } from './lanes.ts';
import type { ScalarFunctions } from './math/scalar-functions.ts';

/** What functions outside the vector code a program can call. */
export interface Callees {
  readonly scalars: ScalarFunctions;
  /** The engine's own functions of one float64, imported for large angles. */
  readonly slow: ReadonlyMap<string, FunctionRef>;
}

/** What the steps of a program share within one function. */
export interface ProgramContext extends Callees {
  readonly f: FunctionBuilder;
  readonly narrowLanes: FloatLanes;
  readonly wideLanes: FloatLanes;
}

/** Makes the context of a function. */
export function programContext(f: FunctionBuilder, fma: boolean, callees: Callees): ProgramContext {
  return { ...callees, f, narrowLanes: new FloatLanes(f, 32, fma), wideLanes: new FloatLanes(f, 64, fma) };
}

/** Two 64-bit lanes through a scalar function of the module. */
export function eachLane64(type: 'f64' | 'i64', target: FunctionRef, args: readonly Vec[]): Vec {
  if (type === 'f64') {
    const at = (lane: number): Value<'f64'> =>
      callValue(
        target,
        'f64',
        args.map((a) => f64x2.extract(a, lane)),
      );
    return f64x2.replace(f64x2.splat(at(0)), 1, at(1));
  }
  const at = (lane: number): Value<'i64'> =>
    callValue(
      target,
      'i64',
      args.map((a) => i64x2.extract(a, lane)),
    );
  return i64x2.replace(i64x2.splat(at(0)), 1, at(1));
}
