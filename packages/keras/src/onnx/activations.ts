import { ACTIVATIONS } from '@isograd/nn/onnx';
import type { LayerCall } from './layer-call.ts';

type Write = ReturnType<(typeof ACTIVATIONS)['relu']>;

const {
  celu, clip, elu, exponential, gelu, hardShrink, hardSigmoid, hardSwish, identity, leakyRelu, logSigmoid, logSoftmax, mish,
  relu, selu, sigmoid, silu, softmax, softplus, softShrink, softsign, tanh, tanhShrink,
} = ACTIVATIONS; // prettier-ignore

/** Keras's activations by their names, with the defaults that they have as such. */
const BY_NAME: Readonly<Record<string, Write>> = {
  celu: celu(1),
  elu: elu(1),
  exponential: exponential(),
  gelu: gelu(false),
  hard_shrink: hardShrink(0.5),
  hard_sigmoid: hardSigmoid(),
  hard_silu: hardSwish(),
  hard_swish: hardSwish(),
  hard_tanh: clip(-1, 1),
  leaky_relu: leakyRelu(0.2),
  linear: identity(),
  log_sigmoid: logSigmoid(),
  log_softmax: logSoftmax(-1),
  mish: mish(),
  relu: relu(),
  relu6: clip(0, 6),
  selu: selu(),
  sigmoid: sigmoid(),
  silu: silu(),
  softmax: softmax(-1),
  softplus: softplus(),
  soft_shrink: softShrink(0.5),
  softsign: softsign(),
  swish: silu(),
  tanh: tanh(),
  tanh_shrink: tanhShrink(),
};

/** Writes the activation that a layer has as an option. */
export function activated(call: LayerCall, x: string): string {
  const name = call.option<string>('activation');
  const write = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  return write ? write(call.g, x) : call.refuse(`the activation ${name} has no form in ONNX`);
}
