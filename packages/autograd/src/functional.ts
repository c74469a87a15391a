import { ArgumentError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { gradients } from './gradients.ts';
import { withGradMode } from './grad-mode.ts';
import { asTensor, Tensor } from './tensor.ts';
import { checkFloat } from './tensor-checks.ts';

/** A scalar-valued function of tensors. */
export type ScalarFunction<X extends readonly NDArray[]> = (...xs: { [K in keyof X]: Tensor }) => Tensor;

/** Options of {@link grad} and {@link valueAndGrad}. */
export interface GradOptions {
  /** Which arguments to differentiate; default the first. */
  readonly argnums?: number | readonly number[];
}

let depth = 0;

/** An argument as a tensor of its own, connected to the one the caller tracks, so that transforms nest. */
function enter(x: NDArray, differentiate: boolean): Tensor {
  const given = asTensor(x);
  if (!differentiate) return given;
  checkFloat(given, 'grad');
  return given.node ? given.reshape(given.shape) : given.detach().requiresGrad_();
}

function run<X extends readonly NDArray[]>(
  f: ScalarFunction<X>,
  xs: X,
  argnums: readonly number[],
): { readonly value: Tensor; readonly grads: Tensor[] } {
  for (const i of argnums)
    if (!Number.isInteger(i) || i < 0 || i >= xs.length)
      throw new ArgumentError({
        where: 'grad',
        what: 'argnums names an argument that was not passed',
        got: `${i} of ${xs.length}`,
        expected: `0 to ${xs.length - 1}`,
      });
  const nested = depth > 0 || xs.some((x) => x instanceof Tensor && x.node);
  depth++;
  try {
    return withGradMode(true, () => {
      const args = xs.map((x, i) => enter(x, argnums.includes(i)));
      const y = f(...(args as unknown as { [K in keyof X]: Tensor }));
      const wanted = argnums.map((i) => args[i]!);
      const grads = gradients([y], wanted, { createGraph: nested, allowUnused: true });
      return { value: nested ? y : y.detach(), grads };
    });
  } finally {
    depth--;
  }
}

const positions = (options: GradOptions | undefined): readonly number[] =>
  typeof options?.argnums === 'object' ? options.argnums : [options?.argnums ?? 0];
const unpack = <T>(grads: readonly T[], options: GradOptions | undefined): T | readonly T[] =>
  typeof options?.argnums === 'object' ? grads : grads[0]!;

/** What {@link grad} gives: one gradient, or a list when `argnums` is one. */
export type GradOf<O> = O extends { readonly argnums: readonly number[] } ? readonly Tensor[] : Tensor;

/**
 * The gradient of a scalar-valued function, as a function (JAX's `grad`); transforms nest to any order.
 *
 * @throws GradientError when the function does not give a scalar.
 * @example
 * const f = (x) => x.pow(3).sum();
 * grad(f)(tensor([2, 6], { dtype: 'float32' })).tolist() // => [ 12, 108 ]
 * grad((x) => grad(f)(x).sum())(tensor([2, 6], { dtype: 'float32' })).tolist() // => [ 12, 36 ]
 */
export function grad<X extends readonly NDArray[], O extends GradOptions = GradOptions>(
  f: ScalarFunction<X>,
  options?: O,
): (...xs: X) => GradOf<O> {
  return (...xs) => unpack(run(f, xs, positions(options)).grads, options) as GradOf<O>;
}

/**
 * The value of a scalar-valued function together with its gradient (JAX's `value_and_grad`).
 *
 * @example
 * const [value, g] = valueAndGrad((x) => x.mul(x).sum())(tensor([1, 2], { dtype: 'float32' }));
 * value.item() // => 5
 * g.tolist() // => [ 2, 4 ]
 */
export function valueAndGrad<X extends readonly NDArray[], O extends GradOptions = GradOptions>(
  f: ScalarFunction<X>,
  options?: O,
): (...xs: X) => [value: Tensor, grads: GradOf<O>] {
  return (...xs) => {
    const { value, grads } = run(f, xs, positions(options));
    return [value, unpack(grads, options) as GradOf<O>];
  };
}
