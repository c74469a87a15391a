import { ArgumentError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import type { FloatDType } from '../config.ts';
import type { KerasShape, KerasTensor } from '../keras-tensor.ts';
import { Layer } from '../layer.ts';

/** Options of {@link Input}. */
export interface InputOptions {
  /** Lengths of the axes of one sample, `null` where open. */
  readonly shape: KerasShape;
  /** Number of samples in a batch; default open. */
  readonly batchSize?: number | null;
  /** Default `input_layer` with a number. */
  readonly name?: string;
  /** Dtype that inputs are cast to; default {@link floatx}. */
  readonly dtype?: FloatDType;
}

/** The layer at which values enter a model; made by {@link Input}. */
export class InputLayer extends Layer {
  static override readonly name: string = 'InputLayer';
  readonly batchShape: KerasShape;
  readonly output: KerasTensor;

  constructor({ shape, batchSize = null, name, dtype }: InputOptions) {
    super({ name, dtype });
    const bad = [...shape, batchSize].find((n) => n !== null && !(Number.isInteger(n) && n >= 0));
    if (!Array.isArray(shape) || bad !== undefined)
      throw new ArgumentError({
        where: 'Input',
        what: 'not a shape',
        got: JSON.stringify(shape),
        expected: 'a list of whole numbers from 0, or null where open',
        hint: 'leave the axis of the samples out',
      });
    this.batchShape = [batchSize, ...shape];
    this.built = true;
    this.output = this.addNode([], this.batchShape) as KerasTensor;
  }

  override call(x: Tensor): Tensor {
    return x;
  }
}

/**
 * The symbolic tensor at which values enter a model (`keras.Input`).
 *
 * @throws ArgumentError when the shape is none.
 * @example
 * Input({ shape: [2] }).shape // => [ null, 2 ]
 */
export function Input(options: InputOptions): KerasTensor {
  return new InputLayer(options).output;
}
