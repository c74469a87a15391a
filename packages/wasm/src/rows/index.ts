import { addKernel } from '@isograd/device';
import type { Runtime } from '../runtime.ts';
import { compileRows } from './rows.ts';

/** Gives the WebAssembly device its kernels of rows. */
export function addRows(): void {
  addKernel('wasm', 'rows', (desc, runtime) => compileRows(runtime as Runtime, desc));
}
