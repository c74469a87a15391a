import type { View } from './kernel.ts';

/** The windows along one axis: window `o` has the elements from `bounds[first + o]` in steps to before `bounds[first + output + o]`. */
export interface PoolAxis {
  readonly output: number;
  readonly input: number;
  readonly step: number;
  /** Where the bounds of this axis begin. */
  readonly first: number;
}

/** Geometry of a call of a `maxPool` kernel. */
export interface PoolShape {
  readonly batch: number;
  readonly channels: number;
  readonly axes: readonly [PoolAxis, PoolAxis, PoolAxis];
}

/** Reads the geometry of a call of a `maxPool` kernel; `bounds` is its last operand. */
export function poolShape(shape: readonly number[], steps: readonly number[], bounds: View): PoolShape {
  let first = bounds.offset;
  const axes = [0, 1, 2].map((d): PoolAxis => {
    const axis = { output: shape[2 + d]!, input: shape[5 + d]!, step: steps[d]!, first };
    first += 2 * axis.output;
    return axis;
  });
  return { batch: shape[0]!, channels: shape[1]!, axes: axes as unknown as PoolShape['axes'] };
}
