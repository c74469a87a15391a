import type { DType } from '@isograd/device';
import type { NDArray, Shape } from '@isograd/ndarray';

/** How Keras writes down an initialiser. */
export interface InitializerRecord {
  readonly className: string;
  /** Its options in Keras's spelling. */
  readonly config: Readonly<Record<string, number | string | boolean | null | readonly number[]>>;
}

/** Axes of a weight that count its input and output units, where they are not the last two. */
export interface UnitAxes {
  readonly inputAxes: readonly number[];
  readonly outputAxes: readonly number[];
}

/** Makes the first values of a weight. */
export interface Initializer {
  (shape: Shape, dtype: DType, units?: UnitAxes): NDArray;
  /** How it is saved; own functions have none. */
  readonly record?: InitializerRecord;
  /** Makes another one as this was made: it draws other values where no seed was given. */
  readonly again?: () => Initializer;
}

/** An initialiser that can be saved. */
export function recorded(
  className: string,
  config: InitializerRecord['config'],
  make: Initializer,
  again?: () => Initializer,
): Initializer {
  const own: Initializer = (shape, dtype, units) => make(shape, dtype, units);
  return Object.assign(own, { record: { className, config }, ...(again && { again }) });
}
