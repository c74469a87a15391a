import { type DType, sizeOf } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { type ArrayLike, composed } from '../dispatch.ts';
import { resultType } from '../result-type.ts';
import type { Composed } from '../op.ts';
import { type EinsumOptimize, pathOf, stepsOf } from './einsum-path.ts';
import { isOptions, readArguments, type Sublist } from './einsum-subscripts.ts';

/** An array whose axes have letters. */
interface Term {
  readonly x: NDArray;
  readonly labels: string;
}

/** Gives repeated labels their diagonal, sums over labels that are not among `keep`, and leaves the others in the order in which they stand. */
function reduceTerm({ x, labels }: Term, keep: (label: string) => boolean): Term {
  let term = { x, labels };
  for (const c of new Set(labels)) {
    for (let first = term.labels.indexOf(c); ;) {
      const second = term.labels.indexOf(c, first + 1);
      if (second < 0) break;
      // A diagonal is the last axis of its array.
      const rest = [...term.labels].filter((_, d) => d !== first && d !== second).join('');
      term = { x: term.x.diagonal(0, first, second), labels: rest + c };
      first = term.labels.indexOf(c);
    }
  }
  const summed = [...term.labels].flatMap((c, d) => (keep(c) ? [] : [d]));
  if (summed.length === 0) return term;
  const total = term.x.sum(summed);
  const kept = [...term.labels].filter(keep).join('');
  return { x: total.dtype === x.dtype ? total : total.astype(x.dtype), labels: kept };
}

/** The axes in the order of some labels, each of which the term has. */
function ordered({ x, labels }: Term, order: string): NDArray {
  return labels === order ? x : x.transpose([...order].map((c) => labels.indexOf(c)));
}

type Sizes = ReadonlyMap<string, number>;

const lengthsOf = (labels: string, sizes: Sizes): number[] => [...labels].map((c) => sizes.get(c)!);

/** The product of two terms, summed over what `needed` does not name: one matrix product over stacks. */
function contractPair(first: Term, second: Term, needed: string, sizes: Sizes): Term {
  const a = reduceTerm(first, (c) => needed.includes(c) || second.labels.includes(c));
  const b = reduceTerm(second, (c) => needed.includes(c) || first.labels.includes(c));
  const pick = (labels: string, test: (c: string) => boolean): string => [...labels].filter(test).join('');
  const batch = pick(a.labels, (c) => b.labels.includes(c) && needed.includes(c));
  const inner = pick(a.labels, (c) => b.labels.includes(c) && !needed.includes(c));
  const rows = pick(a.labels, (c) => !b.labels.includes(c));
  const columns = pick(b.labels, (c) => !a.labels.includes(c));
  const labels = batch + rows + columns;
  const outer = lengthsOf(batch, sizes);
  const [m, k, n] = [rows, inner, columns].map((part) => sizeOf(lengthsOf(part, sizes))) as [number, number, number];
  const left = ordered(a, batch + rows + inner);
  const right = ordered(b, batch + inner + columns);
  // Without a sum it is an element-wise product; matmul would multiply columns by rows one by one.
  const y =
    inner === ''
      ? left.reshape([...outer, m, 1]).multiply(right.reshape([...outer, 1, n]))
      : left.reshape([...outer, m, k]).matmul(right.reshape([...outer, k, n]));
  return { x: y.reshape(lengthsOf(labels, sizes)), labels };
}

/** One step of a path: pairs from the left, the result in the order that is asked for. */
function contract(terms: readonly Term[], result: string, sizes: Sizes): Term {
  const [first, ...rest] = terms as [Term, ...Term[]];
  const all = rest.reduce((sofar, term, i) => {
    const later = rest
      .slice(i + 1)
      .map((t) => t.labels)
      .join('');
    return contractPair(sofar, term, result + later, sizes);
  }, first);
  const reduced = reduceTerm(all, (c) => result.includes(c));
  return { x: ordered(reduced, result), labels: result };
}

/** Drops axes of length 1 whose label is longer elsewhere: they are stretched there, and a factor here. */
function withoutStretched({ x, labels }: Term, sizes: Sizes): Term {
  const kept = [...labels].map((c, d) => x.shape[d] === sizes.get(c));
  if (kept.every(Boolean)) return { x, labels };
  return {
    x: x.reshape(x.shape.filter((_, d) => kept[d])),
    labels: [...labels].filter((_, d) => kept[d]).join(''),
  };
}

/** Options of {@link einsum}. */
export interface EinsumOptions {
  /** In which order to contract three operands and more; default `false`, from the left. */
  readonly optimize?: EinsumOptimize;
  /** Dtype to compute in; default that in which the operands meet. */
  readonly dtype?: DType;
  /** Array to write the result into; it is what the function returns. */
  readonly out?: NDArray;
}

/** The two ways to write an Einstein sum; options come last. */
export interface EinsumFunction {
  (subscripts: string, ...operands: readonly (ArrayLike | EinsumOptions)[]): NDArray;
  (operand: NDArray, labels: Sublist, ...rest: readonly (ArrayLike | Sublist | EinsumOptions)[]): NDArray;
}

function compute(args: readonly unknown[], { optimize = false, dtype, out }: EinsumOptions): NDArray {
  const subscripts = readArguments(args);
  const { terms, operands, sizes } = subscripts;
  const steps = stepsOf(subscripts, pathOf(subscripts, optimize));
  const rule = operands[0]!.promotion;
  const left = operands.map((x, i) => withoutStretched({ x, labels: terms[i]! }, sizes));
  for (const { positions, result } of steps) {
    // Positions come from the last to the first; factors are multiplied from the first on.
    const taken = positions.map((at) => left.splice(at, 1)[0]!).reverse();
    // Each step computes in the dtype in which its own factors meet.
    const type =
      dtype ??
      resultType(
        taken.map(({ x }) => x),
        rule,
      );
    const cast = taken.map(({ x, labels }) => ({ x: x.dtype === type ? x : x.astype(type), labels }));
    left.push(contract(cast, result, sizes));
  }
  const y = left[0]!.x;
  return out ? out.set(['...'], y) : y;
}

/**
 * Einstein's sum: products of operands, summed over the labels that the result does not have.
 *
 * Each operand has a term with a letter for each axis; behind `->` stand the letters of the result, without it those that occur once, in
 * alphabetical order. A letter twice in a term is a diagonal; `...` are the axes without a letter, which broadcast. Labels can be lists of numbers
 * too: `einsum(a, [0, 1], b, [1, 2], [0, 2])`. Two operands at a time are one matrix product; `optimize` chooses which.
 *
 * @throws ArgumentError for subscripts that cannot be read; ShapeError where lengths do not fit.
 * @example
 * einsum('ij,jk->ik', array([[1, 2], [3, 4]]), array([[1, 0], [0, 2]])).tolist() // => [ [ 1, 4 ], [ 3, 8 ] ]
 * einsum('ii', array([[1, 2], [3, 4]])).item() // => 5
 */
export const einsum: Composed<EinsumFunction> = composed(
  {
    name: 'einsum',
    argumentsFirst: 1,
    domain: [-2, 2],
    samples: [
      {
        inputs: [
          [2, 3],
          [3, 4],
        ],
        args: ['ij,jk->ik'],
        attrs: { subscripts: 'ij,jk->ik' },
      },
      { inputs: [[3, 3]], args: ['ii'], attrs: { subscripts: 'ii' } },
      { inputs: [[3, 3]], args: ['ii->i'], attrs: { subscripts: 'ii->i' } },
      { inputs: [[2, 3]], args: ['ji'], attrs: { subscripts: 'ji' } },
      { inputs: [[2, 3]], args: ['ij->'], attrs: { subscripts: 'ij->' } },
      {
        inputs: [
          [2, 3, 4],
          [4, 2],
        ],
        args: ['...ij,jk'],
        attrs: { subscripts: '...ij,jk' },
      },
      {
        inputs: [
          [2, 3],
          [2, 4],
        ],
        args: ['bi,bj->bij'],
        attrs: { subscripts: 'bi,bj->bij' },
      },
      {
        inputs: [
          [5, 2, 3],
          [5, 3, 4],
        ],
        args: ['bij,bjk->bki'],
        attrs: { subscripts: 'bij,bjk->bki' },
      },
      {
        inputs: [
          [2, 3],
          [3, 4],
          [4, 2],
        ],
        args: ['ij,jk,kl->il'],
        attrs: { subscripts: 'ij,jk,kl->il' },
      },
      { inputs: [[], [3]], args: [',i'], attrs: { subscripts: ',i' }, without: { torch: 'it wants a term' } },
      {
        inputs: [
          [2, 0],
          [0, 3],
        ],
        args: ['ij,jk'],
        attrs: { subscripts: 'ij,jk' },
      },
    ],
    errors: [
      {
        inputs: [
          [2, 3],
          [2, 3],
        ],
        args: ['ij,jk->ik'],
        throws: 'does not match previous terms',
      },
      { inputs: [[2, 3]], args: ['ijk->i'], throws: 'correct number of indices' },
      { inputs: [[2, 3]], args: ['ij->k'], throws: 'did not appear in the input' },
      { inputs: [[2, 3]], args: ['ij->ii'], throws: 'more than once in the output' },
      { inputs: [[2, 3]], args: ['ij,jk'], throws: 'must be equal to the number of operands' },
      { inputs: [[2, 3]], args: ['i1'], throws: 'Character 1 is not a valid symbol' },
      { inputs: [[2, 3]], args: ['..ij'], throws: 'Invalid Ellipses' },
    ],
    parity: {
      numpy: 'np.einsum(subscripts, *xs)',
      torch: 'torch.einsum(subscripts, *xs)',
      jax: 'jnp.einsum(subscripts, *xs)',
      tfjs: null,
      why: 'tf.einsum knows no diagonals',
    },
  },
  ((...args: readonly unknown[]): NDArray => {
    const last = args.at(-1);
    return isOptions(last) ? compute(args.slice(0, -1), last) : compute(args, {});
  }) as EinsumFunction,
);
