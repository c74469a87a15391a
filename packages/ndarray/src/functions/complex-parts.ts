import { isComplex, isFloat, partOf } from '@isograd/device';
import { type As, type Like, NDArray, type Scalar } from '../array.ts';
import { complex } from '../complex.ts';
import { type ArrayLike, composed, defineOp, dispatch, operand } from '../dispatch.ts';
import type { Composed, Op, OpSpec, Sample } from '../op.ts';
import { where } from '../ops/selection.ts';
import { imagView, realView } from '../parts.ts';
import { Storage } from '../storage.ts';
import { zerosOf } from '../zeros-of.ts';
import { finfo } from './dtype-info.ts';
import { eachElementBatch } from './reading-batches.ts';
import { fromParts } from './real-imag.ts';

const SAMPLES: readonly Sample[] = [{ inputs: [[2, 3]] }, { inputs: [[]] }, { inputs: [[0, 3]] }];
const withComplex: readonly Sample[] = [...SAMPLES, { inputs: [{ shape: [3], dtype: 'complex128' }] }];

/** Angle options. */
export interface AngleOptions {
  /** Whether angles are in degrees, not radians; default false. */
  readonly deg?: boolean;
}

const angleSpec: OpSpec<{ readonly deg: boolean }> = {
  name: 'angle',
  family: 'composed',
  forward: ([x], { deg }, rule) => {
    const given = x!;
    const isPair = isComplex(given.dtype);
    // Its other operand is the integer 0, which makes bools integers.
    const dtype = isPair ? partOf(given.dtype) : rule.floatOf(given.dtype === 'bool' ? 'int64' : given.dtype);
    const re = (isPair ? realView(given) : given).astype('float64').data;
    const im = isPair ? imagView(given).astype('float64').data : undefined;
    const values = Float64Array.from({ length: given.size }, (_, i) =>
      Math.atan2(Number(im?.[i] ?? 0), Number(re[i]!)),
    );
    const angles = new NDArray(new Storage(values), 'float64', given.shape).astype(dtype);
    return deg ? angles.mul(180 / Math.PI) : angles;
  },
  conjugates: true,
  jvp: ([t], { inputs: [x], attrs: { deg } }) => {
    if (!isComplex(x!.dtype)) return undefined;
    const turned = angleGradient(zerosOf(t!.real).add(1), x!, deg);
    return turned.conj().mul(t!).real;
  },
  vjp: (g, { inputs: [x], attrs: { deg } }) => [isComplex(x!.dtype) ? angleGradient(g, x!, deg) : zerosOf(x!)],
  batch: 'elementwise',
  domain: [-2, 2],
  samples: [
    ...withComplex.map((sample) => ({ ...sample, attrs: { deg: false } })),
    { inputs: [[2, 3]], args: [{ deg: true }], attrs: { deg: true } },
    { inputs: [{ shape: [4], values: [0, -0, NaN, -3], differentiable: false }], attrs: { deg: false } },
  ],
  errors: [],
  parity: {
    numpy: 'np.angle(x1, deg=deg)',
    torch: 'torch.rad2deg(torch.angle(x1)) if deg else torch.angle(x1)',
    jax: 'jnp.angle(x1, deg=deg)',
    tfjs: null,
    why: 'tfjs has no complex angles',
  },
};

/** i z / |z|² for each number, which turns it; 0 at 0, as in PyTorch. */
function angleGradient(g: NDArray, z: NDArray, deg: boolean): NDArray {
  const square = z.mul(z.conj()).real;
  const zero = square.equal(0);
  const scale = g.mul(deg ? 180 / Math.PI : 1).div(where(zero, 1, square));
  return where(zero, 0, z.mul(complex(0, 1)).mul(scale));
}

/**
 * The angle of complex numbers from the positive real axis, in radians; of real ones 0 or π.
 *
 * @example
 * angle(array([1, -1])).tolist() // => [ 0, 3.141592653589793 ]
 * angle(array([complex(0, 1)]), { deg: true }).tolist() // => [ 90 ]
 */
export const angle: Op<<T extends ArrayLike>(x: T, options?: AngleOptions) => Like<T>> = defineOp(
  angleSpec,
  (x: ArrayLike, { deg = false }: AngleOptions = {}) => dispatch(angleSpec, [operand(x, 'angle')], { deg }),
);

/** The imaginary parts, 0 for real numbers. */
function imaginary(x: NDArray): NDArray {
  return isComplex(x.dtype) ? imagView(x.plain()) : zerosOf(x);
}

type Test = Composed<(x: ArrayLike) => NDArray>;

function partTest(name: string, test: (imag: NDArray) => NDArray): Test {
  return composed(
    {
      name,
      domain: [-2, 2],
      samples: withComplex,
      batchReading: eachElementBatch(),
      errors: [],
      nonDifferentiable: 'the result is a bool',
      parity: {
        numpy: `np.${name}(x1)`,
        torch: name === 'isreal' ? 'torch.isreal(x1)' : '~torch.isreal(x1)',
        jax: `jnp.${name}(x1)`,
        tfjs: null,
        why: 'tfjs has no such test',
      },
    },
    (x: ArrayLike): NDArray => test(imaginary(operand(x, name))),
  );
}

/**
 * Whether elements have no imaginary part, element-wise.
 *
 * @example
 * isreal(array([complex(1, 1), complex(1, 0)])).tolist() // => [ false, true ]
 */
export const isreal: Test = partTest('isreal', (imag) => imag.equal(0));

/**
 * Whether elements have an imaginary part, element-wise.
 *
 * @example
 * iscomplex(array([complex(1, 1), complex(1, 0)])).tolist() // => [ true, false ]
 */
export const iscomplex: Test = partTest('iscomplex', (imag) => imag.notEqual(0));

/**
 * Whether the dtype of an array is a complex one.
 *
 * @example
 * iscomplexobj(array([complex(1, 0)])) // => true
 */
export function iscomplexobj(x: ArrayLike): boolean {
  return isComplex(operand(x, 'iscomplexobj').dtype);
}

/**
 * Whether the dtype of an array is not a complex one.
 *
 * @example
 * isrealobj(array([1, 2])) // => true
 */
export function isrealobj(x: ArrayLike): boolean {
  return !iscomplexobj(x);
}

/**
 * The real parts where all imaginary ones are close to 0, else the array; both views.
 *
 * `tol` counts units of the dtype's precision, or is the bound itself when it is not above 1; default 100.
 *
 * @example
 * realIfClose(array([complex(2, 4e-15), complex(3, 0)])).tolist() // => [ 2, 3 ]
 */
export const realIfClose: Composed<(x: ArrayLike, tol?: number) => NDArray> = composed(
  {
    name: 'realIfClose',
    oneByOne: 'the dtype depends on the values',
    domain: [-2, 2],
    samples: withComplex.map((sample) => ({ ...sample, attrs: { tol: 100 } })),
    errors: [],
    parity: {
      numpy: 'np.real_if_close(x1, tol=tol)',
      torch: null,
      jax: null,
      tfjs: null,
      why: 'it is of NumPy',
    },
  },
  (x: ArrayLike, tol = 100): NDArray => {
    const given = operand(x, 'realIfClose');
    if (!isComplex(given.dtype)) return given;
    const bound = tol > 1 ? finfo(given.dtype).eps * tol : tol;
    return imaginary(given).abs().less(bound).all().item() === true ? given.real : given;
  },
);

/** What {@link nanToNum} writes. */
export interface NanToNumOptions {
  /** For NaN; default 0. */
  readonly nan?: Scalar;
  /** For infinity; default the largest number of the dtype. */
  readonly posinf?: Scalar | null;
  /** For minus infinity; default the lowest number of the dtype. */
  readonly neginf?: Scalar | null;
  /** Whether the result is a new array (the default); else it is the array itself, written. */
  readonly copy?: boolean;
}

function finite(x: NDArray, { nan = 0, posinf, neginf }: NanToNumOptions): NDArray {
  const { max, min } = finfo(x.dtype);
  const replaced = where(x.isnan(), nan, x);
  const below = where(x.equal(Infinity), posinf ?? max, replaced);
  return where(x.equal(-Infinity), neginf ?? min, below);
}

const NAN_DEFAULTS = { nan: 0, posinf: null, neginf: null };

/**
 * NaN as 0 and infinities as the largest finite numbers, or as the numbers given; integers stay.
 *
 * @example
 * nanToNum(array([NaN, 1, -Infinity]), { neginf: -9 }).tolist() // => [ 0, 1, -9 ]
 */
export const nanToNum: Composed<<T extends ArrayLike>(x: T, options?: NanToNumOptions) => As<T>> = composed(
  {
    name: 'nanToNum',
    domain: [-2, 2],
    samples: [
      ...withComplex.map((sample) => ({ ...sample, attrs: NAN_DEFAULTS })),
      { inputs: [{ shape: [4], values: [NaN, Infinity, -Infinity, 2], differentiable: false }], attrs: NAN_DEFAULTS },
      {
        inputs: [{ shape: [3], values: [NaN, Infinity, -Infinity], dtype: 'float32', differentiable: false }],
        args: [{ nan: 1, posinf: 2, neginf: 3 }],
        attrs: { nan: 1, posinf: 2, neginf: 3 },
      },
    ],
    errors: [],
    parity: {
      numpy: 'np.nan_to_num(x1, nan=nan, posinf=posinf, neginf=neginf)',
      torch: 'torch.nan_to_num(x1, nan=nan, posinf=posinf, neginf=neginf)',
      jax: 'jnp.nan_to_num(x1, nan=nan, posinf=posinf, neginf=neginf)',
      tfjs: null,
      why: 'tfjs has no such function',
    },
  },
  <T extends NDArray>(x: T, options: NanToNumOptions = {}): T => {
    const given = operand(x, 'nanToNum');
    let y: NDArray = given;
    if (isComplex(given.dtype)) y = fromParts(finite(given.real, options), finite(given.imag, options));
    else if (isFloat(given.dtype)) y = finite(given, options);
    if (options.copy === false) return (y === given ? given : given.set(['...'], y)) as T;
    return (y === given ? given.copy() : y) as T;
  },
);
