import { addKernel } from './added-kernels.ts';
import { compileConv } from './js/conv.ts';

/**
 * Gives the js device its convolutions.
 *
 * @example
 * import { jsDevice } from '@isograd/device';
 * addConvolutions();
 * typeof jsDevice.compile({ kind: 'conv', dtype: 'float32', role: 'output', bias: false }).run // => function
 */
export function addConvolutions(): void {
  addKernel('js', 'conv', compileConv);
}
