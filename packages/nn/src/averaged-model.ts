import { ArgumentError, isFloat } from '@isograd/device';
import { noGrad, Tensor, tensor } from '@isograd/autograd';
import { ChannelNorm } from './channel-normalization.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

/**
 * How an average moves: writes into the averaged tensors, in place.
 *
 * @param averaged What has been averaged so far.
 * @param current The values of the model.
 * @param numAveraged How many models were averaged so far, an int64 tensor without axes; 1 or more.
 */
export type MultiAvgFn = (averaged: readonly Tensor[], current: readonly Tensor[], numAveraged: Tensor) => void;

/** The next average of one tensor. */
export type AvgFn = (averaged: Tensor, current: Tensor, numAveraged: Tensor) => Tensor;

function checkDecay(decay: number, where: string): void {
  if (decay >= 0 && decay <= 1) return;
  throw new ArgumentError({ where, what: 'decay is out of range', got: String(decay), expected: 'from 0 to 1' });
}

/**
 * An exponential moving average, `decay * averaged + (1 - decay) * current` (PyTorch's `torch.optim.swa_utils.get_ema_multi_avg_fn`).
 *
 * @param decay From 0 to 1; default 0.999.
 * @throws ArgumentError when it is out of range.
 */
export function getEmaMultiAvgFn(decay = 0.999): MultiAvgFn {
  checkDecay(decay, 'getEmaMultiAvgFn');
  return (averaged, current) =>
    averaged.forEach((x, i) => {
      if (isFloat(x.dtype)) x.add_(current[i]!.sub(x).mul(1 - decay));
      else x.copy_(x.mul(decay).add(current[i]!.mul(1 - decay)));
    });
}

/**
 * The mean of all models so far (PyTorch's `torch.optim.swa_utils.get_swa_multi_avg_fn`; Izmailov et al. 2018).
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * const mean = tensor([1]);
 * getSwaMultiAvgFn()([mean], [tensor([4])], tensor(2, { dtype: 'int64' }));
 * mean.tolist() // => [ 2 ]
 */
export function getSwaMultiAvgFn(): MultiAvgFn {
  return (averaged, current, numAveraged) => {
    const count = Number(numAveraged.item()) + 1;
    averaged.forEach((x, i) => {
      const step = current[i]!.sub(x).div(count);
      // Integers move by whole numbers, as PyTorch's do.
      x.copy_(x.add(isFloat(x.dtype) ? step : step.trunc()));
    });
  };
}

/** {@link getEmaMultiAvgFn} of one tensor (PyTorch's `torch.optim.swa_utils.get_ema_avg_fn`). @throws ArgumentError when `decay` is out of range. */
export function getEmaAvgFn(decay = 0.999): AvgFn {
  checkDecay(decay, 'getEmaAvgFn');
  return (averaged, current) => averaged.mul(decay).add(current.mul(1 - decay));
}

/** {@link getSwaMultiAvgFn} of one tensor (PyTorch's `torch.optim.swa_utils.get_swa_avg_fn`). */
export function getSwaAvgFn(): AvgFn {
  return (averaged, current, numAveraged) => averaged.add(current.sub(averaged).div(Number(numAveraged.item()) + 1));
}

/** What a module computes, with parameters and buffers of its own. */
class Twin<M extends Module> extends Module {
  readonly #source: M;

  constructor(source: M, seen: Map<object, unknown> = new Map()) {
    super();
    this.#source = source;
    const own = <T extends object>(value: T, make: () => unknown): unknown => {
      if (!seen.has(value)) seen.set(value, make());
      return seen.get(value);
    };
    const copy = (value: unknown): unknown => {
      if (value instanceof Parameter)
        return own(value, () => new Parameter(value.detach().clone(), value.requiresGrad));
      if (value instanceof Module) return own(value, () => new Twin(value, seen));
      return Array.isArray(value) ? value.map(copy) : undefined;
    };
    for (const [name, value] of Object.entries(source)) {
      const copied = copy(value);
      if (copied !== undefined) Object.assign(this, { [name]: copied });
    }
    for (const [name, persistent] of source.bufferFields()) {
      const value = (source as unknown as Readonly<Record<string, unknown>>)[name];
      const buffer = value instanceof Tensor ? (own(value, () => value.clone()) as Tensor) : null;
      this.registerBuffer(name, buffer, { persistent });
    }
    this.training = source.training;
  }

  /** The module that it computes as. */
  get source(): M {
    return this.#source;
  }

  protected override stateName(field: string): string {
    return (this.#source as unknown as { stateName(name: string): string }).stateName(field);
  }

  override forward(...args: never[]): unknown {
    const source = this.#source;
    const modules = source.modules();
    const before = modules.map(({ training }) => training);
    const twins = this.modules();
    try {
      modules.forEach((module, i) => (module.training = twins[i]!.training));
      const state = Object.fromEntries([...this.namedParameters(), ...this.namedBuffers()]);
      return source.functionalCall(state, ...(args as unknown as Parameters<M['forward']>));
    } finally {
      modules.forEach((module, i) => (module.training = before[i]!));
    }
  }
}

/** Options of {@link AveragedModel}. */
export interface AveragedModelOptions {
  /** How all averages move, in place; default the mean of all models, {@link getSwaMultiAvgFn}. */
  readonly multiAvgFn?: MultiAvgFn;
  /** How one average moves; not together with `multiAvgFn`. */
  readonly avgFn?: AvgFn;
  /** Whether buffers are averaged too, instead of taken over from the model; default false. */
  readonly useBuffers?: boolean;
}

/**
 * A model whose parameters are an average of those that another had on its way (PyTorch's `torch.optim.swa_utils.AveragedModel`): the
 * mean for stochastic weight averaging, or an exponential moving average.
 *
 * It computes what the model does, with tensors of its own, which are its parameters and in its state dict as `module.<name>`.
 *
 * @throws ArgumentError for `avgFn` together with `multiAvgFn`.
 * @example
 * import { noGrad } from '@isograd/autograd';
 * const model = new Linear(1, 1, { bias: false });
 * const averaged = new AveragedModel(model);
 * for (const value of [1, 2, 6]) {
 *   noGrad(() => model.weight.fill_(value));
 *   averaged.updateParameters(model);
 * }
 * averaged.parameters()[0].tolist() // => [ [ 3 ] ]
 */
export class AveragedModel<M extends Module> extends Module {
  static override readonly name: string = 'AveragedModel';
  /** The model's form with averaged tensors. */
  readonly module: Twin<M>;
  /** Number of models averaged so far, an int64 tensor without axes. */
  declare nAveraged: Tensor;
  readonly #move: MultiAvgFn;
  readonly #useBuffers: boolean;

  constructor(model: M, options: AveragedModelOptions = {}) {
    super();
    const { avgFn, multiAvgFn, useBuffers = false } = options;
    if (avgFn && multiAvgFn)
      throw new ArgumentError({
        where: 'AveragedModel',
        what: 'there are two rules for the average',
        got: 'avgFn and multiAvgFn',
        expected: 'one of them',
      });
    this.#move = avgFn
      ? (averaged, current, n) => averaged.forEach((x, i) => x.copy_(avgFn(x.clone(), current[i]!, n)))
      : (multiAvgFn ?? getSwaMultiAvgFn());
    this.#useBuffers = useBuffers;
    this.registerBuffer('nAveraged', tensor(0, { dtype: 'int64' }));
    this.module = new Twin(model);
  }

  protected override stateName(field: string): string {
    return field === 'nAveraged' ? 'n_averaged' : field;
  }

  override forward(...args: Parameters<M['forward']>): ReturnType<M['forward']> {
    return this.module.forward(...(args as never[])) as ReturnType<M['forward']>;
  }

  /** Takes the model's present values into the average; the first ones are the average (PyTorch's `update_parameters`). */
  updateParameters(model: M): void {
    const tensorsOf = (of: Module, buffers: boolean): Tensor[] => [
      ...of.parameters(),
      ...(buffers ? of.buffers() : []),
    ];
    const [averaged, current] = [this.module, model].map((of) => tensorsOf(of, this.#useBuffers)) as [
      Tensor[],
      Tensor[],
    ];
    noGrad(() => {
      const values = current.map((x) => x.detach());
      if (Number(this.nAveraged.item()) === 0) averaged.forEach((x, i) => x.copy_(values[i]!));
      else this.#move(averaged, values, this.nAveraged);
      if (!this.#useBuffers) {
        const theirs = model.buffers();
        this.module.buffers().forEach((x, i) => x.copy_(theirs[i]!));
      }
      this.nAveraged.add_(1);
    });
  }
}

/**
 * Computes the running statistics of all batch normalisations anew, as means over all batches (PyTorch's `torch.optim.swa_utils.update_bn`):
 * averaged parameters have none that fit.
 *
 * @param loader Batches: inputs of the model, or lists that begin with them.
 */
export function updateBn(loader: Iterable<Tensor | readonly unknown[]>, model: Module): void {
  const layers = model.modules().flatMap((module) => {
    const layer = module instanceof Twin ? (module.source as Module) : module;
    return layer instanceof ChannelNorm && layer.constructor.name.startsWith('BatchNorm')
      ? [{ layer, buffers: module as unknown as ChannelNorm }]
      : [];
  });
  if (layers.length === 0) return;
  const momenta = layers.map(({ layer }) => layer.momentum);
  const modes = model.modules().map((module) => [module, module.training] as const);
  noGrad(() => {
    for (const { buffers } of layers) {
      buffers.runningMean?.fill_(0);
      buffers.runningVar?.fill_(1);
      buffers.numBatchesTracked?.fill_(0);
    }
    try {
      model.train();
      layers.forEach(({ layer }) => (layer.momentum = null));
      for (const batch of loader) {
        const x = (batch instanceof Tensor ? batch : batch[0]) as never;
        (model as unknown as { forward(x: never): unknown }).forward(x);
      }
    } finally {
      layers.forEach(({ layer }, i) => (layer.momentum = momenta[i]!));
      for (const [module, mode] of modes) module.training = mode;
    }
  });
}
