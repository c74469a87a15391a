import { ArgumentError, ShapeError, sizeOf } from '@isograd/device';
import { NDArray, type Scalar } from './array.ts';
import { sameShape, show } from './broadcast.ts';
import { checkCast } from './casting.ts';
import { where as chooseWhere } from './ops/selection.ts';
import { parseReduce, reducedShape, type ReduceOptions } from './reduce-attrs.ts';
import { allocate } from './storage.ts';

/** How results of a reduction are put together. */
export interface Monoid {
  readonly identity?: number;
  readonly combine: 'add' | 'multiply' | 'maximum' | 'minimum' | 'logicalOr' | 'logicalAnd';
}

/** Whether a call asks for more than axes and a dtype. */
export const isExtended = ({ out, initial, where }: ReduceOptions): boolean =>
  out !== undefined || initial !== undefined || where !== undefined;

/** A reduction on its way. */
interface Extended {
  readonly name: string;
  readonly monoid: Monoid | undefined;
  readonly array: NDArray;
  readonly given: ReduceOptions;
}

/** A reduction with `where`, `initial` or `out`: put together of ops, so that its gradient is theirs. */
export function extended({ name, monoid, array, given }: Extended, run: (x: NDArray) => NDArray): NDArray {
  const { where, initial, out } = given;
  if (monoid === undefined && (where !== undefined || initial !== undefined))
    throw new ArgumentError({
      where: name,
      what: `takes neither 'initial' nor 'where'`,
      got: where === undefined ? 'initial' : 'where',
      expected: 'axis, keepdims, dtype, out',
      hint: 'mask the array first',
    });
  const neutral = monoid?.identity ?? initial;
  if (where !== undefined && neutral === undefined)
    throw new ShapeError({
      where: name,
      what: `reduction operation '${name}' does not have an identity, so to use a where mask one has to specify 'initial'`,
      got: 'where without initial',
      expected: 'where and initial',
    });
  const typed = monoid?.identity !== undefined && given.dtype !== undefined ? array.astype(given.dtype) : array;
  const masked = where === undefined ? typed : chooseWhere(where, typed, neutral!);
  let y =
    masked.size === 0 && neutral !== undefined && monoid?.identity === undefined
      ? emptied(masked, given, neutral, name)
      : run(masked);
  if (initial !== undefined) y = y[monoid!.combine](initial);
  if (out === undefined) return y;
  if (!sameShape(out.shape, y.shape))
    throw new ShapeError({
      where: name,
      what: 'output parameter for reduction operation has the wrong shape',
      got: `out ${show(out.shape)}`,
      expected: show(y.shape),
      hint: 'make it with empty(shape)',
    });
  checkCast(name, 'output', { from: y.dtype, to: out.dtype, casting: 'same_kind' });
  out.set(['...'], y.plain());
  return out;
}

/** What a reduction without an identity gives over nothing: the initial value everywhere. */
function emptied(x: NDArray, given: ReduceOptions, value: Scalar, name: string): NDArray {
  const attrs = parseReduce(x, given.axis, given, name);
  const shape = reducedShape(x.shape, attrs);
  return new NDArray(allocate(x.dtype, sizeOf(shape)), x.dtype, shape).fill(value);
}
