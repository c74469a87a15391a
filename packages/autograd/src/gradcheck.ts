import { GradientError, isComplex } from '@isograd/device';
import { type NDArray, Storage } from '@isograd/ndarray';
import { gradients } from './gradients.ts';
import { withGradMode } from './grad-mode.ts';
import { zeros } from './creation.ts';
import { Tensor } from './tensor.ts';

/** Options of {@link gradcheck}; the defaults are PyTorch's. */
export interface GradcheckOptions {
  /** Step of the central differences; default 1e-6. */
  readonly eps?: number;
  /** Absolute tolerance; default 1e-5. */
  readonly atol?: number;
  /** Relative tolerance; default 1e-3. */
  readonly rtol?: number;
}

/** A function of tensors, as checks of derivatives take it. */
export type TensorFunction = (...xs: Tensor[]) => Tensor | readonly Tensor[];

/** Dtypes in which differences tell a wrong gradient from rounding. */
const isWide = (x: NDArray): boolean => x.dtype === 'float64' || x.dtype === 'complex128';

/** A tensor over float64 memory, of which complex numbers take two. */
const overMemory = (memory: Float64Array, { dtype, shape }: NDArray): Tensor =>
  new Tensor(new Storage(memory), dtype, shape);

// Weights that are no simple multiples of each other, so that wrong entries cannot cancel.
const weightsLike = (y: Tensor): Tensor =>
  overMemory(
    Float64Array.from(
      { length: y.dtype === 'complex128' ? 2 * y.size : y.size },
      (_, i) => Math.sin(1 + 2.3 * i) + 0.1,
    ),
    y,
  );

const outputsOf = (f: TensorFunction, xs: Tensor[]): readonly Tensor[] => {
  const y = f(...xs);
  return y instanceof Tensor ? [y] : y;
};

/** One real number of all outputs, as a tensor with history: the sum of both parts of each element times those of a weight. */
function contract(f: TensorFunction, xs: Tensor[]): Tensor {
  return outputsOf(f, xs)
    .filter(isWide)
    .map((y) => y.mul(weightsLike(y).conj()).sum().real as Tensor)
    .reduce((a, b) => a.add(b));
}

/** Central differences by each number in the memory of an input, the parts of complex ones in turn. */
function numeric(f: TensorFunction, xs: Tensor[], which: number, eps: number): Float64Array {
  return withGradMode(false, () => {
    const x = xs[which]!;
    const at = Float64Array.from(x.data as Float64Array);
    return at.map((value, i) => {
      const shifted = (delta: number): number => {
        const moved = at.slice();
        moved[i] = value + delta;
        return Number(
          contract(
            f,
            xs.map((t, j) => (j === which ? overMemory(moved, x) : t)),
          ).item(),
        );
      };
      return (shifted(eps) - shifted(-eps)) / (2 * eps);
    });
  });
}

const place = (x: NDArray, j: number): string =>
  isComplex(x.dtype) ? `the ${j % 2 ? 'imaginary' : 'real'} part of element ${j >> 1}` : `element ${j}`;

/** Gradients of a scalar; zeros where it does not depend on anything, as the gradient of a linear function. */
function pull(y: Tensor, xs: readonly Tensor[], createGraph = false): Tensor[] {
  return y.node
    ? gradients([y], xs, { createGraph, allowUnused: true })
    : xs.map((x) => zeros(x.shape, { dtype: x.dtype }));
}

/**
 * Holds the gradients of a function against central differences, in float64 (PyTorch's `torch.autograd.gradcheck`).
 *
 * Outputs are contracted with fixed weights, so that one pass checks the whole Jacobian-vector product of each input. Of complex inputs both
 * parts are moved: the gradient is ∂L/∂re + i ∂L/∂im, the conjugate Wirtinger derivative times 2, as PyTorch has it.
 *
 * @param inputs Float64 and complex128 tensors are differentiated, others are passed on.
 * @returns `true`.
 * @throws GradientError that names the input, the element and both numbers where they differ.
 * @example
 * gradcheck((x) => x.exp(), [tensor([0.5, -1], { dtype: 'float64' })]) // => true
 */
export function gradcheck(f: TensorFunction, inputs: readonly NDArray[], options: GradcheckOptions = {}): true {
  const { eps = 1e-6, atol = 1e-5, rtol = 1e-3 } = options;
  const xs = inputs.map((x) => new Tensor(x.plain().copy().storage, x.dtype, x.shape));
  const checked = xs.flatMap((x, i) => (isWide(x) ? [i] : []));
  if (checked.length === 0)
    throw new GradientError({
      where: 'gradcheck',
      what: 'no input is a float64 or complex128 array',
      got: inputs.map((x) => x.dtype).join(', '),
      hint: "float32 cannot tell a wrong gradient from rounding; use { dtype: 'float64' }",
    });
  for (const i of checked) xs[i]!.requiresGrad_();
  const analytic = withGradMode(true, () =>
    pull(
      contract(f, xs),
      checked.map((i) => xs[i]!),
    ),
  );
  checked.forEach((i, n) => {
    const expected = numeric(
      f,
      xs.map((x) => x.detach()),
      i,
      eps,
    );
    const got = analytic[n]!.data as Float64Array;
    if (got.length !== expected.length)
      throw new GradientError({
        where: 'gradcheck',
        what: `the gradient of input ${i} has another shape or dtype than the input`,
        got: `[${analytic[n]!.shape.join(', ')}]`,
        expected: `[${xs[i]!.shape.join(', ')}]`,
      });
    expected.forEach((e, j) => {
      if (!(Math.abs(got[j]! - e) <= atol + rtol * Math.abs(e)))
        throw new GradientError({
          where: 'gradcheck',
          what: `the gradient of input ${i} differs from central differences at ${place(xs[i]!, j)}`,
          got: String(got[j]),
          expected: `${e} within ${atol} + ${rtol} relative`,
        });
    });
  });
  return true;
}

/**
 * Holds second derivatives against central differences of the first (PyTorch's `torch.autograd.gradgradcheck`).
 *
 * @throws GradientError where they differ, see {@link gradcheck}.
 */
export function gradgradcheck(f: TensorFunction, inputs: readonly NDArray[], options: GradcheckOptions = {}): true {
  const floats = inputs.flatMap((x, i) => (isWide(x) ? [i] : []));
  const first: TensorFunction = (...xs) => {
    const tracked = xs.map((x, i) => (floats.includes(i) && !x.node ? x.detach().requiresGrad_() : x));
    return withGradMode(true, () =>
      pull(
        contract(f, tracked),
        floats.map((i) => tracked[i]!),
        true,
      ),
    );
  };
  return gradcheck(first, inputs, options);
}
