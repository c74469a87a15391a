import { DTypeError, isFloat, ShapeError } from '@isograd/device';
import {
  type ArrayLike,
  type As,
  defineOp,
  dispatchSeveral,
  type NDArray,
  type Op,
  operand,
  type SeveralSpec,
} from '@isograd/ndarray';
import { isWatched } from '@isograd/autograd';
import { type Cell, GRU, LSTM, RELU, TANH, UPDATE_FIRST } from './cell-formulas.ts';
import { operandsOf, pullByOps, runByOps, type Way } from './sequence-formulas.ts';
import { type Attrs, kernelsOf, pull, run } from './sequence-kernels.ts';
import { sequenceSamples, torchSpelling } from './sequence-samples.ts';

/** Options of ops over sequences. */
export interface SequenceOptions {
  /** Whether the last step comes first; default false. */
  readonly reverse?: boolean;
  /** Bools `[steps, batch]`, false where a row skips the step: its output and its states are then those before. */
  readonly mask?: ArrayLike;
}

/** Refuses operands that are no floats of one dtype, or do not fit each other. */
function check(name: string, { gates, results, apart }: Cell, inputs: readonly NDArray[]): void {
  const [x, ...rest] = inputs as readonly [NDArray, ...NDArray[]];
  if (!isFloat(x.dtype) || rest.some(({ dtype }) => dtype !== x.dtype))
    throw new DTypeError({
      where: name,
      what: 'takes floats only, all of one dtype',
      got: inputs.map(({ dtype }) => dtype).join(', '),
      expected: 'float32 or float64',
      hint: "convert with x.astype('float32')",
    });
  const [steps, batch] = x.shape;
  const units = rest[results]!.shape[0]!;
  const wanted = [
    [steps, batch, gates * units],
    ...Array.from({ length: results }, () => [batch, units]),
    [units, gates * units],
    ...(apart ? [[gates * units]] : []),
  ];
  if (steps! > 0 && inputs.every(({ shape }, i) => shape.join() === wanted[i]!.join())) return;
  throw new ShapeError({
    where: name,
    what: 'gates, states and weights do not fit each other',
    got: inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(', '),
    expected: `gates [steps, batch, ${gates} units] with a step or more, states [batch, units], weight [units, ${gates} units]${apart ? `, bias [${gates} units]` : ''}`,
  });
}

/** The mask as bools `[steps, batch, 1]`. */
function readMask(where: string, given: ArrayLike | undefined, [steps, batch]: readonly number[]): NDArray | undefined {
  if (given === undefined) return undefined;
  const mask = operand(given, where).plain();
  if (mask.ndim === 2 && mask.shape[0] === steps && mask.shape[1] === batch) return mask.astype('bool').expandDims(2);
  throw new ShapeError({
    where,
    what: 'the mask does not fit the gates',
    got: `[${mask.shape.join(', ')}]`,
    expected: `[steps, batch], here [${steps}, ${batch}]`,
  });
}

/** Makes the op of a cell over sequences. */
function sequence<F>(name: string, cell: Cell, torch: string, order?: readonly number[]): Op<F> {
  const kernels = kernelsOf(cell);
  const spec: SeveralSpec<Attrs> = {
    name,
    family: 'neural',
    several: (inputs, attrs) => run(cell, kernels, operandsOf(cell, inputs), attrs),
    vjp: (gs, call) => {
      const arrays = [...gs.filter((g) => g !== undefined), ...call.inputs];
      if (!isWatched(...arrays) && call.attrs.lines) return pull(cell, kernels, gs, call);
      return pullByOps(cell, gs, operandsOf(cell, call.inputs), call.attrs);
    },
    batch: (inputs, { op, attrs: { reverse, mask }, size, shapes, batched }) => {
      const { results } = cell;
      if (inputs.some((_, i) => i > results && batched(i))) return undefined;
      const [steps, batch] = shapes[0]! as readonly [number, number];
      const all = inputs.map((given, i) => {
        if (i > results) return given;
        const each = batched(i) ? given : given.broadcastTo([size, ...shapes[i]!]);
        return i > 0
          ? each.reshape([size * batch, each.shape[2]!])
          : each.transpose([1, 0, 2, 3]).reshape([steps, size * batch, each.shape[3]!]);
      });
      const bools = mask
        ?.expandDims(1)
        .broadcastTo([steps, size, batch, 1])
        .reshape([steps, size * batch, 1]);
      const [output, ...ends] = dispatchSeveral(op, all, { reverse, mask: bools } as never);
      const units = ends[0]!.shape[1]!;
      return [
        output!.reshape([steps, size, batch, units]).transpose([1, 0, 2, 3]),
        ...ends.map((end) => end.reshape([size, batch, units])),
      ];
    },
    domain: [-2, 2],
    ...sequenceSamples(cell),
    parity: {
      numpy: null,
      torch: torchSpelling(torch, cell, order),
      why: 'layers elsewhere, which take the product with the input in',
    },
  };
  return defineOp(spec, (...given: readonly (ArrayLike | SequenceOptions)[]) => {
    const count = cell.results + (cell.apart ? 3 : 2);
    const inputs = given.slice(0, count).map((x) => operand(x as ArrayLike, name));
    const options = (given[count] ?? {}) as SequenceOptions;
    check(name, cell, inputs);
    const way: Way = { reverse: options.reverse ?? false, mask: readMask(name, options.mask, inputs[0]!.shape) };
    if (inputs[0]!.dtype === 'float16') return runByOps(cell, operandsOf(cell, inputs), way);
    return dispatchSeveral(spec, inputs, { ...way });
  }) as Op<F>;
}

type Sequence<States extends readonly ArrayLike[]> = <T extends NDArray>(
  x: T,
  ...rest: readonly [...states: States, options?: SequenceOptions]
) => readonly As<T>[];

/**
 * Long short-term memory over sequences behind the product with the input: `x`, the input's part of the gates `[steps, batch, 4 units]`, the states
 * `h` and `c` `[batch, units]` and `weight` `[units, 4 units]` → the outputs of all steps `[steps, batch, units]`, and `h` and `c` behind the last.
 *
 * Gates stand as in `lstmGates`. The weight's gradient is one product over all steps.
 *
 * @throws ShapeError when operands do not fit each other, or there is no step; DTypeError for other than floats of one dtype.
 * @example
 * import { zeros } from '@isograd/autograd';
 * const [y, h, c] = lstmSequence(zeros([5, 2, 12]), zeros([2, 3]), zeros([2, 3]), zeros([3, 12]));
 * y.shape // => [ 5, 2, 3 ]
 */
export const lstmSequence: Op<Sequence<[h: ArrayLike, c: ArrayLike, weight: ArrayLike]>> = sequence(
  'lstmSequence',
  LSTM,
  'lstm',
);

/**
 * Gated recurrent units over sequences, as {@link lstmSequence}: `x` `[steps, batch, 3 units]`, `h` `[batch, units]`, `weight` `[units, 3 units]` and
 * `bias` `[3 units]` of the state's part → the outputs `[steps, batch, units]`, and `h` behind the last step. Gates stand as in `gruGates`.
 *
 * @throws ShapeError when operands do not fit each other, or there is no step; DTypeError for other than floats of one dtype.
 * @example
 * import { zeros } from '@isograd/autograd';
 * gruSequence(zeros([5, 2, 9]), zeros([2, 3]), zeros([3, 9]), zeros([9]))[0].shape // => [ 5, 2, 3 ]
 */
export const gruSequence: Op<Sequence<[h: ArrayLike, weight: ArrayLike, bias: ArrayLike]>> = sequence(
  'gruSequence',
  GRU,
  'gru',
);

/**
 * As {@link gruSequence} with the gates of `updateFirstGates`, and rounded as Keras rounds.
 *
 * @throws ShapeError when operands do not fit each other, or there is no step; DTypeError for other than floats of one dtype.
 * @example
 * import { zeros } from '@isograd/autograd';
 * updateFirstSequence(zeros([5, 2, 9]), zeros([2, 3]), zeros([3, 9]), zeros([9]))[0].shape // => [ 5, 2, 3 ]
 */
export const updateFirstSequence: Op<Sequence<[h: ArrayLike, weight: ArrayLike, bias: ArrayLike]>> = sequence(
  'updateFirstSequence',
  UPDATE_FIRST,
  'gru',
  [1, 0, 2],
);

/**
 * Elman's net over sequences, `tanh(x + h weight)`, as {@link lstmSequence}: `x` `[steps, batch, units]`, `h` `[batch, units]`, `weight` `[units, units]` →
 * the outputs `[steps, batch, units]`, and `h` behind the last step.
 *
 * @throws ShapeError when operands do not fit each other, or there is no step; DTypeError for other than floats of one dtype.
 * @example
 * import { ones, zeros } from '@isograd/autograd';
 * tanhSequence(zeros([5, 2, 3]), ones([2, 3]), zeros([3, 3]))[1].tolist() // => [ [ 0, 0, 0 ], [ 0, 0, 0 ] ]
 */
export const tanhSequence: Op<Sequence<[h: ArrayLike, weight: ArrayLike]>> = sequence('tanhSequence', TANH, 'rnn_tanh');

/**
 * As {@link tanhSequence} with `relu(x + h weight)`.
 *
 * @throws ShapeError when operands do not fit each other, or there is no step; DTypeError for other than floats of one dtype.
 * @example
 * import { ones, zeros } from '@isograd/autograd';
 * reluSequence(ones([2, 1, 1]), ones([1, 1]), ones([1, 1]))[0].tolist() // => [ [ [ 2 ] ], [ [ 3 ] ] ]
 */
export const reluSequence: Op<Sequence<[h: ArrayLike, weight: ArrayLike]>> = sequence('reluSequence', RELU, 'rnn_relu');
