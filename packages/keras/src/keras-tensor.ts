import type { DType } from '@isograd/device';
import type { Nested } from './nested.ts';
import type { AnyLayer } from './layer.ts';

/** Lengths of axes; `null` where they are open, as the number of samples is. */
export type KerasShape = readonly (number | null)[];

/** Where a symbolic tensor comes from: which output of which call of a layer. */
export interface History {
  readonly layer: AnyLayer;
  readonly nodeIndex: number;
  readonly tensorIndex: number;
}

/** A tensor without values: a place in the graph of a functional model. */
export class KerasTensor {
  readonly shape: KerasShape;
  readonly dtype: DType;
  readonly history: History;

  constructor(shape: KerasShape, dtype: DType, history: History) {
    this.shape = shape;
    this.dtype = dtype;
    this.history = history;
  }

  /** Name of the layer that gives it. */
  get name(): string {
    return this.history.layer.name;
  }
}

/** One call of a layer on symbolic tensors. */
export interface Node {
  readonly layer: AnyLayer;
  readonly inputs: readonly KerasTensor[];
  /** Whether the layer was given a list. */
  readonly takesList: boolean;
  readonly outputs: Nested<KerasTensor>;
}

/** A shape as Keras prints it: `(None, 10)`. */
export function showShape(shape: KerasShape): string {
  const text = shape.map((n) => n ?? 'None').join(', ');
  return shape.length === 1 ? `(${text},)` : `(${text})`;
}
