import { addKernel } from './added-kernels.ts';
import { compileMaxPool } from './js/max-pool.ts';
import { compileTaps } from './js/taps.ts';

/**
 * Gives the js device its pooling: the largest elements of windows, and the sparse matrices that means are.
 *
 * @example
 * import { jsDevice } from '@isograd/device';
 * addPooling();
 * typeof jsDevice.compile({ kind: 'maxPool', dtype: 'float32' }).run // => function
 */
export function addPooling(): void {
  addKernel('js', 'maxPool', compileMaxPool);
  addKernel('js', 'taps', compileTaps);
}
