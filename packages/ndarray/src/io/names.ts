// Without an effect when it is loaded, so that the main entry can hand the names on and bundlers drop those not used.
export type { ByteSource } from './bytes.ts';
export { type ArrayCapsule, type ArrayProvider, DLPACK, fromDlpack, type TfjsTensor, toDlpack } from './dlpack.ts';
export { fromregex } from './fromregex.ts';
export { genfromtxt, type GenfromtxtOptions } from './genfromtxt.ts';
export { fromJSON, type JsonForm, type JsonNumber, toJSON } from './json.ts';
export { fromNpy, fromNpz, load, save, savez, savezCompressed } from './load.ts';
export { type Converter, loadtxt, type LoadtxtOptions } from './loadtxt.ts';
export { toNpy } from './npy.ts';
export { type NamedArrays, NpzFile, toNpz } from './npz.ts';
export {
  frombuffer,
  type FrombufferOptions,
  fromfile,
  type FromfileOptions,
  fromstring,
  type FromstringOptions,
  tobytes,
  tofile,
  type TofileOptions,
} from './raw.ts';
export type { MinAxes } from './rows.ts';
export { savetxt, type SavetxtOptions, toTxt } from './savetxt.ts';
export type { TextSource } from './text-source.ts';
