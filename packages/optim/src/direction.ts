import { expr as e } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import type { NDArray } from '@isograd/ndarray';
import { defineUpdate, type Update, type UpdateCommand } from './update.ts';

/** A step whose direction was computed beforehand, for optimizers that look at whole parameters. */
export interface Direction {
  readonly param: Tensor;
  readonly direction: NDArray;
  /** How far to go along the direction. */
  readonly size: number;
  /** What the parameter is multiplied by first; default 1. */
  readonly kept?: number;
}

let update: Update<never, 'kept' | 'size'> | undefined;

/** Prepares `param * kept - size * direction` for each, to be run by `runUpdates`. */
export function alongDirections(steps: readonly Direction[]): readonly UpdateCommand[] {
  update ??= defineUpdate({
    slots: [],
    scalars: ['kept', 'size'],
    rule: ({ p, g, s }) => ({ p: e.sub(e.mul(p, s.kept), e.mul(s.size, g)), slots: {} }),
  });
  return update.commands(
    steps.map(({ param, direction, size, kept = 1 }) => ({
      param,
      grad: direction,
      slots: {},
      scalars: { kept, size },
    })),
  );
}

/** Length of an array as a vector. */
export const norm = (x: NDArray): number => Math.sqrt(Number(x.mul(x).sum().item()));
