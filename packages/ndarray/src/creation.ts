import {
  ArgumentError,
  checkDType,
  DTypeError,
  type DType,
  DTYPES,
  GradientError,
  ShapeError,
  sizeOf,
  type TypedArray,
} from '@isograd/device';
import { NDArray, type NestedList, type Scalar, type Shape } from './array.ts';
import { isScalar, elementWriter } from './elements.ts';
import { sameShape, show } from './broadcast.ts';
import { type Promotion, NUMPY, weakKind } from './promotion.ts';
import { checkShape } from './shape-check.ts';
import { allocate, Storage } from './storage.ts';

/** Options of functions that make arrays. */
export interface ArrayOptions<D extends DType = DType> {
  /** Element type; default inferred, or `float64` where there is nothing to infer from. */
  readonly dtype?: D;
}

/** Nested lists of elements and arrays. */
export type NestedArrays = Scalar | NDArray | readonly NestedArrays[];

/** What `array` reads: nested lists of numbers and arrays, typed arrays (taken without a copy), arrays. */
export type ArraySource = NestedArrays | TypedArray;

/** The dtype of a typed array. */
export type DTypeOf<A extends TypedArray> = A extends Float64Array
  ? 'float64'
  : A extends Float32Array
    ? 'float32'
    : A extends BigInt64Array
      ? 'int64'
      : A extends BigUint64Array
        ? 'uint64'
        : A extends Int32Array
          ? 'int32'
          : A extends Int16Array
            ? 'int16'
            : A extends Int8Array
              ? 'int8'
              : A extends Uint32Array
                ? 'uint32'
                : A extends Uint16Array
                  ? 'uint16'
                  : A extends Uint8Array
                    ? 'uint8'
                    : DType;

const isList = (x: NestedList): x is readonly NestedList[] => Array.isArray(x);

function shapeOfList(list: NestedList, where: string): Shape {
  const shape: number[] = [];
  for (let at = list; isList(at); at = at[0]!) {
    shape.push(at.length);
    if (at.length === 0) break;
  }
  const check = (item: NestedList, d: number): void => {
    const length = isList(item) ? item.length : undefined;
    if (length !== shape[d])
      throw new ShapeError({
        where,
        what: 'the nested lists have no common shape',
        got: `${length ?? 'a number'} where ${shape[d] ?? 'a number'} is expected at depth ${d}`,
        expected: `shape ${show(shape)}`,
        hint: 'make all rows equally long',
      });
    if (isList(item)) for (const child of item) check(child, d + 1);
  };
  check(list, 0);
  return shape;
}

function flatten(list: NestedList, into: Scalar[]): Scalar[] {
  if (isList(list)) for (const item of list) flatten(item, into);
  else into.push(list);
  return into;
}

function inferDType(values: readonly Scalar[], rule: Promotion): DType {
  if (values.length === 0) return rule.defaultFloat;
  const kinds = new Set(values.map(weakKind));
  if (kinds.has('c')) return rule.defaultFloat === 'float64' ? 'complex128' : 'complex64';
  if (kinds.has('f')) return rule.defaultFloat;
  if (!kinds.has('i')) return 'bool';
  return values.some((v) => typeof v === 'bigint' && v > 2n ** 63n - 1n) ? 'uint64' : 'int64';
}

/** Typed arrays of JavaScript that stand for a dtype under another name, as the memory that isograd keeps. */
function asMemory(x: unknown): { memory: TypedArray; dtype: DType } | undefined {
  if (!ArrayBuffer.isView(x) || x instanceof DataView) return undefined;
  const { buffer, byteOffset, byteLength } = x;
  const name = Object.prototype.toString.call(x).slice(8, -1);
  if (name === 'Float16Array') return { memory: new Uint16Array(buffer, byteOffset, byteLength / 2), dtype: 'float16' };
  if (name === 'Uint8ClampedArray') return { memory: new Uint8Array(buffer, byteOffset, byteLength), dtype: 'uint8' };
  const row = Object.values(DTYPES).find((d) => d.name !== 'bool' && x instanceof d.Array);
  return row && { memory: x as TypedArray, dtype: row.name };
}

/** Fresh elements in another shape. */
function shaped(x: NDArray, shape: Shape, where: string): NDArray {
  if (sizeOf(checkShape(shape, where)) === x.size) return new NDArray(x.storage, x.dtype, shape);
  throw new ShapeError({
    where,
    what: 'the number of elements is not that of the shape',
    got: `${x.size} elements, shape ${show(shape)}`,
    expected: 'lengths whose product is the number of elements',
    hint: 'x.reshape(..., -1) computes a length',
  });
}

/** Reads what a user gave as an array, by the rules of its kind. Called by `array` and by `tensor`. */
export function readArray(
  source: ArraySource,
  options: { readonly dtype?: DType | undefined; readonly shape?: Shape | undefined },
  rule: Promotion,
  where: string,
): NDArray {
  if (typeof options !== 'object' || Array.isArray(options)) return refuseOptions(options, where);
  const dtype = options.dtype === undefined ? undefined : checkDType(options.dtype, where);
  let x: NDArray;
  const typed = asMemory(source);
  if (source instanceof NDArray) x = source.plain().copy();
  else if (typed !== undefined)
    x = new NDArray(new Storage(typed.memory), dtype === 'bool' && typed.dtype === 'uint8' ? 'bool' : typed.dtype, [
      typed.memory.length,
    ]);
  else if (holdsArray(source)) x = joined(source, rule, where);
  else x = fromList(source as NestedList, dtype, rule, where);
  if (dtype !== undefined) x = x.astype(dtype);
  return options.shape === undefined ? x : shaped(x, options.shape, where);
}

function fromList(list: NestedList, dtype: DType | undefined, rule: Promotion, where: string): NDArray {
  const shape = shapeOfList(list, where);
  const values = flatten(list, []);
  const bad = values.find((v) => !isScalar(v));
  if (bad !== undefined)
    throw new DTypeError({
      where,
      what: 'an element is not a number',
      got: typeof bad,
      expected: 'numbers, bigints, booleans or complex numbers',
      hint: 'convert strings with Number(...) first',
    });
  const type = dtype ?? inferDType(values, rule);
  const { Array: Memory, lanes } = DTYPES[type];
  const memory = new Memory(values.length * lanes);
  const write = elementWriter(type, where);
  values.forEach((v, i) => write(memory, i, v));
  return new NDArray(new Storage(memory), type, shape);
}

function holdsArray(source: unknown): source is readonly NestedArrays[] {
  return (
    Array.isArray(source) &&
    source.some((item) => typeof item === 'object' && (item instanceof NDArray || holdsArray(item)))
  );
}

function refuseGradient(where: string): never {
  throw new GradientError({
    where,
    what: 'a list of tensors would lose their gradient',
    got: 'a tensor that requires a gradient',
    expected: 'numbers and plain arrays, or x.detach()',
    hint: 'stack(list) keeps gradients',
  });
}

/** Arrays in a list, one behind the other along a new first axis. */
function joined(list: readonly NestedArrays[], rule: Promotion, where: string): NDArray {
  const parts = list.map((item) => {
    if (!(item instanceof NDArray)) return readArray(item, {}, rule, where);
    if (rule === NUMPY && (item as { requiresGrad?: boolean }).requiresGrad) refuseGradient(where);
    return item.plain();
  });
  const [first] = parts as [NDArray];
  const odd = parts.find((x) => !sameShape(x.shape, first.shape));
  if (odd !== undefined)
    throw new ShapeError({
      where,
      what: 'the arrays in the list have no common shape',
      got: `${show(first.shape)} and ${show(odd.shape)}`,
      expected: 'equal shapes',
      hint: 'concatenate joins arrays of other lengths',
    });
  const dtype = parts.map((x) => x.dtype).reduce(rule.promote);
  const storage = allocate(dtype, first.size * parts.length);
  const memory = storage.memory as { set(from: TypedArray, at: number): void };
  const step = first.size * DTYPES[dtype].lanes;
  parts.forEach((x, i) => memory.set(x.astype(dtype).data, i * step));
  return new NDArray(storage, dtype, [parts.length, ...first.shape]);
}

/**
 * Makes an array of nested lists, a number, a typed array or another array.
 *
 * Whole numbers give int64 and fractions float64, as in NumPy; say `{ dtype: 'float64' }` where `[1, 2]` is meant as floats.
 * A typed array is taken over without a copy: writes show on both sides. An array is copied.
 *
 * @throws ShapeError when the lists have no common shape; DTypeError for elements that are not numbers.
 * @example
 * array([[1, 2], [3, 4]]).dtype // => int64
 * array([0.5, 1]).dtype // => float64
 * array(new Float32Array(6), { shape: [2, 3] }).shape // => [ 2, 3 ]
 */
export function array<D extends DType>(
  source: ArraySource,
  options: { readonly dtype: D; readonly shape?: Shape },
): NDArray<D>;
export function array<A extends TypedArray>(source: A, options?: { readonly shape?: Shape }): NDArray<DTypeOf<A>>;
export function array(source: ArraySource, options?: ArrayOptions & { readonly shape?: Shape }): NDArray;
export function array(source: ArraySource, options: ArrayOptions & { readonly shape?: Shape } = {}): NDArray {
  return readArray(source, options, NUMPY, 'array');
}

/**
 * The array itself, or what {@link array} makes of anything else.
 *
 * @example
 * const x = array([1, 2]);
 * asarray(x) === x // => true
 */
export function asarray<D extends DType>(source: ArraySource, options: { readonly dtype: D }): NDArray<D>;
export function asarray<T extends NDArray>(source: T): T;
export function asarray(source: ArraySource, options?: ArrayOptions): NDArray;
export function asarray(source: ArraySource, options: ArrayOptions = {}): NDArray {
  if (!(source instanceof NDArray)) return readArray(source, options, NUMPY, 'asarray');
  return options.dtype === undefined || options.dtype === source.dtype ? source : source.astype(options.dtype);
}

/** The dtype that options name, or the one that their type stands for by default. */
function dtypeOr<D extends DType>(options: ArrayOptions<D>, usual: DType, where: string): D {
  if (typeof options !== 'object') return refuseOptions(options, where);
  return options.dtype ?? (usual as D);
}

/** The slips of those who come from Python: `zeros(2, 3)`, `zeros([2], 'int32')`. */
function refuseOptions(got: unknown, where: string): never {
  throw new ArgumentError({
    where,
    what: 'options are one object',
    got: JSON.stringify(got),
    expected: '{ dtype }',
    hint: typeof got === 'number' ? `a shape is one list: ${where}([2, 3])` : "name the option: { dtype: 'int32' }",
  });
}

/** Memory of a dtype filled with one value, in any shape. Called by `full` and by PyTorch's makers of tensors. */
export function filled<D extends DType>(shape: Shape | number, value: Scalar, dtype: D, where: string): NDArray<D> {
  const lengths = checkShape(shape, where);
  const storage = allocate(checkDType(dtype, where), sizeOf(lengths));
  const { memory } = storage;
  const one = new DTYPES[dtype].Array(DTYPES[dtype].lanes);
  elementWriter(dtype, where)(one, 0, value);
  if (one.length === 1) (memory as { fill(v: number | bigint): unknown }).fill(one[0]!);
  else for (let i = 0; i < memory.length; i++) memory[i] = one[i % 2] as never;
  return new NDArray(storage, dtype, lengths);
}

/**
 * An array of zeros, float64 by default.
 *
 * @example
 * zeros([2, 3]).tolist() // => [ [ 0, 0, 0 ], [ 0, 0, 0 ] ]
 * zeros(2).tolist() // => [ 0, 0 ]
 */
export function zeros<D extends DType = 'float64'>(shape: Shape | number, options: ArrayOptions<D> = {}): NDArray<D> {
  return filled(shape, 0, dtypeOr(options, 'float64', 'zeros'), 'zeros');
}

/**
 * An array of ones, float64 by default.
 *
 * @example
 * ones([2]).tolist() // => [ 1, 1 ]
 */
export function ones<D extends DType = 'float64'>(shape: Shape | number, options: ArrayOptions<D> = {}): NDArray<D> {
  return filled(shape, 1, dtypeOr(options, 'float64', 'ones'), 'ones');
}

/**
 * An array of one value; its dtype is that of the value unless given.
 *
 * @example
 * full([2], 7).tolist() // => [ 7, 7 ]
 */
export function full(shape: Shape | number, value: Scalar, options: ArrayOptions = {}): NDArray {
  return filled(shape, value, dtypeOr(options, inferDType([value], NUMPY), 'full'), 'full');
}

/**
 * An array whose elements are whatever the memory held, float64 by default: for one that will be overwritten.
 *
 * @example
 * empty([2, 3], { dtype: 'float32' }).shape // => [ 2, 3 ]
 */
export function empty<D extends DType = 'float64'>(shape: Shape | number, options: ArrayOptions<D> = {}): NDArray<D> {
  const dtype = dtypeOr(options, 'float64', 'empty');
  checkDType(dtype, 'empty');
  const lengths = checkShape(shape, 'empty');
  return new NDArray(allocate(dtype, sizeOf(lengths)), dtype, lengths);
}

/**
 * Zeros in the shape and dtype of another array.
 *
 * @example
 * zerosLike(array([1, 2])).tolist() // => [ 0, 0 ]
 */
export function zerosLike<D extends DType, E extends DType = D>(
  x: NDArray<D> | NestedList | TypedArray,
  options: ArrayOptions<E> = {},
): NDArray<E> {
  const { shape, dtype } = asarray(x);
  return filled(shape, 0, dtypeOr(options, dtype, 'zerosLike'), 'zerosLike');
}

/**
 * Ones in the shape and dtype of another array.
 *
 * @example
 * onesLike(array([1, 2])).tolist() // => [ 1, 1 ]
 */
export function onesLike<D extends DType, E extends DType = D>(
  x: NDArray<D> | NestedList | TypedArray,
  options: ArrayOptions<E> = {},
): NDArray<E> {
  const { shape, dtype } = asarray(x);
  return filled(shape, 1, dtypeOr(options, dtype, 'onesLike'), 'onesLike');
}

/**
 * One value in the shape and dtype of another array.
 *
 * @example
 * fullLike(array([1, 2]), 9).tolist() // => [ 9, 9 ]
 */
export function fullLike<D extends DType, E extends DType = D>(
  x: NDArray<D> | NestedList | TypedArray,
  value: Scalar,
  options: ArrayOptions<E> = {},
): NDArray<E> {
  const { shape, dtype } = asarray(x);
  return filled(shape, value, dtypeOr(options, dtype, 'fullLike'), 'fullLike');
}
