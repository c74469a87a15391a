import type { ComposedSpec, OpSpec, SeveralSpec } from '@isograd/ndarray';
import { tangentWay, type TangentWay } from '@isograd/ndarray';
import type { TableOp } from '@isograd/ndarray/testing';
import { mappedSamples, vmapcheck } from './transform-checks.ts';
import { transformFallbacks } from './transforms/fallbacks.ts';
import { type BatchWay, batchWay } from './transforms/vmap.ts';

/** How forward mode and `vmap` treat an op. */
export interface TransformWays {
  /**
   * By a `rule` of its own, as a `linear` or `symmetric` function, `elementwise` from its reverse rule, `transposed` from it, `composed` of
   * other ops, or `none: why`.
   */
  readonly jvp: Exclude<TangentWay, 'none'> | 'composed' | `none: ${string}`;
  /** By a `rule`, `elementwise`, in a `loop` over examples (with the reason where there can be nothing else), `composed` of other ops, or `none: why`. */
  readonly vmap: BatchWay | `loop: ${string}` | 'composed' | `none: ${string}`;
}

const isPrimitive = (spec: TableOp['spec'] | SeveralSpec): spec is OpSpec | SeveralSpec => 'vjp' in spec;

function primitiveWay(spec: OpSpec | SeveralSpec): TransformWays['vmap'] {
  const way = batchWay(spec);
  return way === 'loop' && spec.oneByOne !== undefined ? `loop: ${spec.oneByOne}` : way;
}

/** Whether anything of a composed function is run one example after the other, found out by running it. */
function composedWay(op: TableOp): TransformWays['vmap'] {
  const samples = mappedSamples(op);
  if (samples.length === 0) return 'none: it takes no arrays';
  const loops = (): number => transformFallbacks().get(op.name)?.loop ?? 0;
  const before = loops();
  try {
    for (const sample of samples) vmapcheck(op, sample);
  } catch (error) {
    return `none: ${(error as { what?: string }).what ?? 'it is refused'}`;
  }
  if (loops() === before) return 'composed';
  const { oneByOne } = op.spec as ComposedSpec;
  return oneByOne === undefined ? 'loop' : `loop: ${oneByOne}`;
}

/**
 * How forward mode and `vmap` are had for an op of a table; composed functions are run to find out whether they read elements.
 *
 * @example
 * import { opTable } from '@isograd/ndarray/testing';
 * const op = (name) => opTable().find((each) => each.name === name);
 * transformWays(op('exp')) // => { jvp: 'elementwise', vmap: 'elementwise' }
 * transformWays(op('matmul')) // => { jvp: 'linear', vmap: 'rule' }
 * transformWays(op('unique')).vmap // => loop: the shape depends on the values
 */
export function transformWays(op: TableOp): TransformWays {
  const spec = op.spec as TableOp['spec'] | SeveralSpec;
  const primitive = isPrimitive(spec);
  const way = primitive ? tangentWay(spec) : 'none';
  const why = op.nonDifferentiable;
  return {
    jvp: why !== undefined ? `none: ${why}` : way === 'none' ? 'composed' : way,
    vmap: primitive ? primitiveWay(spec) : composedWay(op),
  };
}
