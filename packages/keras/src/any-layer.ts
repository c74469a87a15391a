import type { DType } from '@isograd/device';
import type { NDArray, RandomState } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import type { FloatDType } from './config.ts';
import type { CallArguments, KerasShape, KerasTensor, Node } from './keras-tensor.ts';
import type { Nested } from './nested.ts';
import type { RegularizerLike } from './regularizers.ts';
import type { Rules } from './weight-rules.ts';

/** Options of every layer. */
export interface LayerOptions {
  /** Default the kind in snake case with a number: `dense_1`. */
  readonly name?: string | undefined;
  /** Dtype in which it computes; default {@link floatx}. */
  readonly dtype?: FloatDType | undefined;
  /** Whether training changes its weights; default true. */
  readonly trainable?: boolean | undefined;
  /** What its outputs add to the loss, for each sample; default nothing. */
  readonly activityRegularizer?: RegularizerLike | null | undefined;
}

/** What of the constructor of a layer is saved. */
export interface SavedOptions {
  /** Names of the arguments before the options; fields of the layer have them. */
  readonly args?: readonly string[];
  /** Options with their defaults. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Name under which Keras has the class, where the class calls itself otherwise. */
  readonly className?: string;
  /** Options that may be `null` where their default is not. */
  readonly nullable?: readonly string[];
  /** Weights that take a regularizer and a constraint: `kernel` stands for `kernelRegularizer` and `kernelConstraint`. */
  readonly rules?: readonly string[];
  /** What every layer has and Keras's class does not take. */
  readonly without?: readonly ('trainable' | 'dtype')[];
}

/** Masks of inputs of a kind: one, or one for each of several. */
export type MasksOf<T> = T extends readonly unknown[] ? readonly (NDArray | null)[] : NDArray;

/** What a layer keeps in a file beside options and weights: arrays by their names, and files of texts. */
export interface LayerState {
  readonly arrays: Readonly<Record<string, NDArray>>;
  readonly texts: Readonly<Record<string, string>>;
}

/** Options of a weight. */
export interface WeightOptions extends Rules {
  /** Whether it has a gradient; default true. */
  readonly trainable?: boolean;
  /** Default that of the layer. */
  readonly dtype?: DType;
  /** How options of the layer call it; default its name without `_kernel`. */
  readonly role?: string;
}

/** What a layer is told with its inputs. */
export interface CallOptions<In = Tensor> {
  /** Whether the call is part of training; default false. */
  readonly training: boolean;
  /** Which elements count, for inputs `[batch, steps, ...]` usually `[batch, steps]`; default the masks that travel with the inputs. */
  readonly mask?: MasksOf<In> | undefined;
}

/** Symbolic counterpart of the inputs or outputs of a layer. */
export type SymbolOf<T> = T extends readonly unknown[] ? readonly KerasTensor[] : KerasTensor;
/** What a layer accepts for its inputs: arrays are taken for tensors. */
export type InputsOf<T> = T extends readonly unknown[] ? readonly NDArray[] : NDArray;
/** Shapes of the inputs or outputs of a layer. */
export type ShapeOf<T> = T extends readonly unknown[] ? readonly KerasShape[] : KerasShape;

/** A layer of whatever inputs and outputs. */
export interface AnyLayer {
  readonly name: string;
  readonly label: string;
  readonly built: boolean;
  trainable: boolean;
  readonly inboundNodes: readonly Node[];
  supportsMasking: boolean;
  readonly addedLosses: readonly Tensor[];
  readonly losses: readonly Tensor[];
  /** The options that it was made with. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly ownWeights: readonly Tensor[];
  readonly ownWeightNames: readonly string[];
  readonly weights: readonly Tensor[];
  readonly trainableWeights: readonly Tensor[];
  readonly nonTrainableWeights: readonly Tensor[];
  readonly generators: readonly RandomState[];
  savedState(): LayerState;
  loadState(state: LayerState): void;
  sublayers(): readonly AnyLayer[];
  namedSublayers(): readonly (readonly [field: string, layers: AnyLayer | readonly AnyLayer[]])[];
  countParams(): number;
  run(inputs: Nested<NDArray>, options: CallOptions<Nested<Tensor>>): Nested<Tensor>;
  connect(inputs: Nested<KerasTensor>, options?: CallArguments): Nested<KerasTensor>;
  /** Whether Keras hands it its inputs one by one instead of in a list. */
  readonly takesSeveral: boolean;
}
