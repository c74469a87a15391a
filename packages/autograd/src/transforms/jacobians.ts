import { ArgumentError } from '@isograd/device';
import { eye, type NDArray } from '@isograd/ndarray';
import { zeros } from '../creation.ts';
import { asTensor, Tensor } from '../tensor.ts';
import { mapExamples } from './batching.ts';
import { push } from './jvp.ts';
import { type AnyFunction, differentiableLeaf, positionsOf, pullInputs, recordCall, releasedAux } from './record.ts';
import { unpack, valueAndGrad } from './reverse.ts';
import { treeFlatten, treeMap, treeUnflatten } from './tree.ts';
import type { ArgumentOptions, AuxOptions, Given, Tensors } from './types.ts';

/** One array for each element of an array, 1 there and 0 elsewhere: `[size, ...shape]`. */
const basisLike = (x: NDArray): Tensor => asTensor(eye(x.size, { dtype: x.dtype }).reshape([x.size, ...x.shape]));

// All rows and columns are those of one call of the function.
const ONE_DRAW = { randomness: 'same' } as const;

/** What {@link jacrev} and its relatives give: for each leaf of the result a tree like the argument, or a list of them; arrays `[...y, ...x]`. */
export type JacobianOf<O> = O extends { readonly argnums: readonly number[] } ? readonly Tensor[] : Tensor;

/** A Jacobian as a function; of trees it gives trees, see {@link JacobianOf}. */
export interface JacobianTransform {
  <X extends readonly NDArray[], const O extends ArgumentOptions = ArgumentOptions>(
    f: (...xs: Tensors<X>) => Tensor,
    options?: O & { readonly hasAux?: false },
  ): (...xs: X) => JacobianOf<O>;
  <A extends readonly unknown[], Aux>(
    f: (...args: A) => readonly [y: unknown, aux: Aux],
    options: AuxOptions,
  ): (...args: Given<A>) => [jacobian: never, aux: Aux];
  <A extends readonly unknown[]>(f: (...args: A) => unknown, options?: ArgumentOptions): (...args: Given<A>) => never;
}

/**
 * The Jacobian of a function, row by row in reverse mode (JAX's `jacrev`): best where it gives few numbers.
 *
 * For `y` `[...m]` of `x` `[...n]` it is `[...m, ...n]`; of trees a tree of the result whose leaves are trees like the argument.
 *
 * @throws ArgumentError for leaves that are no arrays, and wrong `argnums`.
 * @example
 * jacrev((x) => x.mul(x))(tensor([1, 2, 3], { dtype: 'float32' })).tolist() // => [ [ 2, 0, 0 ], [ 0, 4, 0 ], [ 0, 0, 6 ] ]
 */
export const jacrev: JacobianTransform = (f: AnyFunction, options: ArgumentOptions = {}) =>
  ((...args: unknown[]) => {
    const call = recordCall(f, args, options, 'jacrev');
    const rows = call.ys.map((y, k) => {
      const pull = (g: Tensor): unknown[] =>
        pullInputs(
          call,
          call.ys.map((_, i) => (i === k ? g : undefined)),
          true,
        );
      const pulled = mapExamples(pull as AnyFunction, [basisLike(y)], ONE_DRAW) as Tensor[];
      const blocks = pulled.map((block, i) => block.reshape([...y.shape, ...call.inputs[i]!.shape]));
      return unpack(call.trees(blocks), options);
    });
    const jacobian = treeUnflatten(call.yDef, rows);
    return options.hasAux ? [jacobian, releasedAux(call)] : jacobian;
  }) as never;

/**
 * The Jacobian of a function, column by column in forward mode (JAX's `jacfwd`): best where it takes few numbers. Shapes as of {@link jacrev}.
 *
 * @throws ArgumentError for leaves that are no arrays, and wrong `argnums`.
 * @example
 * jacfwd((x) => x.mul(x))(tensor([1, 2, 3], { dtype: 'float32' })).tolist() // => [ [ 2, 0, 0 ], [ 0, 4, 0 ], [ 0, 0, 6 ] ]
 */
export const jacfwd: JacobianTransform = (f: AnyFunction, options: ArgumentOptions = {}) =>
  ((...args: unknown[]) => {
    const which = positionsOf(options, args.length, 'jacfwd');
    let aux: unknown;
    // For each chosen argument, for each of its leaves, the columns of every leaf of the result.
    const columns = which.map((at) => {
      const [leaves, def] = treeFlatten(args[at]);
      const xs = leaves.map((leaf) => differentiableLeaf(leaf, 'jacfwd'));
      const blocks = xs.map((x, k) => {
        const along = (t: Tensor): unknown => {
          const tangents = args.map((_, i) =>
            i === at
              ? treeUnflatten(
                  def,
                  xs.map((other, j) => (j === k ? t : zeros(other.shape, { dtype: other.dtype }))),
                )
              : undefined,
          );
          const pushed = push(f, args, tangents, { ...options, where: 'jacfwd' });
          aux = pushed.aux;
          return pushed.tangent;
        };
        const moved = mapExamples(along as AnyFunction, [basisLike(x)], { ...ONE_DRAW, outAxes: -1 });
        return treeMap((block: Tensor) => block.reshape([...block.shape.slice(0, -1), ...x.shape]), moved);
      });
      return { def, blocks: blocks.map((block) => treeFlatten(block)) };
    });
    const yDef = columns[0]?.blocks[0]?.[1];
    if (yDef === undefined) throw noLeaves();
    const count = columns[0]!.blocks[0]![0].length;
    const rows = Array.from({ length: count }, (_, r) =>
      unpack(
        columns.map(({ def, blocks }) =>
          treeUnflatten(
            def,
            blocks.map(([leaves]) => leaves[r]),
          ),
        ),
        options,
      ),
    );
    const jacobian = treeUnflatten(yDef, rows);
    return options.hasAux ? [jacobian, aux] : jacobian;
  }) as never;

const noLeaves = (): ArgumentError =>
  new ArgumentError({
    where: 'jacfwd',
    what: 'there is nothing to differentiate',
    got: 'an argument without arrays',
    expected: 'one array or more',
    hint: 'argnums says which argument',
  });

/**
 * The Jacobian of a function, see {@link jacrev} (PyTorch's `torch.autograd.functional.jacobian`).
 *
 * @throws ArgumentError for leaves that are no arrays, and wrong `argnums`.
 * @example
 * jacobian((x) => x.sum().mul(x))(tensor([1, 2], { dtype: 'float32' })).tolist() // => [ [ 4, 1 ], [ 2, 5 ] ]
 */
export const jacobian: JacobianTransform = jacrev;

/**
 * The matrix of second derivatives of a scalar-valued function, forward over reverse (JAX's `hessian`): for `x` `[...n]` it is `[...n, ...n]`.
 *
 * @throws ArgumentError for leaves that are no arrays, and wrong `argnums`.
 * @example
 * hessian((x) => x.pow(3).sum())(tensor([1, 2], { dtype: 'float32' })).tolist() // => [ [ 6, 0 ], [ 0, 12 ] ]
 */
export const hessian: JacobianTransform = (f: AnyFunction, options: ArgumentOptions = {}) =>
  jacfwd(jacrev(f as never, options as never) as never, options as never) as never;

/**
 * The value of a scalar-valued function and its Hessian times a vector, without the Hessian (PyTorch's `torch.autograd.functional.hvp`):
 * forward over reverse, at about twice the cost of a gradient.
 *
 * @param primals The argument, or a list of them; each may be a tree.
 * @param tangents The vector, built like `primals`, as is the product.
 * @throws GradientError when the function does not give a scalar; ShapeError for a vector of another shape.
 * @example
 * const [y, hv] = hvp((x) => x.pow(3).sum(), tensor([1, 2], { dtype: 'float32' }), tensor([1, 10], { dtype: 'float32' }));
 * hv.tolist() // => [ 6, 120 ]
 */
export function hvp<T extends NDArray | number>(
  f: (x: Tensor) => Tensor,
  primals: T,
  tangents: NDArray | number,
): [y: Tensor, product: Tensor];
export function hvp<A extends readonly unknown[]>(
  f: (...args: A) => Tensor,
  primals: Given<A>,
  tangents: Given<A>,
): [y: Tensor, product: A];
export function hvp<T>(f: (x: T) => Tensor, primals: Given<T>, tangents: Given<T>): [y: Tensor, product: T];
export function hvp(f: AnyFunction, primals: unknown, tangents: unknown): [unknown, unknown] {
  const several = Array.isArray(primals);
  const [xs, ts] = several ? [primals, tangents as unknown[]] : [[primals], [tangents]];
  const slopes = valueAndGrad(f as never, { argnums: xs.map((_, i) => i) }) as unknown as AnyFunction;
  const { y, tangent } = push(slopes, xs, ts, { where: 'hvp' });
  const [value, products] = [(y as unknown[])[0], (tangent as unknown[][])[1]!];
  return [value, several ? products : products[0]];
}

/**
 * The values of a tree without anything that leads to them: no derivative of any kind flows through (JAX's `lax.stop_gradient`).
 *
 * @example
 * grad((x) => x.mul(stopGradient(x)).sum())(tensor([3], { dtype: 'float32' })).tolist() // => [ 3 ]
 */
export function stopGradient<T>(tree: T): T {
  return treeMap((x: unknown) => (x instanceof Tensor ? x.detach() : x), tree);
}
