import type { NDArray } from '@isograd/ndarray';
import { flatten, type Nested } from './nested.ts';

/** Masks of inputs or outputs: true where an element counts; `null` for one of several that has none. */
export type Masks = Nested<NDArray | null>;

const MASKS = new WeakMap<NDArray, NDArray>();

/**
 * The mask that travels with what a layer gave (Keras's `_keras_mask`), true where an element counts; `undefined` where it has none.
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * maskOf(new layers.Masking()(tensor([[[1], [0]]]))).tolist() // => [ [ true, false ] ]
 */
export function maskOf(x: NDArray): NDArray | undefined {
  return MASKS.get(x);
}

/** Lets a mask travel with a tensor. */
export function setMask(x: NDArray, mask: NDArray): void {
  MASKS.set(x, mask);
}

/** Masks that travel with inputs; `undefined` where none has one. */
export function masksOf(inputs: Nested<NDArray>): Masks | undefined {
  if (!Array.isArray(inputs)) return MASKS.get(inputs as NDArray);
  const all = (inputs as readonly NDArray[]).map((x) => MASKS.get(x) ?? null);
  return all.some((mask) => mask !== null) ? all : undefined;
}

/** The mask of a layer's only input, with an axis of length 1 for each axis that it lacks behind. */
export function spreadMask(mask: NDArray, ndim: number): NDArray {
  const lacking = Math.max(0, ndim - mask.ndim);
  return lacking === 0 ? mask : mask.reshape([...mask.shape, ...Array<number>(lacking).fill(1)]);
}

/** Lets masks travel with the outputs that have none; they are computed only where one lacks. */
export function passMasks(outputs: Nested<NDArray>, compute: () => Masks | null | undefined): void {
  const all = flatten<NDArray>(outputs);
  const open = all.map((y) => !MASKS.has(y));
  const masks = open.includes(true) ? compute() : undefined;
  if (!masks) return;
  const list: readonly (NDArray | null)[] = Array.isArray(masks) ? masks : [masks];
  all.forEach((y, i) => {
    const mask = list[i];
    if (open[i] && mask) MASKS.set(y, mask);
  });
}
