import { ArgumentError } from '@isograd/device';
import { concatenate, flip, type NDArray } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import type { KerasShape } from '../../keras-tensor.ts';
import { Layer, type LayerOptions, type SavedOptions, type ShapeOf } from '../../layer.ts';
import type { Masks } from '../../masking.ts';
import type { Nested } from '../../nested.ts';
import type { States } from './cell.ts';
import { type RecurrentCall, RNN } from './rnn.ts';
import { twinOf } from './twin.ts';

/** How the outputs of both directions become one: behind each other, or element by element; `null` gives both. */
export type MergeMode = 'concat' | 'sum' | 'ave' | 'mul' | null;

/** A recurrent layer of whatever outputs. */
type AnyRNN = RNN<Nested<Tensor>>;

/** Options of {@link Bidirectional}. */
export interface BidirectionalOptions extends LayerOptions {
  /** Default `concat`. */
  readonly mergeMode?: MergeMode;
  /** The layer that reads backwards; default one made as the other was. */
  readonly backwardLayer?: AnyRNN | null;
}

const MERGE: Readonly<Record<Exclude<MergeMode, null>, (y: Tensor, back: Tensor) => Tensor>> = {
  concat: (y, back) => asTensor(concatenate([y, back], -1)),
  sum: (y, back) => y.add(back),
  ave: (y, back) => y.add(back).div(2),
  mul: (y, back) => y.mul(back),
};

function refuse(what: string, got: string, expected: string): never {
  throw new ArgumentError({ where: 'Bidirectional', what, got, expected });
}

function checkPair(forward: AnyRNN, backward: AnyRNN): void {
  if (forward.goBackwards === backward.goBackwards)
    refuse('both layers read the same way', `goBackwards ${forward.goBackwards}`, 'one of each');
  const other = (['stateful', 'returnSequences', 'returnState'] as const).find((key) => forward[key] !== backward[key]);
  if (other) refuse(`the layers differ in ${other}`, `${forward[other]} and ${backward[other]}`, 'one value');
}

/** Calls with values take states too. */
export interface Bidirectional<Out extends Nested<Tensor> = Tensor> {
  (inputs: NDArray, options?: Partial<RecurrentCall>): Out;
}

/**
 * A recurrent layer over sequences from both ends: `[batch, steps, features]` → `[batch, 2 units]`, or `[batch, steps, 2 units]` in the order of the
 * steps (`keras.layers.Bidirectional`; Schuster & Paliwal 1997).
 *
 * Both layers are made as the given one was, with weights of their own. States stand behind the output: those of the way forwards, then the others.
 *
 * @throws ArgumentError for something that is no recurrent layer, or two that do not go together.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new layers.Bidirectional(new layers.LSTM(4, { returnSequences: true }))(zeros([2, 5, 3])).shape // => [ 2, 5, 8 ]
 */
export class Bidirectional<Out extends Nested<Tensor> = Tensor> extends Layer<Tensor, Out> {
  static override readonly name: string = 'Bidirectional';
  static override readonly saved: SavedOptions = {
    args: ['layer'],
    options: { mergeMode: 'concat', backwardLayer: null },
    nullable: ['mergeMode'],
  };
  readonly forwardLayer: AnyRNN;
  readonly backwardLayer: AnyRNN;
  readonly mergeMode: MergeMode;

  constructor(layer: AnyRNN, options: BidirectionalOptions = {}) {
    super(options);
    if (!(layer instanceof RNN)) refuse('not a recurrent layer', typeof layer, 'an RNN, such as new layers.LSTM(4)');
    const { mergeMode = 'concat', backwardLayer } = options;
    if (mergeMode !== null && !Object.hasOwn(MERGE, mergeMode))
      refuse('unknown mergeMode', String(mergeMode), `${Object.keys(MERGE).join(', ')} or null`);
    this.mergeMode = mergeMode;
    const named = (way: string): string => `${way}_${layer.name.replace(new RegExp(`^${way}_`), '')}`;
    this.forwardLayer = twinOf(layer, { name: named('forward') });
    this.backwardLayer = backwardLayer ?? twinOf(layer, { name: named('backward'), goBackwards: true });
    checkPair(this.forwardLayer, this.backwardLayer);
    // Outputs of masked steps must not meet those of the other way.
    for (const one of [this.forwardLayer, this.backwardLayer]) one.zeroOutputForMask = one.returnSequences;
  }

  /** The layer that reads forwards, as it is saved. */
  get layer(): AnyRNN {
    return this.forwardLayer;
  }

  override savedOptions(): Readonly<Record<string, unknown>> {
    return { ...this.given, backwardLayer: this.backwardLayer };
  }

  override build(inputShape: KerasShape): void {
    this.forwardLayer.ensureBuilt(inputShape);
    this.backwardLayer.ensureBuilt(inputShape);
  }

  /** Sets the states that `stateful` keeps to 0 (`reset_state`). @throws ArgumentError where none are kept. */
  resetState(): void {
    if (!this.forwardLayer.stateful)
      refuse('there are no states to reset', 'a layer that is not stateful', 'stateful: true');
    this.forwardLayer.resetState();
    this.backwardLayer.resetState();
  }

  /** Other name of {@link resetState}. */
  resetStates(): void {
    this.resetState();
  }

  override computeOutputShape(inputShape: KerasShape): ShapeOf<Out> {
    const [own, ...states] = this.#all(this.forwardLayer.computeOutputShape(inputShape));
    const last = own!.at(-1)!;
    const outputs =
      this.mergeMode === null ? [own!, own!] : [this.mergeMode === 'concat' ? [...own!.slice(0, -1), 2 * last] : own!];
    const all = [...outputs, ...states, ...states];
    return (all.length === 1 ? all[0]! : all) as ShapeOf<Nested<Tensor>> as ShapeOf<Out>;
  }

  override computeMask(_x: Tensor, mask?: NDArray): Masks | null {
    if (!this.forwardLayer.returnSequences || !mask) return null;
    return this.mergeMode === null ? [mask, mask] : mask;
  }

  #all(shapes: ShapeOf<Nested<Tensor>>): readonly KerasShape[] {
    return this.forwardLayer.returnState ? (shapes as readonly KerasShape[]) : [shapes as KerasShape];
  }

  override call(x: Tensor, options: RecurrentCall): Out {
    const given = options.initialState as States | undefined;
    const half = given && given.length / 2;
    const run = (layer: AnyRNN, initialState: States | undefined): readonly Tensor[] =>
      [layer.call(x, { ...options, initialState })].flat() as Tensor[];
    const [y, ...states] = run(this.forwardLayer, given?.slice(0, half));
    const [behind, ...others] = run(this.backwardLayer, given?.slice(half));
    const back = this.forwardLayer.returnSequences ? asTensor(flip(behind!, 1)) : behind!;
    const outputs = this.mergeMode === null ? [y!, back] : [MERGE[this.mergeMode](y!, back)];
    const all = [...outputs, ...states, ...others];
    return (all.length === 1 ? all[0]! : all) as Out;
  }
}
