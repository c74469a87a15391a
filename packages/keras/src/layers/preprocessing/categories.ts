import { type DType, ShapeError } from '@isograd/device';
import { array, type NDArray } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { type KerasShape, showShape } from '../../keras-tensor.ts';
import { oneOf } from '../spatial.ts';
import { wholeNumber } from '../../whole-number.ts';

/** How indices are given: as they are, each as a row with one 1, or each sample as a row: whether an index occurs, or how often. */
export type CategoryMode = 'int' | 'oneHot' | 'multiHot' | 'count';

/** Refuses another mode. */
export function checkMode<M extends string>(mode: M, modes: readonly M[], where: string): M {
  return oneOf(mode, modes, { where, name: 'outputMode' });
}

/** A number of categories, or of other things that are counted. @throws ArgumentError */
export const checkCount = (value: number, where: string, name: string): number =>
  wholeNumber(value, where, `${name} is no number`);

/** Indices of categories with their shape. */
export interface Indices {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** How {@link encodeCategories} writes. */
export interface Encoding {
  readonly mode: CategoryMode;
  readonly depth: number;
  readonly dtype: DType;
  /** What an index counts for with `count`; default 1. */
  readonly weights?: NDArray | undefined;
}

/** Shape of encoded indices: `keras.src.utils.numerical_utils.encode_categorical_inputs`. */
export function encodedShape(shape: KerasShape, mode: CategoryMode, depth: number): KerasShape {
  if (mode === 'int') return shape;
  if (mode !== 'oneHot') return shape.length < 2 ? [depth] : [shape[0]!, ...shape.slice(2), depth];
  return shape.length > 1 && shape.at(-1) === 1
    ? [...shape.slice(0, -1), depth]
    : [...(shape.length === 0 ? [1] : shape), depth];
}

/** Writes indices as a mode says; those that are none of `depth` count nowhere. */
export function encodeCategories({ values, shape }: Indices, { mode, depth, dtype, weights }: Encoding): Tensor {
  const of = (data: ArrayLike<number>, into: readonly number[]): Tensor =>
    asTensor(array(Array.from(data), { dtype, shape: into }));
  if (mode === 'int') return of(values, shape);
  const result = encodedShape(shape, mode, depth) as readonly number[];
  const data = new Float64Array(result.reduce((a, b) => a * b, 1));
  // Without one-hot the axis behind that of the samples is counted over.
  const [across, inner] = mode === 'oneHot' ? [1, 1] : [shape[1] ?? 1, shape.slice(2).reduce((a, b) => a * b, 1)];
  const whole = mode !== 'oneHot' && shape.length < 2;
  const weigh = weights && Array.from(weights.astype('float64').copy().data as Float64Array);
  for (let i = 0; i < values.length; i++) {
    const category = values[i]!;
    if (!(category >= 0 && category < depth)) continue;
    const row = whole ? 0 : Math.floor(i / (across * inner)) * inner + (i % inner);
    const place = row * depth + Math.trunc(category);
    data[place] = mode === 'count' ? data[place]! + (weigh?.[i] ?? 1) : 1;
  }
  return of(data, result);
}

/** Elements of an array as whole numbers. */
export function indicesOf(x: NDArray): Indices {
  const values = Array.from(x.plain().astype('float64').copy().data as Float64Array, Math.trunc);
  return { values, shape: x.shape };
}

/** Refuses weights of another shape than the indices. */
export function checkWeights(weights: NDArray | undefined, x: NDArray, where: string): void {
  if (weights === undefined || weights.shape.join() === x.shape.join()) return;
  throw new ShapeError({
    where,
    what: 'countWeights do not fit the input',
    got: showShape(weights.shape),
    expected: showShape(x.shape),
  });
}
