import type { OnnxGraph } from './graph.ts';

/** Writes an element-wise function. */
type Write = (g: OnnxGraph, x: string) => string;

const single =
  (type: string): Write =>
  (g, x) =>
    g.add(type, [x]);

const shrunk =
  (lambd: number, soft: boolean): Write =>
  (g, x) =>
    g.add('Shrink', [x], { lambd: { float: lambd }, bias: { float: soft ? lambd : 0 } });

/** Element-wise functions that the layers of both libraries share; numbers are their parameters. */
export const ACTIVATIONS = {
  identity: (): Write => (_, x) => x,
  relu: (): Write => single('Relu'),
  sigmoid: (): Write => single('Sigmoid'),
  tanh: (): Write => single('Tanh'),
  exponential: (): Write => single('Exp'),
  softplus: (): Write => single('Softplus'),
  softsign: (): Write => single('Softsign'),
  mish: (): Write => single('Mish'),
  hardSwish: (): Write => single('HardSwish'),
  selu: (): Write => single('Selu'),
  logSigmoid: (): Write => (g, x) => g.add('Neg', [g.add('Softplus', [g.add('Neg', [x])])]),
  silu: (): Write => (g, x) => g.add('Mul', [x, g.add('Sigmoid', [x])]),
  hardSigmoid: (): Write => (g, x) => g.add('HardSigmoid', [x], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
  tanhShrink: (): Write => (g, x) => g.add('Sub', [x, g.add('Tanh', [x])]),
  gelu:
    (approximate: boolean): Write =>
    (g, x) =>
      g.add('Gelu', [x], { approximate: approximate ? 'tanh' : 'none' }),
  elu:
    (alpha: number): Write =>
    (g, x) =>
      g.add('Elu', [x], { alpha: { float: alpha } }),
  celu:
    (alpha: number): Write =>
    (g, x) =>
      g.add('Celu', [x], { alpha: { float: alpha } }),
  leakyRelu:
    (slope: number): Write =>
    (g, x) =>
      g.add('LeakyRelu', [x], { alpha: { float: slope } }),
  clip:
    (min: number, max: number): Write =>
    (g, x) =>
      g.add('Clip', [x, g.floats(min), g.floats(max)]),
  softShrink: (lambd: number): Write => shrunk(lambd, true),
  hardShrink: (lambd: number): Write => shrunk(lambd, false),
  softmax:
    (axis: number): Write =>
    (g, x) =>
      g.add('Softmax', [x], { axis }),
  logSoftmax:
    (axis: number): Write =>
    (g, x) =>
      g.add('LogSoftmax', [x], { axis }),
  glu:
    (axis: number): Write =>
    (g, x) => {
      const [a, b] = g.addMany('Split', [x], 2, { axis, num_outputs: 2 });
      return g.add('Mul', [a!, g.add('Sigmoid', [b!])]);
    },
} as const;

/** `log(1 + exp(beta x)) / beta`. */
export function scaledSoftplus(g: OnnxGraph, x: string, beta: number): string {
  if (beta === 1) return g.add('Softplus', [x]);
  return g.add('Div', [g.add('Softplus', [g.add('Mul', [x, g.floats(beta)])]), g.floats(beta)]);
}

/** Divides by the root of the mean square over axes: `x / sqrt(mean(x²) + eps)`. */
export function rootMeanSquare(g: OnnxGraph, x: string, axes: readonly number[], eps: number): string {
  const mean = g.add('ReduceMean', [g.add('Mul', [x, x]), g.ints(axes)], { keepdims: 1 });
  return g.add('Div', [x, g.add('Sqrt', [g.add('Add', [mean, g.floats(eps)])])]);
}
