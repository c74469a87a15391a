import { DataError, DeviceError } from '@isograd/device';
import { bytesOf, type ByteSource } from './bytes.ts';

/** What is needed of Node's file system. */
interface FileSystem {
  readFileSync(path: string): Uint8Array;
  writeFileSync(path: string, bytes: Uint8Array, options?: { flag: string }): void;
  renameSync(from: string, to: string): void;
  rmSync(path: string, options: { force: boolean }): void;
  appendFileSync(path: string, bytes: Uint8Array): void;
  existsSync(path: string): boolean;
  mkdirSync(path: string, options: { recursive: boolean }): void;
  readdirSync(path: string): readonly string[];
  rmdirSync(path: string): void;
}

/** What is needed of Node's `process`, where there is one. */
interface HostProcess {
  readonly pid?: number;
  getBuiltinModule?(name: 'node:fs'): FileSystem | undefined;
}

// found at run time and never imported, so that no bundler looks for it
const host = (globalThis as { process?: HostProcess }).process;

function fileSystem(where: string): FileSystem {
  const found = host?.getBuiltinModule?.('node:fs');
  if (found) return found;
  throw new DeviceError({
    where,
    what: 'there is no file system here',
    got: 'a path',
    expected: 'bytes, or Node 20.16 or newer',
    hint: 'load(new Uint8Array(await response.arrayBuffer())); toNpy(x) gives bytes to store',
  });
}

function attempt<T>(where: string, path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    const { code, message } = cause as { code?: string; message?: string };
    throw new DataError(
      {
        where,
        what: code === 'ENOENT' ? 'No such file or directory' : 'the file cannot be used',
        got: `'${path}'${code === 'ENOENT' ? '' : ` (${code ?? message ?? 'unknown reason'})`}`,
        expected: 'a file of this machine',
        hint: 'relative paths begin in the folder where Node was started',
      },
      { cause },
    );
  }
}

/** The bytes of a file. @throws DataError when it cannot be read; DeviceError where there are no files. */
export function readFile(path: string, where: string): Uint8Array {
  const fs = fileSystem(where);
  return attempt(where, path, () => {
    const bytes = fs.readFileSync(path);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  });
}

/** The bytes of a file that is given by its path, or as they are. @throws DataError when it cannot be read; DeviceError for a path where there are no files. */
export function fileBytes(file: string | ByteSource, where: string): Uint8Array {
  return typeof file === 'string' ? readFile(file, where) : bytesOf(file);
}

let written = 0;

/**
 * Writes a file as a whole: it is there with all its bytes, or as it was before.
 *
 * @throws DataError when it cannot be written; DeviceError where there are no files.
 */
export function writeFile(path: string, bytes: Uint8Array, where: string): void {
  const fs = fileSystem(where);
  const partial = `${path}.${host?.pid ?? 0}-${written++}.tmp`;
  attempt(where, path, () => {
    try {
      fs.writeFileSync(partial, bytes, { flag: 'wx' });
      fs.renameSync(partial, path);
    } catch (error) {
      fs.rmSync(partial, { force: true });
      throw error;
    }
  });
}

/** Whether there is a file or folder. @throws DeviceError where there are no files. */
export function fileExists(path: string, where: string): boolean {
  return fileSystem(where).existsSync(path);
}

/** Adds bytes to the end of a file, which is made where there is none. @throws DataError when it cannot be written; DeviceError where there are no files. */
export function appendFile(path: string, bytes: Uint8Array, where: string): void {
  attempt(where, path, () => fileSystem(where).appendFileSync(path, bytes));
}

/** Makes a folder, and those around it, where there is none. @throws DataError when that fails; DeviceError where there are no files. */
export function makeFolder(path: string, where: string): void {
  attempt(where, path, () => fileSystem(where).mkdirSync(path, { recursive: true }));
}

/** Removes files of a folder where they are there, and the folder when nothing else is in it. @throws DataError when that fails; DeviceError where there are no files. */
export function removeFiles(folder: string, names: readonly string[], where: string): void {
  const fs = fileSystem(where);
  if (!fs.existsSync(folder)) return;
  attempt(where, folder, () => {
    for (const name of names) fs.rmSync(`${folder}/${name}`, { force: true });
    if (fs.readdirSync(folder).length === 0) fs.rmdirSync(folder);
  });
}
