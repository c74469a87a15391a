import { ArgumentError, DataError } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { bytesOf, type ByteSource, isBytes } from './bytes.ts';
import { fileBytes, writeFile } from './files.ts';
import { isNpy } from './npy-header.ts';
import { readNpy, toNpy } from './npy.ts';
import { type NamedArrays, npzBytes, NpzFile } from './npz.ts';

function unreadable(got: string, hint: string): never {
  throw new DataError({
    where: 'load',
    what: 'This file contains no array',
    got,
    expected: 'an .npy or .npz file',
    hint,
  });
}

const isZip = ([p, k, a, b]: Uint8Array): boolean =>
  p === 0x50 && k === 0x4b && ((a === 3 && b === 4) || (a === 5 && b === 6));

function refuseContent(bytes: Uint8Array): never {
  if (bytes.length === 0) return unreadable('No data left in file', 'the file is empty');
  if (bytes[0] === 0x80) return unreadable('a pickle', 'pickles may run code; save the array with numpy.save');
  return unreadable(`bytes ${[...bytes.subarray(0, 6)].join(' ')}`, 'text is read by loadtxt, raw numbers by fromfile');
}

/**
 * The bytes of an .npy file as an array, as {@link load} reads it.
 *
 * @throws DataError when they are none, or damaged.
 * @example
 * fromNpy(toNpy(arange(3))).tolist() // => [ 0, 1, 2 ]
 */
export function fromNpy(bytes: ByteSource): NDArray {
  return readNpy(bytesOf(bytes));
}

/**
 * The bytes of an .npz file as its arrays, as {@link load} reads it.
 *
 * @throws DataError when they are no intact zip file.
 * @example
 * fromNpz(toNpz({ w: ones([2]) })).get('w').tolist() // => [ 1, 1 ]
 */
export function fromNpz(bytes: ByteSource): NpzFile {
  return new NpzFile(bytesOf(bytes));
}

/**
 * Reads an .npy file as an array or an .npz file as its arrays; which one it is, its first bytes say.
 *
 * All dtypes, both byte orders, formats 1.0 to 3.0, C and Fortran order. Nothing in a file is ever run: arrays of Python objects (pickles) and
 * arrays with fields are refused, and so is whatever is damaged. The members of an .npz file carry checksums, the elements of an .npy file do not.
 *
 * @param file A path (in Node), or the bytes of the file.
 * @throws DataError for a file that cannot be read, is damaged, or is not what its name says; DeviceError for a path where there are no files.
 * @example
 * String(load(toNpy(arange(3)))) // => [0 1 2]
 */
export function load(file: `${string}.npy`): NDArray;
export function load(file: `${string}.npz`): NpzFile;
export function load(file: string | ByteSource): NDArray | NpzFile;
export function load(file: string | ByteSource): NDArray | NpzFile {
  if (typeof file !== 'string' && !isBytes(file))
    throw new ArgumentError({
      where: 'load',
      what: 'neither a path nor bytes',
      got: file === null ? 'null' : typeof file,
      expected: 'a string, Uint8Array or ArrayBuffer',
      hint: 'load(new Uint8Array(await response.arrayBuffer()))',
    });
  const isPath = typeof file === 'string';
  const bytes = fileBytes(file, 'load');
  const found = isNpy(bytes) ? '.npy' : isZip(bytes) ? '.npz' : undefined;
  const named = isPath ? /\.np[yz]$/.exec(file)?.[0] : undefined;
  if (found === undefined) return refuseContent(bytes);
  if (named !== undefined && named !== found) return unreadable(`an ${found} file named ${named}`, 'rename the file');
  return found === '.npy' ? readNpy(bytes, isPath) : new NpzFile(bytes);
}

function withExtension(file: string, extension: string): string {
  return file.endsWith(extension) ? file : file + extension;
}

/**
 * Writes an array into an .npy file, as `numpy.save` does; `.npy` is added to the path where it is missing.
 *
 * The file is written as a whole or not at all. {@link toNpy} gives the bytes instead, also in a browser.
 *
 * @throws DataError when the file cannot be written; DeviceError where there are no files.
 */
export function save(file: string, x: NDArray): void {
  writeFile(withExtension(file, '.npy'), toNpy(x), 'save');
}

/**
 * Writes arrays into an .npz file, as `numpy.savez` does; `.npz` is added to the path where it is missing.
 *
 * The file is written as a whole or not at all. {@link toNpz} gives the bytes instead.
 *
 * @param arrays By name, or a list, which gets the names `arr_0`, `arr_1`, ...
 * @throws DataError when the file cannot be written; ArgumentError for what is no array; DeviceError where there are no files.
 */
export function savez(file: string, arrays: NamedArrays): void {
  writeFile(withExtension(file, '.npz'), npzBytes(arrays, false, 'savez'), 'savez');
}

/**
 * Writes arrays into a compressed .npz file, as `numpy.savez_compressed` does.
 *
 * @throws As {@link savez}.
 */
export function savezCompressed(file: string, arrays: NamedArrays): void {
  writeFile(withExtension(file, '.npz'), npzBytes(arrays, true, 'savezCompressed'), 'savezCompressed');
}
