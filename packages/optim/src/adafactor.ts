import type { Tensor } from '@isograd/autograd';
import { keep, NDArray, type Shape, zeros } from '@isograd/ndarray';
import { alongDirections, type Direction, norm } from './direction.ts';
import { numberIn } from './elementwise.ts';
import { Optimizer, type ParamGroup, type Params, type StepPlan } from './optimizer.ts';
import type { DecayOptions, Settings } from './options.ts';
import { checkRange, type Range } from './ranges.ts';
import type { ParamState } from './state-dict.ts';
import { checkEntry } from './update.ts';

/** Options of {@link Adafactor}; weight decay is decoupled. */
export interface AdafactorOptions extends DecayOptions {
  /** Power of the step by which new squares enter the running means, up to 0; default -0.8. */
  readonly beta2Decay?: number;
  /** Smallest root of a squared gradient (`null`: the epsilon of the dtype), and smallest size of a parameter; default `null` and 1e-3. */
  readonly eps?: readonly [number | null, number];
  /** Root mean square above which a step is shortened, from 1; default 1. */
  readonly d?: number;
}

type AdafactorSettings = Settings<AdafactorOptions>;

const EPSILON: Readonly<Record<string, number>> = { float16: 2 ** -10, float32: 2 ** -23, float64: 2 ** -52 };

/** Shapes of the memory: of matrices a column and a row, of vectors all. */
function memoryShapes(shape: Shape): { readonly [name: string]: Shape } {
  if (shape.length < 2) return { variance: shape };
  const [outer, rows, columns] = [shape.slice(0, -2), shape.at(-2)!, shape.at(-1)!];
  return { rowVar: [...outer, rows, 1], colVar: [...outer, 1, columns] };
}

/** Running means of the squares after a gradient, and what they say of the square of each element. */
function estimate(
  g: NDArray,
  before: { readonly [name: string]: NDArray },
  [rest, eps1]: readonly [number, number],
): { readonly memory: { readonly [name: string]: NDArray }; readonly square: NDArray } {
  const moved = (name: string, x: NDArray): NDArray => before[name]!.add(x.sub(before[name]!).mul(rest));
  const squares = g.mul(g);
  if (g.ndim < 2) {
    const variance = moved('variance', squares);
    return { memory: { variance }, square: variance };
  }
  const rowVar = moved('rowVar', squares.mean({ axis: -1, keepdims: true }));
  const colVar = moved('colVar', squares.mean({ axis: -2, keepdims: true }));
  const scale = rowVar.mean({ axis: -2, keepdims: true }).maximum(eps1);
  return { memory: { rowVar, colVar }, square: rowVar.mul(colVar).div(scale) };
}

/**
 * Adafactor: Adam's second moment of a matrix kept as a row and a column (Shazeer & Stern 2018, algorithm 4; PyTorch's `torch.optim.Adafactor`).
 *
 * The learning rate is 0.01 by default; steps are as long as the parameters are large. Keras's variant adds its epsilon to the squares instead.
 *
 * @throws ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([[1, 2], [3, 4]], { requiresGrad: true });
 * const optimizer = new Adafactor([w], { lr: 0.1 });
 * w.mul(w).sum().backward();
 * optimizer.step();
 * w.at(0).tolist().map((x) => x.toFixed(3)) // => [ '0.788', '1.700' ]
 */
export class Adafactor extends Optimizer<AdafactorSettings> {
  static override readonly name: string = 'Adafactor';

  constructor(params: Params<AdafactorSettings>, options: AdafactorOptions = {}) {
    super(params, {
      lr: 1e-2,
      beta2Decay: -0.8,
      eps: [null, 1e-3],
      d: 1,
      weightDecay: 0,
      maximize: false,
      ...options,
    });
  }

  protected override ranges(): Readonly<Record<string, Range | undefined>> {
    return { eps: undefined };
  }

  protected override check({ eps }: AdafactorSettings): void {
    eps.forEach((x, i) => checkRange('Adafactor', `eps[${i}]`, i === 0 ? (x ?? 0) : x!, [0, Infinity]));
  }

  protected slotShapes(_group: AdafactorSettings, param: Tensor): { readonly [name: string]: Shape } {
    return memoryShapes(param.shape);
  }

  #advance(
    group: AdafactorSettings,
    param: Tensor,
    grad: Tensor,
  ): { readonly after: ParamState; readonly move: Direction } {
    const { lr, beta2Decay, d, weightDecay, maximize } = group;
    const [eps1, eps2] = [group.eps[0] ?? EPSILON[param.dtype]!, group.eps[1]!];
    const state = this.state.get(param);
    const step = numberIn(state, 'step') + 1;
    const alpha = Math.max(eps2, norm(param.plain()) / Math.sqrt(param.size)) * Math.min(lr, 1 / Math.sqrt(step));
    const g = maximize ? grad.plain().negative() : grad.plain();
    const before = Object.fromEntries(
      Object.entries(memoryShapes(param.shape)).map(([name, shape]) => {
        const value = state?.[name];
        return [name, value instanceof NDArray ? value : zeros(shape, { dtype: param.dtype })];
      }),
    );
    const { memory, square } = estimate(g, before, [step ** beta2Decay, eps1]);
    const direction = g.div(square.maximum(eps1 * eps1).sqrt());
    const size = alpha / Math.max(1, norm(direction) / (Math.sqrt(param.size) * d));
    for (const x of Object.values(memory)) keep(x);
    return { after: { step, ...memory }, move: { param, direction, size, kept: 1 - lr * weightDecay } };
  }

  protected plan(group: ParamGroup<AdafactorSettings>): StepPlan {
    const steps = group.params.flatMap((param) => {
      if (!param.grad) return [];
      checkEntry(param, param.grad, 'step');
      return [this.#advance(group, param, param.grad)];
    });
    return {
      commands: alongDirections(steps.map(({ move }) => move)),
      done: () => steps.forEach(({ move, after }) => this.state.set(move.param, after)),
    };
  }
}
