import { concatenate, stack } from '@isograd/ndarray';
import { type Tensor, zeros } from '@isograd/autograd';
import type { Module } from '../module.ts';
import { GRU, LSTM } from '../recurrent.ts';
import { type OnnxEnd, type OnnxGraph, type OnnxShape, refuse } from './graph.ts';

/** Gates in ONNX's order, by their numbers in PyTorch's: input, output, forget, cell; update, reset, hidden. */
const GATES = { LSTM: [0, 3, 1, 2], GRU: [1, 0, 2] } as const;

/** Whether a module is one of those that give more than one output. */
export const isRecurrent = (module: Module): module is LSTM | GRU =>
  module.constructor === LSTM || module.constructor === GRU;

/** Rows `[gates size, ...]` in ONNX's order of gates. */
function ordered(weight: Tensor, kind: keyof typeof GATES): Tensor {
  const size = weight.shape[0]! / GATES[kind].length;
  const parts = GATES[kind].map((gate) => weight.at(`${gate * size}:${(gate + 1) * size}`));
  return concatenate(parts, 0) as Tensor;
}

/** Name of the input, that of the output, and the shape of an array with one axis of any length. */
interface Ends {
  readonly x: string;
  readonly name: string;
  readonly open: (shape: readonly number[], axis?: number) => OnnxShape;
}

/** A recurrent layer of tensors. */
type Run = (x: Tensor) => readonly [Tensor, Tensor | readonly Tensor[]];

/** Writes an LSTM or a GRU with its output and its last states. */
export function recurrent(
  g: OnnxGraph,
  module: LSTM | GRU,
  example: Tensor,
  { x, name, open }: Ends,
): readonly (OnnxEnd & { readonly value: string })[] {
  const kind = module.constructor === LSTM ? 'LSTM' : 'GRU';
  const { batchFirst, bidirectional, numLayers, hiddenSize, projSize } = module;
  if (projSize > 0) refuse('its outputs are projected', `LSTM with projSize ${projSize}`);
  if (example.ndim !== 3) refuse('its input has no batch', kind, 'an example of three axes');
  const own = module as unknown as Readonly<Record<string, Tensor | undefined>>;
  let at = batchFirst ? g.transpose(x, [1, 0, 2]) : x;
  const lasts: string[][] = [];
  for (let layer = 0; layer < numLayers; layer++) {
    const suffixes = bidirectional ? [`L${layer}`, `L${layer}Reverse`] : [`L${layer}`];
    const weights = (part: string): Tensor[] => suffixes.map((suffix) => ordered(own[`${part}${suffix}`]!, kind));
    const biases = suffixes.map((suffix) => {
      const parts = ['biasIh', 'biasHh'].map((part) => own[`${part}${suffix}`]);
      const none = zeros([GATES[kind].length * hiddenSize], { dtype: example.dtype as 'float32' });
      return concatenate(
        parts.map((bias) => ordered(bias ?? none, kind)),
        0,
      );
    });
    const inputs = [
      at,
      g.constant(`weight_ih_l${layer}`, stack(weights('weightIh'))),
      g.constant(`weight_hh_l${layer}`, stack(weights('weightHh'))),
      g.constant(`bias_l${layer}`, stack(biases)),
    ];
    const [y, ...states] = g.addMany(kind, inputs, kind === 'LSTM' ? 3 : 2, {
      hidden_size: hiddenSize,
      direction: bidirectional ? 'bidirectional' : 'forward',
      ...(kind === 'GRU' ? { linear_before_reset: 1 } : {}),
    });
    lasts.push([...states]);
    // [steps, directions, batch, size] → [steps, batch, directions size]
    at = g.reshape(g.transpose(y!, [0, 2, 1, 3]), [0, 0, -1]);
  }
  const [output, state] = (module as Run)(example);
  const states = Array.isArray(state) ? (state as readonly Tensor[]) : [state as Tensor];
  const value = batchFirst ? g.transpose(at, [1, 0, 2]) : at;
  const { dtype } = output;
  return [
    { name: g.unique(name), dtype, shape: open(output.shape), value },
    ...states.map((last, k) => ({
      name: g.unique(['h_n', 'c_n'][k]!),
      dtype,
      shape: open(last.shape, batchFirst ? 1 : -1),
      value:
        lasts.length === 1
          ? lasts[0]![k]!
          : g.add(
              'Concat',
              lasts.map((all) => all[k]!),
              { axis: 0 },
            ),
    })),
  ];
}
