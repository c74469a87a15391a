import { expr as e } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { defineUpdate, type Update, type UpdateCommand } from '@isograd/optim';

/** A weight and the running mean of its values. */
export interface Averaged {
  readonly weight: Tensor;
  readonly average: Tensor;
}

let mean: Update<never, 'momentum' | 'rest'> | undefined;
let copy: Update<never, never> | undefined;

/** Moves means towards their weights: `momentum * average + (1 - momentum) * weight`. */
export function averaged(pairs: readonly Averaged[], momentum: number): readonly UpdateCommand[] {
  mean ??= defineUpdate({
    slots: [],
    scalars: ['momentum', 'rest'],
    rule: ({ p, g, s }) => ({ p: e.add(e.mul(s.momentum, p), e.mul(s.rest, g)), slots: {} }),
  });
  const scalars = { momentum, rest: 1 - momentum };
  return mean.commands(pairs.map(({ weight, average }) => ({ param: average, grad: weight, slots: {}, scalars })));
}

/** Puts means in place of their weights. */
export function overwritten(pairs: readonly Averaged[]): readonly UpdateCommand[] {
  copy ??= defineUpdate({ slots: [], scalars: [], rule: ({ g }) => ({ p: g, slots: {} }) });
  return copy.commands(pairs.map(({ weight, average }) => ({ param: weight, grad: average, slots: {}, scalars: {} })));
}
