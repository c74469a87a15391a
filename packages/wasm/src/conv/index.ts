import { addKernel } from '@isograd/device';
import type { Runtime } from '../runtime.ts';
import { compileConv } from './conv.ts';

/** Gives the WebAssembly device its convolutions. */
export function addConvolutions(): void {
  addKernel('wasm', 'conv', (desc, runtime) => compileConv(runtime as Runtime, desc));
}
