import type { NDArray } from '../array.ts';
import { composed, defineOp, dispatch, operand, type ArrayLike } from '../dispatch.ts';
import type { Composed, Op, OpRecord, OpSpec } from '../op.ts';
import { determinantSigns, logDeterminants } from './determinants.ts';
import { type NamedTuple, namedTuple } from './tuple.ts';

/** Sign and logarithm of a determinant: `const { sign, logabsdet } = slogdet(x)`, or as a list of two. */
export type SlogdetResult<T> = NamedTuple<
  readonly [sign: T, logabsdet: T],
  { readonly sign: T; readonly logabsdet: T }
>;

const MATRIX = { shape: [3, 3], values: [3, 0.5, -1, 0.2, 2, 0.7, -0.4, 1, 2.5] };
const RECORD: Pick<OpRecord, 'domain' | 'samples' | 'errors'> = {
  domain: [-2, 2],
  samples: [
    { inputs: [MATRIX] },
    { inputs: [{ shape: [2, 2, 2], values: [0, 1, 2, 0, 4, 1, 1, 3] }] },
    { inputs: [{ shape: [2, 2], values: [1, 2, 2, 4], differentiable: false }] },
    { inputs: [{ shape: [0, 0], differentiable: false }] },
  ],
  errors: [{ inputs: [[2, 3]], throws: 'must be square' }],
};

const signSpec: OpSpec<undefined> = {
  ...RECORD,
  name: 'determinantSign',
  family: 'linalg',
  forward: ([x], _attrs, rule) => determinantSigns(x!, rule),
  vjp: { nonDifferentiable: 'it is piecewise constant' },
  parity: { numpy: 'np.linalg.slogdet(x1).sign', torch: 'torch.linalg.slogdet(x1).sign' },
};
const determinantSign: Op<(x: ArrayLike) => NDArray> = defineOp(signSpec, (x: ArrayLike) =>
  dispatch(signSpec, [operand(x, 'slogdet')], undefined),
);

const logSpec: OpSpec<undefined> = {
  ...RECORD,
  name: 'logDeterminant',
  family: 'linalg',
  forward: ([x], _attrs, rule) => logDeterminants(x!, rule),
  vjp: (g, { inputs: [x] }) => [x!.inv().mT.mul(g.reshape([...g.shape, 1, 1]))],
  parity: { numpy: 'np.linalg.slogdet(x1).logabsdet', torch: 'torch.linalg.slogdet(x1).logabsdet' },
};
const logDeterminant: Op<(x: ArrayLike) => NDArray> = defineOp(logSpec, (x: ArrayLike) =>
  dispatch(logSpec, [operand(x, 'slogdet')], undefined),
);

/**
 * Sign and natural logarithm of the absolute value of determinants, [..., n, n] → two of [...]; 0 and -inf for singular matrices.
 *
 * Where the determinant itself would leave the range of floats this does not. The logarithm has a gradient.
 *
 * @throws LinAlgError unless the last two axes are equal.
 * @example
 * linalg.slogdet(array([[0, 1], [1, 0]])).sign.item() // => -1
 */
export const slogdet: Composed<<T extends NDArray>(x: T) => SlogdetResult<T>> = composed(
  {
    name: 'slogdet',
    ...RECORD,
    parity: {
      numpy: 'np.linalg.slogdet(x1)',
      torch: 'torch.linalg.slogdet(x1)',
      jax: 'jnp.linalg.slogdet(x1)',
      tfjs: null,
      why: 'tfjs has no determinant',
    },
  },
  <T extends NDArray>(x: T): SlogdetResult<T> => {
    const [sign, logabsdet] = [determinantSign(x) as T, logDeterminant(x) as T];
    return namedTuple(['sign', 'logabsdet'], [sign, logabsdet] as const);
  },
);
