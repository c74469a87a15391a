import { ArgumentError, type DType, isInteger, ShapeError, sizeOf } from '@isograd/device';
import { NDArray, type Scalar } from './array.ts';
import { sameShape, show } from './broadcast.ts';
import { checkCast } from './casting.ts';
import { array } from './creation.ts';
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

/** Refuses `initial` and `where` where they have no meaning. */
function checkMonoid({ name, monoid, given: { where, initial } }: Extended): void {
  if (where === undefined && initial === undefined) return;
  if (monoid === undefined)
    throw new ArgumentError({
      where: name,
      what: `takes neither 'initial' nor 'where'`,
      got: where === undefined ? 'initial' : 'where',
      expected: 'axis, keepdims, dtype, out',
      hint: 'mask the array first',
    });
  if (monoid.identity === undefined && initial === undefined)
    throw new ShapeError({
      where: name,
      what: `reduction operation '${name}' does not have an identity, so to use a where mask one has to specify 'initial'`,
      got: 'where without initial',
      expected: 'where and initial',
    });
}

/** Writes a result into the array that the caller brought. @throws ShapeError, DTypeError where it does not fit. */
export function writeOut(y: NDArray, out: NDArray, name: string): NDArray {
  if (!sameShape(out.shape, y.shape))
    throw new ShapeError({
      where: name,
      what: 'output parameter for reduction operation has the wrong shape',
      got: `out ${show(out.shape)}`,
      expected: show(y.shape),
      hint: 'make it with empty(shape)',
    });
  checkCast(name, 'output', { from: y.dtype, to: out.dtype, casting: 'same_kind' });
  return out.set(['...'], y.plain());
}

/** A value to start from in the dtype of what is reduced; fractions are cut for integers, as NumPy cuts them. */
function initialAs(value: Scalar, dtype: DType): NDArray {
  return array(isInteger(dtype) && typeof value === 'number' ? Math.trunc(value) : value, { dtype });
}

/** A reduction with `where`, `initial` or `out`: put together of ops, so that its gradient is theirs. */
export function extended(call: Extended, run: (x: NDArray) => NDArray): NDArray {
  checkMonoid(call);
  const { name, monoid, array: x, given } = call;
  const { where, initial, out } = given;
  const hasIdentity = monoid?.identity !== undefined;
  const typed = hasIdentity && given.dtype !== undefined ? x.astype(given.dtype) : x;
  const neutral = monoid?.identity ?? (initial === undefined ? undefined : initialAs(initial, typed.dtype));
  const masked = where === undefined ? typed : chooseWhere(where, typed, neutral!);
  const isEmptied = masked.size === 0 && initial !== undefined && !hasIdentity;
  const y = isEmptied ? emptied(masked, given, initial, name) : run(masked);
  const combined = initial === undefined ? y : y[monoid!.combine](initialAs(initial, y.dtype));
  return out === undefined ? combined : writeOut(combined, out, name);
}

/** What a reduction without an identity gives over nothing: the initial value everywhere. */
function emptied(x: NDArray, given: ReduceOptions, value: Scalar, name: string): NDArray {
  const attrs = parseReduce(x, given.axis, given, name);
  const shape = reducedShape(x.shape, attrs);
  return new NDArray(allocate(x.dtype, sizeOf(shape)), x.dtype, shape).fill(value);
}
