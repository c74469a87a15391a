import { IndexError, ShapeError } from '@isograd/device';
import { type NDArray, type Shape, stridesOf } from '../array.ts';
import { commonShape } from '../broadcast.ts';
import { int64Array, numbersOf } from '../functions/int64.ts';
import { TORCH } from '../promotion.ts';
import { shapeTuple } from '../print/array-string.ts';
import type { BasicItem, Item } from './parse.ts';

/** An index with arrays, taken apart: the view to take first, and what its arrays pick from that. */
export interface Plan {
  /** The basic part; the axes that arrays pick from stay whole. */
  readonly basic: readonly BasicItem[];
  /** Axes of the view that the arrays pick from, in order. */
  readonly axes: readonly number[];
  /** Positions along each of these axes, broadcast to `shape`. */
  readonly positions: readonly NDArray[];
  /** Shape of the broadcast index arrays. */
  readonly shape: Shape;
  /** Axis of the result where the picked axes stand. */
  readonly place: number;
}

function jointShape(arrays: readonly NDArray[], where: string): Shape {
  try {
    return commonShape(
      where,
      arrays.map((a) => a.shape),
    );
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const shapes = arrays.map((a) => shapeTuple(a.shape)).join(' ');
    throw new IndexError(
      {
        where,
        what: `shape mismatch: indexing arrays could not be broadcast together with shapes ${shapes}`,
        got: shapes,
        expected: 'shapes that broadcast',
      },
      { cause: error },
    );
  }
}

/** Plans an index that has arrays. Beside them positions count as arrays too in NumPy, while PyTorch takes them first. */
export function planAdvanced(items: readonly Item[], x: NDArray, where: string): Plan {
  const positionsFirst = x.promotion === TORCH;
  const basic: BasicItem[] = [];
  const axes: number[] = [];
  const arrays: NDArray[] = [];
  let axis = 0;
  let viewAxis = 0;
  for (const item of items) {
    if (item.kind === 'array' || (item.kind === 'integer' && !positionsFirst)) {
      axes.push(viewAxis);
      arrays.push(item.kind === 'array' ? item.positions : int64Array([item.at], []));
      basic.push({ kind: 'slice', start: 0, step: 1, count: x.shape[axis]! });
    } else basic.push(item);
    if (item.kind !== 'newaxis') axis++;
    if (item.kind !== 'integer' || !positionsFirst) viewAxis++;
  }
  const joint = jointShape(arrays, where);
  const adjacent = axes.every((d, i) => i === 0 || d === axes[i - 1]! + 1);
  return {
    basic,
    axes,
    positions: arrays.map((a) => a.broadcastTo(joint)),
    shape: joint,
    place: adjacent ? axes[0]! : 0,
  };
}

/** One position for each pick in the picked axes laid end to end: their C-order index, or with strides of memory their place. */
export function flatPositions({ positions, axes }: Plan, strides: readonly number[]): Float64Array {
  const flat = new Float64Array(positions[0]!.size);
  axes.forEach((_, k) => {
    const [from, stride] = [numbersOf(positions[k]!), strides[k]!];
    for (let i = 0; i < flat.length; i++) flat[i]! += from[i]! * stride;
  });
  return flat;
}

/** {@link flatPositions} as an array, by ops where the positions cannot be read. */
function flatIndex(plan: Plan, strides: readonly number[]): NDArray {
  if (plan.positions.every((positions) => positions.readable))
    return int64Array(flatPositions(plan, strides), plan.shape);
  return plan.positions.map((positions, k) => positions.mul(strides[k]!)).reduce((a, b) => a.add(b));
}

/** Picks from the view of the basic part: a copy, differentiable because it is composed of ops. */
export function pick(view: NDArray, plan: Plan): NDArray {
  const { axes, place } = plan;
  const lengths = axes.map((d) => view.shape[d]!);
  const rest = view.shape.flatMap((_, d) => (axes.includes(d) ? [] : [d]));
  if (axes.length === 1) return view.take(plan.positions[0]!, axes[0]!);
  const index = flatIndex(plan, stridesOf(lengths));
  const lines = view
    .transpose([...axes, ...rest])
    .reshape([lengths.reduce((a, b) => a * b, 1), ...rest.map((d) => view.shape[d]!)]);
  const picked = lines.take(index, 0);
  if (place === 0) return picked;
  const n = plan.shape.length;
  const before = Array.from({ length: place }, (_, d) => n + d);
  const joint = Array.from({ length: n }, (_, d) => d);
  const after = Array.from({ length: rest.length - place }, (_, d) => n + place + d);
  return picked.transpose([...before, ...joint, ...after]);
}
