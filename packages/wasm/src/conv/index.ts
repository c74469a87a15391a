import { addKernel } from '@isograd/device';
import { addConvolutions as addToJs } from '@isograd/device/conv';
import type { Runtime } from '../runtime.ts';
import { compileConv } from './conv.ts';

/** Gives the WebAssembly device its convolutions. */
export function addConvolutions(): void {
  addToJs();
  addKernel('wasm', 'conv', (desc, runtime) => compileConv(runtime as Runtime, desc));
}
