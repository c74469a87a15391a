import { addKernel } from './added-kernels.ts';
import { compileRows } from './js/rows.ts';

/**
 * Gives the js device its kernels of rows: softmax, normalisation and their gradients.
 *
 * @example
 * import { expr, jsDevice } from '@isograd/device';
 * addRows();
 * const x = expr.input(0, 'float32');
 * const desc = { kind: 'rows', inputs: ['float32'], scalars: [], folds: ['sum'], outputs: [x], written: [0] } as const;
 * typeof jsDevice.compile(desc).run // => function
 */
export function addRows(): void {
  addKernel('js', 'rows', compileRows);
}
