/** One spatial axis of a convolution: element `y` of the output meets element `y * stride + k * dilation - pad` of the input. */
export interface ConvAxis {
  /** Lengths of output, input and weight. */
  readonly output: number;
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Zeros before the input; where it is negative so many elements are left out. */
  readonly pad: number;
}

/** Geometry of a convolution: counts of one group, and the three spatial axes. */
export interface ConvShape {
  readonly groups: number;
  readonly batch: number;
  readonly outputs: number;
  readonly inputs: number;
  readonly axes: readonly [ConvAxis, ConvAxis, ConvAxis];
}

/** Reads the geometry of a call of a `conv` kernel. */
export function convShape(shape: readonly number[], scalars: readonly number[]): ConvShape {
  const axis = (d: number): ConvAxis => ({
    output: shape[4 + d]!,
    input: shape[7 + d]!,
    kernel: shape[10 + d]!,
    stride: scalars[d]!,
    dilation: scalars[3 + d]!,
    pad: scalars[6 + d]!,
  });
  const [groups, batch, outputs, inputs] = shape as [number, number, number, number];
  return { groups, batch, outputs, inputs, axes: [axis(0), axis(1), axis(2)] };
}
