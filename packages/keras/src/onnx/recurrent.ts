import { concatenate, type NDArray, stack, zeros } from '@isograd/ndarray';
import * as layers from '../layers/index.ts';
import type { LayerCall, WriteCall } from './layer-call.ts';

/** Gates in ONNX's order, by their numbers in Keras's. */
const GATES = { LSTM: [0, 3, 1, 2], GRU: [0, 1, 2], RNN: [0] } as const;

type Kind = keyof typeof GATES;

// ONNX's names of activations.
const ACTIVATIONS: Readonly<Record<string, string>> = { tanh: 'Tanh', sigmoid: 'Sigmoid', relu: 'Relu' };

/** Columns `[..., gates units]` as rows, in ONNX's order of gates. */
function gatesAsRows(x: NDArray, kind: Kind): NDArray {
  const rows = x.ndim === 1 ? x : x.transpose([1, 0]);
  const size = rows.shape[0]! / GATES[kind].length;
  return concatenate(
    GATES[kind].map((gate) => rows.at(`${gate * size}:${(gate + 1) * size}`)),
    0,
  );
}

/** Biases `[1, 2 gates units]`: those of the input, then those of the state, which few layers have. */
function biases(bias: NDArray, kind: Kind): NDArray {
  const [own, state] =
    bias.ndim === 2 ? [bias.at(0), bias.at(1)] : [bias, zeros(bias.shape, { dtype: bias.dtype as 'float32' })];
  return stack([concatenate([gatesAsRows(own, kind), gatesAsRows(state, kind)], 0)]);
}

function activationsOf(call: LayerCall, kind: Kind): readonly string[] {
  const named = (option: string): string => {
    const name = call.option<string>(option);
    return ACTIVATIONS[name] ?? call.refuse(`the activation ${name} has no form in a recurrence of ONNX`);
  };
  if (kind === 'RNN') return [named('activation')];
  const [gates, own] = [named('recurrent_activation'), named('activation')];
  return kind === 'LSTM' ? [gates, own, own] : [gates, own];
}

const recurrent =
  (kind: Kind): WriteCall =>
  (call) => {
    const { g } = call;
    const [sequences, backwards] = ['return_sequences', 'go_backwards'].map((name) => call.option<boolean>(name));
    if (call.option<boolean>('stateful')) call.refuse('it keeps its state between calls');
    if (sequences && backwards)
      call.refuse('its steps go backwards', 'without goBackwards, or without returnSequences');
    const rows = (x: NDArray): NDArray => stack([gatesAsRows(x, kind)]);
    const inputs = [
      g.transpose(call.x, [1, 0, 2]),
      call.weight('kernel', rows),
      call.weight('recurrent_kernel', rows),
      ...(call.find('bias') ? [call.weight('bias', (x) => biases(x, kind))] : []),
    ];
    const [y, ...states] = g.addMany(kind, inputs, kind === 'LSTM' ? 3 : 2, {
      hidden_size: call.option<number>('units'),
      direction: backwards ? 'reverse' : 'forward',
      activations: activationsOf(call, kind),
      ...(kind === 'GRU' ? { linear_before_reset: call.option<boolean>('reset_after') ? 1 : 0 } : {}),
    });
    const without = (x: string, axis: number): string => g.add('Squeeze', [x, g.ints([axis])]);
    const output = sequences ? g.transpose(without(y!, 1), [1, 0, 2]) : without(states[0]!, 0);
    return call.option<boolean>('return_state') ? [output, ...states.map((state) => without(state, 0))] : output;
  };

/** How layers that walk over steps are written. */
export const RECURRENT: readonly (readonly [kind: unknown, write: WriteCall])[] = [
  [layers.LSTM, recurrent('LSTM')],
  [layers.GRU, recurrent('GRU')],
  [layers.SimpleRNN, recurrent('RNN')],
];
