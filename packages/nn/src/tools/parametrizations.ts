import { AxisError } from '@isograd/device';
import { noGrad, randn, Tensor } from '@isograd/autograd';
import { normalize } from '../functional/normalization.ts';
import { Module } from '../module.ts';
import { registerParametrization } from './parametrize.ts';

/** The norm over all axes but one, which keep a length of 1; over all with `null`, without axes. */
function normExceptDim(v: Tensor, dim: number | null): Tensor {
  if (dim === null) return v.square().sum().sqrt();
  const axes = v.shape.map((_, d) => d).filter((d) => d !== dim);
  return v.square().sum(axes, { keepdims: true }).sqrt();
}

/** `dim` from 0, checked. @throws AxisError when the axis is not there. */
function axisOf(dim: number, ndim: number, where: string): number {
  const axis = dim < 0 ? dim + ndim : dim;
  if (Number.isInteger(axis) && axis >= 0 && axis < ndim) return axis;
  throw new AxisError({
    where,
    what: 'the axis is not there',
    got: String(dim),
    expected: `an integer from ${-ndim} to ${ndim - 1}`,
  });
}

class WeightNorm extends Module {
  static override readonly name: string = '_WeightNorm';
  readonly #dim: number | null;

  constructor(dim: number | null) {
    super();
    this.#dim = dim;
  }

  override forward(g: Tensor, v: Tensor): Tensor {
    return v.mul(g.div(normExceptDim(v, this.#dim)));
  }

  rightInverse(value: Tensor): readonly Tensor[] {
    return [normExceptDim(value, this.#dim), value];
  }
}

/** Options of {@link weightNorm}. */
export interface WeightNormOptions {
  /** Which parameter; default `weight`. */
  readonly name?: string;
  /** The axis whose parts have a length each; `null` for one length of the whole. Default 0. */
  readonly dim?: number | null;
}

function parameterOf(module: Module, name: string): Tensor | undefined {
  const value = (module as unknown as Readonly<Record<string, unknown>>)[name];
  return value instanceof Tensor ? value : undefined;
}

/**
 * Learns length and direction of a weight apart: `w = g v / |v|` (PyTorch's `nn.utils.parametrizations.weight_norm`; Salimans & Kingma 2016).
 *
 * `original0` is g, `original1` is v.
 *
 * @returns The module.
 * @throws ArgumentError when there is no such parameter; AxisError when the axis is not there.
 * @example
 * const layer = utils.parametrizations.weightNorm(new Linear(3, 2));
 * Object.keys(layer.stateDict()) // => [ 'bias', 'parametrizations.weight.original0', 'parametrizations.weight.original1' ]
 */
export function weightNorm<M extends Module>(module: M, options: WeightNormOptions = {}): M {
  const { name = 'weight', dim = 0 } = options;
  const ndim = parameterOf(module, name)?.ndim;
  const axis = dim === null || ndim === undefined ? dim : axisOf(dim, ndim, 'weightNorm');
  return registerParametrization(module, name, new WeightNorm(axis));
}

/** Options of {@link spectralNorm}. */
export interface SpectralNormOptions {
  /** Which parameter; default `weight`. */
  readonly name?: string;
  /** Steps of the power iteration in each forward pass of training, from 1; default 1. */
  readonly nPowerIterations?: number;
  /** Below this a vector counts as 0; default 1e-12. */
  readonly eps?: number;
  /** The axis of the rows of the matrix; default 0, for transposed convolutions 1. */
  readonly dim?: number;
}

/** A weight as a matrix whose rows are an axis. */
function asMatrix(weight: Tensor, dim: number): Tensor {
  const first = dim === 0 ? weight : weight.moveaxis(dim, 0);
  return first.reshape([first.shape[0]!, -1]);
}

const BURN_IN = 15;

class SpectralNorm extends Module {
  static override readonly name: string = '_SpectralNorm';
  readonly #settings: { readonly steps: number; readonly eps: number; readonly dim: number };
  declare _u: Tensor;
  declare _v: Tensor;

  constructor(weight: Tensor, settings: { readonly steps: number; readonly eps: number; readonly dim: number }) {
    super();
    this.#settings = settings;
    if (weight.ndim < 2) return;
    const matrix = asMatrix(weight, settings.dim).detach();
    const start = (n: number): Tensor => normalize(randn([n], { dtype: weight.dtype }), { dim: 0, eps: settings.eps });
    const [rows, columns] = [start(matrix.shape[0]!), start(matrix.shape[1]!)];
    this.registerBuffer('_u', rows);
    this.registerBuffer('_v', columns);
    this.#iterate(matrix, BURN_IN);
  }

  #iterate(matrix: Tensor, steps: number): void {
    const { eps } = this.#settings;
    noGrad(() => {
      for (let i = 0; i < steps; i++) {
        this._u.copy_(normalize(matrix.matmul(this._v), { dim: 0, eps }));
        this._v.copy_(normalize(matrix.mT.matmul(this._u), { dim: 0, eps }));
      }
    });
  }

  override forward(weight: Tensor): Tensor {
    const { steps, eps, dim } = this.#settings;
    if (weight.ndim < 2) return normalize(weight, { dim: 0, eps });
    const matrix = asMatrix(weight, dim);
    if (this.training) this.#iterate(matrix.detach(), steps);
    // Copies: the next pass writes over them while this one may still be differentiated.
    const [u, v] = [this._u.clone(), this._v.clone()];
    return weight.div(u.dot(matrix.matmul(v)));
  }

  rightInverse(value: Tensor): Tensor {
    return value;
  }
}

/**
 * Divides a weight by its largest singular value, which power iteration follows (PyTorch's `nn.utils.parametrizations.spectral_norm`; Miyato et al. 2018).
 *
 * @returns The module.
 * @throws ArgumentError when there is no such parameter; AxisError when the axis is not there.
 * @example
 * import { linalg } from '@isograd/ndarray';
 * const layer = utils.parametrizations.spectralNorm(new Linear(4, 3)).eval();
 * Math.abs(linalg.norm(layer.weight.detach(), 2).item() - 1) < 0.1 // => true
 */
export function spectralNorm<M extends Module>(module: M, options: SpectralNormOptions = {}): M {
  const { name = 'weight', nPowerIterations = 1, eps = 1e-12 } = options;
  const weight = parameterOf(module, name);
  const { dim = module.constructor.name.startsWith('ConvTranspose') ? 1 : 0 } = options;
  const axis = weight ? axisOf(dim, weight.ndim, 'spectralNorm') : 0;
  const settings = { steps: nPowerIterations, eps, dim: axis };
  return registerParametrization(module, name, new SpectralNorm(weight?.detach() ?? randn([1]), settings));
}
