import { checkDType, type DType, DTYPES, GradientError, ShapeError } from '@isograd/device';
import { NDArray, type Scalar } from './array.ts';
import type { Named } from './axes.ts';
import type { ArrayLike } from './dispatch.ts';
import { imag, real } from './functions/real-imag.ts';
import type { Index } from './indexing/parse.ts';
import { getItem, setItem, type Writable, writeInto } from './indexing/write.ts';
import { elementBytes } from './io/bytes.ts';
import { type JsonForm, toJSON } from './io/json.ts';
import * as ops from './ops/index.ts';
import type { SortOptions } from './ops/ordering.ts';
import { Storage } from './storage.ts';

type Ops = typeof ops;

/** Functions without a method: they take a list, or NumPy's method of that name does something else (`x.sort()` sorts in place). */
type FunctionOnly = 'concatenate' | 'stack' | 'where' | 'sort' | 'getitem';
const FUNCTION_ONLY: ReadonlySet<string> = new Set<FunctionOnly>(['concatenate', 'stack', 'where', 'sort', 'getitem']);

/** Names of methods after Python's operators and NumPy's short names. */
const OPERATORS = {
  sub: 'subtract',
  mul: 'multiply',
  div: 'divide',
  floordiv: 'floorDivide',
  mod: 'remainder',
  pow: 'power',
  and: 'bitwiseAnd',
  or: 'bitwiseOr',
  xor: 'bitwiseXor',
  lshift: 'leftShift',
  rshift: 'rightShift',
  pos: 'positive',
  neg: 'negative',
  abs: 'absolute',
  conj: 'conjugate',
  eq: 'equal',
  ne: 'notEqual',
  lt: 'less',
  le: 'lessEqual',
  gt: 'greater',
  ge: 'greaterEqual',
  at: 'getitem',
} as const;

/** Operators with the array on the right: `y.rsub(1)` is `1 - y`. */
const REVERSED = {
  radd: 'add',
  rsub: 'subtract',
  rmul: 'multiply',
  rdiv: 'divide',
  rfloordiv: 'floorDivide',
  rmod: 'remainder',
  rpow: 'power',
  rmatmul: 'matmul',
  rand: 'bitwiseAnd',
  ror: 'bitwiseOr',
  rxor: 'bitwiseXor',
  rlshift: 'leftShift',
  rrshift: 'rightShift',
} as const;

/** Python's in-place operators: `x.iadd(1)` is `x += 1`. */
const IN_PLACE = {
  iadd: 'add',
  isub: 'subtract',
  imul: 'multiply',
  idiv: 'divide',
  ifloordiv: 'floorDivide',
  imod: 'remainder',
  ipow: 'power',
  iand: 'bitwiseAnd',
  ior: 'bitwiseOr',
  ixor: 'bitwiseXor',
  ilshift: 'leftShift',
  irshift: 'rightShift',
} as const;

type Result<Y, Self> = Y extends readonly unknown[] ? Self[] : Self;
type Method<F, Self> = F extends (x: never, ...rest: infer R) => infer Y ? (...rest: R) => Result<Y, Self> : never;

/** An index of one part; a list stands for several. */
type OnePart = Exclude<Index, readonly unknown[]>;

/** Methods that read and write elements. */
interface ElementMethods<Self> {
  /**
   * Writes a value into the part that an index names, broadcast and cast as NumPy's assignment; returns the array.
   * An index of one part needs no brackets: a mask, a slice, a position.
   *
   * @throws IndexError for a wrong index, ShapeError for a value that does not broadcast; nothing is written then.
   * @example
   * zeros([2, 3]).set([':', 1], [5, 6]).tolist() // => [ [ 0, 5, 0 ], [ 0, 6, 0 ] ]
   * const x = array([1, -2, 3]);
   * x.set(x.lt(0), 0).tolist() // => [ 1, 0, 3 ]
   */
  set(index: readonly Index[] | OnePart, value: Writable): Self;
  /** One element by its position on each axis. @throws IndexError for a position outside the array. */
  get(...index: readonly number[]): Scalar;
  /** Writes one value over all elements; returns the array. */
  fill(value: Scalar): Self;
  /** The bytes of the elements in C order, as a copy. */
  tobytes(): Uint8Array;
  /** What `JSON.stringify` writes; `fromJSON` reads it. */
  toJSON(): JsonForm;
  /** The real parts: a view of a complex array, the array itself when it is real. */
  readonly real: Self;
  /** The imaginary parts: a view of a complex array, zeros that share one element when it is real. */
  readonly imag: Self;
}

/** Methods that plain arrays have and tensors have not, because PyTorch's do something else. */
export interface ArrayMethods {
  /**
   * Sorts in place along an axis, the last by default; stable, NaN last. The function `sort` gives a copy.
   *
   * @throws AxisError when there is no such axis.
   * @example
   * const x = array([3, 1, 2]);
   * x.sort();
   * x.tolist() // => [ 1, 2, 3 ]
   */
  sort(axis?: Named<number, SortOptions>): void;
  /**
   * The same memory read as another dtype; the last axis shrinks or grows with the size of an element.
   *
   * @throws ShapeError unless the last axis has no gaps and a length that fits.
   * @example
   * array([1, 0], { dtype: 'int32' }).view('int64').tolist() // => [ 1 ]
   */
  view<D extends DType>(dtype: D): NDArray;
}

/** `x.exp()` for every `exp(x)`: derived, so it can never lag behind. */
export type OpMethods<Self> = { [K in Exclude<keyof Ops, FunctionOnly>]: Method<Ops[K], Self> } & {
  [K in keyof typeof OPERATORS]: Method<Ops[(typeof OPERATORS)[K]], Self>;
} & { [K in keyof typeof REVERSED | keyof typeof IN_PLACE]: (x: ArrayLike) => Self } & ElementMethods<Self>;

/** Methods whose result has the dtype of the array. */
type SameDType =
  | 'at'
  | 'broadcastTo'
  | 'copy'
  | 'diagonal'
  | 'expandDims'
  | 'flatten'
  | 'flip'
  | 'moveaxis'
  | 'pad'
  | 'positive'
  | 'ravel'
  | 'repeat'
  | 'reshape'
  | 'squeeze'
  | 'swapaxes'
  | 'take'
  | 'takeAlongAxis'
  | 'tile'
  | 'transpose'
  | 'max'
  | 'min'
  | 'split';

/** The methods of an array of a known dtype: what keeps the dtype says so. */
export type TypedMethods<D extends DType> = Omit<OpMethods<NDArray>, SameDType | 'astype' | 'set' | 'fill'> &
  Pick<OpMethods<NDArray<D>>, SameDType | 'set' | 'fill'> & {
    /** The elements as another dtype, see the function `astype`. */
    astype<E extends DType>(dtype: E): NDArray<E>;
  };

type AnyFunction = (...args: unknown[]) => unknown;

function define(name: string, value: (this: NDArray, ...args: never[]) => unknown): void {
  Object.defineProperty(NDArray.prototype, name, { value, writable: true, configurable: true });
}

/** A property that is a part of complex arrays. */
function definePart(name: string, part: (x: ArrayLike) => NDArray): void {
  const get = function (this: NDArray): NDArray {
    return part(this);
  };
  Object.defineProperty(NDArray.prototype, name, { get, configurable: true });
}

function refuseInPlaceSort(): never {
  throw new GradientError({
    where: 'sort',
    what: 'tensors are not sorted in place',
    got: 'a tensor',
    expected: 'a plain array',
    hint: 'the function sort(x) gives a sorted copy',
  });
}

/** The same bytes as elements of another dtype. */
function reinterpreted(x: NDArray, dtype: DType): NDArray {
  const { Array, itemsize, lanes } = DTYPES[dtype];
  if (itemsize === x.itemsize && lanes === DTYPES[x.dtype].lanes && Array === DTYPES[x.dtype].Array)
    return new NDArray(x.storage, dtype, x);
  const bytes = x.memory;
  const [n, start] = [x.shape.at(-1) ?? 1, x.offset * x.itemsize];
  const fits = x.ndim > 0 ? x.strides.at(-1) === 1 || n <= 1 : itemsize === x.itemsize;
  const outer = x.strides.slice(0, -1).map((s) => (s * x.itemsize) / itemsize);
  if (
    !fits ||
    (n * x.itemsize) % itemsize !== 0 ||
    !outer.every(Number.isInteger) ||
    (bytes.byteOffset + start) % Array.BYTES_PER_ELEMENT !== 0
  )
    throw new ShapeError({
      where: 'view',
      what: 'to change to a dtype of a different size, the last axis must be contiguous and its bytes must be divisible by the size',
      got: `${x.dtype} [${x.shape.join(', ')}] as ${dtype}`,
      expected: 'a last axis without gaps whose bytes fill whole elements',
      hint: 'x.copy().view(dtype)',
    });
  const whole = bytes.byteLength - (bytes.byteLength % itemsize);
  const memory = new Array(
    bytes.buffer,
    bytes.byteOffset + (start % itemsize),
    (whole - (start % itemsize === 0 ? 0 : itemsize)) / Array.BYTES_PER_ELEMENT,
  );
  const shape = x.ndim === 0 ? [] : [...x.shape.slice(0, -1), (n * x.itemsize) / itemsize];
  return new NDArray(new Storage(memory), dtype, {
    shape,
    strides: x.ndim === 0 ? [] : [...outer, 1],
    offset: Math.floor(start / itemsize),
  });
}

/** Puts every op on the prototype; called once when the package is loaded. */
export function attachMethods(): void {
  const table = ops as unknown as Readonly<Record<string, AnyFunction>>;
  const method = (op: AnyFunction) =>
    function (this: NDArray, ...args: unknown[]): unknown {
      return op(this, ...args);
    };
  for (const [name, op] of Object.entries(table)) if (!FUNCTION_ONLY.has(name)) define(name, method(op));
  for (const [name, target] of Object.entries(OPERATORS)) define(name, method(table[target]!));
  for (const [name, target] of Object.entries(REVERSED)) {
    const op = table[target]!;
    define(name, function (this: NDArray, x: ArrayLike) {
      return op(x, this);
    });
  }
  for (const [name, target] of Object.entries(IN_PLACE)) {
    const op = table[target]!;
    define(name, function (this: NDArray, x: ArrayLike) {
      return op(this, x, { out: this });
    });
  }
  define('set', function (this: NDArray, index: readonly Index[] | OnePart, value: Writable) {
    setItem(this, Array.isArray(index) ? index : [index as OnePart], value);
    return this;
  });
  define('tobytes', function (this: NDArray) {
    return elementBytes(this.plain()).slice();
  });
  define('toJSON', function (this: NDArray) {
    return toJSON(this);
  });
  define('get', function (this: NDArray, ...index: readonly number[]) {
    return getItem(this, index);
  });
  definePart('real', real);
  definePart('imag', imag);
  define('sort', function (this: NDArray, axis?: Named<number, SortOptions>) {
    if (this.differentiable) refuseInPlaceSort();
    this.checkWritable('sort');
    writeInto(this, ops.sort(this, axis));
  });
  define('view', function (this: NDArray, dtype: DType) {
    return reinterpreted(this.plain(), checkDType(dtype, 'view'));
  });
  define('fill', function (this: NDArray, value: Scalar) {
    this.checkWritable('fill');
    writeInto(this.plain(), value);
    return this;
  });
}
