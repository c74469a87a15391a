import { ArgumentError, DTypeError } from '@isograd/device';
import { enableGrad, noGrad, type Tensor } from '@isograd/autograd';
import { concatenate, keep, type NDArray, type Shape, zeros } from '@isograd/ndarray';
import { alongDirections } from './direction.ts';
import { type GroupOptions, Optimizer, type Params, type StepPlan } from './optimizer.ts';
import type { LearningOptions, Settings } from './options.ts';
import type { ParamState } from './state-dict.ts';
import { type LinePoint, strongWolfe } from './strong-wolfe.ts';
import { checkEntry, runUpdates } from './update.ts';

/** Options of {@link LBFGS}. */
export interface LBFGSOptions extends LearningOptions {
  /** Most iterations of a step; default 20. */
  readonly maxIter?: number;
  /** Most evaluations of the closure in a step; default 1.25 `maxIter`. */
  readonly maxEval?: number;
  /** Largest element of the gradient at which a step ends; default 1e-7. */
  readonly toleranceGrad?: number;
  /** Change of the loss or of the parameters below which a step ends; default 1e-9. */
  readonly toleranceChange?: number;
  /** How many directions are remembered; default 100. */
  readonly historySize?: number;
  /** How the length of a step is found: `strongWolfe`, or `null` for the learning rate itself. Default `null`. */
  readonly lineSearchFn?: 'strongWolfe' | null;
}

type LBFGSSettings = Settings<LBFGSOptions>;

/** What is remembered from iteration to iteration. */
interface Memory {
  funcEvals: number;
  nIter: number;
  d: NDArray | undefined;
  t: number;
  oldDirs: NDArray[];
  oldStps: NDArray[];
  ro: number[];
  HDiag: number;
  prevFlatGrad: NDArray | undefined;
  prevLoss: number;
}

const number = (x: NDArray): number => Number(x.item());
const dot = (x1: NDArray, x2: NDArray): number => number(x1.mul(x2).sum());
const largest = (x: NDArray): number => (x.size === 0 ? 0 : number(x.absolute().max()));

/** A loss as a number: tensors of one element, or numbers. */
const lossOf = (loss: unknown): number =>
  Number(typeof loss === 'object' && loss && 'item' in loss ? (loss as Tensor).item() : loss);

/** The direction of steepest descent as the remembered curvature bends it (Nocedal & Wright 2006, algorithm 7.4). */
function bend(gradient: NDArray, { oldDirs, oldStps, ro, HDiag }: Memory): NDArray {
  let q = gradient.negative();
  const along = new Array<number>(oldDirs.length);
  for (let i = oldDirs.length - 1; i >= 0; i--) {
    along[i] = dot(oldStps[i]!, q) * ro[i]!;
    q = q.sub(oldDirs[i]!.mul(along[i]!));
  }
  let r = q.mul(HDiag);
  for (let i = 0; i < oldDirs.length; i++) r = r.add(oldStps[i]!.mul(along[i]! - dot(oldDirs[i]!, r) * ro[i]!));
  return r;
}

/** Takes what the last step showed of the curvature into the memory. */
function remember(memory: Memory, gradient: NDArray, historySize: number): void {
  const y = gradient.sub(memory.prevFlatGrad!);
  const s = memory.d!.mul(memory.t);
  const ys = dot(y, s);
  if (!(ys > 1e-10)) return;
  if (memory.oldDirs.length === historySize)
    for (const list of [memory.oldDirs, memory.oldStps, memory.ro]) list.shift();
  memory.oldDirs.push(y);
  memory.oldStps.push(s);
  memory.ro.push(1 / ys);
  memory.HDiag = ys / dot(y, y);
}

/**
 * L-BFGS: Newton's method from remembered gradients, with a closure that computes the loss anew (Nocedal & Wright 2006, chapter 7; PyTorch's `torch.optim.LBFGS`).
 *
 * One group only; all parameters have one dtype. The learning rate is 1 by default. When the closure fails, parameters and memory are as before the step.
 *
 * @throws ArgumentError for several groups or options out of range; DTypeError for parameters of several dtypes.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const w = tensor([1, 2], { requiresGrad: true, dtype: 'float64' });
 * const optimizer = new LBFGS([w], { lineSearchFn: 'strongWolfe' });
 * optimizer.step(() => {
 *   optimizer.zeroGrad();
 *   const loss = w.sub(3).pow(2).sum();
 *   loss.backward();
 *   return loss;
 * });
 * w.tolist().map((x) => x.toFixed(4)) // => [ '3.0000', '3.0000' ]
 */
export class LBFGS extends Optimizer<LBFGSSettings> {
  static override readonly name: string = 'LBFGS';

  constructor(params: Params<LBFGSSettings>, options: LBFGSOptions = {}) {
    const { maxIter = 20 } = options;
    super(params, {
      lr: 1,
      maxIter,
      maxEval: Math.floor((maxIter * 5) / 4),
      toleranceGrad: 1e-7,
      toleranceChange: 1e-9,
      historySize: 100,
      lineSearchFn: null,
      maximize: false,
      ...options,
    });
    const dtypes = new Set(this.#params.map((p) => p.dtype));
    if (dtypes.size > 1)
      throw new DTypeError({
        where: 'LBFGS',
        what: 'parameters of several dtypes',
        got: [...dtypes].join(', '),
        expected: 'one dtype',
      });
  }

  /** Refused after the first group. @throws ArgumentError always. */
  override addParamGroup(group: GroupOptions<LBFGSSettings>): void {
    if (this.paramGroups.length > 0)
      throw new ArgumentError({
        where: 'LBFGS',
        what: 'takes no parameter groups',
        got: 'a second group',
        expected: 'parameters that share all options',
      });
    super.addParamGroup(group);
  }

  protected override check({ lineSearchFn }: LBFGSSettings): void {
    if (lineSearchFn !== null && lineSearchFn !== 'strongWolfe')
      throw new ArgumentError({
        where: 'LBFGS',
        what: 'lineSearchFn is unknown',
        got: `'${String(lineSearchFn)}'`,
        expected: "'strongWolfe' or null",
      });
  }

  protected override get plainNumbers(): boolean {
    return true;
  }

  protected slotShapes(): { readonly [name: string]: Shape } {
    return {};
  }

  protected plan(): StepPlan {
    return { commands: [], done: () => {} };
  }

  get #params(): readonly Tensor[] {
    return this.paramGroups[0]!.params;
  }

  #flatGradient(): NDArray {
    const { maximize } = this.paramGroups[0]!;
    const parts = this.#params.map((p) => {
      if (p.grad) checkEntry(p, p.grad, 'step');
      return p.grad ? p.grad.plain().ravel() : zeros([p.size], { dtype: p.dtype });
    });
    const flat = concatenate(parts);
    return maximize ? flat.negative() : flat.copy();
  }

  /** Moves all parameters along a flat direction. */
  #move(t: number, direction: NDArray): void {
    let at = 0;
    const steps = this.#params.map((param) => {
      const part = direction.at(`${at}:${(at += param.size)}`).reshape(param.shape);
      return { param, direction: part, size: -t };
    });
    runUpdates(alongDirections(steps));
  }

  #restore(values: readonly NDArray[]): void {
    this.#params.forEach((param, i) => {
      param.plain().set(['...'], values[i]!);
      param.touch();
    });
  }

  /**
   * Does up to `maxIter` iterations.
   *
   * @param closure Forgets the gradients, computes the loss, calls `backward()` and returns the loss.
   * @returns What the closure returned first.
   * @throws ArgumentError without a closure.
   */
  override step(): undefined;
  override step<L>(closure: () => L extends Promise<unknown> ? never : L): L;
  override step<L>(closure?: () => L extends Promise<unknown> ? never : L): L | undefined {
    if (!closure)
      throw new ArgumentError({
        where: 'LBFGS.step',
        what: 'needs a closure that computes the loss',
        got: 'nothing',
        expected: 'step(() => { optimizer.zeroGrad(); loss.backward(); return loss; })',
      });
    const before = this.#params.map((p) => p.plain().copy());
    try {
      return this.withHooks(() => noGrad(() => this.#iterate(() => enableGrad(closure)) as never)) as L;
    } catch (error) {
      this.#restore(before);
      throw error;
    }
  }

  #memory(): Memory {
    const saved = (this.state.get(this.#params[0]!) ?? {}) as unknown as Partial<Memory>;
    const list = <T>(x: readonly T[] | null | undefined): T[] => [...(x ?? [])];
    return {
      funcEvals: saved.funcEvals ?? 0,
      nIter: saved.nIter ?? 0,
      d: saved.d,
      t: saved.t ?? 0,
      oldDirs: list(saved.oldDirs),
      oldStps: list(saved.oldStps),
      ro: list(saved.ro),
      HDiag: saved.HDiag ?? 1,
      prevFlatGrad: saved.prevFlatGrad,
      prevLoss: saved.prevLoss ?? 0,
    };
  }

  #iterate(closure: () => unknown): unknown {
    const group = this.paramGroups[0]!;
    const sign = group.maximize ? -1 : 1;
    const memory = this.#memory();
    const first = closure();
    let [loss, gradient, evaluations] = [sign * lossOf(first), this.#flatGradient(), 1];
    memory.funcEvals++;
    if (largest(gradient) <= group.toleranceGrad) return first;
    for (let n = 1; ; n++) {
      const point = this.#iteration(memory, closure, { loss, gradient, evaluations, last: n === group.maxIter });
      if (!point) break;
      memory.funcEvals += point.evaluations;
      evaluations += point.evaluations;
      [loss, gradient] = [point.loss, point.gradient];
      if (n === group.maxIter || evaluations >= group.maxEval || largest(gradient) <= group.toleranceGrad) break;
      if (largest(memory.d!.mul(memory.t)) <= group.toleranceChange) break;
      if (Math.abs(loss - memory.prevLoss) < group.toleranceChange) break;
    }
    for (const x of [memory.d, memory.prevFlatGrad, ...memory.oldDirs, ...memory.oldStps]) if (x) keep(x);
    this.state.set(this.#params[0]!, memory as unknown as ParamState);
    return first;
  }

  /** One direction and the step along it; undefined when the direction descends no more. */
  #iteration(
    memory: Memory,
    closure: () => unknown,
    now: { readonly loss: number; readonly gradient: NDArray; readonly evaluations: number; readonly last: boolean },
  ): { readonly loss: number; readonly gradient: NDArray; readonly evaluations: number } | undefined {
    const { lr, historySize, toleranceChange, lineSearchFn } = this.paramGroups[0]!;
    const { loss, gradient } = now;
    if (++memory.nIter > 1) remember(memory, gradient, historySize);
    const d = memory.nIter > 1 ? bend(gradient, memory) : gradient.negative();
    Object.assign(memory, { d, prevFlatGrad: gradient, prevLoss: loss });
    memory.t = memory.nIter === 1 ? Math.min(1, 1 / number(gradient.absolute().sum())) * lr : lr;
    const slope = dot(gradient, d);
    if (slope > -toleranceChange) return undefined;
    if (lineSearchFn !== null) return this.#search(memory, closure, { t: 0, loss, gradient, slope }, now.evaluations);
    this.#move(memory.t, d);
    // The last iteration's loss is not asked for: with batches the next step has another one.
    if (now.last) return { loss, gradient, evaluations: 0 };
    return { ...this.#evaluate(closure), evaluations: 1 };
  }

  #evaluate(closure: () => unknown): { readonly loss: number; readonly gradient: NDArray } {
    const loss = lossOf(closure()) * (this.paramGroups[0]!.maximize ? -1 : 1);
    return { loss, gradient: this.#flatGradient() };
  }

  #search(
    memory: Memory,
    closure: () => unknown,
    start: LinePoint,
    evaluated: number,
  ): { readonly loss: number; readonly gradient: NDArray; readonly evaluations: number } {
    const { maxEval, toleranceChange } = this.paramGroups[0]!;
    const d = memory.d!;
    const from = this.#params.map((p) => p.plain().copy());
    const { point, evaluations } = strongWolfe(start, memory.t, {
      at: (t) => {
        this.#move(t, d);
        const { loss, gradient } = this.#evaluate(closure);
        this.#restore(from);
        return { t, loss, gradient, slope: dot(gradient, d) };
      },
      directionSize: largest(d),
      toleranceChange,
      maxEvaluations: maxEval - evaluated,
      round: this.#params[0]!.dtype === 'float64' ? Number : Math.fround,
    });
    memory.t = point.t;
    this.#move(point.t, d);
    return { loss: point.loss, gradient: point.gradient, evaluations };
  }
}
