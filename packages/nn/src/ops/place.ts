import { sizeOf } from '@isograd/device';
import {
  allocate,
  type As,
  type BatchRule,
  defineOp,
  dispatch,
  NDArray,
  type Op,
  type OpSpec,
  type Shape,
} from '@isograd/ndarray';

/** Where the elements go to, see {@link pickPlaces}. */
interface Places {
  /** Shape of the result. */
  readonly shape: Shape;
  /** Number of axes in front that both have; the rest is one plane. */
  readonly planes: number;
}

interface Attrs extends Places {
  /** One position for each element that is picked, in the flattened plane that it comes from. */
  readonly positions: Int32Array;
  /** Whether of two elements at one place the last one stays, instead of their sum. */
  readonly overwrite?: boolean;
}

const asPositions = (list: Int32Array | readonly number[]): Int32Array =>
  list instanceof Int32Array ? list : Int32Array.from(list);

const PLACES = { positions: [2, 0, 2, 5, 3, 3], picked: [2, 3], plane: [2, 6] } as const;

/** The planes of all examples, each with the same positions. */
const inMorePlanes: BatchRule<Attrs> = ([x], { op, attrs, size }) => {
  const { length } = attrs.positions;
  const positions = Int32Array.from({ length: size * length }, (_, i) => attrs.positions[i % length]!);
  return dispatch(op, [x!], { ...attrs, positions, planes: attrs.planes + 1, shape: [size, ...attrs.shape] } as never);
};

const pickSpec: OpSpec<Attrs> = {
  name: 'pickPlaces',
  byParts: true,
  family: 'neural',
  forward: ([x], { positions, shape, planes }) => {
    const out = new NDArray(allocate(x!.dtype, sizeOf(shape)), x!.dtype, shape);
    const [from, to] = [x!.data as Float64Array, out.data as Float64Array];
    const [plane, picked] = [sizeOf(x!.shape.slice(planes)), sizeOf(shape.slice(planes))];
    for (let at = 0, base = 0; at < to.length; base += plane)
      for (let i = 0; i < picked; i++, at++) to[at] = from[base + positions[at]!]!;
    return out;
  },
  vjp: (g, { inputs: [x], attrs: { positions, planes } }) => [
    dispatch(placeSpec, [g], { positions, planes, shape: x!.shape }),
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
  errors: [],
  parity: {
    numpy: null,
    torch: 'torch.gather(x1, 1, torch.tensor(positions).reshape(shape))',
    why: 'it is what pooling by the largest element is made of',
  },
};

/** The elements at given positions of each plane of `x`; `shape` begins with the same `planes` axes as `x`. */
export const pickPlaces: Op<
  <T extends NDArray>(x: T, positions: Int32Array | readonly number[], places: Places) => As<T>
> = defineOp(pickSpec, (x: NDArray, positions: Int32Array | readonly number[], places: Places) =>
  dispatch(pickSpec, [x], { positions: asPositions(positions), ...places }),
);

const placeSpec: OpSpec<Attrs> = {
  name: 'placeElements',
  byParts: true,
  family: 'neural',
  forward: ([g], { positions, shape, planes, overwrite = false }) => {
    const out = new NDArray(allocate(g!.dtype, sizeOf(shape)), g!.dtype, shape);
    const [from, to] = [g!.data as Float64Array, out.data as Float64Array];
    to.fill(0);
    const [plane, picked] = [sizeOf(shape.slice(planes)), sizeOf(g!.shape.slice(planes))];
    for (let at = 0, base = 0; at < from.length; base += plane)
      for (let i = 0; i < picked; i++, at++) {
        const place = base + positions[at]!;
        to[place] = overwrite ? from[at]! : to[place]! + from[at]!;
      }
    return out;
  },
  vjp: (h, { inputs: [g], attrs: { positions, planes } }) => [
    dispatch(pickSpec, [h], { positions, planes, shape: g!.shape }),
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
  errors: [],
  parity: {
    numpy: null,
    torch: 'torch.zeros(shape, dtype=x1.dtype).scatter_add(1, torch.tensor(positions).reshape(x1.shape), x1)',
    why: 'it is the gradient of what pooling by the largest element is made of',
  },
};

/** Zeros of a shape with the elements of `g` added at given positions of each plane; with `overwrite` the last one at a place stays. */
export const placeElements: Op<
  <T extends NDArray>(
    g: T,
    positions: Int32Array | readonly number[],
    places: Places & Pick<Attrs, 'overwrite'>,
  ) => As<T>
> = defineOp(
  placeSpec,
  (g: NDArray, positions: Int32Array | readonly number[], places: Places & Pick<Attrs, 'overwrite'>) =>
    dispatch(placeSpec, [g], { positions: asPositions(positions), ...places }),
);
