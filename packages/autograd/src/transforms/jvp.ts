import { ArgumentError, ShapeError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { zeros } from '../creation.ts';
import { gradients } from '../gradients.ts';
import { isGradEnabled, withGradMode } from '../grad-mode.ts';
import type { Tensor } from '../tensor.ts';
import { Dual, ForwardTrace } from './forward.ts';
import {
  type AnyFunction,
  asLeaf,
  differentiableLeaf,
  outputLeaves,
  pullInputs,
  recordCall,
  released,
  splitAux,
} from './record.ts';
import { isDifferentiable } from './trace.ts';
import { leavesLike, treeFlatten, treeMap, treeUnflatten } from './tree.ts';
import type { ArgumentOptions, Given, Tensors } from './types.ts';

/** A value of a function and how it changes. */
export interface Pushed {
  readonly y: unknown;
  readonly tangent: unknown;
  readonly aux: unknown;
}

/** The tangent of a leaf. @throws ShapeError for another shape. */
export function tangentFor(leaf: unknown, x: Tensor, where: string): Tensor {
  const t = differentiableLeaf(leaf, where);
  if (t.shape.join() === x.shape.join()) return t.dtype === x.dtype ? t : t.astype(x.dtype);
  throw new ShapeError({
    where,
    what: 'a tangent has another shape than its primal',
    got: `[${t.shape.join(', ')}]`,
    expected: `[${x.shape.join(', ')}]`,
    hint: 'give one tangent for each primal, built alike',
  });
}

/** Runs a function on arguments that move: `tangents[i]` is the tree of tangents of argument `i`, `undefined` where it stands still. */
export function push(
  f: AnyFunction,
  primals: readonly unknown[],
  tangents: readonly unknown[],
  { where, ...options }: Pick<ArgumentOptions, 'hasAux'> & { readonly where: string },
): Pushed {
  const trace = new ForwardTrace();
  const args = primals.map((primal, i) => {
    if (tangents[i] === undefined) return treeMap(asLeaf, primal);
    const [leaves, def] = treeFlatten(primal);
    const ts = leavesLike(tangents[i], def, where);
    const duals = leaves.map((leaf, k) => {
      const x = differentiableLeaf(leaf, where);
      return new Dual(trace, x, tangentFor(ts[k], x, where));
    });
    return treeUnflatten(def, duals);
  });
  const result = trace.within(() => f(...(args as never[])));
  const [given, aux] = splitAux(result, options, where);
  const [ys, def] = outputLeaves(given, where);
  const still = (x: NDArray): Tensor => zeros(x.shape, { dtype: isDifferentiable(x) ? x.dtype : 'float32' });
  return {
    y: treeUnflatten(
      def,
      ys.map((y) => trace.primalOf(y)),
    ),
    tangent: treeUnflatten(
      def,
      ys.map((y) => trace.tangentOf(y) ?? still(y)),
    ),
    aux: treeMap((x: unknown) => (x instanceof Dual ? trace.primalOf(x) : x), aux),
  };
}

function checkPair(primals: unknown, tangents: unknown, where: string): void {
  if (Array.isArray(primals) && Array.isArray(tangents) && primals.length === tangents.length) return;
  throw new ArgumentError({
    where,
    what: 'primals and tangents are two lists of the same length',
    got: [primals, tangents].map((x) => (Array.isArray(x) ? `a list of ${x.length}` : typeof x)).join(' and '),
    expected: 'one tangent for each argument',
    hint: `${where}(f, [x], [t])`,
  });
}

/**
 * The value of a function at a point and its derivative along a direction, in one forward pass (JAX's `jvp`): forward mode, by rules for each op.
 *
 * `primals` and `tangents` are lists of the arguments, which may be trees. With `hasAux` the function gives `[y, aux]`, and the result is
 * `[y, tangent, aux]`. An argument without a tangent (`undefined`) stands still.
 *
 * @throws ArgumentError unless there is a tangent for each primal, built alike; ShapeError for a tangent of another shape.
 * @example
 * const [y, t] = jvp((x) => x.pow(2), [tensor([1, 3], { dtype: 'float32' })], [tensor([1, 10], { dtype: 'float32' })]);
 * y.tolist() // => [ 1, 9 ]
 * t.tolist() // => [ 2, 60 ]
 */
export function jvp<X extends readonly NDArray[], Y>(
  f: (...xs: Tensors<X>) => Y,
  primals: readonly [...X],
  tangents: { readonly [K in keyof X]: NDArray | undefined },
): [y: Y, tangent: Y];
export function jvp<A extends readonly unknown[], Y, Aux>(
  f: (...args: A) => readonly [y: Y, aux: Aux],
  primals: Given<A>,
  tangents: Partial<Given<A>>,
  options: { readonly hasAux: true },
): [y: Y, tangent: Y, aux: Aux];
export function jvp<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  primals: Given<A>,
  tangents: Partial<Given<A>>,
): [y: Y, tangent: Y];
export function jvp(
  f: AnyFunction,
  primals: unknown,
  tangents: unknown,
  options: { readonly hasAux?: boolean } = {},
): unknown {
  checkPair(primals, tangents, 'jvp');
  const { y, tangent, aux } = push(f, primals as unknown[], tangents as unknown[], { ...options, where: 'jvp' });
  return options.hasAux ? [y, tangent, aux] : [y, tangent];
}

/**
 * The value of a function at a point and its derivative there as a linear function of tangents (JAX's `linearize`), which computes nothing of
 * the function again.
 *
 * @throws ArgumentError for leaves that are no arrays.
 * @example
 * const [y, along] = linearize((x) => x.pow(2), tensor([1, 3], { dtype: 'float32' }));
 * along(tensor([1, 10], { dtype: 'float32' })).tolist() // => [ 2, 60 ]
 */
export function linearize<X extends readonly NDArray[], Y>(
  f: (...xs: Tensors<X>) => Y,
  ...primals: X
): [y: Y, along: (...tangents: X) => Y];
export function linearize<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  ...primals: Given<A>
): [y: Y, along: (...tangents: Given<A>) => Y];
export function linearize(f: AnyFunction, ...primals: unknown[]): [unknown, (...tangents: unknown[]) => unknown] {
  const call = recordCall(f, primals, { argnums: primals.map((_, i) => i) }, 'linearize');
  // The pullback is linear, so its own pullback is the derivative itself.
  const gs = call.ys.map((y) => zeros(y.shape, { dtype: y.dtype }).requiresGrad_());
  const pulled = withGradMode(true, () => pullInputs({ ...call, nested: true }, gs, true));
  const built = treeFlatten(primals)[1];
  return [
    released(call),
    (...tangents) => {
      const ts = leavesLike(tangents, built, 'linearize').map((t, i) => tangentFor(t, call.inputs[i]!, 'linearize'));
      const moving = pulled.flatMap((gx, i) => (gx.node ? [{ gx, t: ts[i]! }] : []));
      const createGraph = call.nested || isGradEnabled();
      const found =
        moving.length === 0
          ? gs.map((g) => zeros(g.shape, { dtype: g.dtype }))
          : gradients(
              moving.map(({ gx }) => gx),
              gs,
              { gradOutputs: moving.map(({ t }) => t), retainGraph: true, createGraph, allowUnused: true },
            );
      return treeUnflatten(call.yDef, found);
    },
  ];
}
