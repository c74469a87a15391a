import { ArgumentError, DataError } from '@isograd/device';
import { NDArray } from '../array.ts';
import { isNpy } from './npy-header.ts';
import { readNpy, toNpy } from './npy.ts';
import { readMember, type ZipEntry, zipEntries } from './zip-reader.ts';
import { zip } from './zip-writer.ts';

/** Arrays to be saved together: by name, or a list, which gets the names `arr_0`, `arr_1`, ... */
export type NamedArrays = { readonly [name: string]: NDArray } | readonly NDArray[];

const EXTENSION = '.npy';

/**
 * The arrays of an .npz file, each read when it is asked for and then kept.
 *
 * @example
 * const file = fromNpz(toNpz({ x: array([1, 2]), y: array([3]) }));
 * file.files // => [ 'x', 'y' ]
 * file.get('x').tolist() // => [ 1, 2 ]
 */
export class NpzFile {
  /** The names of the arrays, in the order of the file. */
  readonly files: readonly string[];
  readonly #bytes: Uint8Array;
  readonly #entries: ReadonlyMap<string, ZipEntry>;
  readonly #read = new Map<string, NDArray>();

  /** @throws DataError when the bytes are no intact zip file. */
  constructor(bytes: Uint8Array) {
    const entries = zipEntries(bytes);
    this.#bytes = bytes;
    this.#entries = new Map(entries.map((entry) => [entry.name, entry]));
    this.files = entries.map(({ name }) => (name.endsWith(EXTENSION) ? name.slice(0, -EXTENSION.length) : name));
  }

  /** How many arrays there are. */
  get size(): number {
    return this.files.length;
  }

  /** Whether there is an array of this name. */
  has(name: string): boolean {
    return this.#entries.has(name) || this.#entries.has(name + EXTENSION);
  }

  /**
   * The array of a name, with or without `.npy`.
   *
   * @throws DataError when there is none, or when it is damaged.
   */
  get(name: string): NDArray {
    const entry = this.#entries.get(name + EXTENSION) ?? this.#entries.get(name);
    if (entry === undefined)
      throw new DataError({
        where: 'load',
        what: `'${name}' is not a file in the archive`,
        got: `'${name}'`,
        expected: this.files.map((file) => `'${file}'`).join(', ') || 'nothing, the archive is empty',
        hint: 'names are those given to savez',
      });
    let x = this.#read.get(entry.name);
    if (x === undefined) this.#read.set(entry.name, (x = this.#array(entry)));
    return x;
  }

  /** Names and arrays, in the order of the file. */
  *[Symbol.iterator](): Generator<[string, NDArray]> {
    for (const name of this.files) yield [name, this.get(name)];
  }

  /** All arrays by name. */
  toObject(): { [name: string]: NDArray } {
    return Object.fromEntries(this);
  }

  #array(entry: ZipEntry): NDArray {
    const bytes = readMember(this.#bytes, entry);
    if (!isNpy(bytes))
      throw new DataError({
        where: 'load',
        what: 'a member of the archive is no array',
        got: JSON.stringify(entry.name),
        expected: 'members in the .npy format',
        hint: 'unpack the others with a zip program',
      });
    // what was inflated belongs to nobody else
    return readNpy(bytes, entry.method !== 0);
  }
}

/**
 * Arrays as the bytes of an .npz file: a zip file with an .npy file for each.
 *
 * @throws ArgumentError for what is no array, or beyond 4 GiB; DataError for a name that leads out of the file.
 * @example
 * fromNpz(toNpz([array([1, 2])])).files // => [ 'arr_0' ]
 */
export function toNpz(arrays: NamedArrays, options: { readonly compressed?: boolean } = {}): Uint8Array {
  return npzBytes(arrays, options.compressed ?? false, 'toNpz');
}

/** The work of {@link toNpz}, for a function of another name. */
export function npzBytes(arrays: NamedArrays, compressed: boolean, where: string): Uint8Array {
  const named = Array.isArray(arrays)
    ? (arrays as readonly NDArray[]).map((x, i) => [`arr_${i}`, x] as const)
    : Object.entries(arrays as { readonly [name: string]: NDArray });
  const members = named.map(([name, x]) => {
    if (x instanceof NDArray) return { name: name + EXTENSION, bytes: toNpy(x) };
    throw new ArgumentError({
      where,
      what: `'${name}' is not an array`,
      got: x === null ? 'null' : typeof x,
      expected: 'arrays by name, or a list of arrays',
      hint: 'make one with array(...)',
    });
  });
  return zip(members, compressed, where);
}
