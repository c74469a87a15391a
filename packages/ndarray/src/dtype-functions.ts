import { ArgumentError, checkDType, type DType } from '@isograd/device';
import type { NDArray, Scalar } from './array.ts';
import { allows, type Casting } from './casting.ts';
import { operand } from './dispatch.ts';
import { NUMPY } from './promotion.ts';
import { resultType as meet } from './result-type.ts';
import { filled } from './creation.ts';

/**
 * The dtype that arrays of two dtypes meet in, by NumPy's rules.
 *
 * @throws DTypeError for an unknown dtype.
 * @example
 * promoteTypes('int32', 'float32') // => float64
 * promoteTypes('uint8', 'int32') // => int32
 */
export function promoteTypes(type1: DType, type2: DType): DType {
  return NUMPY.promote(checkDType(type1, 'promoteTypes'), checkDType(type2, 'promoteTypes'));
}

/**
 * The dtype of the result of an operation on these arrays, dtypes and bare numbers; bare numbers only raise the kind (NEP 50).
 *
 * @throws DTypeError for what is neither.
 * @example
 * resultType('uint8', 3) // => uint8
 * resultType('float32', 0.5) // => float32
 * resultType('int64', array([0.5])) // => float64
 */
export function resultType(...items: readonly (NDArray | DType | Scalar)[]): DType {
  if (items.length === 0)
    throw new ArgumentError({
      where: 'resultType',
      what: 'at least one array or dtype is required',
      got: 'nothing',
      expected: 'arrays, dtypes or numbers',
      hint: "resultType('int32', 0.5)",
    });
  const arrays = items.map((item) =>
    typeof item === 'string'
      ? filled([0], 0, checkDType(item, 'resultType'), 'resultType')
      : operand(item, 'resultType').plain(),
  );
  return meet(arrays, NUMPY);
}

export type { Casting } from './casting.ts';

const RULES: readonly Casting[] = ['no', 'equiv', 'safe', 'same_kind', 'unsafe'];

/**
 * Whether values of one dtype may become another one under a rule, `safe` by default.
 *
 * @throws DTypeError for an unknown dtype; ArgumentError for an unknown rule.
 * @example
 * canCast('int32', 'float64') // => true
 * canCast('float64', 'float32') // => false
 * canCast('float64', 'float32', 'same_kind') // => true
 */
export function canCast(from: DType, to: DType, casting: Casting = 'safe'): boolean {
  const [a, b] = [checkDType(from, 'canCast'), checkDType(to, 'canCast')];
  if (RULES.includes(casting)) return allows(casting, a, b);
  throw new ArgumentError({
    where: 'canCast',
    what: 'unknown casting rule',
    got: String(casting),
    expected: 'no, equiv, safe, same_kind or unsafe',
    hint: 'leave it out for safe',
  });
}
