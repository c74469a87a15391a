import { ShapeError } from '@isograd/device';
import type { Shape } from './array.ts';

/** Refuses lengths that are not whole numbers from 0. */
export function checkShape(shape: Shape, where: string): Shape {
  if (Array.isArray(shape) && shape.every((n) => Number.isInteger(n) && n >= 0)) return shape;
  throw new ShapeError({
    where,
    what: 'not a shape',
    got: JSON.stringify(shape),
    expected: 'a list of whole numbers from 0',
    hint: 'zeros([2, 3]) takes a list, also for one axis: zeros([2])',
  });
}
