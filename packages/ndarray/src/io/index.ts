import '../attach.ts';

export { fromNpy, fromNpz, load, save, savez, savezCompressed } from './load.ts';
export { toNpy } from './npy.ts';
export { type NamedArrays, NpzFile, toNpz } from './npz.ts';
export type { ByteSource } from './bytes.ts';
