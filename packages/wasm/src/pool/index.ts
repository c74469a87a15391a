import { addKernel } from '@isograd/device';
import type { Runtime } from '../runtime.ts';
import { compileMaxPool } from './max-pool.ts';
import { compileTaps } from './taps.ts';

/** Gives the WebAssembly device its pooling. */
export function addPooling(): void {
  addKernel('wasm', 'maxPool', (desc, runtime) => compileMaxPool(runtime as Runtime, desc));
  addKernel('wasm', 'taps', (desc, runtime) => compileTaps(runtime as Runtime, desc));
}
