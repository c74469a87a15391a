import { IndexError, sizeOf } from '@isograd/device';
import {
  alignExamples,
  arange,
  array,
  type ArrayLike,
  type BatchRule,
  broadcastTo,
  dispatch,
  firstOutside,
  type Index,
  NDArray,
  type NestedList,
  operand,
  type OpSpec,
  type Shape,
  stridesOf,
  type TangentRule,
  withExamples,
  zeros,
} from '@isograd/ndarray';
import { asTensor, type Tensor } from '../tensor.ts';
import { checkReal } from './real-only.ts';
import { fitted, writeAlongAxis, type WriteKind } from './along-axis.ts';

const flat = (x: NDArray): NDArray => x.reshape(-1);

const zerosOf = (value: NDArray, g: NDArray): NDArray => zeros(value.shape, { dtype: g.dtype });

function valueCotangent(g: NDArray, places: NDArray, value: NDArray): NDArray {
  return flat(g).take(places, 0).sumTo(value.shape);
}

/** Each example writes into an array of its own: they lie end to end, so that its places are further on. */
const batch: BatchRule<undefined> = ([x, value, places], call) => {
  const { op, size, shapes, batched } = call;
  const ndim = shapes[2]!.length;
  const starts = range(size)
    .mul(sizeOf(shapes[0]!))
    .reshape([size, ...new Array<number>(ndim).fill(1)]);
  const whole = withExamples(x!, 0, call);
  const further = withExamples(places!, 2, call).add(starts);
  return dispatch(op, [whole, batched(1) ? alignExamples(value!, ndim) : value!, further], undefined as never);
};

/** Both are linear in the array and the value together. */
const tangent: TangentRule<undefined> = (ts, { op, inputs: [x, value, places] }) =>
  dispatch(op, [ts[0] ?? x!.mul(0), ts[1] ?? value!.mul(0), places!], undefined as never);

const ONLY_RECORDED = {
  family: 'indexed',
  domain: [-2, 2],
  samples: [],
  errors: [],
  parity: { numpy: null, torch: null },
  batch,
} as const;

/** Inputs of both: the array, the value, and its places in C order, of the shape of what is written there. */
type PlaceSpec = OpSpec<undefined>;

/** The array with values written to places or added there; of places that are named twice the last counts, or both. */
function specOf(name: string, how: WriteKind): PlaceSpec {
  const spec: PlaceSpec = {
    ...ONLY_RECORDED,
    name,
    byParts: true,
    forward: ([x, value, places]) => {
      const out = x!.copy();
      const source = broadcastTo(value!, places!.shape);
      writeAlongAxis(how, [flat(out), flat(source), flat(places!)], 0);
      return out;
    },
    vjp: (g, { inputs: [, value, places], needs }) => [
      !needs(0) ? undefined : how === 'add' ? g : dispatch(spec, [g, zerosOf(value!, g), places!], undefined),
      needs(1) ? valueCotangent(g, places!, value!) : undefined,
    ],
    jvp: tangent,
  };
  return spec;
}

/** Writes or adds a value at places of an array, with its gradient. */
export type PlaceWriter = (x: NDArray, places: NDArray, value: ArrayLike) => NDArray;

/** Makes what an op does once its places are known. */
export function placeWriter(name: string, how: WriteKind): PlaceWriter {
  const spec = specOf(name, how);
  return (x, places, value) =>
    dispatch(spec, [x, fitted(operand(value, name), x, places.shape, name), places], undefined);
}

const range = (n: number): NDArray => arange(n, { dtype: 'int64' });

/** The places that an index expression names. */
export function placesOf(shape: Shape, index: readonly Index[]): NDArray {
  return range(sizeOf(shape))
    .reshape(shape)
    .at(...index);
}

/** An axis counted from the front. @throws IndexError outside the array. */
export function axisFrom(dim: number, ndim: number, where: string): number {
  const axis = dim < 0 ? dim + ndim : dim;
  if (Number.isInteger(axis) && axis >= 0 && axis < ndim) return axis;
  throw new IndexError({
    where,
    what: `Dimension out of range (expected to be in range of [${-ndim}, ${ndim - 1}])`,
    got: String(dim),
    expected: `${-ndim} to ${ndim - 1}`,
  });
}

/** A real tensor and an axis of it counted from the front; one without axes has one of length 1, as in PyTorch. */
export function alongAxis(x: NDArray, dim: number, where: string): readonly [x: Tensor, axis: number] {
  checkReal(x, where);
  const given = asTensor(x.ndim === 0 ? x.reshape([1]) : x);
  return [given, axisFrom(dim, given.ndim, where)];
}

interface CheckAttrs {
  readonly where: string;
  readonly dim: number;
  readonly length: number;
}

/** Positions as int64, once all of them are known to lie on the axis; an op, as those of many examples are checked at once. */
const checkedSpec: OpSpec<CheckAttrs> = {
  name: 'positionsAlong',
  family: 'indexed',
  batch: 'elementwise',
  forward: ([given], attrs) => {
    const positions = given!.astype('int64');
    const at = firstOutside(positions, attrs.length);
    if (at >= 0) refusePosition(positions.data[at] as bigint, attrs);
    return positions;
  },
  vjp: { nonDifferentiable: 'the result is positions' },
  domain: [0, 1],
  samples: [],
  errors: [],
  parity: { numpy: null, torch: null },
};

function refusePosition(position: bigint, { where, dim, length }: CheckAttrs): never {
  throw new IndexError({
    where,
    what: `index ${position} is out of bounds for dimension ${dim} with size ${length}`,
    got: String(position),
    expected: `0 to ${length - 1}`,
  });
}

/** Positions along an axis as an int64 array. @throws IndexError outside the axis, negative ones included, as in PyTorch. */
export function positionsAlong(index: NDArray | NestedList, dim: number, length: number, where: string): NDArray {
  const given = index instanceof NDArray ? index : array(index, { dtype: 'int64' });
  if (given.dtype !== 'int64' && given.dtype !== 'int32')
    throw new IndexError({
      where,
      what: 'the index must be of whole numbers',
      got: given.dtype,
      expected: 'int64 or int32',
      hint: 'x.long()',
    });
  return dispatch(checkedSpec, [given], { where, dim, length });
}

/** The places that `index` names one by one along an axis; every other coordinate is that of the element of `index`. */
export function scatterPlaces(x: NDArray, axis: number, index: NDArray): NDArray {
  const strides = stridesOf(x.shape);
  return index.shape.reduce((places, n, d) => {
    if (d === axis) return places;
    const along = range(n).mul(strides[d]!);
    return places.add(along.reshape(index.shape.map((_, other) => (other === d ? n : 1))));
  }, index.mul(strides[axis]!));
}
