import { ShapeError, type View } from '@isograd/device';
import type { NDArray, Shape } from './array.ts';

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let d = 0; d < a.length; d++) if (a[d] !== b[d]) return false;
  return true;
}

/** Spells a shape for messages. */
export function show(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/**
 * The shape that operands broadcast to: aligned at the last axis, axes of length 1 stretch.
 *
 * @throws ShapeError when two lengths differ and neither is 1.
 * @example
 * broadcastShapes([2, 1], [3]) // => [ 2, 3 ]
 */
export function broadcastShapes(...shapes: readonly Shape[]): Shape {
  return commonShape('broadcastShapes', shapes);
}

/** {@link broadcastShapes} on behalf of an op, which the error names. */
export function commonShape(where: string, shapes: readonly Shape[]): Shape {
  let result = shapes[0] ?? [];
  for (let s = 1; s < shapes.length; s++) {
    const shape = shapes[s]!;
    if (sameShape(result, shape)) continue;
    const ndim = Math.max(result.length, shape.length);
    const next = new Array<number>(ndim);
    for (let d = 1; d <= ndim; d++) {
      const a = result[result.length - d] ?? 1;
      const b = shape[shape.length - d] ?? 1;
      if (a !== b && a !== 1 && b !== 1) {
        throw new ShapeError({
          where,
          what: 'operands could not be broadcast together',
          got: shapes.map((x, i) => `x${i + 1} ${show(x)}`).join(', '),
          expected: 'lengths that are equal or 1, aligned at the last axis',
          hint: `axis -${d} has lengths ${a} and ${b}`,
        });
      }
      next[ndim - d] = a === 1 ? b : a;
    }
    result = next;
  }
  return result;
}

/** Strides with which an array is walked in a larger shape: 0 along stretched axes. */
export function broadcastStrides(x: NDArray, shape: Shape): number[] {
  const lead = shape.length - x.ndim;
  return shape.map((n, d) => (d < lead || (x.shape[d - lead] === 1 && n !== 1) ? 0 : x.strides[d - lead]!));
}

/** An array as an operand of a kernel that runs over `shape`. */
export function viewIn(x: NDArray, shape: Shape): View {
  return sameShape(x.shape, shape)
    ? x
    : { memory: x.memory, offset: x.offset, strides: broadcastStrides(x, shape), contiguous: false };
}
