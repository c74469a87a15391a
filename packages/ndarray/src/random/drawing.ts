import { ArgumentError, type DType, DTypeError, ShapeError, sizeOf } from '@isograd/device';
import { NDArray, type Shape } from '../array.ts';
import { broadcastStrides, commonShape, sameShape, show } from '../broadcast.ts';
import { type ArraySource, asarray } from '../creation.ts';
import { allocate } from '../storage.ts';
import { type Size, shapeOfSize } from './bit-generator.ts';
import type { Drawer, Source } from './source.ts';
import { storeInt64 } from './words.ts';

/** Options of every draw. */
export interface DrawOptions {
  /** Number of values or the shape of their array; default that of the parameters, for numbers one number. */
  readonly size?: Size | null | undefined;
}

/** Options of draws that know single precision. */
export interface FloatDrawOptions extends DrawOptions {
  /** `float64` (default) or `float32`, which has a stream of its own. */
  readonly dtype?: DType | undefined;
  /** An array to write into, instead of a new one. */
  readonly out?: NDArray | undefined;
}

/** Options of `standardExponential`. */
export interface ExponentialOptions extends FloatDrawOptions {
  /** `zig` (default), or `inv` for the inverse of the distribution function. */
  readonly method?: 'zig' | 'inv' | undefined;
}

/** What a parameter may be, by the name that NumPy's sources have for it. */
export type Range =
  | 'any'
  | 'nonNegative'
  | 'positive'
  | 'positiveNotNan'
  | 'unit'
  | 'unitAboveZero'
  | 'unitBelowOne'
  | 'aboveOne'
  | 'fromOne'
  | 'poisson';

/** One parameter of a distribution. */
export interface ParameterRow {
  readonly name: string;
  readonly range: Range;
  readonly default?: number;
  /** Whether it counts something, so that it must be a whole number. */
  readonly whole?: boolean;
}

/** How a draw goes: in double precision, and in single where NumPy has it. */
export interface Drawers {
  readonly draw: Drawer;
  readonly drawFloat?: Drawer;
}

/** A distribution: all that calls, refusals and documentation need to know of it. */
export interface Distribution extends Drawers {
  readonly name: string;
  readonly parameters: readonly ParameterRow[];
  /** Whether its values are whole numbers, which come as int64. */
  readonly whole?: boolean;
  /** What is wrong with the parameters together, in NumPy's words. */
  readonly refuse?: (a: number, b: number, c: number) => string | undefined;
  /** Other ways to draw it, by the option `method`. */
  readonly methods?: Readonly<Record<string, Drawers>>;
}

const POISSON_MAX = 9.223372006484771e18;

interface RangeRow {
  readonly holds: (x: number) => boolean;
  /** The refusal in NumPy's words; `end` is its last clause, which differs for numbers and arrays. */
  readonly words: (name: string, nan: string) => string;
}

const RANGES: Readonly<Record<Range, RangeRow>> = {
  any: { holds: () => true, words: () => '' },
  nonNegative: { holds: (x) => !(x < 0 || Object.is(x, -0)), words: (n) => `${n} < 0` },
  positive: { holds: (x) => !(x <= 0), words: (n) => `${n} <= 0` },
  positiveNotNan: { holds: (x) => x > 0, words: (n) => `${n} <= 0` },
  unit: { holds: (x) => x >= 0 && x <= 1, words: (n, nan) => `${n} < 0, ${n} > 1 or ${n} ${nan}` },
  unitAboveZero: { holds: (x) => x > 0 && x <= 1, words: (n) => `${n} <= 0, ${n} > 1 or ${n} contains NaNs` },
  unitBelowOne: { holds: (x) => x >= 0 && x < 1, words: (n, nan) => `${n} < 0, ${n} >= 1 or ${n} ${nan}` },
  aboveOne: { holds: (x) => x > 1, words: (n, nan) => `${n} <= 1 or ${n} ${nan}` },
  fromOne: { holds: (x) => x >= 1, words: (n, nan) => `${n} < 1 or ${n} ${nan}` },
  poisson: { holds: (x) => x >= 0 && x <= POISSON_MAX, words: (n, nan) => `${n} < 0 or ${n} ${nan}` },
};

function refuse(where: string, what: string, got: string, expected: string): never {
  throw new ArgumentError({ where, what, got, expected, hint: 'nothing was drawn' });
}

/** Refuses the first value outside a range. @throws ArgumentError in NumPy's words. */
export function checkRange(values: ArrayLike<number>, row: ParameterRow, where: string, isArray: boolean): void {
  const { name, range } = row;
  if (range === 'any') return;
  const { holds, words } = RANGES[range];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (holds(value)) continue;
    const what =
      range === 'poisson' && value > POISSON_MAX
        ? `${name} value too large`
        : range === 'positiveNotNan' && Number.isNaN(value)
          ? `${name} must not be NaN`
          : words(name, isArray ? 'contains NaNs' : 'is NaN');
    refuse(where, what, `${name} ${value}`, 'parameters for which the distribution exists');
  }
}

const isOptions = (x: unknown): x is DrawOptions =>
  typeof x === 'object' && x !== null && !(x instanceof NDArray) && !Array.isArray(x) && !ArrayBuffer.isView(x);

/** Arguments with their options: the last one may be the options object, whatever comes before it. */
export function splitOptions<O extends object>(args: readonly unknown[]): [readonly unknown[], Partial<O>] {
  const last = args.at(-1);
  return isOptions(last) ? [args.slice(0, -1), last as Partial<O>] : [args, {}];
}

const shapeText = (shape: Shape): string => `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;

/** The shape of a result from the size asked for and the shape that the parameters broadcast to. @throws ShapeError when they do not go together. */
export function outputShape(size: Shape | undefined, parameters: Shape, where: string): Shape {
  if (!size) return parameters;
  const common = commonShape(where, [size, parameters]);
  if (sameShape(common, size)) return size;
  throw new ShapeError({
    where,
    what: `Output size ${shapeText(size)} is not compatible with broadcast dimensions of inputs ${shapeText(common)}.`,
    got: `size ${show(size)}, parameters ${show(parameters)}`,
    expected: 'a size that the parameters broadcast to',
    hint: 'leave size out to draw one value for each parameter',
  });
}

/** A parameter as given: a number, or an array of float64. */
type Operand = number | NDArray;

function operand(value: unknown, row: ParameterRow, where: string): Operand {
  const given = value ?? row.default;
  if (given === undefined)
    refuse(where, `missing argument: '${row.name}'`, 'nothing', `a number or an array for ${row.name}`);
  const isNumber = typeof given === 'number' || typeof given === 'bigint' || typeof given === 'boolean';
  const x = isNumber ? Number(given) : floats(given as ArraySource, where);
  const values = typeof x === 'number' ? [x] : (x.data as Float64Array);
  if (row.whole) checkWhole(values, row.name, where);
  checkRange(values, row, where, !isNumber);
  return x;
}

function floats(source: ArraySource, where: string): NDArray {
  const x = asarray(source);
  if (x.dtype.startsWith('complex'))
    throw new DTypeError({
      where,
      what: 'Cannot cast array data from complex to float64',
      got: x.dtype,
      expected: 'real numbers',
      hint: 'take x.real?',
    });
  return x.astype('float64');
}

function checkWhole(values: ArrayLike<number>, name: string, where: string): void {
  for (let i = 0; i < values.length; i++)
    if (!Number.isSafeInteger(values[i]))
      refuse(where, `${name} is not an integer`, String(values[i]), 'whole numbers below 2^53');
}

/** Memory for results, and how a value is put into it. */
function memoryFor(out: NDArray, whole: boolean): (place: number, value: number) => void {
  if (!whole) {
    const memory = out.memory as Float64Array;
    return (place, value) => (memory[place] = value);
  }
  const { memory } = out;
  const words = new Int32Array(memory.buffer, memory.byteOffset, 2 * memory.length);
  return (place, value) => storeInt64(words, place, value);
}

/** Fills an array with values of fixed parameters. */
function fillFixed(source: Source, out: NDArray, whole: boolean, one: (source: Source) => number): void {
  if (whole || !out.contiguous) {
    const put = memoryFor(out, whole);
    out.forEachPlace((place) => put(place, one(source)));
    return;
  }
  const memory = out.data as Float64Array;
  for (let i = 0; i < memory.length; i++) memory[i] = one(source);
}

function fillBroadcast(source: Source, out: NDArray, operands: readonly Operand[], row: Distribution & Drawers): void {
  const put = memoryFor(out, row.whole === true);
  const readers = [0, 1, 2].map((i) => valuesIn(operands[i] ?? 0, out.shape));
  const [a, b, c] = readers as [Reader, Reader, Reader];
  for (let i = 0; i < out.size; i++) put(i, row.draw(source, a(i), b(i), c(i)));
}

type Reader = (i: number) => number;

/** Element `i` of an operand broadcast to a shape, in C order. */
function valuesIn(x: Operand, shape: Shape): Reader {
  if (typeof x === 'number') return () => x;
  const spread = x.viewAs({ shape, strides: broadcastStrides(x, shape), offset: x.offset }).data;
  return (i) => spread[i] as number;
}

function checkJoint(row: Distribution, operands: readonly Operand[], where: string): void {
  const { refuse: words } = row;
  if (!words) return;
  const shape = commonShape(
    where,
    operands.map((x) => (typeof x === 'number' ? [] : x.shape)),
  );
  const [a, b, c] = [0, 1, 2].map((i) => valuesIn(operands[i] ?? 0, shape)) as [Reader, Reader, Reader];
  for (let i = 0; i < sizeOf(shape); i++) {
    const what = words(a(i), b(i), c(i));
    if (what === undefined) continue;
    const got = row.parameters.map(({ name }, k) => `${name} ${[a, b, c][k]!(i)}`).join(', ');
    refuse(where, what, got, 'parameters for which the distribution exists');
  }
}

interface Target {
  readonly dtype: 'float32' | 'float64' | 'int64';
  readonly size: Shape | undefined;
  readonly out: NDArray | undefined;
}

function targetOf(row: Distribution & Drawers, options: ExponentialOptions, where: string): Target {
  const { out } = options;
  const size = options.size === undefined || options.size === null ? undefined : shapeOfSize(options.size, where);
  if (row.whole) return { dtype: 'int64', size, out: undefined };
  const dtype = options.dtype ?? 'float64';
  if (dtype !== 'float64' && (dtype !== 'float32' || !row.drawFloat))
    throw new DTypeError({
      where,
      what: `Unsupported dtype '${dtype}' for ${row.name}`,
      got: dtype,
      expected: row.drawFloat ? 'float32 or float64' : 'float64',
      hint: 'convert with astype',
    });
  if (out) checkOut(out, dtype, size, where);
  return { dtype, size, out };
}

function checkOut(out: NDArray, dtype: DType, size: Shape | undefined, where: string): void {
  out.checkWritable(where);
  if (out.dtype !== dtype)
    throw new DTypeError({
      where,
      what: `Supplied output array has the wrong type. Expected ${dtype}, got ${out.dtype}`,
      got: out.dtype,
      expected: dtype,
      hint: 'say which dtype is meant: { dtype, out }',
    });
  if (size && !sameShape(size, out.shape))
    throw new ShapeError({
      where,
      what: 'size must match out.shape when used together',
      got: `size ${show(size)}, out ${show(out.shape)}`,
      expected: 'equal shapes',
      hint: 'leave size out',
    });
}

function checkNames(row: Distribution, options: object, where: string): void {
  const known = ['size', ...(row.drawFloat ? ['dtype', 'out'] : []), ...(row.methods ? ['method'] : [])];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined)
    refuse(where, `got an unexpected keyword argument '${unknown}'`, `{ ${unknown} }`, `options ${known.join(', ')}`);
}

function methodOf(row: Distribution, name: string | undefined, where: string): Distribution {
  if (name === undefined) return row;
  const drawers = row.methods?.[name];
  if (!drawers) refuse(where, 'unknown method', name, Object.keys(row.methods ?? {}).join(', '));
  return { ...row, ...drawers };
}

/**
 * A call of a distribution: its parameters, then the size or an object of options.
 *
 * @throws ArgumentError, DTypeError or ShapeError before anything is drawn.
 */
export function draw(source: Source, distribution: Distribution, args: readonly unknown[]): NDArray | number {
  const where = `random.${distribution.name}`;
  const [positional, named] = splitOptions<ExponentialOptions>(args);
  const count = distribution.parameters.length;
  if (positional.length > count + 1)
    refuse(where, 'too many arguments', `${positional.length}`, `at most ${count + 1}: parameters and size`);
  checkNames(distribution, named, where);
  const row = methodOf(distribution, named.method, where);
  const options = { size: positional[count] as Size | null | undefined, ...named };
  const operands = row.parameters.map((parameter, i) => operand(positional[i], parameter, where));
  checkJoint(row, operands, where);
  const { dtype, size, out } = targetOf(row, options, where);
  const isFixed = operands.every((x) => typeof x === 'number');
  const drawer = dtype === 'float32' ? row.drawFloat! : row.draw;
  const [a = 0, b = 0, c = 0] = operands as readonly number[];
  if (isFixed && !size && !out) return drawer(source, a, b, c);

  const shape = out?.shape ?? size;
  const parameters = commonShape(
    where,
    operands.map((x) => (typeof x === 'number' ? [] : x.shape)),
  );
  const final = outputShape(shape, parameters, where);
  const result = out ?? new NDArray(allocate(dtype, sizeOf(final)), dtype, final);
  if (isFixed) fillFixed(source, result, row.whole === true, (s) => drawer(s, a, b, c));
  else fillBroadcast(source, result, operands, { ...row, draw: drawer });
  if (out) out.touch();
  return result;
}
