import type { NDArray, Shape } from '@isograd/ndarray';
import type { Tensor } from '../tensor.ts';

/** Draws of the inputs of all examples, with the lengths of the axes in front of those of one. */
export type DrawAll = (inputs: readonly NDArray[], lead: Shape) => Tensor;

/** What becomes of draws while a `vmap` is running, which brings it with it. */
export interface DrawingRules {
  draws(where: string, inputs: readonly NDArray[], draw: DrawAll): Tensor;
  checkShared(where: string): void;
}

let rules: DrawingRules | undefined;

/** Says what becomes of draws from now on. */
export function setDrawingRules(next: DrawingRules | undefined): void {
  rules = next;
}

/** Draws once for all examples of the running `vmap`s, or for each of them. */
export const draws = (where: string, inputs: readonly NDArray[], draw: DrawAll): Tensor =>
  rules ? rules.draws(where, inputs, draw) : draw(inputs, []);

/** Refuses to fill a tensor that all examples share, unless they share random numbers too. */
export const checkSharedDraw = (where: string): void => rules?.checkShared(where);
