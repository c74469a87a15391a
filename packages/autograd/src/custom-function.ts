import { GradientError } from '@isograd/device';
import { dispatchSeveral, type NDArray, type SeveralCall, type SeveralSpec } from '@isograd/ndarray';
import { isGradEnabled, noGrad } from './grad-mode.ts';
import { SavedTensors } from './saved-tensors.ts';
import { Tensor } from './tensor.ts';
import { zeros } from './creation.ts';
import { isMoving } from './transforms/forward.ts';
import { opaqueOp } from './transforms/opaque.ts';
import { hasHistory } from './transforms/record.ts';
import { TracedTensor } from './transforms/trace.ts';

/** What the passes of a {@link Function} hand to each other; other fields may be hung on it as needed. */
export interface FunctionContext {
  /** Keeps tensors for `backward`: inputs and outputs of `forward`, so that derivatives of higher order pass through them. */
  saveForBackward(...tensors: readonly Tensor[]): void;
  /** What was saved. @throws GradientError when one of them was written in place since. */
  readonly savedTensors: readonly Tensor[];
  /** Names outputs that get no gradient. */
  markNonDifferentiable(...outputs: readonly Tensor[]): void;
  /** Whether `backward` gets zeros for outputs that nothing depends on (the default), or `null`. */
  setMaterializeGrads(value: boolean): void;
  /** For each argument of `forward`, whether a gradient is wanted. */
  readonly needsInputGrad: readonly boolean[];
  [field: string]: unknown;
}

/** What `backward` gives for each argument of `forward`: a gradient, or nothing for what has none. */
export type InputGrad = NDArray | null | undefined;

/** A class whose static methods are a function and its derivative. */
export interface FunctionClass<A extends readonly unknown[], Y> {
  readonly name: string;
  forward(ctx: FunctionContext, ...args: A): Y;
  // One cotangent for each output; what a rule takes of them is its own affair.
  backward(ctx: FunctionContext, ...gs: never[]): InputGrad | readonly InputGrad[];
}

/** A context while its function is alive. */
class Context implements FunctionContext {
  readonly needsInputGrad: readonly boolean[];
  #saved = new SavedTensors([]);
  readonly #flat = new Set<unknown>();
  #materialize = true;
  [field: string]: unknown;

  constructor(needsInputGrad: readonly boolean[]) {
    this.needsInputGrad = needsInputGrad;
  }

  saveForBackward(...tensors: readonly Tensor[]): void {
    this.#saved = new SavedTensors(tensors);
  }

  get savedTensors(): readonly Tensor[] {
    return this.#saved.tensors;
  }

  markNonDifferentiable(...outputs: readonly Tensor[]): void {
    for (const y of outputs) this.#flat.add(y);
  }

  setMaterializeGrads(value: boolean): void {
    this.#materialize = value;
  }

  isFlat(y: Tensor): boolean {
    return this.#flat.has(y);
  }

  /** A cotangent as `backward` gets it. */
  cotangent(g: NDArray | undefined, y: NDArray): NDArray | null {
    return g ?? (this.#materialize ? zeros(y.shape, { dtype: y.dtype }) : null);
  }
}

/** A class, whatever its arguments. */
type AnyClass = FunctionClass<never, unknown>;

interface FunctionAttrs {
  readonly ctx: Context;
  /** Which argument each tensor input was. */
  readonly places: readonly number[];
  readonly count: number;
}

/** The op of a class; its calls are recorded like those of any other. */
function specOf(of: AnyClass): SeveralSpec<FunctionAttrs> {
  return {
    name: of.name,
    family: 'composed',
    several: () => [],
    runsUserCode: true,
    // PyTorch hands a rule the cotangent as it is.
    conjugates: true,
    vjp: (gs, call) => pull(of, gs, call),
    domain: [-2, 2],
    samples: [],
    errors: [],
    parity: { numpy: null, torch: null, why: 'a user wrote it' },
  } as SeveralSpec<FunctionAttrs>;
}

function pull(
  of: AnyClass,
  gs: readonly (NDArray | undefined)[],
  { attrs: { ctx, places, count }, outputs }: SeveralCall<FunctionAttrs>,
): readonly (NDArray | undefined)[] {
  const given = of.backward(ctx, ...(outputs.map((y, i) => ctx.cotangent(gs[i], y)) as never[]));
  const grads = (Array.isArray(given) ? given : [given]) as readonly InputGrad[];
  const extra = grads.slice(count);
  if (grads.length < count || extra.some((g) => g !== null && g !== undefined))
    throw new GradientError({
      where: of.name,
      what: 'backward gave another number of gradients than forward has arguments',
      got: `${grads.length}`,
      expected: `${count}`,
      hint: 'give null for an argument without a gradient',
    });
  return places.map((place) => grads[place] ?? undefined);
}

const specs = new WeakMap<object, SeveralSpec<FunctionAttrs>>();

/** Whether what a tensor stands for inside `vmap` is differentiated outside of it. */
const isMapped = (x: Tensor): boolean => isGradEnabled() && x instanceof TracedTensor && x.below.some(hasHistory);

/**
 * Transforms take the function as one op, so that its derivatives are those of its own `backward`, not of what `forward` calls.
 *
 * @throws GradientError for a result that is no tensor.
 */
function asOneOp<A extends readonly unknown[], Y>(of: FunctionClass<A, Y>, args: A, places: readonly number[]): Y {
  let isList = false;
  const op = opaqueOp(of.name, (...xs) => {
    const given = apply(of, args.map((arg: unknown, i) => xs[places.indexOf(i)] ?? arg) as unknown as A);
    isList = Array.isArray(given);
    const results = (isList ? given : [given]) as readonly unknown[];
    if (results.every((y): y is Tensor => y instanceof Tensor)) return results;
    throw new GradientError({
      where: of.name,
      what: 'inside jvp and vmap a function gives tensors alone',
      got: results.map((y) => typeof y).join(', '),
      hint: 'hang other results on an object of your own',
    });
  });
  const ys = dispatchSeveral(
    op,
    places.map((i) => args[i] as Tensor),
    undefined,
  );
  return (isList ? ys : ys[0]) as Y;
}

function apply<A extends readonly unknown[], Y>(of: FunctionClass<A, Y>, args: A): Y {
  const places = args.flatMap((arg: unknown, i) => (arg instanceof Tensor ? [i] : []));
  const inputs = places.map((i) => args[i] as Tensor);
  if (inputs.some((x) => isMoving(x) || isMapped(x))) return asOneOp(of, args, places);
  const ctx = new Context(args.map((arg: unknown) => arg instanceof Tensor && arg.requiresGrad));
  const given = noGrad(() => of.forward(ctx, ...args) as never) as Y;
  const results: readonly unknown[] = Array.isArray(given) ? given : [given];
  // An input that is given back must not get the history of the call itself.
  const outputs = results.map((y) => (y instanceof Tensor && inputs.includes(y) ? y.detach() : y));
  const tensors = outputs.filter((y): y is Tensor => y instanceof Tensor);
  let spec = specs.get(of);
  if (spec === undefined) specs.set(of, (spec = specOf(of as AnyClass)));
  const attrs: FunctionAttrs = { ctx, places, count: args.length };
  if (isGradEnabled())
    Tensor.recordAll(tensors, { op: spec as SeveralSpec, inputs, attrs: attrs as never }, (y) => !ctx.isFlat(y));
  return (Array.isArray(given) ? outputs : outputs[0]) as Y;
}

/**
 * A function with a derivative of one's own (PyTorch's `torch.autograd.Function`): a class with static `forward` and `backward`, run by `apply`.
 *
 * `forward` runs without recording. `backward` gets a cotangent for each output and gives a gradient for each argument of `forward`, one alone or a
 * list; written with ops on what was saved, it has derivatives of its own.
 *
 * @example
 * class Cube extends Function {
 *   static forward(ctx, x) {
 *     ctx.saveForBackward(x);
 *     return x.pow(3);
 *   }
 *   static backward(ctx, g) {
 *     const [x] = ctx.savedTensors;
 *     return g.mul(x.pow(2)).mul(3);
 *   }
 * }
 * const x = tensor([1, 2], { requiresGrad: true });
 * Cube.apply(x).sum().backward();
 * x.grad.tolist() // => [ 3, 12 ]
 */
export class Function {
  /**
   * Calls `forward`, and records the call when an argument needs a gradient.
   *
   * @throws GradientError in backward: for a wrong number of gradients, one of another shape, or a saved tensor that was overwritten.
   */
  static apply<A extends readonly unknown[], Y>(this: FunctionClass<A, Y>, ...args: A): Y {
    return apply(this, args);
  }
}
