import { IndexError, ShapeError, sizeOf } from '@isograd/device';
import {
  type As,
  type BatchRule,
  defineOp,
  dispatch,
  firstOutside,
  kernelTable,
  NDArray,
  type Op,
  type OpSpec,
  type Shape,
  Storage,
  withExamples,
} from '@isograd/ndarray';
import { emptyPlanes, walkPlanes } from './planes.ts';

/** Where the elements go to, see {@link pickPlaces}. */
interface Places {
  /** Shape of the array that has them. */
  readonly shape: Shape;
  /** Number of axes in front that both have; the rest is one plane. */
  readonly planes: number;
}

/** The elements at positions of an array, where they are known already. */
export interface Picked {
  readonly of: NDArray;
  readonly values: NDArray;
}

// The second input has one position for each element that is picked, in the flattened plane that it comes from: int64.
interface Attrs extends Places {
  /** Of two elements at one place the last one stays, instead of their sum; the function that refuses places outside the plane. */
  readonly overwrite?: string;
  readonly picked?: Picked | undefined;
}

/** Positions as pooling finds them, or their numbers in C order. */
type Positions = NDArray | readonly number[];

function asPositions(list: Positions, shape: Shape, where: string): NDArray {
  if (list instanceof NDArray) return list;
  if (list.length === sizeOf(shape)) return new NDArray(new Storage(BigInt64Array.from(list, BigInt)), 'int64', shape);
  throw new ShapeError({
    where,
    what: 'there are more or fewer positions than elements',
    got: `${list.length} for [${shape.join(', ')}]`,
    expected: String(sizeOf(shape)),
  });
}

/** Refuses positions that do not fit what is picked, or the array with the planes. */
function checkFits(where: string, positions: NDArray, picked: Shape, { shape, planes, overwrite }: Attrs): void {
  const plane = sizeOf(shape.slice(planes));
  if (positions.shape.join() !== picked.join() || shape.slice(0, planes).join() !== picked.slice(0, planes).join())
    throw new ShapeError({
      where,
      what: 'positions and planes do not fit each other',
      got: `positions [${positions.shape.join(', ')}] for [${picked.join(', ')}] of [${shape.join(', ')}], ${planes} axes of planes`,
      expected: 'one position for each element, the same axes of planes',
    });
  // Where elements are overwritten the op itself looks at their places.
  if (overwrite === undefined && positions.readable) checkPlaces(positions, plane, where);
}

const gather = kernelTable((dtype) => ({ kind: 'gather', dtype }));
const add = kernelTable((dtype) => ({ kind: 'scatterAdd', dtype }));
const put = kernelTable((dtype) => ({ kind: 'scatter', dtype }));

const PLACES = { positions: [2, 0, 2, 5, 3, 3], picked: [2, 3], plane: [2, 6] } as const;

/** The planes of all examples are more planes. */
const inMorePlanes: BatchRule<Attrs> = (inputs, call) => {
  const { shape, planes, overwrite } = call.attrs;
  const more = { planes: planes + 1, shape: [call.size, ...shape], ...(overwrite === undefined ? {} : { overwrite }) };
  return dispatch(
    call.op,
    inputs.map((x, i) => withExamples(x, i, call)),
    more as never,
  );
};

const pickSpec: OpSpec<Attrs> = {
  name: 'pickPlaces',
  byParts: true,
  family: 'neural',
  forward: ([x, positions], { planes, picked }) => {
    if (picked && picked.of.memory === x!.memory && picked.of.offset === x!.offset) return picked.values;
    const out = emptyPlanes(positions!, positions!.shape, { planes, dtype: x!.dtype });
    const { views, outer, inner } = walkPlanes([out, x!, positions!], planes);
    const [count, plane] = [sizeOf(positions!.shape.slice(planes)), sizeOf(x!.shape.slice(planes))];
    gather(x!.dtype).run(views, [outer, count, inner, plane], []);
    return out;
  },
  vjp: (g, { inputs: [, positions], attrs: { planes, shape } }) => [
    dispatch(placeSpec, [g, positions!], { planes, shape }),
    undefined,
  ],
  linear: 'each',
  batch: inMorePlanes,
  domain: [-2, 2],
  samples: [
    {
      inputs: [PLACES.plane],
      args: [PLACES.positions, { shape: PLACES.picked, planes: 1 }],
      attrs: { positions: PLACES.positions, shape: PLACES.picked },
    },
  ],
  errors: [
    { inputs: [PLACES.plane], args: [PLACES.positions, { shape: [3], planes: 1 }], throws: 'more or fewer positions' },
    { inputs: [[3, 6]], args: [PLACES.positions, { shape: PLACES.picked, planes: 1 }], throws: 'do not fit' },
    { inputs: [[2, 3]], args: [PLACES.positions, { shape: PLACES.picked, planes: 1 }], throws: 'outside the plane' },
  ],
  parity: {
    numpy: null,
    torch: 'torch.gather(x1, 1, torch.tensor(positions).reshape(shape))',
    why: 'it is what pooling by the largest element is made of',
  },
};

/** The elements at given positions of each plane of `x`, in the shape of the positions (`picked` for a list of them). */
export const pickPlaces: Op<
  <T extends NDArray>(
    x: T,
    positions: Positions,
    places: Pick<Attrs, 'planes' | 'picked'> & { readonly shape?: Shape },
  ) => As<T>
> = defineOp(
  pickSpec,
  (
    x: NDArray,
    positions: Positions,
    { planes, picked, shape = [] }: Pick<Attrs, 'planes' | 'picked'> & { readonly shape?: Shape },
  ) => {
    const given = asPositions(positions, shape, 'pickPlaces');
    // What pooling has found fits.
    if (!picked) checkFits('pickPlaces', given, given.shape, { shape: x.shape, planes });
    return dispatch(pickSpec, [x, given], { shape: x.shape, planes, picked });
  },
);

function checkPlaces(positions: NDArray, plane: number, where: string): void {
  const at = firstOutside(positions, plane);
  if (at < 0) return;
  throw new IndexError({
    where,
    what: 'a position is outside the plane',
    got: String(positions.data[at]),
    expected: `0 to ${plane - 1}`,
  });
}

const placeSpec: OpSpec<Attrs> = {
  name: 'placeElements',
  byParts: true,
  family: 'neural',
  forward: ([g, positions], { shape, planes, overwrite }) => {
    if (overwrite !== undefined) checkPlaces(positions!, sizeOf(shape.slice(planes)), overwrite);
    const out = emptyPlanes(g!, shape, { planes });
    const { memory } = out;
    (memory as Float64Array).fill(0);
    const { views, outer, inner } = walkPlanes([out, g!, positions!], planes);
    const [count, plane] = [sizeOf(positions!.shape.slice(planes)), sizeOf(shape.slice(planes))];
    (overwrite !== undefined ? put : add)(g!.dtype).run(views, [outer, count, inner, plane], []);
    return out;
  },
  vjp: (h, { inputs: [, positions], attrs: { planes, shape } }) => [
    dispatch(pickSpec, [h, positions!], { planes, shape }),
    undefined,
  ],
  linear: 'each',
  batch: inMorePlanes,
  domain: [-2, 2],
  samples: [
    {
      inputs: [PLACES.picked],
      args: [PLACES.positions, { shape: PLACES.plane, planes: 1 }],
      attrs: { positions: PLACES.positions, shape: PLACES.plane },
    },
  ],
  errors: [
    { inputs: [PLACES.picked], args: [PLACES.positions, { shape: [3, 6], planes: 1 }], throws: 'do not fit' },
    { inputs: [PLACES.picked], args: [PLACES.positions, { shape: [2, 3], planes: 1 }], throws: 'outside the plane' },
  ],
  parity: {
    numpy: null,
    torch: 'torch.zeros(shape, dtype=x1.dtype).scatter_add(1, torch.tensor(positions).reshape(x1.shape), x1)',
    why: 'it is the gradient of what pooling by the largest element is made of',
  },
};

/** Zeros of a shape with the elements of `g` added at given positions of each plane; with `overwrite` the last one at a place stays. */
export const placeElements: Op<
  <T extends NDArray>(g: T, positions: Positions, places: Places & Pick<Attrs, 'overwrite'>) => As<T>
> = defineOp(placeSpec, (g: NDArray, positions: Positions, places: Places & Pick<Attrs, 'overwrite'>) => {
  const given = asPositions(positions, g.shape, 'placeElements');
  checkFits(places.overwrite ?? 'placeElements', given, g.shape, places);
  return dispatch(placeSpec, [g, given], places);
});
