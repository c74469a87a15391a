import type { Runtime } from '../runtime.ts';

/** Memory of floats: that of an array or of the device. */
export type Floats = Float32Array | Float64Array;
/** Bytes of a float as a power of two. */
export type Shift = 2 | 3;

/** What is generated for convolutions of one dtype. */
export type Functions = Readonly<
  Record<'correlate' | 'gradient' | 'copyLines' | 'addBias', (...numbers: readonly number[]) => void>
>;

/** The convolutions of one dtype on one device. */
export interface ConvCode {
  readonly runtime: Runtime;
  readonly shift: Shift;
  readonly functions: Functions;
}

/** The memory of the device as floats; views die when it grows, so they are taken at each use. */
export const lanesOf = ({ runtime: { memory }, shift }: ConvCode): Floats => (shift === 2 ? memory.f32 : memory.f64);

/** The next multiple. */
export const roundUp = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;
