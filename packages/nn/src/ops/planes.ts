import { type DType, sizeOf, type View } from '@isograd/device';
import { allocate, NDArray, type Shape, stridesOf } from '@isograd/ndarray';

/** Step by which axes are walked as one, in C order; nothing where memory does not lie so. */
function mergedStride(shape: Shape, strides: readonly number[]): number | undefined {
  let step = 1;
  let next: number | undefined;
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] === 1) continue;
    if (next === undefined) step = strides[d]!;
    else if (strides[d] !== next) return undefined;
    next = strides[d]! * shape[d]!;
  }
  return step;
}

/** An array `[batch..., channels, plane...]` as three axes. */
interface Walk {
  readonly array: NDArray;
  readonly batch: number;
  readonly place: number;
  readonly channel: number;
}

function walk(array: NDArray, planes: number): Walk {
  const { shape, strides } = array;
  const last = Math.max(planes - 1, 0);
  const batch = mergedStride(shape.slice(0, last), strides.slice(0, last));
  const place = mergedStride(shape.slice(planes), strides.slice(planes));
  if (batch === undefined || place === undefined) return walk(array.copy(), planes);
  return { array, batch, place, channel: planes > 0 ? strides[last]! : 0 };
}

/** Arrays of planes as kernels that pick along the middle of three axes walk them: planes that lie side by side are the last one. */
export interface WalkedPlanes {
  readonly views: readonly View[];
  readonly outer: number;
  readonly inner: number;
}

/** Lays arrays with the same `planes` axes in front out for a kernel. What cannot be walked is copied, so that only one that {@link emptyPlanes} made may be written. */
export function walkPlanes(arrays: readonly NDArray[], planes: number): WalkedPlanes {
  const walks = arrays.map((x) => walk(x, planes));
  const lead = arrays[0]!.shape.slice(0, planes);
  const channels = lead.at(-1) ?? 1;
  const outer = sizeOf(lead.slice(0, -1));
  const one = walks.every(({ batch, channel }) => channel !== 1 && (outer === 1 || batch === channel * channels));
  const views = walks.map(({ array: { memory, offset }, batch, place, channel }): View => ({
    memory,
    offset,
    strides: one ? [channel, place, 0] : [batch, place, channel],
    contiguous: false,
  }));
  return one ? { views, outer: outer * channels, inner: 1 } : { views, outer, inner: channels };
}

/** Whether channels lie beside each other, as in Keras. */
const channelsLast = (x: NDArray, planes: number): boolean =>
  planes > 0 && x.size > 0 && x.strides[planes - 1] === 1 && x.shape[planes - 1]! > 1 && !x.contiguous;

/** An array of planes to be written, in the order of memory of another one. */
export function emptyPlanes(
  like: NDArray,
  shape: Shape,
  { planes, dtype = like.dtype }: { readonly planes: number; readonly dtype?: DType },
): NDArray {
  const storage = allocate(dtype, sizeOf(shape));
  if (!channelsLast(like, planes)) return new NDArray(storage, dtype, shape);
  const lead = shape.slice(0, planes - 1);
  const packed = stridesOf([...lead, ...shape.slice(planes), shape[planes - 1]!]);
  const strides = [...packed.slice(0, planes - 1), 1, ...packed.slice(planes - 1, -1)];
  return new NDArray(storage, dtype, { shape, strides, offset: 0 });
}
