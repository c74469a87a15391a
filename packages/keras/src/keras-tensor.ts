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

/** Options of a call; symbolic tensors may stand among them, also in lists. */
export type CallArguments = Readonly<Record<string, unknown>>;

/** The symbolic tensors in a value. */
export function symbolsIn(value: unknown): readonly KerasTensor[] {
  if (value instanceof KerasTensor) return [value];
  return Array.isArray(value) ? value.flatMap(symbolsIn) : [];
}

/** A value with something else in the place of each symbolic tensor. */
export function withSymbols(value: unknown, of: (x: KerasTensor) => unknown): unknown {
  if (value instanceof KerasTensor) return of(value);
  return Array.isArray(value) ? value.map((item) => withSymbols(item, of)) : value;
}

/** One call of a layer on symbolic tensors. */
export interface Node {
  readonly layer: AnyLayer;
  /** What the layer was given, then the symbolic tensors among the options. */
  readonly inputs: readonly KerasTensor[];
  /** How many of them the layer was given. */
  readonly count: number;
  readonly options: CallArguments;
  /** Whether the layer was given a list. */
  readonly takesList: boolean;
  readonly outputs: Nested<KerasTensor>;
}

/** A shape as Keras prints it: `(None, 10)`. */
export function showShape(shape: KerasShape): string {
  const text = shape.map((n) => n ?? 'None').join(', ');
  return shape.length === 1 ? `(${text},)` : `(${text})`;
}
