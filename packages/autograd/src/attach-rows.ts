import { expr as e } from '@isograd/device';
import { logSoftmax, logsumexp, type NDArray, NUMPY, type OpSpec, softmax } from '@isograd/ndarray';
import { isWatched, type RowKernel, rowKernel } from './row-kernel.ts';

/** Attributes of ops along one axis, and of those over several. */
interface Attrs {
  readonly axis?: number;
  readonly axes?: readonly number[];
  readonly keepdims?: boolean;
}

const axesOf = ({ axis, axes }: Attrs): readonly number[] => axes ?? [axis!];

/** An op on tensors in one pass over its rows, and its rule where nobody watches. */
interface Fused {
  readonly forward: (x: NDArray, axes: readonly number[]) => NDArray;
  readonly vjp: (g: NDArray, x: NDArray, y: NDArray, axes: readonly number[]) => NDArray;
}

const away = ({ at }: { readonly at: (i: number) => e.Expr }): e.Expr => e.sub(at(0), at(1));

const quotients = rowKernel(1, (symbols) => {
  const power = e.exp(away(symbols));
  const { at } = symbols;
  return { folds: ['max', 'sum'], outputs: [at(0), power, e.div(power, at(2))], written: [] };
});

const differences = rowKernel(1, (symbols) => {
  const { at } = symbols;
  const outputs = [at(0), e.exp(away(symbols)), e.log(at(2)), e.sub(away(symbols), at(3))];
  return { folds: ['max', 'sum', 'value'], outputs, written: [] };
});

// An infinite element is not taken out: infinity less itself is NaN.
const logarithms = rowKernel(1, ({ at }) => ({
  folds: ['max', 'value', 'sum', 'value'],
  outputs: [
    at(0),
    e.where(e.lt(e.abs(at(1)), Infinity), at(1), 0),
    e.exp(e.sub(at(0), at(2))),
    e.add(e.log(at(3)), at(2)),
  ],
  written: [3],
}));

const quotientGrad = rowKernel(2, ({ at }) => ({
  folds: ['sum'],
  outputs: [e.mul(at(0), at(1)), e.mul(at(1), e.sub(at(0), at(2)))],
  written: [],
}));

const differenceGrad = rowKernel(2, ({ at }) => ({
  folds: ['sum'],
  outputs: [at(0), e.sub(at(0), e.mul(e.exp(at(1)), at(2)))],
  written: [],
}));

const logarithmGrad = rowKernel(3, ({ at }) => ({
  folds: [],
  outputs: [e.mul(at(1), e.exp(e.sub(at(0), at(2))))],
  written: [],
}));

const elementsOf =
  (kernel: RowKernel) =>
  (x: NDArray, axes: readonly number[]): NDArray =>
    kernel([x], axes).elements[0]!;

const ofOutput =
  (kernel: RowKernel): Fused['vjp'] =>
  (g, _x, y, axes) =>
    kernel([g, y], axes).elements[0]!;

/** With length 1 along the axes that were reduced. */
const kept = (y: NDArray, x: NDArray, axes: readonly number[]): NDArray =>
  y.reshape(x.shape.map((n, d) => (axes.includes(d) ? 1 : n)));

const FUSED: readonly (readonly [op: { readonly spec: OpSpec }, fused: Fused])[] = [
  [softmax, { forward: elementsOf(quotients), vjp: ofOutput(quotientGrad) }],
  [logSoftmax, { forward: elementsOf(differences), vjp: ofOutput(differenceGrad) }],
  [
    logsumexp,
    {
      forward: (x, axes) => logarithms([x], axes).rows[0]!,
      vjp: (g, x, y, axes) => logarithmGrad([x, kept(g, x, axes), kept(y, x, axes)], axes).elements[0]!,
    },
  ],
];

const fits = ({ dtype, size }: NDArray): boolean => (dtype === 'float32' || dtype === 'float64') && size > 0;

type Writable = { -readonly [K in keyof OpSpec<Attrs>]: OpSpec<Attrs>[K] };

/**
 * Lets tensors compute the softmax family in one pass over each row. Arrays alone do without these kernels; what the ops are, and their
 * derivatives of higher order, stays what their records say.
 */
export function attachRows(): void {
  for (const [{ spec }, fused] of FUSED) {
    const record = spec as unknown as Writable;
    const { forward, vjp } = record;
    if (typeof vjp !== 'function') continue;
    record.forward = (inputs, attrs, rule) => {
      const [x] = inputs as [NDArray];
      if (rule === NUMPY || !fits(x)) return forward(inputs, attrs, rule);
      const axes = axesOf(attrs);
      const y = fused.forward(x, axes);
      return attrs.keepdims === false ? y.reshape(x.shape.filter((_, d) => !axes.includes(d))) : y;
    };
    record.vjp = (g, call) => {
      const [x] = call.inputs as [NDArray];
      const arrays = [g, x, call.output];
      if (isWatched(...arrays) || !arrays.every(fits)) return vjp(g, call);
      const [plain, input, output] = arrays.map((a) => a.plain()) as [NDArray, NDArray, NDArray];
      return [fused.vjp(plain, input, output, axesOf(call.attrs))];
    };
  }
}
