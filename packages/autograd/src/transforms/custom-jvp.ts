import { dispatchSeveral, type NDArray, type SeveralSpec, sumOf } from '@isograd/ndarray';
import { gradients } from '../gradients.ts';
import { isGradEnabled, withGradMode } from '../grad-mode.ts';
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
import type { DualSpec } from './forward.ts';
import { type AnyFunction, asLeaf, splitAux } from './record.ts';
import { isDifferentiable } from './trace.ts';
import { treeUnflatten } from './tree.ts';
import type { Given } from './types.ts';

/** Values and tangents of results. */
interface Pushed {
  readonly ys: readonly Tensor[];
  readonly ts: readonly Tensor[];
}

/** A function of leaves and its rule. */
interface Rules {
  value(xs: readonly Tensor[]): readonly Tensor[];
  push(xs: readonly Tensor[], ts: readonly Tensor[]): Pushed;
}

/** Tangents, with zeros for what stands still. */
const whole = (ts: readonly (NDArray | undefined)[], xs: readonly NDArray[]): Tensor[] =>
  xs.map((x, i) => (ts[i] ? asTensor(ts[i]) : stillLike(x)));

function specOf(name: string, rules: Rules): DualSpec {
  const spec: SeveralSpec<undefined> = {
    ...USER_OP,
    name,
    several: (inputs) => withGradMode(false, () => rules.value(inputs.map(asTensor))),
    vjp: (gs, { inputs, needs }) => transposed(rules, gs, inputs.map(asTensor), needs),
    batch: (inputs, { batched, size }) => {
      const axes = exampleAxes(inputs, batched);
      const shared = { axisSize: size, randomness: randomnessOfCall() };
      const mapped: Rules = {
        value: (xs) => mapExamples((...each) => rules.value(each), xs, { inAxes: axes, ...shared }) as Tensor[],
        push: (xs, ts) =>
          mapExamples((x: Tensor[], t: Tensor[]) => rules.push(x, t), [xs, ts], {
            inAxes: [axes, axes],
            ...shared,
          }) as Pushed,
      };
      return dispatchSeveral(specOf(name, mapped), inputs.map(asTensor), undefined as never);
    },
  };
  return { ...(spec as SeveralSpec), dual: (xs, ts) => rules.push(xs.map(asTensor), whole(ts, xs)) };
}

/** The rule of the tangents is linear in them, so pulling cotangents back through it gives those of the arguments. */
function transposed(
  rules: Rules,
  gs: readonly (NDArray | undefined)[],
  xs: readonly Tensor[],
  needs: (i: number) => boolean,
): readonly (NDArray | undefined)[] {
  const createGraph = isGradEnabled();
  return withGradMode(true, () => {
    const asked = xs.map((x, i) => isDifferentiable(x) && needs(i));
    const along = xs.map((x, i) => (asked[i] ? stillLike(x).requiresGrad_() : stillLike(x)));
    const still = createGraph ? xs : xs.map((x) => x.unrecorded());
    const { ts } = rules.push(still, along);
    const moving = ts.flatMap((t, i) => (gs[i] && t.node ? [{ t, g: gs[i] }] : []));
    if (moving.length === 0) return xs.map(() => undefined);
    const inputs = along.filter((_, i) => asked[i]);
    const found = gradients(
      moving.map(({ t }) => t),
      inputs,
      { gradOutputs: moving.map(({ g }) => g), createGraph, allowUnused: true },
    );
    return along.map((t, i) => (asked[i] ? found[inputs.indexOf(t)] : undefined));
  });
}

/** A function with a forward rule of its own. */
export interface CustomJvp<A extends readonly unknown[], Y, N extends readonly unknown[] = []> {
  (...args: Given<A>): Y;
  /**
   * Says what the derivative is; returns the function.
   *
   * @param rule Takes the arguments of `nondiffArgnums`, a list of the other ones and a list of their tangents, zeros where they stand still; gives `[y, tangent]`.
   */
  defjvp(rule: (...given: [...N, primals: Moving<A, N>, tangents: Moving<A, N>]) => readonly [y: Y, tangent: Y]): this;
  /**
   * Says it one argument at a time: each rule takes a tangent, the value and the arguments, and gives what the tangent adds; `null` for an argument that has no part.
   *
   * Not with `nondiffArgnums`.
   */
  defjvps(...rules: readonly (((t: never, y: Y, ...args: A) => Tensor) | null)[]): this;
}

/** The arguments that are differentiated. */
type Moving<A extends readonly unknown[], N extends readonly unknown[]> = N extends [] ? A : readonly never[];

/**
 * A function whose forward rule is written by hand (JAX's `custom_jvp`); reverse mode transposes the rule, so that one rule serves both.
 *
 * The rule is written with ops, so that it can be differentiated in turn and mapped by `vmap`. What the function closes over has no gradient.
 *
 * @throws GradientError when it is called before a rule was defined, or the rule gives a tangent of another build or shape; ArgumentError for leaves that are no arrays.
 * @example
 * const log1pexp = customJvp((x) => x.exp().add(1).log());
 * log1pexp.defjvp(([x], [t]) => [log1pexp(x), t.mul(x.sigmoid())]);
 * grad(log1pexp)(tensor(100, { dtype: 'float32' })).item() // => 1
 */
export function customJvp<
  A extends readonly unknown[],
  Y,
  const O extends CustomOptions = { readonly nondiffArgnums: [] },
>(f: (...args: A) => Y, options?: O): CustomJvp<A, Y, Nondiff<A, O>>;
export function customJvp(f: AnyFunction, options: CustomOptions = {}): unknown {
  const name = f.name || 'customJvp';
  let rule: AnyFunction | undefined;
  const rulesFor = (made: CustomCall, push: AnyFunction): Rules => ({
    value: (xs) => made.run(f, xs),
    push: (xs, ts) => {
      const given = push(...([...made.standing, made.trees(xs), made.trees(ts)] as never[]));
      const [y, t] = splitAux(given, { hasAux: true }, `${name}: rule`);
      const ys = made.resultOf(y);
      return { ys, ts: ruleLeaves(t, ys, made.built!, name) };
    },
  });
  const custom = (...args: unknown[]): unknown => {
    if (!rule) return refuseWithoutRule(name, 'defjvp');
    const made = new CustomCall(name, args, options);
    const ys = dispatchSeveral(specOf(name, rulesFor(made, rule)), made.leaves, undefined as never);
    return treeUnflatten(made.built!, ys);
  };
  const defjvp = (given: AnyFunction): unknown => {
    rule = given;
    return custom;
  };
  return Object.assign(custom, {
    defjvp,
    defjvps: (...rules: readonly (AnyFunction | null)[]) =>
      defjvp((primals: unknown[], tangents: unknown[]) => {
        const y = custom(...primals);
        const terms = rules.map((each, i) => each?.(...([tangents[i], y, ...primals] as never[])));
        return [y, sumOf(terms.map((term) => asLeaf(term) as NDArray | undefined))];
      }),
  });
}
