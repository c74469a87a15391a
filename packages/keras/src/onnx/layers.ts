import { ones } from '@isograd/ndarray';
import { ACTIVATIONS, rootMeanSquare } from '@isograd/nn/onnx';
import * as layers from '../layers/index.ts';
import { activated } from './activations.ts';
import type { LayerCall, WriteCall } from './layer-call.ts';
import { RECURRENT } from './recurrent.ts';
import { SPATIAL } from './spatial.ts';

type Row = readonly [kind: unknown, write: WriteCall];

const dense: WriteCall = (call) => {
  const y = call.g.add('MatMul', [call.x, call.weight('kernel')]);
  return activated(call, call.find('bias') ? call.g.add('Add', [y, call.weight('bias')]) : y);
};

const relu: WriteCall = (call) => {
  const { g, x } = call;
  const [max, slope, threshold] = ['max_value', 'negative_slope', 'threshold'].map((name) =>
    call.option<number | null>(name),
  );
  let y: string;
  if (threshold === 0) y = slope === 0 ? g.add('Relu', [x]) : g.add('LeakyRelu', [x], { alpha: { float: slope! } });
  else {
    const below = g.add('Mul', [g.add('Sub', [x, g.floats(threshold!)]), g.floats(slope!)]);
    y = g.add('Where', [g.add('GreaterOrEqual', [x, g.floats(threshold!)]), x, below]);
  }
  return max === null ? y : g.add('Min', [y, g.floats(max!)]);
};

const batchNormalization: WriteCall = (call) => {
  const { g, x } = call;
  const axis = call.axis(call.option('axis'));
  const epsilon = { float: call.option<number>('epsilon') };
  const n = call.shape[axis]!;
  const dtype = g.dtype as 'float32';
  const scale = call.find('gamma') ? call.weight('gamma') : g.constant('gamma', ones([n], { dtype }));
  const shift = call.find('beta') ? call.weight('beta') : g.add('Sub', [scale, scale]);
  const order = call.shape.map((_, i) => i);
  // Channels stand second in ONNX; changing two axes is undone by doing it again.
  [order[1], order[axis]] = [axis, 1];
  const swapped = call.shape.length > 2 ? order : order.map((_, i) => i);
  const inputs = [g.transpose(x, swapped), scale, shift, call.weight('moving_mean'), call.weight('moving_variance')];
  return g.transpose(g.add('BatchNormalization', inputs, { epsilon }), swapped);
};

/** The last axes that a normalization is over. */
function lastAxes(call: LayerCall): readonly number[] {
  const given = call.option<number | readonly number[]>('axis');
  const axes = (typeof given === 'number' ? [given] : [...given]).map((axis) => call.axis(axis)).sort((a, b) => a - b);
  const first = call.shape.length - axes.length;
  return axes.every((axis, i) => axis === first + i) ? axes : call.refuse('its axes are not the last', 'axis: -1');
}

const layerNormalization: WriteCall = (call) => {
  const { g, x } = call;
  const axes = lastAxes(call);
  const lengths = axes.map((axis) => call.shape[axis] ?? call.refuse('the lengths of its axes are open'));
  const scale = call.find('gamma')
    ? call.weight('gamma')
    : g.constant('gamma', ones(lengths, { dtype: g.dtype as 'float32' }));
  const inputs = call.find('beta') ? [x, scale, call.weight('beta')] : [x, scale];
  return g.add('LayerNormalization', inputs, {
    axis: axes[0]!,
    epsilon: { float: call.option<number>('epsilon') },
  });
};

const groupNormalization: WriteCall = (call) => {
  const { g, x, shape } = call;
  const axis = call.axis(call.option('axis'));
  if (axis !== 1 && axis !== shape.length - 1) call.refuse('its channels stand neither second nor last');
  const n = shape[axis]!;
  const others = shape.map((_, i) => i).filter((i) => i !== 0 && i !== axis);
  const back = shape.map((_, i) => (i === 0 ? 0 : i === axis ? 1 : 2 + others.indexOf(i)));
  const one = (name: string, value: number): string =>
    call.find(name) ? call.weight(name) : g.constant(name, ones([n], { dtype: g.dtype as 'float32' }).mul(value));
  const groups = call.option<number>('groups');
  const inputs = [g.transpose(x, [0, axis, ...others]), one('gamma', 1), one('beta', 0)];
  const y = g.add('GroupNormalization', inputs, {
    num_groups: groups === -1 ? n : groups,
    epsilon: { float: call.option<number>('epsilon') },
  });
  return g.transpose(y, back);
};

const rmsNormalization: WriteCall = (call) => {
  const y = rootMeanSquare(call.g, call.x, lastAxes(call), call.option('epsilon'));
  return call.find('scale') ? call.g.add('Mul', [y, call.weight('scale')]) : y;
};

const unitNormalization: WriteCall = (call) => {
  const { g, x } = call;
  const given = call.option<number | readonly number[]>('axis');
  const axes = g.ints(typeof given === 'number' ? [given] : given);
  const sum = g.add('ReduceSum', [g.add('Mul', [x, x]), axes], { keepdims: 1 });
  return g.add('Div', [x, g.add('Sqrt', [g.add('Max', [sum, g.floats(1e-12)])])]);
};

/** Lengths after the batch; one may be open. */
function lengthsAfterBatch(call: LayerCall): readonly number[] {
  const lengths = call.outputs[0]!.slice(1).map((n) => n ?? -1);
  return lengths.filter((n) => n === -1).length > 1 ? call.refuse('several lengths of its output are open') : lengths;
}

const flatten: WriteCall = (call) => {
  const { g, x, shape } = call;
  const order = [0, ...shape.slice(2).map((_, i) => i + 2), 1];
  const last = call.channelsFirst && shape.length > 2 ? g.transpose(x, order) : x;
  return g.reshape(last, shape.length === 1 ? [-1, 1] : [0, -1]);
};

/** Refuses what the dtype alone would hide. */
function sameRank(call: LayerCall): void {
  if (call.shapes.some(({ length }) => length !== call.shape.length))
    call.refuse('its inputs differ in their number of axes');
}

const merged =
  (type: string): WriteCall =>
  (call) => {
    sameRank(call);
    return call.g.add(type, call.inputs);
  };

/** Two at a time, where ONNX takes two. */
const folded =
  (type: string): WriteCall =>
  (call) => {
    sameRank(call);
    return call.inputs.reduce((x, y) => call.g.add(type, [x, y]));
  };

const embedding: WriteCall = (call) => {
  if (call.option<boolean>('mask_zero')) call.refuse('ONNX has no masks', 'maskZero: false');
  return call.g.add('Gather', [call.weight('embeddings'), call.g.add('Cast', [call.x], { to: 7 })], { axis: 0 });
};

const rescaling: WriteCall = (call) => {
  const [scale, offset] = ['scale', 'offset'].map((name) =>
    call.g.floats(call.option<number | readonly number[]>(name)),
  );
  return call.g.add('Add', [call.g.add('Mul', [call.x, scale!]), offset!]);
};

const softmax: WriteCall = (call) => {
  const axis = call.option<number | readonly number[]>('axis');
  const one = typeof axis === 'number' ? axis : axis.length === 1 ? axis[0]! : call.refuse('it is over several axes');
  return ACTIVATIONS.softmax(one)(call.g, call.x);
};

const same: WriteCall = (call) => call.x;

const ROWS: readonly Row[] = [
  [layers.Dense, dense],
  [layers.Activation, (call) => activated(call, call.x)],
  [layers.ReLU, relu],
  [layers.LeakyReLU, (call) => ACTIVATIONS.leakyRelu(call.option('negative_slope'))(call.g, call.x)],
  [layers.ELU, (call) => ACTIVATIONS.elu(call.option('alpha'))(call.g, call.x)],
  [layers.PReLU, (call) => call.g.add('PRelu', [call.x, call.weight('alpha')])],
  [layers.Softmax, softmax],
  [layers.BatchNormalization, batchNormalization],
  [layers.LayerNormalization, layerNormalization],
  [layers.GroupNormalization, groupNormalization],
  [layers.RMSNormalization, rmsNormalization],
  [layers.UnitNormalization, unitNormalization],
  [layers.Flatten, flatten],
  [layers.Reshape, (call) => call.g.reshape(call.x, [0, ...lengthsAfterBatch(call)])],
  [layers.Permute, (call) => call.g.transpose(call.x, [0, ...call.option<readonly number[]>('dims')])],
  [
    layers.RepeatVector,
    (call) => {
      const wide = call.g.add('Unsqueeze', [call.x, call.g.ints([1])]);
      return call.g.add('Tile', [wide, call.g.ints([1, call.option<number>('n'), 1])]);
    },
  ],
  [layers.Add, merged('Sum')],
  [layers.Average, merged('Mean')],
  [layers.Maximum, merged('Max')],
  [layers.Minimum, merged('Min')],
  [layers.Multiply, folded('Mul')],
  [layers.Subtract, folded('Sub')],
  [layers.Concatenate, (call) => call.g.add('Concat', call.inputs, { axis: call.axis(call.option('axis')) })],
  [layers.Embedding, embedding],
  [layers.Rescaling, rescaling],
  ...[
    layers.Identity,
    layers.Dropout,
    layers.SpatialDropout1D,
    layers.SpatialDropout2D,
    layers.SpatialDropout3D,
    layers.GaussianDropout,
    layers.GaussianNoise,
    layers.AlphaDropout,
  ].map((kind): Row => [kind, same]),
  ...SPATIAL,
  ...RECURRENT,
];

/** How layers are written, by their classes. */
export const LAYERS: ReadonlyMap<unknown, WriteCall> = new Map(ROWS);
