import { DeviceError, type DType, DTYPES, type TypedArray } from '@isograd/device';

/** Memory that arrays share: a view and its base have one storage. */
export class Storage {
  #memory: TypedArray | undefined;
  /** Counts in-place writes, so that a value saved for a gradient is known to be stale. */
  version = 0;
  /** Whether it outlives every region, see {@link keep}. */
  permanent = false;

  constructor(memory: TypedArray) {
    this.#memory = memory;
  }

  /** The elements. @throws DeviceError when a region has ended that owned them. */
  get memory(): TypedArray {
    return this.#memory ?? released();
  }

  /** Hands the memory over; from then on every access is refused. */
  release(): TypedArray {
    const memory = this.memory;
    this.#memory = undefined;
    return memory;
  }
}

function released(): never {
  throw new DeviceError({
    where: 'array',
    what: 'the memory of this array was given back when the step that made it ended',
    hint: 'inside fit() and other regions keep a copy that lives on: keep(x.clone())',
    got: 'an array of a step that is over',
    expected: 'an array that was returned from the step, or kept',
  });
}

/** Arrays made since a region began, to be given back at its end. */
interface Region {
  readonly made: Storage[];
  readonly escaped: Set<Storage>;
}

// Below this size a fresh typed array is cheaper than a look into the pool.
const POOLED_BYTES = 1024;
const POOL_LIMIT = 1 << 28;
/** Memory to use again, by its constructor and length. */
const pool = new Map<unknown, Map<number, TypedArray[]>>();
let pooledBytes = 0;
let region: Region | undefined;

/** Buffers without zeros where the host has them: a fresh 4 MB of zeros costs more than most kernels that fill it. */
interface HostBuffer {
  allocUnsafeSlow(bytes: number): { readonly buffer: ArrayBuffer; readonly byteOffset: number };
}
const host = (globalThis as { Buffer?: Partial<HostBuffer> }).Buffer;

/** Small arrays are cut from slabs: a view costs a fraction of a buffer of its own, and the native device reads it faster. */
const SLAB_BYTES = 1 << 17;
const SLAB_SHARE = 1 << 14;
let slab: ArrayBuffer | undefined;
let slabUsed = SLAB_BYTES;

/** Place of so many bytes in the slab, which is replaced when it is full. Lines of the cache are kept whole for all but the smallest. */
function cut(bytes: number): number {
  const step = bytes < 256 ? 16 : 64;
  let at = (slabUsed + step - 1) & -step;
  if (at + bytes > SLAB_BYTES) {
    slab = host?.allocUnsafeSlow?.(SLAB_BYTES).buffer ?? new ArrayBuffer(SLAB_BYTES);
    at = 0;
  }
  slabUsed = at + bytes;
  return at;
}

function fresh(dtype: DType, size: number): TypedArray {
  const { Array, itemsize, lanes } = DTYPES[dtype];
  const bytes = size * itemsize;
  if (bytes <= SLAB_SHARE) {
    const at = cut(bytes);
    return new Array(slab!, at, size * lanes);
  }
  if (!host?.allocUnsafeSlow) return new Array(size * lanes);
  const { buffer, byteOffset } = host.allocUnsafeSlow(bytes);
  return new Array(buffer, byteOffset, size * lanes);
}

/** Memory for an array whose every element will be written; its contents are undefined. */
export function allocate(dtype: DType, size: number): Storage {
  const { Array, itemsize, lanes } = DTYPES[dtype];
  if (!region || size * itemsize < POOLED_BYTES) return new Storage(fresh(dtype, size));
  const memory = pool
    .get(Array)
    ?.get(size * lanes)
    ?.pop();
  if (memory) pooledBytes -= memory.byteLength;
  const storage = new Storage(memory ?? fresh(dtype, size));
  region.made.push(storage);
  return storage;
}

/** Keeps memory for another array of its kind and length, up to a limit. */
function giveBack(memory: TypedArray): void {
  if (pooledBytes + memory.byteLength > POOL_LIMIT) return;
  let lengths = pool.get(memory.constructor);
  if (!lengths) pool.set(memory.constructor, (lengths = new Map<number, TypedArray[]>()));
  const list = lengths.get(memory.length);
  if (list) list.push(memory);
  else lengths.set(memory.length, [memory]);
  pooledBytes += memory.byteLength;
}

/** Anything that has a storage. */
export interface Stored {
  readonly storage: Storage;
}

/** Lets an array made inside a region live on after its end; returns it. */
export function keep<T extends Stored>(x: T): T {
  x.storage.permanent = true;
  return x;
}

/**
 * Runs a step whose intermediate arrays are dead when it returns; their memory serves the next step.
 *
 * What `fn` returns through `escapes`, what {@link keep} names, and all arrays made before live on. Any other array made
 * inside is refused afterwards with a clear error, never read as something else.
 */
export function withRegion<T>(fn: () => T, escapes: (result: T) => readonly Stored[]): T {
  const outer = region;
  const own: Region = { made: [], escaped: new Set() };
  region = own;
  try {
    const result = fn();
    for (const x of escapes(result)) own.escaped.add(x.storage);
    return result;
  } finally {
    region = outer;
    close(own, outer);
  }
}

function close(own: Region, outer: Region | undefined): void {
  for (const storage of own.made) {
    if (storage.permanent) continue;
    if (own.escaped.has(storage)) {
      outer?.made.push(storage);
      continue;
    }
    giveBack(storage.release());
  }
}
