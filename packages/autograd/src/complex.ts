import { type DType, DTypeError, isComplex, isFloat, partOf, ShapeError } from '@isograd/device';
import {
  type Composed,
  composed,
  defineOp,
  dispatch,
  fromParts,
  NDArray,
  type Op,
  type OpSpec,
} from '@isograd/ndarray';
import { asTensor, type Tensor } from './tensor.ts';

type PairFunction = (x1: NDArray, x2: NDArray) => Tensor;

/**
 * Complex numbers of real and imaginary parts, of one shape and float dtype (PyTorch's `torch.complex`).
 *
 * @throws DTypeError unless both are float32 or both float64.
 * @example
 * String(complex(tensor([1.5]), tensor([-2.5])).item()) // => (1.5-2.5j)
 */
export const complex: Composed<PairFunction> = composed(
  { ...fromParts.spec, name: 'torch.complex' },
  (re: NDArray, im: NDArray) => fromParts(asTensor(re), asTensor(im)),
);

/**
 * Complex numbers of absolute values and angles in radians, of one shape and float dtype (PyTorch's `torch.polar`).
 *
 * @throws DTypeError unless both are float32 or both float64.
 * @example
 * String(polar(tensor([2.5]), tensor([0.0], { dtype: 'float32' })).item()) // => (2.5+0j)
 */
export const polar: Composed<PairFunction> = composed(
  {
    name: 'polar',
    domain: [0.5, 2],
    samples: fromParts.spec.samples,
    errors: fromParts.spec.errors,
    parity: { numpy: 'x1 * np.exp(1j * x2)', torch: 'torch.polar(x1, x2)' },
  },
  (abs: NDArray, angle: NDArray) => {
    const [size, turn] = [asTensor(abs), asTensor(angle)];
    if (!isFloat(size.dtype) || size.dtype !== turn.dtype)
      throw new DTypeError({
        where: 'polar',
        what: 'sizes and angles are floats of one dtype',
        got: `${size.dtype} and ${turn.dtype}`,
        expected: 'float32 or float64',
        hint: 'convert with x.float()',
      });
    return fromParts(size.mul(turn.cos()), size.mul(turn.sin()));
  },
);

/** A function of one tensor. */
type TensorFunction = (x: NDArray) => Tensor;

function checkDType(is: boolean, x: NDArray, where: string, expected: string): void {
  if (is) return;
  throw new DTypeError({
    where,
    what: 'not defined for this dtype',
    got: x.dtype,
    expected,
    hint: 'viewAsReal takes complex tensors, viewAsComplex real ones',
  });
}

const inRows = (g: NDArray): NDArray => (g.contiguous && g.strides.at(-1) === 1 ? g : g.copy());

const viewAsRealSpec: OpSpec<undefined> = {
  name: 'viewAsReal',
  family: 'view',
  forward: ([x]) => {
    const { storage, shape, strides, offset, dtype } = x!;
    return new NDArray(storage, partOf(dtype), {
      shape: [...shape, 2],
      strides: [...strides.map((s) => 2 * s), 1],
      offset: 2 * offset,
    });
  },
  conjugates: true,
  vjp: (g) => [viewAsComplex(inRows(g))],
  jvp: ([t]) => viewAsReal(t!),
  batch: ([x]) => viewAsReal(x!),
  domain: [-2, 2],
  samples: [
    { inputs: [{ shape: [2, 3], dtype: 'complex128' }] },
    { inputs: [{ shape: [], dtype: 'complex128' }] },
    { inputs: [{ shape: [0], dtype: 'complex64' }] },
  ],
  errors: [{ inputs: [[2]], throws: 'not defined for this dtype' }],
  parity: {
    numpy: null,
    torch: 'torch.view_as_real(x1)',
    why: 'NumPy has x.view(float), which joins the parts of neighbours',
  },
};

/**
 * The parts of complex numbers along a new last axis of length 2: [...] → [..., 2]; a view (PyTorch's `torch.view_as_real`).
 *
 * @throws DTypeError for a real tensor.
 * @example
 * viewAsReal(complex(tensor([1.5]), tensor([-2.5]))).tolist() // => [ [ 1.5, -2.5 ] ]
 */
export const viewAsReal: Op<TensorFunction> = defineOp(viewAsRealSpec, (x: NDArray) => {
  checkDType(isComplex(x.dtype), x, 'viewAsReal', 'complex64 or complex128');
  return dispatch(viewAsRealSpec, [asTensor(x)], undefined);
});

const COMPLEX: { readonly [D in DType]?: DType } = { float32: 'complex64', float64: 'complex128' };

const viewAsComplexSpec: OpSpec<undefined> = {
  name: 'viewAsComplex',
  family: 'view',
  forward: ([x]) => {
    const { storage, shape, strides, offset, dtype } = x!;
    return new NDArray(storage, COMPLEX[dtype]!, {
      shape: shape.slice(0, -1),
      strides: strides.slice(0, -1).map((s) => s / 2),
      offset: offset / 2,
    });
  },
  conjugates: true,
  vjp: (g) => [viewAsReal(g)],
  jvp: ([t]) => viewAsComplex(inRows(t!)),
  batch: ([x]) => viewAsComplex(inRows(x!)),
  domain: [-2, 2],
  samples: [
    { inputs: [[3, 2]] },
    { inputs: [[2]] },
    { inputs: [[0, 2]], without: { torch: 'arrays without elements come without strides from NumPy' } },
  ],
  errors: [
    { inputs: [[3]], throws: 'a last axis of length 2' },
    { inputs: [{ shape: [2], dtype: 'int64' }], throws: 'not defined for this dtype' },
  ],
  parity: {
    numpy: null,
    torch: 'torch.view_as_complex(x1)',
    why: 'NumPy has x.view(complex), which keeps the last axis',
  },
};

/**
 * Pairs along the last axis as complex numbers: [..., 2] → [...]; a view (PyTorch's `torch.view_as_complex`).
 *
 * @throws DTypeError unless it is float32 or float64; ShapeError unless the last axis has length 2 and its pairs lie together in memory.
 * @example
 * String(viewAsComplex(tensor([1.5, -2.5])).item()) // => (1.5-2.5j)
 */
export const viewAsComplex: Op<TensorFunction> = defineOp(viewAsComplexSpec, (x: NDArray) => {
  checkDType(isFloat(x.dtype) && COMPLEX[x.dtype] !== undefined, x, 'viewAsComplex', 'float32 or float64');
  const fits = x.shape.at(-1) === 2 && x.strides.at(-1) === 1;
  if (!fits || [x.offset, ...x.strides.slice(0, -1)].some((n) => n % 2 !== 0))
    throw new ShapeError({
      where: 'viewAsComplex',
      what: 'takes a last axis of length 2 whose pairs lie together in memory',
      got: `shape [${x.shape.join(', ')}], strides [${x.strides.join(', ')}], offset ${x.offset}`,
      expected: '[..., 2], the last stride 1, the others and the offset even',
      hint: 'x.copy() brings pairs together',
    });
  return dispatch(viewAsComplexSpec, [asTensor(x)], undefined);
});
