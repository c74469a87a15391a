import type { DType } from '@isograd/device';
import type { NDArray, Shape } from '@isograd/ndarray';

/** How Keras writes down an initialiser. */
export interface InitializerRecord {
  readonly className: string;
  /** Its options in Keras's spelling. */
  readonly config: Readonly<Record<string, number | string | boolean | null | readonly number[]>>;
}

/** Makes the first values of a weight. */
export interface Initializer {
  (shape: Shape, dtype: DType): NDArray;
  /** How it is saved; own functions have none. */
  readonly record?: InitializerRecord;
}

/** An initialiser that can be saved. */
export function recorded(className: string, config: InitializerRecord['config'], make: Initializer): Initializer {
  return Object.assign((shape: Shape, dtype: DType) => make(shape, dtype), { record: { className, config } });
}
