import type { NDArray } from './array.ts';
import { dispatch } from './dispatch.ts';
import type { OpCall, OpSpec, SeveralCall, SeveralSpec } from './op.ts';
import { TANGENT_RULES, TANGENTS_RULES } from './tangent-rules.ts';
import { sumOf, type Tangents } from './sum-of.ts';
import { WeakScalar } from './weak-scalar.ts';

/** How the tangent of an op is had, see {@link tangentWay}. */
export type TangentWay = 'rule' | 'linear' | 'symmetric' | 'elementwise' | 'transposed' | 'none';

/** Any primitive. */
export type AnySpec = OpSpec | SeveralSpec;

const ELEMENTWISE: ReadonlySet<string> = new Set(['unary', 'binary', 'ternary']);

/** Whether each element of the output depends on the same element of each input, broadcast. */
export function isElementwise(spec: AnySpec): boolean {
  return ELEMENTWISE.has(spec.family);
}

/**
 * How forward mode differentiates an op: by a rule of its own, as a linear or symmetric function, element by element from its `vjp`,
 * or by transposing the `vjp`, which is right for every op that can be differentiated twice; `none` without a gradient.
 */
export function tangentWay(spec: AnySpec): TangentWay {
  if ('nonDifferentiable' in spec.vjp) return 'none';
  if (spec.jvp) return 'rule';
  if ('several' in spec) return 'transposed';
  if (spec.linear) return 'linear';
  if (spec.symmetric) return 'symmetric';
  return isElementwise(spec) ? 'elementwise' : 'transposed';
}

const namedRule = <N extends string, R extends object>(rule: N | R, rules: { readonly [K in N]: R }): R =>
  typeof rule === 'string' ? rules[rule] : rule;

/** The tangents of the outputs of a call by the op's own rule; `undefined` where it has none. */
export function tangentsOf(ts: Tangents, call: SeveralCall): Tangents | undefined {
  return call.op.jvp && namedRule(call.op.jvp, TANGENTS_RULES)(ts, call);
}

/** The tangent of the output of a call, or `undefined` where it does not change. Not for ops whose way is `transposed` or `none`. */
export function tangentOf(ts: Tangents, call: OpCall): NDArray | undefined {
  switch (tangentWay(call.op)) {
    case 'rule':
      return namedRule(call.op.jvp!, TANGENT_RULES)(ts, call);
    case 'linear':
      return call.op.linear === 'each' ? linearInEach(ts, call) : linearTogether(ts, call);
    case 'symmetric':
      return symmetric(ts, call);
    default:
      return elementByElement(ts, call);
  }
}

function linearInEach(ts: Tangents, { op, inputs, attrs }: OpCall): NDArray | undefined {
  return sumOf(ts.map((t, i) => t && dispatch(op, replaced(inputs, i, t), attrs)));
}

function linearTogether(ts: Tangents, { op, inputs, attrs }: OpCall): NDArray {
  return dispatch(
    op,
    inputs.map((x, i) => ts[i] ?? x.mul(0)),
    attrs,
  );
}

const replaced = (inputs: readonly NDArray[], at: number, t: NDArray): NDArray[] =>
  inputs.map((x, i) => (i === at ? t : x));

type Rule = Exclude<OpSpec['vjp'], { readonly nonDifferentiable: string }>;

function symmetric([t]: Tangents, call: OpCall): NDArray | undefined {
  return t && (call.op.vjp as Rule)(t, { ...call, needs: () => true })[0];
}

/** The Jacobian of each input is diagonal, so its transpose is itself; all is broadcast first, so that nothing is summed back. */
function elementByElement(ts: Tangents, call: OpCall): NDArray | undefined {
  const { output } = call;
  const inputs = call.inputs.map((x) => (x instanceof WeakScalar ? x : stretched(x, output.shape)));
  return sumOf(
    ts.map((t, i) => {
      if (!t) return undefined;
      const along = t.dtype === output.dtype ? t : t.astype(output.dtype);
      return (call.op.vjp as Rule)(stretched(along, output.shape), { ...call, inputs, needs: (j) => j === i })[i];
    }),
  );
}

const stretched = (x: NDArray, shape: NDArray['shape']): NDArray =>
  x.shape.length === shape.length && x.shape.every((n, d) => n === shape[d]) ? x : x.broadcastTo(shape);
