import { dispatchSeveral, NDArray, type SeveralSpec } from '@isograd/ndarray';
import { isGradEnabled, withGradMode } from '../grad-mode.ts';
import { SavedTensors } from '../saved-tensors.ts';
import { randomnessOfCall } from './drawing.ts';
import { asTensor, type Tensor } from '../tensor.ts';
import { mapExamples } from './batching.ts';
import {
  CustomCall,
  type CustomOptions,
  exampleAxes,
  type Nondiff,
  refuseWithoutRule,
  ruleLeaves,
  stillLike,
  USER_OP,
} from './custom-call.ts';
import { type AnyFunction, splitAux } from './record.ts';
import { treeFlatten, treeUnflatten } from './tree.ts';
import type { Given } from './types.ts';

/** What the forward pass left for the rule: arrays, and a way to put them back into the tree that they came in. */
interface Residuals {
  readonly arrays: readonly Tensor[];
  rebuild(arrays: readonly Tensor[]): unknown;
}

/** A function of leaves and its rule. */
interface Rules {
  value(xs: readonly Tensor[]): readonly Tensor[];
  forward(xs: readonly Tensor[]): { readonly ys: readonly Tensor[]; readonly residuals: Residuals };
  pull(residuals: unknown, gs: readonly Tensor[], xs: readonly NDArray[]): readonly Tensor[];
}

interface Attrs {
  /** Whether a gradient will be wanted. */
  readonly keeps: boolean;
  /** What the forward pass left, for a rule that is not differentiated itself. */
  kept?: { readonly saved: SavedTensors; readonly residuals: Residuals };
}

function specOf(name: string, rules: Rules): SeveralSpec<Attrs> {
  return {
    ...USER_OP,
    name,
    several: (inputs, attrs) =>
      withGradMode(false, () => {
        const xs = inputs.map(asTensor);
        if (!attrs.keeps) return rules.value(xs);
        const { ys, residuals } = rules.forward(xs);
        attrs.kept = { saved: new SavedTensors(residuals.arrays), residuals };
        return ys;
      }),
    vjp: (gs, { inputs, outputs, attrs: { kept } }) => {
      // A rule that is differentiated itself needs what it reads with its history.
      const residuals = kept && !isGradEnabled() ? kept.residuals : rules.forward(inputs.map(asTensor)).residuals;
      const arrays = residuals === kept?.residuals ? kept.saved.tensors : residuals.arrays;
      const all = outputs.map((y, i) => (gs[i] ? asTensor(gs[i]) : stillLike(y)));
      return rules.pull(residuals.rebuild(arrays), all, inputs);
    },
    batch: (inputs, { batched, size }) => {
      const axes = exampleAxes(inputs, batched);
      return call(name, batchedRules(rules, axes, size), inputs.map(asTensor));
    },
  };
}

/** The rules of all examples at once: cotangents of what they share are summed. */
function batchedRules(rules: Rules, inAxes: (0 | null)[], axisSize: number): Rules {
  const randomness = randomnessOfCall();
  const mapped = (f: AnyFunction, args: readonly unknown[], axes: (0 | null)[]): unknown =>
    mapExamples(f, args, { inAxes: axes, axisSize, randomness });
  return {
    value: (xs) => mapped((...each: Tensor[]) => rules.value(each), xs, inAxes) as Tensor[],
    forward: (xs) => {
      let inner: Residuals | undefined;
      const each = (...one: Tensor[]): unknown => {
        const { ys, residuals } = rules.forward(one);
        inner = residuals;
        return [ys, residuals.arrays];
      };
      const [ys, arrays] = mapped(each, xs, inAxes) as [Tensor[], Tensor[]];
      const rebuild = (back: readonly Tensor[]): unknown => ({ back, inner: inner! });
      return { ys, residuals: { arrays, rebuild } };
    },
    pull: (residuals, gs, inputs) => {
      const { back, inner } = residuals as { readonly back: Tensor[]; readonly inner: Residuals };
      const each = (arrays: Tensor[], one: Tensor[], ...xs: Tensor[]): unknown =>
        rules.pull(inner.rebuild(arrays), one, xs);
      const found = mapped(each, [back, gs, ...inputs], [0, 0, ...inAxes]) as Tensor[];
      return found.map((g, i) => (inAxes[i] === null ? (g.sum(0) as Tensor) : g));
    },
  };
}

function call(name: string, rules: Rules, xs: readonly Tensor[]): readonly NDArray[] {
  const keeps = isGradEnabled() && xs.some((x) => x.node !== undefined);
  return dispatchSeveral(specOf(name, rules), xs, { keeps });
}

/** A function with a reverse rule of its own. */
export interface CustomVjp<A extends readonly unknown[], Y, N extends readonly unknown[] = []> {
  (...args: Given<A>): Y;
  /**
   * Says what the derivative is; returns the function.
   *
   * @param fwd Takes the arguments, gives `[y, residuals]`: the value, and a tree of what the rule needs.
   * @param bwd Takes the arguments of `nondiffArgnums`, the residuals and the cotangent of `y`; gives a list with one cotangent for each other argument, `null` for
   * zeros.
   */
  defvjp<R>(
    fwd: (...args: A) => readonly [y: Y, residuals: R],
    bwd: (...given: [...N, residuals: R, g: Y]) => readonly unknown[],
  ): this;
}

/**
 * A function whose reverse rule is written by hand (JAX's `custom_vjp`): for a derivative that is more exact, cheaper, or another one than that of the code.
 *
 * Transforms see one op: `vmap` maps the rule, cotangents of what examples share are summed; a rule that is written with ops can be differentiated in turn. Forward mode, which
 * JAX refuses here, transposes the rule. What the function closes over has no gradient. Complex cotangents follow PyTorch's convention.
 *
 * @throws GradientError when it is called before `defvjp`, or the rule gives cotangents of another build or shape; ArgumentError for leaves that are no arrays.
 * @example
 * const clipped = customVjp((x) => x.clone()).defvjp((x) => [x, null], (_, g) => [g.clip(-1, 1)]);
 * grad((x) => clipped(x).mul(5).sum())(tensor([1.5, 2])).tolist() // => [ 1, 1 ]
 */
export function customVjp<
  A extends readonly unknown[],
  Y,
  const O extends CustomOptions = { readonly nondiffArgnums: [] },
>(f: (...args: A) => Y, options?: O): CustomVjp<A, Y, Nondiff<A, O>>;
export function customVjp(f: AnyFunction, options: CustomOptions = {}): unknown {
  const name = f.name || 'customVjp';
  let rule: { readonly fwd: AnyFunction; readonly bwd: AnyFunction } | undefined;
  const rulesFor = (made: CustomCall, { fwd, bwd }: NonNullable<typeof rule>): Rules => ({
    value: (xs) => made.run(f, xs),
    forward: (xs) => {
      const [y, kept] = splitAux(fwd(...made.argumentsOf(xs)), { hasAux: true }, `${name}: fwd`);
      const [leaves, def] = treeFlatten(kept);
      const arrays = leaves.filter((leaf) => leaf instanceof NDArray).map(asTensor);
      const rebuild = (back: readonly Tensor[]): unknown => {
        const left = [...back];
        return treeUnflatten(
          def,
          leaves.map((leaf) => (leaf instanceof NDArray ? left.shift() : leaf)),
        );
      };
      return { ys: made.resultOf(y), residuals: { arrays, rebuild } };
    },
    pull: (residuals, gs, xs) => {
      const g = treeUnflatten(made.built!, gs);
      return ruleLeaves(bwd(...([...made.standing, residuals, g] as never[])), xs, made.moving, name);
    },
  });
  const custom = (...args: unknown[]): unknown => {
    if (!rule) return refuseWithoutRule(name, 'defvjp');
    const made = new CustomCall(name, args, options);
    const ys = call(name, rulesFor(made, rule), made.leaves);
    return treeUnflatten(made.built!, ys);
  };
  return Object.assign(custom, {
    defvjp: (fwd: AnyFunction, bwd: AnyFunction) => {
      rule = { fwd, bwd };
      return custom;
    },
  });
}
