import { IndexError, ShapeError } from '@isograd/device';
import {
  array,
  type ArrayLike,
  broadcastTo,
  dispatch,
  type Index,
  NDArray,
  type NestedList,
  operand,
  type OpSpec,
  scatterAdd,
  type Shape,
  stridesOf,
} from '@isograd/ndarray';

/** Places in C order, of the shape of what is written there. */
interface PlacesAttrs {
  readonly places: NDArray;
}

const flat = (x: NDArray): NDArray => x.reshape(-1);

function valueCotangent(g: NDArray, places: NDArray, value: NDArray): NDArray {
  return flat(g).take(places, 0).sumTo(value.shape);
}

const ONLY_RECORDED = {
  family: 'indexed',
  domain: [-2, 2],
  samples: [],
  errors: [],
  parity: { numpy: null, torch: null },
} as const;

/** The array with values written to places; of places that are named twice the last counts. */
function putSpec(name: string): OpSpec<PlacesAttrs> {
  const spec: OpSpec<PlacesAttrs> = {
    ...ONLY_RECORDED,
    name,
    forward: ([x, value], { places }) => {
      const out = x!.copy();
      flat(out).set([flat(places)], flat(broadcastTo(value!, places.shape)));
      return out;
    },
    vjp: (g, { inputs: [, value], attrs: { places }, needs }) => [
      needs(0) ? dispatch(spec, [g, operand(0, name)], { places }) : undefined,
      needs(1) ? valueCotangent(g, places, value!) : undefined,
    ],
    linear: 'together',
  };
  return spec;
}

/** The array with values added at places, those of equal places adding up. */
function addSpec(name: string): OpSpec<PlacesAttrs> {
  return {
    ...ONLY_RECORDED,
    name,
    forward: ([x, value], { places }) => {
      const source = flat(broadcastTo(value!, places.shape)).astype(x!.dtype);
      return scatterAdd(flat(x!), flat(places), source, 0).reshape(x!.shape);
    },
    vjp: (g, { inputs: [, value], attrs: { places }, needs }) => [
      g,
      needs(1) ? valueCotangent(g, places, value!) : undefined,
    ],
    linear: 'together',
  };
}

/** Writes or adds a value at places of an array, with its gradient. */
export type PlaceWriter = (x: NDArray, places: NDArray, value: ArrayLike) => NDArray;

/** Makes what an op does once its places are known. */
export function placeWriter(name: string, how: 'put' | 'add'): PlaceWriter {
  const spec = how === 'put' ? putSpec(name) : addSpec(name);
  return (x, places, value) => {
    const source = operand(value, name);
    checkFits(source.shape, places.shape, name);
    return dispatch(spec, [x, source], { places });
  };
}

function checkFits(from: Shape, into: Shape, where: string): void {
  const lead = into.length - from.length;
  if (lead >= 0 && from.every((n, d) => n === 1 || n === into[lead + d])) return;
  throw new ShapeError({
    where,
    what: 'the values do not have the shape of the places that they are written to',
    got: `[${from.join(', ')}]`,
    expected: `[${into.join(', ')}], or a shape that stretches to it`,
  });
}

const range = (n: number): NDArray => array(BigInt64Array.from({ length: n }, (_, i) => BigInt(i)));

/** The places that an index expression names. */
export function placesOf(shape: Shape, index: readonly Index[]): NDArray {
  return range(shape.reduce((a, n) => a * n, 1))
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

/** Positions along an axis as a plain int64 array. @throws IndexError outside the axis, negative ones included, as in PyTorch. */
export function positionsAlong(index: NDArray | NestedList, dim: number, length: number, where: string): NDArray {
  const given = index instanceof NDArray ? index.plain() : array(index, { dtype: 'int64' });
  if (given.dtype !== 'int64' && given.dtype !== 'int32')
    throw new IndexError({
      where,
      what: 'the index must be of whole numbers',
      got: given.dtype,
      expected: 'int64 or int32',
      hint: 'x.long()',
    });
  for (const position of given.data as BigInt64Array | Int32Array) {
    if (position >= 0 && position < length) continue;
    throw new IndexError({
      where,
      what: `index ${position} is out of bounds for dimension ${dim} with size ${length}`,
      got: String(position),
      expected: `0 to ${length - 1}`,
    });
  }
  return given;
}

/** The places of whole slices at positions along an axis. */
export function slicePlaces(x: NDArray, axis: number, positions: NDArray): NDArray {
  return placesOf(x.shape, [...x.shape.slice(0, axis).map(() => ':' as const), positions]);
}

/** The places that `index` names one by one along an axis; every other coordinate is that of the element of `index`. */
export function scatterPlaces(x: NDArray, axis: number, index: NDArray): NDArray {
  const strides = stridesOf(x.shape);
  const at = index.shape.map(() => 0);
  const places = Array.from(index.data as Iterable<number | bigint>, (position) => {
    let place = Number(position) * strides[axis]!;
    for (let d = 0; d < at.length; d++) if (d !== axis) place += at[d]! * strides[d]!;
    for (let d = at.length - 1; d >= 0; d--) {
      if (++at[d]! < index.shape[d]!) break;
      at[d] = 0;
    }
    return BigInt(place);
  });
  return array(BigInt64Array.from(places)).reshape(index.shape);
}
