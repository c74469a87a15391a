import { type DType, DTYPES, halfToNumber, type TypedArray } from '@isograd/device';

/**
 * How near values must be: the same bits; some units in the last place of each element; or of the largest one, where
 * sums may be taken in another order.
 */
export type Tolerance =
  | { readonly kind: 'exact'; readonly complexUlps?: number }
  | { readonly kind: 'ulps'; readonly ulps: number }
  | { readonly kind: 'scaled'; readonly ulps: number; readonly products?: boolean };

/** The same bits. */
export const EXACT: Tolerance = { kind: 'exact' };
/** The same bits, but complex products, which NumPy fuses where the processor can. */
export const EXACT_REAL: Tolerance = { kind: 'exact', complexUlps: 4 };
/** So many units in the last place of each element, of complex ones of their magnitude. */
export const ulps = (n: number): Tolerance => ({ kind: 'ulps', ulps: n });
/** So many units in the last place of the largest element. */
export const scaled = (n: number): Tolerance => ({ kind: 'scaled', ulps: n });

/** So many units in the last place of the product of the largest elements of the inputs. */
export const products = (n: number): Tolerance => ({ kind: 'scaled', ulps: n, products: true });

/** Digits and smallest exponent of a float format. */
const FORMATS: { readonly [D in DType]?: readonly [digits: number, least: number] } = {
  float16: [10, -24],
  float32: [23, -149],
  float64: [52, -1074],
};

const partOf = (dtype: DType): DType =>
  dtype === 'complex64' ? 'float32' : dtype === 'complex128' ? 'float64' : dtype;

/** The distance of neighbouring numbers at a magnitude. */
function unit(magnitude: number, dtype: DType): number {
  const [digits, least] = FORMATS[dtype]!;
  if (magnitude === 0) return 2 ** least;
  const exponent = Math.floor(Math.log2(magnitude));
  const exact = 2 ** exponent > magnitude ? exponent - 1 : exponent;
  return 2 ** Math.max(exact - digits, least);
}

function numbers(memory: TypedArray, dtype: DType): readonly (number | bigint)[] {
  return Array.from(memory as Iterable<number | bigint>, (v) => (dtype === 'float16' ? halfToNumber(Number(v)) : v));
}

const same = (a: number | bigint, b: number | bigint): boolean => Object.is(a, b) || (a !== a && b !== b);

/** What applies to a dtype: integers and bools are exact in any case. */
function toleranceFor(asked: Tolerance, dtype: DType): Tolerance {
  const { kind } = DTYPES[dtype];
  if (kind !== 'f' && kind !== 'c') return EXACT;
  return asked.kind === 'exact' && asked.complexUlps !== undefined && kind === 'c' ? ulps(asked.complexUlps) : asked;
}

/** The first element in which two arrays of one dtype and shape differ by more than they may; undefined where there is none. */
export function firstDifference(
  got: TypedArray,
  want: TypedArray,
  dtype: DType,
  asked: Tolerance,
  product = 0,
): string | undefined {
  const tolerance = toleranceFor(asked, dtype);
  const [a, b] = [numbers(got, dtype), numbers(want, dtype)];
  const { lanes } = DTYPES[dtype];
  const largest = tolerance.kind !== 'scaled' ? 0 : tolerance.products ? product : magnitudeOf(b);
  const isNear = (i: number): boolean => {
    if (same(a[i]!, b[i]!)) return true;
    const [x, y] = [Number(a[i]), Number(b[i])];
    if (tolerance.kind === 'exact') return false;
    if (x === y || !Number.isFinite(y)) return x === y;
    const near = lanes === 2 ? Math.hypot(y, Number(b[i ^ 1])) : Math.abs(y);
    const scale = Number.isFinite(near) ? Math.max(near, largest) : Math.abs(y);
    return Math.abs(x - y) <= tolerance.ulps * unit(scale, partOf(dtype));
  };
  for (let i = 0; i < b.length; i++) {
    if (isNear(i)) continue;
    const part = lanes === 2 ? (i % 2 ? '.imag' : '.real') : '';
    return `element ${Math.floor(i / lanes)}${part}: got ${spell(a[i]!)}, want ${spell(b[i]!)}`;
  }
  return undefined;
}

const spell = (v: number | bigint): string => (Object.is(v, -0) ? '-0' : String(v));

/** The largest finite magnitude among elements. */
export function largestOf(memory: TypedArray, dtype: DType): number {
  return magnitudeOf(numbers(memory, dtype));
}

function magnitudeOf(values: readonly (number | bigint)[]): number {
  let largest = 0;
  for (const v of values) if (Number.isFinite(Number(v))) largest = Math.max(largest, Math.abs(Number(v)));
  return largest;
}
