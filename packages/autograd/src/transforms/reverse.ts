import { GradientError } from '@isograd/device';
import { type NDArray, ones } from '@isograd/ndarray';
import type { Tensor } from '../tensor.ts';
import {
  type AnyFunction,
  differentiableLeaf,
  pullInputs,
  type Recorded,
  recordCall,
  released,
  releasedAux,
} from './record.ts';
import { leavesLike } from './tree.ts';
import type { ArgumentOptions, AuxOptions, Given, Picked, Tensors } from './types.ts';

/** A scalar-valued function of tensors. */
export type ScalarFunction<X extends readonly NDArray[]> = (...xs: Tensors<X>) => Tensor;

/** What {@link grad} gives: one gradient, or a list when `argnums` is one. */
export type GradOf<O> = O extends { readonly argnums: readonly number[] } ? readonly Tensor[] : Tensor;

/** One result or a list, as `argnums` was. */
export const unpack = (results: readonly unknown[], { argnums }: ArgumentOptions): unknown =>
  typeof argnums === 'object' ? results : results[0];

function checkScalar({ ys, yDef }: Recorded, where: string): void {
  const [y] = ys;
  if (yDef.kind === 'leaf' && y!.size === 1) return;
  throw new GradientError({
    where,
    what: 'a gradient can be started from a scalar only',
    got: yDef.kind === 'leaf' ? `shape [${y!.shape.join(', ')}]` : `${ys.length} tensors`,
    expected: 'a function that gives one element',
    hint: 'end the function with .sum() or .mean(), or use vjp or jacrev; with something beside the result pass { hasAux: true }',
  });
}

function gradientOf(
  f: AnyFunction,
  args: readonly unknown[],
  options: ArgumentOptions,
  where: string,
): [Recorded, unknown] {
  const call = recordCall(f, args, options, where);
  checkScalar(call, where);
  const g = ones(call.ys[0]!.shape, { dtype: call.ys[0]!.dtype });
  return [call, unpack(call.trees(pullInputs(call, [g], call.nested)), options)];
}

/**
 * The gradient of a scalar-valued function, as a function (JAX's `grad`); transforms nest in any order.
 *
 * Arguments may be trees: plain objects and lists of arrays; the gradient is built like the argument. With `hasAux` the function gives
 * `[y, aux]`, and its gradient `[gradient, aux]`.
 *
 * @throws GradientError when the function does not give a scalar; ArgumentError for leaves that are no arrays, and wrong `argnums`.
 * @example
 * const f = (x) => x.pow(3).sum();
 * grad(f)(tensor([2, 6], { dtype: 'float32' })).tolist() // => [ 12, 108 ]
 * grad((x) => grad(f)(x).sum())(tensor([2, 6], { dtype: 'float32' })).tolist() // => [ 12, 36 ]
 * const loss = ({ w, b }) => w.mul(3).add(b).sum();
 * grad(loss)({ w: tensor([0.5]), b: tensor([1.5]) }).w.tolist() // => [ 3 ]
 */
export function grad<X extends readonly NDArray[], const O extends ArgumentOptions = ArgumentOptions>(
  f: ScalarFunction<X>,
  options?: O & { readonly hasAux?: false },
): (...xs: X) => GradOf<O>;
export function grad<A extends readonly unknown[], Aux, const O extends AuxOptions>(
  f: (...args: A) => readonly [y: Tensor, aux: Aux],
  options: O,
): (...args: Given<A>) => [grads: Picked<A, O>, aux: Aux];
export function grad<A extends readonly unknown[], const O extends ArgumentOptions = ArgumentOptions>(
  f: (...args: A) => Tensor,
  options?: O,
): (...args: Given<A>) => Picked<A, O>;
export function grad(f: AnyFunction, options: ArgumentOptions = {}): (...args: unknown[]) => unknown {
  return (...args) => {
    const [call, grads] = gradientOf(f, args, options, 'grad');
    return options.hasAux ? [grads, releasedAux(call)] : grads;
  };
}

/**
 * The value of a scalar-valued function together with its gradient (JAX's `value_and_grad`); with `hasAux` `[[value, aux], gradient]`.
 *
 * @throws GradientError when the function does not give a scalar; ArgumentError as {@link grad}.
 * @example
 * const [value, g] = valueAndGrad((x) => x.mul(x).sum())(tensor([1, 2], { dtype: 'float32' }));
 * value.item() // => 5
 * g.tolist() // => [ 2, 4 ]
 */
export function valueAndGrad<X extends readonly NDArray[], const O extends ArgumentOptions = ArgumentOptions>(
  f: ScalarFunction<X>,
  options?: O & { readonly hasAux?: false },
): (...xs: X) => [value: Tensor, grads: GradOf<O>];
export function valueAndGrad<A extends readonly unknown[], Aux, const O extends AuxOptions>(
  f: (...args: A) => readonly [y: Tensor, aux: Aux],
  options: O,
): (...args: Given<A>) => [value: [Tensor, Aux], grads: Picked<A, O>];
export function valueAndGrad<A extends readonly unknown[], const O extends ArgumentOptions = ArgumentOptions>(
  f: (...args: A) => Tensor,
  options?: O,
): (...args: Given<A>) => [value: Tensor, grads: Picked<A, O>];
export function valueAndGrad(f: AnyFunction, options: ArgumentOptions = {}): (...args: unknown[]) => unknown {
  return (...args) => {
    const [call, grads] = gradientOf(f, args, options, 'valueAndGrad');
    const value = released(call);
    return [options.hasAux ? [value, releasedAux(call)] : value, grads];
  };
}

/** A recorded call as a value and its pullback. */
export function pullbackOf(call: Recorded): (g: unknown) => unknown[] {
  return (g) => {
    const gs = leavesLike(g, call.yDef, 'vjp').map((leaf, i) => cotangentFor(leaf, call.ys[i]!));
    return call.trees(pullInputs(call, gs, true));
  };
}

function cotangentFor(leaf: unknown, y: Tensor): Tensor {
  const g = differentiableLeaf(leaf, 'vjp');
  if (g.shape.join() === y.shape.join()) return g;
  throw new GradientError({
    where: 'vjp',
    what: 'a cotangent has another shape than the result',
    got: `[${g.shape.join(', ')}]`,
    expected: `[${y.shape.join(', ')}]`,
    hint: 'the pullback takes what is built like the result of the function',
  });
}

/**
 * The value of a function at a point and its pullback, which takes cotangents of the result to a list of those of the arguments (JAX's `vjp`).
 *
 * The function may give a tree; the pullback takes one that is built alike, as often as wanted.
 *
 * @throws ArgumentError for leaves that are no arrays; GradientError from the pullback for a cotangent of another shape.
 * @example
 * const [y, pullback] = vjp((x, w) => x.mul(w), tensor([0.5, 2]), tensor([3, 4], { dtype: 'float32' }));
 * pullback(tensor([1, 10], { dtype: 'float32' }))[0].tolist() // => [ 3, 40 ]
 */
export function vjp<X extends readonly NDArray[], Y>(
  f: (...xs: Tensors<X>) => Y,
  ...primals: X
): [y: Y, pullback: (g: Given<Y>) => Tensors<X>];
export function vjp<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  ...primals: Given<A>
): [y: Y, pullback: (g: Given<Y>) => A];
export function vjp(f: AnyFunction, ...primals: unknown[]): [unknown, (g: unknown) => unknown[]] {
  const call = recordCall(f, primals, { argnums: primals.map((_, i) => i) }, 'vjp');
  return [released(call), pullbackOf(call)];
}
