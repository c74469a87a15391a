/** Elementary functions of one floating-point dtype, bit for bit as XLA computes them on a CPU. */
export interface Elementary {
  readonly dtype: 'float32' | 'float64';
  /** A number rounded to the dtype. */
  readonly round: (x: number) => number;
  /** `a * b + c`, rounded once. */
  readonly fma: (a: number, b: number, c: number) => number;
  readonly log: (x: number) => number;
  readonly log1p: (x: number) => number;
  readonly erf: (x: number) => number;
  readonly erfInv: (x: number) => number;
  /** Distance of 1 to the next larger number. */
  readonly epsilon: number;
  /** The least positive number of full precision. */
  readonly tiny: number;
}
