import { type DType, DTYPES, sizeOf } from '@isograd/device';
import { NDArray, type Shape, Storage } from '@isograd/ndarray';
import { Tensor } from '@isograd/autograd';
import { fileBytes, readMember, widenedBfloat16, zipEntries } from '@isograd/ndarray/files';
import type { ByteSource } from '@isograd/ndarray/io';
import { badPickle, type PickleHost, PythonName, readPickle } from './pickle.ts';

/** What `torch.save` kept: tensors, numbers, texts, and lists and maps of them. */
export type TorchValue =
  | Tensor
  | number
  | bigint
  | string
  | boolean
  | null
  | readonly TorchValue[]
  | ReadonlyMap<TorchValue, TorchValue>;

/** dtypes by the names of PyTorch's storages; bfloat16 is read as float32. */
const STORAGES: Readonly<Record<string, DType | 'bfloat16'>> = {
  BoolStorage: 'bool',
  ByteStorage: 'uint8',
  CharStorage: 'int8',
  ShortStorage: 'int16',
  IntStorage: 'int32',
  LongStorage: 'int64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  ComplexFloatStorage: 'complex64',
  ComplexDoubleStorage: 'complex128',
};

/** Elements that tensors of a file share. */
class SharedMemory {
  readonly dtype: DType;
  readonly storage: Storage;
  readonly size: number;

  constructor(bytes: Uint8Array, dtype: DType | 'bfloat16', size: number) {
    const itemsize = dtype === 'bfloat16' ? 2 : DTYPES[dtype].itemsize;
    if (bytes.length !== size * itemsize)
      badPickle('a storage has another size than it says', `${bytes.length} bytes`, `${size * itemsize} bytes`);
    this.size = size;
    this.dtype = dtype === 'bfloat16' ? 'float32' : dtype;
    const { Array: Memory } = DTYPES[this.dtype];
    const memory = dtype === 'bfloat16' ? widenedBfloat16(bytes) : new Memory(bytes.slice().buffer);
    this.storage = new Storage(memory);
  }
}

const isCounts = (x: unknown): x is readonly number[] =>
  Array.isArray(x) && x.length <= 64 && x.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);

/** A view of shared elements, checked against their number. */
function rebuild([memory, offset, shape, strides]: readonly unknown[]): Tensor {
  if (!(memory instanceof SharedMemory) || !isCounts(shape) || !isCounts(strides) || !isCounts([offset]))
    return badPickle('a tensor is not described as PyTorch does', typeof memory);
  if (shape.length !== strides.length) badPickle('a tensor has another number of strides', `${shape.length} axes`);
  const last = shape.reduce((at, n, d) => at + Math.max(0, n - 1) * strides[d]!, offset as number);
  if (sizeOf(shape) > 0 && last >= memory.size)
    badPickle('a tensor reaches beyond its storage', `element ${last} of ${memory.size}`);
  const view = new NDArray(memory.storage, memory.dtype, { shape: shape as Shape, strides, offset: offset as number });
  return new Tensor(memory.storage, memory.dtype, view);
}

/** The names of Python that a state dict has; every other one is refused. */
function call({ path }: PythonName, args: readonly unknown[]): unknown {
  switch (path) {
    case 'collections.OrderedDict':
      return new Map((args[0] as readonly (readonly [unknown, unknown])[] | undefined) ?? []);
    case 'torch._utils._rebuild_tensor_v2':
    case 'torch._utils._rebuild_tensor':
      return rebuild(args);
    case 'torch._utils._rebuild_parameter':
      return args[0];
    case 'torch.Size':
      return args[0];
    case 'builtins.set':
    case '__builtin__.set':
      return args[0];
    default:
      return badPickle('a name of Python that is not known', path);
  }
}

/** Names stand for themselves until they are called: dtypes as `torch.float32`. */
function plain(value: unknown): TorchValue {
  if (value instanceof PythonName) return value.path;
  if (value instanceof SharedMemory) return badPickle('a storage stands alone', value.dtype);
  return value as TorchValue;
}

/**
 * Reads what `torch.save` wrote (`.pt`, `.pth`; the zip format, since PyTorch 1.6): tensors, numbers, texts, lists and dicts. No code of the file is run;
 * names that are not those of tensors are refused.
 *
 * Tensors that share their elements in PyTorch share them here. bfloat16 is read as float32.
 *
 * @throws DataError when it is no such file, is cut, or holds objects; DeviceError for a path where there are no files.
 */
export function loadTorch(file: string | ByteSource): TorchValue {
  const bytes = fileBytes(file, 'loadTorch');
  const entries = zipEntries(bytes);
  const pickle = entries.find(({ name }) => name === 'data.pkl' || name.endsWith('/data.pkl'));
  if (!pickle)
    badPickle(
      'the file has no data.pkl',
      entries
        .map(({ name }) => name)
        .join(', ')
        .slice(0, 80),
    );
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  const order = entries.find(({ name }) => name === `${folder}byteorder`);
  if (order && new TextDecoder().decode(readMember(bytes, order)) === 'big')
    badPickle('the file is big-endian', 'byteorder big', 'little-endian');
  const memories = new Map<string, SharedMemory>();
  const host: PickleHost = {
    call,
    persistent: (key) => {
      const [kind, type, name, , size] = (Array.isArray(key) ? key : []) as readonly unknown[];
      const code = type instanceof PythonName ? STORAGES[type.path.replace(/^torch\./, '')] : undefined;
      if (kind !== 'storage' || typeof name !== 'string' || code === undefined || !isCounts([size]))
        return badPickle(
          'a storage is not described as PyTorch does',
          type instanceof PythonName ? type.path : typeof key,
        );
      let memory = memories.get(name);
      if (!memory) {
        const entry = entries.find((item) => item.name === `${folder}data/${name}`);
        if (!entry) return badPickle('a storage is not in the file', name);
        memories.set(name, (memory = new SharedMemory(readMember(bytes, entry), code, size as number)));
      }
      return memory;
    },
  };
  return plain(readPickle(readMember(bytes, pickle), host));
}

/**
 * Reads a state dict that `torch.save(model.state_dict(), path)` wrote: names with tensors, ready for `loadStateDict`.
 *
 * @throws DataError as {@link loadTorch}, and when the file holds something else.
 */
export function loadTorchStateDict(file: string | ByteSource): Readonly<Record<string, Tensor>> {
  const value = loadTorch(file);
  const entries = value instanceof Map ? [...(value as ReadonlyMap<unknown, unknown>)] : [];
  if (!(value instanceof Map) || !entries.every(([name, x]) => typeof name === 'string' && x instanceof Tensor))
    return badPickle(
      'the file is no state dict',
      value instanceof Map ? 'other values' : typeof value,
      'names with tensors',
    );
  return Object.fromEntries(entries as readonly (readonly [string, Tensor])[]);
}
