import { lookUp } from '../named.ts';
import { Adam } from './adam.ts';
import { Optimizer } from './optimizer.ts';
import { SGD } from './sgd.ts';

export { Adam, type AdamOptions } from './adam.ts';
export { Optimizer, type OptimizerOptions } from './optimizer.ts';
export { SGD, type SGDOptions } from './sgd.ts';

/** Name of an optimizer. */
export type OptimizerName = 'sgd' | 'adam';

const TABLE: { readonly [N in OptimizerName]: () => Optimizer } = { sgd: () => new SGD(), adam: () => new Adam() };

/**
 * The optimizer of a name with its defaults, or the one that is given.
 *
 * @throws ArgumentError for an unknown name.
 * @example
 * get('adam').learningRate // => 0.001
 */
export function get(optimizer: Optimizer | OptimizerName): Optimizer {
  return optimizer instanceof Optimizer ? optimizer : lookUp(TABLE, optimizer, 'optimizers')();
}
