import { ArgumentError, ShapeError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { keep, NDArray, type Shape, zeros } from '@isograd/ndarray';
import { alongDirections, type Direction } from './direction.ts';
import { newtonSchulz, roundToBfloat16, toBfloat16 } from './newton-schulz.ts';
import { Optimizer, type ParamGroup, type Params, type StepPlan } from './optimizer.ts';
import type { Settings } from './options.ts';
import { checkEntry } from './update.ts';

/** How the learning rate follows the shape `[A, B]` of a matrix: `√max(1, A/B)`, `0.2 √max(A, B)` or `√(A/B)`. */
export type MuonAdjustment = 'original' | 'matchRmsAdamw' | 'spectralUnclamped';

/** Options of {@link Muon}. */
export interface MuonOptions {
  /** Learning rate, from 0; default 1e-3. */
  readonly lr?: number;
  /** Decoupled decay of the weights, from 0; default 0.1. */
  readonly weightDecay?: number;
  /** Decay of the running mean of the gradient, from 0; default 0.95. */
  readonly momentum?: number;
  /** Whether the gradient is looked up ahead; default true. */
  readonly nesterov?: boolean;
  /** Coefficients of the Newton-Schulz iteration; default 3.4445, -4.775 and 2.0315. */
  readonly nsCoefficients?: readonly [number, number, number];
  /** Smallest norm by which a matrix is divided; default 1e-7. */
  readonly eps?: number;
  /** Number of iterations, below 100; default 5. */
  readonly nsSteps?: number;
  /** How the learning rate follows the shape; default `original`. */
  readonly adjustLrFn?: MuonAdjustment | null;
}

type MuonSettings = Settings<MuonOptions>;

const RATIOS: Readonly<Record<MuonAdjustment, (rows: number, columns: number) => number>> = {
  original: (a, b) => Math.sqrt(Math.max(1, a / b)),
  matchRmsAdamw: (a, b) => 0.2 * Math.sqrt(Math.max(a, b)),
  spectralUnclamped: (a, b) => Math.sqrt(a / b),
};

/**
 * Muon: momentum whose matrices are made nearly orthogonal (Keller Jordan 2024; PyTorch's `torch.optim.Muon`). For matrices only.
 *
 * The iteration rounds to bfloat16 after each product, as PyTorch's does on every device.
 *
 * @throws ArgumentError for options out of range; ShapeError for a parameter that is no matrix.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([[1, 0], [0, 1]], { requiresGrad: true });
 * const optimizer = new Muon([w], { lr: 0.1, weightDecay: 0 });
 * w.mul(w).sum().backward();
 * optimizer.step();
 * w.get(0, 0) < 0.95 // => true
 */
export class Muon extends Optimizer<MuonSettings> {
  static override readonly name: string = 'Muon';

  constructor(params: Params<MuonSettings>, options: MuonOptions = {}) {
    super(params, {
      lr: 1e-3,
      weightDecay: 0.1,
      momentum: 0.95,
      nesterov: true,
      nsCoefficients: [3.4445, -4.775, 2.0315],
      eps: 1e-7,
      nsSteps: 5,
      adjustLrFn: null,
      ...options,
    });
  }

  protected override check({ params, adjustLrFn, nsSteps }: ParamGroup<MuonSettings>): void {
    if (adjustLrFn !== null && !Object.hasOwn(RATIOS, adjustLrFn))
      throw new ArgumentError({
        where: 'Muon',
        what: 'adjustLrFn is unknown',
        got: `'${adjustLrFn}'`,
        expected: `one of ${Object.keys(RATIOS).join(', ')}, or null`,
      });
    if (!(Number.isInteger(nsSteps) && nsSteps >= 0 && nsSteps < 100))
      throw new ArgumentError({
        where: 'Muon',
        what: 'nsSteps is out of range',
        got: String(nsSteps),
        expected: 'a whole number from 0 to 99',
      });
    for (const { shape } of params)
      if (shape.length !== 2)
        throw new ShapeError({
          where: 'Muon',
          what: 'takes matrices only',
          got: `a parameter of shape [${shape.join(', ')}]`,
          expected: 'two axes',
          hint: 'give biases and embeddings to AdamW',
        });
  }

  protected slotShapes(_group: MuonSettings, { shape }: Tensor): { readonly [name: string]: Shape } {
    return { momentumBuffer: shape };
  }

  #advance(group: MuonSettings, param: Tensor, grad: Tensor): Direction & { readonly momentumBuffer: NDArray } {
    const { lr, weightDecay, momentum, nesterov, nsCoefficients, nsSteps, eps, adjustLrFn } = group;
    const stored = this.state.get(param)?.momentumBuffer;
    const before = stored instanceof NDArray ? stored : zeros(param.shape, { dtype: param.dtype });
    const g = grad.plain();
    const momentumBuffer = keep(before.add(g.sub(before).mul(1 - momentum)));
    const ahead = nesterov ? g.add(momentumBuffer.sub(g).mul(momentum)) : momentumBuffer;
    const orthogonal = newtonSchulz(ahead.astype('float32'), {
      coefficients: nsCoefficients,
      steps: nsSteps,
      scale: (norm) => Math.max(toBfloat16(norm), eps),
      round: roundToBfloat16,
    });
    const size = lr * RATIOS[adjustLrFn ?? 'original'](param.shape[0]!, param.shape[1]!);
    return { param, direction: orthogonal.astype(param.dtype), size, kept: 1 - lr * weightDecay, momentumBuffer };
  }

  protected plan(group: ParamGroup<MuonSettings>): StepPlan {
    const steps = group.params.flatMap((param) => {
      if (!param.grad) return [];
      checkEntry(param, param.grad, 'step');
      return [this.#advance(group, param, param.grad)];
    });
    return {
      commands: alongDirections(steps),
      done: () => steps.forEach(({ param, momentumBuffer }) => this.state.set(param, { momentumBuffer })),
    };
  }
}
