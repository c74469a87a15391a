import { expr as e } from '@isograd/device';
import { type BinaryOp, compare } from '../families.ts';

/** `x1 == x2`, element-wise with broadcasting; method `eq`. */
export const equal: BinaryOp = compare('equal', (x1, x2) => e.eq(x1, x2), { numpy: 'np.equal(x1, x2)', torch: 'torch.eq(x1, x2)', jax: 'jnp.equal(x1, x2)', tfjs: 'tf.equal(x1, x2)' });

/** `x1 > x2`, element-wise with broadcasting; method `gt`. */
export const greater: BinaryOp = compare('greater', (x1, x2) => e.gt(x1, x2), { numpy: 'np.greater(x1, x2)', torch: 'torch.gt(x1, x2)', jax: 'jnp.greater(x1, x2)', tfjs: 'tf.greater(x1, x2)' });
