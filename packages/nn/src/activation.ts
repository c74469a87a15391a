import type { Tensor } from '@isograd/autograd';
import * as F from './functional/activations.ts';
import { Module } from './module.ts';
import { pythonFloat, pythonName, pythonText } from './python-text.ts';

/** A layer that is one function of its input; `P` are the arguments of its constructor, which are its fields `V` too. */
export type ActivationClass<P extends readonly unknown[], V = unknown> = new (...given: P) => Activation & Readonly<V>;

/** A layer without parameters that is one function. */
export interface Activation extends Module {
  forward(x: Tensor): Tensor;
}

type Values = Readonly<Record<string, number | string | null>>;

/** Row of the table of activations. */
interface Row<V extends Values> {
  /** Arguments of the constructor in order, with what they are when left out. */
  readonly parameters: V;
  /** Which arguments are floats, which PyTorch prints as `1.0`; default all numbers. */
  readonly integers?: boolean;
  /** Whether names are printed; default true. */
  readonly named?: boolean;
  readonly call: (x: Tensor, values: V) => Tensor;
}

/** Makes the class of a row. Bad parameters are refused by the function itself, so the constructor calls it. */
function activation<P extends readonly unknown[], V extends Values>(name: string, row: Row<V>): ActivationClass<P, V> {
  const entries = Object.entries(row.parameters);
  const LayerClass = class extends Module {
    static override readonly name: string = name;

    constructor(...given: P) {
      super();
      entries.forEach(([key, value], i) => Object.assign(this, { [key]: given[i] ?? value }));
    }

    override forward(x: Tensor): Tensor {
      return row.call(x, this as unknown as V);
    }

    override extraRepr(): string {
      return entries
        .map(([key]) => {
          const value = (this as unknown as Values)[key]!;
          const text = typeof value === 'number' && !row.integers ? pythonFloat(value) : pythonText(value);
          return row.named === false ? text : `${pythonName(key)}=${text}`;
        })
        .join(', ');
    }
  };
  return LayerClass as unknown as ActivationClass<P, V>;
}

const plain = (name: string, call: (x: Tensor) => Tensor): ActivationClass<[]> =>
  activation(name, { parameters: {}, call });

/** `log(sigmoid(x))`, element-wise (PyTorch's `nn.LogSigmoid`). */
export const LogSigmoid: ActivationClass<[]> = plain('LogSigmoid', (x) => F.logsigmoid(x));
/** See the class. */
export type LogSigmoid = InstanceType<typeof LogSigmoid>;

/** `relu6(x + 3) / 6`, element-wise (PyTorch's `nn.Hardsigmoid`). */
export const Hardsigmoid: ActivationClass<[]> = plain('Hardsigmoid', (x) => F.hardsigmoid(x));
/** See the class. */
export type Hardsigmoid = InstanceType<typeof Hardsigmoid>;

/** `x hardsigmoid(x)`, element-wise (PyTorch's `nn.Hardswish`). */
export const Hardswish: ActivationClass<[]> = plain('Hardswish', (x) => F.hardswish(x));
/** See the class. */
export type Hardswish = InstanceType<typeof Hardswish>;

/** `x tanh(softplus(x))`, element-wise (PyTorch's `nn.Mish`). */
export const Mish: ActivationClass<[]> = plain('Mish', (x) => F.mish(x));
/** See the class. */
export type Mish = InstanceType<typeof Mish>;

/** `max(x, 0)`, element-wise (PyTorch's `nn.ReLU`). */
export const ReLU: ActivationClass<[]> = plain('ReLU', (x) => x.relu());
/** See the class. */
export type ReLU = InstanceType<typeof ReLU>;

/** `min(max(x, 0), 6)`, element-wise (PyTorch's `nn.ReLU6`). */
export const ReLU6: ActivationClass<[]> = plain('ReLU6', (x) => F.relu6(x));
/** See the class. */
export type ReLU6 = InstanceType<typeof ReLU6>;

/** SELU with its two constants, element-wise (PyTorch's `nn.SELU`). */
export const SELU: ActivationClass<[]> = plain('SELU', (x) => F.selu(x));
/** See the class. */
export type SELU = InstanceType<typeof SELU>;

/** `x sigmoid(x)`, element-wise (PyTorch's `nn.SiLU`). */
export const SiLU: ActivationClass<[]> = plain('SiLU', (x) => F.silu(x));
/** See the class. */
export type SiLU = InstanceType<typeof SiLU>;

/** `1 / (1 + exp(-x))`, element-wise (PyTorch's `nn.Sigmoid`). */
export const Sigmoid: ActivationClass<[]> = plain('Sigmoid', (x) => x.sigmoid());
/** See the class. */
export type Sigmoid = InstanceType<typeof Sigmoid>;

/** `x / (1 + |x|)`, element-wise (PyTorch's `nn.Softsign`). */
export const Softsign: ActivationClass<[]> = plain('Softsign', (x) => F.softsign(x));
/** See the class. */
export type Softsign = InstanceType<typeof Softsign>;

/** Hyperbolic tangent, element-wise (PyTorch's `nn.Tanh`). */
export const Tanh: ActivationClass<[]> = plain('Tanh', (x) => x.tanh());
/** See the class. */
export type Tanh = InstanceType<typeof Tanh>;

/** `x - tanh(x)`, element-wise (PyTorch's `nn.Tanhshrink`). */
export const Tanhshrink: ActivationClass<[]> = plain('Tanhshrink', (x) => F.tanhshrink(x));
/** See the class. */
export type Tanhshrink = InstanceType<typeof Tanhshrink>;

/** `x` above 0, else `alpha (exp(x / alpha) - 1)`; default `alpha` 1 (PyTorch's `nn.CELU`). */
export const CELU: ActivationClass<[alpha?: number], { alpha: number }> = activation('CELU', {
  parameters: { alpha: 1 },
  call: (x, { alpha }) => F.celu(x, alpha),
});
/** See the class. */
export type CELU = InstanceType<typeof CELU>;

/** `x` above 0, else `alpha (exp(x) - 1)`; default `alpha` 1 (PyTorch's `nn.ELU`). */
export const ELU: ActivationClass<[alpha?: number], { alpha: number }> = activation('ELU', {
  parameters: { alpha: 1 },
  call: (x, { alpha }) => F.elu(x, alpha),
});
/** See the class. */
export type ELU = InstanceType<typeof ELU>;

/** `x Φ(x)`, exactly or by the approximation with `tanh` (PyTorch's `nn.GELU`). */
export const GELU: ActivationClass<[approximate?: F.GELUApproximation], { approximate: F.GELUApproximation }> =
  activation('GELU', {
    parameters: { approximate: 'none' as F.GELUApproximation },
    call: (x, { approximate }) => F.gelu(x, approximate),
  });
/** See the class. */
export type GELU = InstanceType<typeof GELU>;

/** `x` outside [-lambd, lambd], 0 inside; default 0.5 (PyTorch's `nn.Hardshrink`). */
export const Hardshrink: ActivationClass<[lambd?: number], { lambd: number }> = activation('Hardshrink', {
  parameters: { lambd: 0.5 },
  named: false,
  call: (x, { lambd }) => F.hardshrink(x, lambd),
});
/** See the class. */
export type Hardshrink = InstanceType<typeof Hardshrink>;

/** `x` limited to [minVal, maxVal], by default [-1, 1] (PyTorch's `nn.Hardtanh`). */
export const Hardtanh: ActivationClass<[minVal?: number, maxVal?: number], { minVal: number; maxVal: number }> =
  activation('Hardtanh', {
    parameters: { minVal: -1, maxVal: 1 },
    call: (x, { minVal, maxVal }) => F.hardtanh(x, minVal, maxVal),
  });
/** See the class. */
export type Hardtanh = InstanceType<typeof Hardtanh>;

/** `x` above 0, else `negativeSlope x`; default 0.01 (PyTorch's `nn.LeakyReLU`). */
export const LeakyReLU: ActivationClass<[negativeSlope?: number], { negativeSlope: number }> = activation('LeakyReLU', {
  parameters: { negativeSlope: 0.01 },
  call: (x, { negativeSlope }) => F.leakyRelu(x, negativeSlope),
});
/** See the class. */
export type LeakyReLU = InstanceType<typeof LeakyReLU>;

/** `log(1 + exp(beta x)) / beta`, `x` itself where `beta x` is above `threshold`; defaults 1 and 20 (PyTorch's `nn.Softplus`). */
export const Softplus: ActivationClass<[beta?: number, threshold?: number], { beta: number; threshold: number }> =
  activation('Softplus', {
    parameters: { beta: 1, threshold: 20 },
    call: (x, { beta, threshold }) => F.softplus(x, beta, threshold),
  });
/** See the class. */
export type Softplus = InstanceType<typeof Softplus>;

/** `x` moved towards 0 by `lambd`; default 0.5 (PyTorch's `nn.Softshrink`). */
export const Softshrink: ActivationClass<[lambd?: number], { lambd: number }> = activation('Softshrink', {
  parameters: { lambd: 0.5 },
  named: false,
  call: (x, { lambd }) => F.softshrink(x, lambd),
});
/** See the class. */
export type Softshrink = InstanceType<typeof Softshrink>;

/** `x` above `threshold`, else `value` (PyTorch's `nn.Threshold`). */
export const Threshold: ActivationClass<[threshold?: number, value?: number], { threshold: number; value: number }> =
  activation('Threshold', {
    parameters: { threshold: 0, value: 0 },
    integers: true,
    call: (x, { threshold, value }) => F.threshold(x, threshold, value),
  });
/** See the class. */
export type Threshold = InstanceType<typeof Threshold>;

/** `a sigmoid(b)` of the halves of an axis, the last by default (PyTorch's `nn.GLU`). */
export const GLU: ActivationClass<[dim?: number], { dim: number }> = activation('GLU', {
  parameters: { dim: -1 },
  integers: true,
  call: (x, { dim }) => F.glu(x, dim),
});
/** See the class. */
export type GLU = InstanceType<typeof GLU>;

/** Softmax along an axis, the last by default (PyTorch guesses one) (PyTorch's `nn.Softmax`). */
export const Softmax: ActivationClass<[dim?: number], { dim: number }> = activation('Softmax', {
  parameters: { dim: -1 },
  integers: true,
  call: (x, { dim }) => x.softmax(dim),
});
/** See the class. */
export type Softmax = InstanceType<typeof Softmax>;

/** Logarithm of the softmax along an axis, the last by default (PyTorch's `nn.LogSoftmax`). */
export const LogSoftmax: ActivationClass<[dim?: number], { dim: number }> = activation('LogSoftmax', {
  parameters: { dim: -1 },
  integers: true,
  call: (x, { dim }) => x.logSoftmax(dim),
});
/** See the class. */
export type LogSoftmax = InstanceType<typeof LogSoftmax>;

/** Softmax of `-x` along an axis, the last by default (PyTorch's `nn.Softmin`). */
export const Softmin: ActivationClass<[dim?: number], { dim: number }> = activation('Softmin', {
  parameters: { dim: -1 },
  integers: true,
  call: (x, { dim }) => F.softmin(x, dim),
});
/** See the class. */
export type Softmin = InstanceType<typeof Softmin>;

/** Softmax over the channels of `[batch, channels, height, width]` or `[channels, height, width]` (PyTorch's `nn.Softmax2d`). */
export const Softmax2d: ActivationClass<[]> = plain('Softmax2d', (x) => x.softmax(-3));
/** See the class. */
export type Softmax2d = InstanceType<typeof Softmax2d>;
