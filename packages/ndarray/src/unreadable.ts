import { GradientError } from '@isograd/device';
import type { Interpreter, ReadingBatch } from './op.ts';

/** Elements were asked for that cannot be read, as they are those of many arrays at once. */
export class UnreadableError extends GradientError {
  /** Whose arrays they are. */
  readonly interpreter: Interpreter;

  constructor(parts: ConstructorParameters<typeof GradientError>[0], interpreter: Interpreter) {
    super(parts);
    this.interpreter = interpreter;
  }
}

type AnyFunction = (...args: never[]) => unknown;

/**
 * A composed function that, where it needs to read elements of many arrays at once (inside `vmap`), is run on all of them by `batch`, or on one
 * after the other.
 *
 * @example
 * readingOneByOne('first', (x) => x.get(0))(array([3, 4])) // => 3
 */
export function readingOneByOne<F extends AnyFunction>(name: string, call: F, batch?: ReadingBatch): F {
  const guarded = (...args: never[]): unknown => {
    try {
      return call(...args);
    } catch (error) {
      if (!(error instanceof UnreadableError) || !error.interpreter.runOneByOne) throw error;
      return error.interpreter.runOneByOne({ name, call: guarded, args, error, batch });
    }
  };
  return guarded as F;
}
