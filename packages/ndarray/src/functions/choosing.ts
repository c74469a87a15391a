import { ArgumentError, DTypeError, IndexError } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { commonShape } from '../broadcast.ts';
import { type ArraySource, zerosLike } from '../creation.ts';
import { type ArrayLike, composed } from '../dispatch.ts';
import { canCast } from '../dtype-functions.ts';
import { writeInto } from '../indexing/write.ts';
import type { Composed } from '../op.ts';
import { resolveMode, type TakeMode } from './take-mode.ts';
import { stack } from '../ops/joins.ts';
import { where } from '../ops/selection.ts';
import { resultType } from '../result-type.ts';
import { adoptPlain, arrayFrom, type Operand, operandFrom } from './array-from.ts';
import { int64Array, numbersOf } from './int64.ts';
import { againstListBatch } from './reading-batches.ts';

/** Choices in the one dtype in which they meet. */
function alike(choices: readonly NDArray[]): NDArray[] {
  const rule = (choices.find((x) => x.differentiable) ?? choices[0]!).promotion;
  const dtype = resultType(choices, rule);
  return choices.map((x) => x.astype(dtype));
}

function checkChoices(choices: readonly Operand[], x: NDArray): void {
  if (choices.length === 0)
    throw new ArgumentError({
      where: 'choose',
      what: '0-length sequence',
      got: '[]',
      expected: 'a list of arrays',
      hint: 'choose(x, [choice0, choice1])',
    });
  if (!canCast(x.dtype, 'int64'))
    throw new DTypeError({
      where: 'choose',
      what: `Cannot cast array data from dtype('${x.dtype}') to dtype('int64') according to the rule 'safe'`,
      got: x.dtype,
      expected: 'integers that say which choice to take',
      hint: "x.astype('int64')",
    });
}

/** Options of {@link choose}. */
export interface ChooseOptions {
  /** Array to write into; it is what the function returns. */
  readonly out?: NDArray;
  /** What numbers outside the choices do: refuse, count on from the other end, or take the nearest; default `raise`. */
  readonly mode?: TakeMode;
}

/**
 * For each element of `x` the element at its place in the choice of that number; everything broadcasts.
 *
 * @throws IndexError for a number that is no choice; DTypeError unless `x` has integers.
 * @example
 * choose(array([1, 0, 1]), [[1, 2, 3], [10, 20, 30]]).tolist() // => [ 10, 2, 30 ]
 */
export const choose: Composed<(x: ArraySource, choices: readonly Operand[], options?: ChooseOptions) => NDArray> =
  composed(
    {
      name: 'choose',
      batchReading: againstListBatch,
      domain: [-2, 2],
      samples: [
        {
          inputs: [{ shape: [3], dtype: 'int64', values: [1, 0, 1] }],
          args: [
            [
              [1, 2, 3],
              [10, 20, 30],
            ],
          ],
          attrs: {
            choices: [
              [1, 2, 3],
              [10, 20, 30],
            ],
            mode: 'raise',
          },
        },
        {
          inputs: [{ shape: [2, 1], dtype: 'int64', values: [-1, 5] }],
          args: [[[1, 2.5], 3], { mode: 'wrap' }],
          attrs: { choices: [[1, 2.5], 3], mode: 'wrap' },
        },
        {
          inputs: [{ shape: [2], dtype: 'int64', values: [-1, 5] }],
          args: [[[1, 2], 3], { mode: 'clip' }],
          attrs: { choices: [[1, 2], 3], mode: 'clip' },
        },
        {
          inputs: [{ shape: [], dtype: 'bool', values: [true] }],
          args: [
            [
              [1, 2],
              [3, 4],
            ],
          ],
          attrs: {
            choices: [
              [1, 2],
              [3, 4],
            ],
            mode: 'raise',
          },
        },
      ],
      nonDifferentiable: 'the array itself says what to take; the choices have gradients',
      errors: [
        {
          inputs: [{ shape: [1], dtype: 'int64', values: [2] }],
          args: [[1, 2]],
          throws: 'invalid entry in choice array',
        },
        { inputs: [[1]], args: [[1, 2]], throws: 'Cannot cast array data' },
        { inputs: [{ shape: [1], dtype: 'int64', values: [0] }], args: [[]], throws: '0-length sequence' },
      ],
      parity: {
        numpy: 'np.choose(x1, choices, mode=mode)',
        torch: null,
        jax: null,
        tfjs: null,
        why: 'the others have no choose, or none of lists',
      },
    },
    (x: ArraySource, choices: readonly Operand[], { out, mode = 'raise' }: ChooseOptions = {}): NDArray => {
      const array = arrayFrom(x, 'choose');
      checkChoices(choices, array);
      const given = choices.map((c) => operandFrom(c, 'choose'));
      const shape = commonShape('choose', [array.shape, ...given.map((c) => c.shape)]);
      const numbers = numbersOf(array.plain());
      if (!resolveMode(numbers, given.length, mode))
        throw new IndexError({
          where: 'choose',
          what: 'invalid entry in choice array',
          got: `numbers for ${given.length} choices`,
          expected: `0 to ${given.length - 1}`,
          hint: "{ mode: 'wrap' } and { mode: 'clip' } take any number",
        });
      const which = int64Array(numbers, array.shape).broadcastTo(shape).expandDims(0);
      const picked = stack(alike(given).map((c) => c.broadcastTo(shape)))
        .takeAlongAxis(which, 0)
        .squeeze(0);
      // Where the choices are plain arrays, the numbers say what kind of array it is.
      if (out === undefined) return picked.differentiable ? picked : adoptPlain('choose', [array], [picked])[0]!;
      out.checkWritable('choose');
      writeInto(out.plain(), picked);
      return out;
    },
  );

function checkConditions(conditions: readonly ArraySource[], choices: readonly Operand[]): NDArray[] {
  const bad = (what: string): never => {
    throw new ArgumentError({
      where: 'select',
      what,
      got: `${conditions.length} conditions, ${choices.length} choices`,
      expected: 'a choice for each condition',
      hint: 'select([x.lt(0), x.gt(1)], [0, 1], x)',
    });
  };
  if (conditions.length !== choices.length) bad('list of cases must be same length as list of conditions');
  if (conditions.length === 0) bad('select with an empty condition list is not possible');
  return conditions.map((c, i) => {
    const condition = arrayFrom(c, 'select');
    if (condition.dtype === 'bool') return condition;
    throw new DTypeError({
      where: 'select',
      what: `invalid entry ${i} in condlist: should be boolean ndarray`,
      got: condition.dtype,
      expected: 'bool',
      hint: 'compare it: x.ne(0)',
    });
  });
}

/**
 * For each place the element of the first choice whose condition holds there, else the default (0); everything broadcasts.
 *
 * @throws ArgumentError for unequal numbers of conditions and choices; DTypeError for conditions that are not bools.
 * @example
 * const x = array([1, 2, 3]);
 * select([x.lt(2), x.gt(2)], [x.neg(), x.mul(10)], 7).tolist() // => [ -1, 7, 30 ]
 */
export function select(
  conditions: readonly ArraySource[],
  choices: readonly Operand[],
  defaultValue: Operand = 0,
): NDArray {
  const masks = checkConditions(conditions, choices);
  const list = alike([...choices, defaultValue].map((c) => operandFrom(c, 'select')));
  const result = masks.reduceRight((rest, mask, i) => where(mask, list[i]!, rest), list.at(-1)!);
  const shape = commonShape(
    'select',
    [...masks, ...list].map((x) => x.shape),
  );
  return result.broadcastTo(shape);
}

/** What {@link piecewise} writes where a condition holds: a value, or a function of the elements there. */
export type Piece = ArrayLike | ((x: NDArray) => ArrayLike);

/**
 * A function that is defined piece by piece: for each condition a value, or a function of the elements for which it holds;
 * one more piece is for all others, which are 0 without it. The result has the dtype of `x`.
 *
 * @throws ArgumentError for another number of pieces.
 * @example
 * const x = array([-2.0, -0.5, 3]);
 * piecewise(x, [x.lt(0)], [(v) => v.neg(), 9]).tolist() // => [ 2, 0.5, 9 ]
 */
export function piecewise(
  x: ArraySource,
  conditions: NDArray | readonly ArraySource[],
  pieces: readonly Piece[],
): NDArray {
  const array = arrayFrom(x, 'piecewise');
  const isOne = conditions instanceof Object && 'ndim' in conditions && (conditions as NDArray).ndim === array.ndim;
  const given = isOne ? [conditions as NDArray] : [...(conditions as Iterable<ArraySource>)];
  const masks: NDArray[] = given.map((c) => arrayFrom(c, 'piecewise').plain().astype('bool'));
  const n = masks.length;
  if (pieces.length !== n && pieces.length !== n + 1)
    throw new ArgumentError({
      where: 'piecewise',
      what: `with ${n} condition(s), either ${n} or ${n + 1} functions are expected`,
      got: `${pieces.length} functions`,
      expected: `${n} or ${n + 1}`,
      hint: 'one more than conditions is for all other elements',
    });
  if (pieces.length === n + 1)
    masks.push(
      masks
        .reduce<NDArray>((all, m) => all.logicalOr(m), masks[0]!)
        .logicalNot()
        .astype('bool'),
    );
  const y = zerosLike(array.plain());
  masks.forEach((mask, i) => {
    const piece = pieces[i]!;
    const at = mask.broadcastTo(array.shape).copy();
    if (typeof piece !== 'function')
      return void y.set(array.ndim === 0 ? ['...'] : [at], array.ndim === 0 ? where(at, piece, y) : (piece as NDArray));
    if (at.any().item() !== true) return;
    if (array.ndim === 0) y.set(['...'], piece(array) as NDArray);
    else y.set([at], piece(array.at(at)) as NDArray);
  });
  return y;
}
