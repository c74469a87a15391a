import { ShapeError } from '@isograd/device';
import type { Shape } from './array.ts';

/** A shape from lengths, one length alone included. @throws ShapeError for lengths that are not whole numbers from 0. */
export function checkShape(shape: Shape | number, where: string): Shape {
  const lengths = typeof shape === 'number' ? [shape] : shape;
  if (Array.isArray(lengths) && lengths.every((n) => Number.isInteger(n) && n >= 0)) return lengths;
  throw new ShapeError({
    where,
    what: 'not a shape',
    got: JSON.stringify(shape),
    expected: 'a list of whole numbers from 0, or one',
    hint: 'several lengths are one list: zeros([2, 3])',
  });
}
