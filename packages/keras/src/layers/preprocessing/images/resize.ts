import { take } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { array } from '@isograd/ndarray';
import { constant } from './image-layer.ts';

/** How values between pixels are found when images change their size. */
export type ResizeInterpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos3' | 'lanczos5';

/** All that there are. */
export const INTERPOLATIONS: readonly ResizeInterpolation[] = [
  'nearest',
  'bilinear',
  'bicubic',
  'lanczos3',
  'lanczos5',
];

const lanczos =
  (radius: number) =>
  (x: number): number => {
    if (x > radius) return 0;
    if (x <= 1e-3) return 1;
    return (radius * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / radius)) / (Math.PI ** 2 * x ** 2);
  };

/** Shares by the distance from a pixel. */
const KERNELS: Readonly<Record<Exclude<ResizeInterpolation, 'nearest'>, (distance: number) => number>> = {
  bilinear: (x) => Math.max(0, 1 - x),
  // Keys 1981, a = -1/2.
  bicubic: (x) => {
    if (x >= 2) return 0;
    return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1;
  },
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
};

// JAX's: below, a sum of shares counts as 0.
const TINY = 1000 * 2 ** -23;

/** Shares of `from` pixels in each of `to`: `[to, from]`; with antialiasing the kernel is as wide as the pixels that fall into one. */
function shares(from: number, to: number, kernel: (distance: number) => number, antialias: boolean): number[] {
  const scale = from / to;
  const width = antialias ? Math.max(scale, 1) : 1;
  return Array.from({ length: to }, (_, i) => {
    const place = (i + 0.5) * scale - 0.5;
    const row = Array.from({ length: from }, (_1, j) => kernel(Math.abs(place - j) / width));
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((share) => (Math.abs(sum) > TINY ? share / sum : 0));
  }).flat();
}

/** Images `[batch, height, width, channels]` of another size: `jax.image.resize`. */
export function resize(
  images: Tensor,
  size: readonly [height: number, width: number],
  interpolation: ResizeInterpolation,
  antialias = false,
): Tensor {
  return size.reduce((x, to, d): Tensor => {
    const axis = d + 1;
    const from = x.shape[axis]!;
    if (from === to) return x;
    if (interpolation === 'nearest') {
      const index = Int32Array.from({ length: to }, (_, i) => Math.floor(Math.fround(((i + 0.5) * from) / to)));
      return asTensor(take(x, array(index), { axis }));
    }
    const weights = constant(shares(from, to, KERNELS[interpolation], antialias), [to, from], x);
    return x.moveaxis(axis, -1).matmul(weights.t()).moveaxis(-1, axis) as Tensor;
  }, images);
}

/** How many pixels are cut off, or added, on one side so that an image has the proportions of another. */
export interface Box {
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
}

/** The largest part from the middle of an image that has the proportions of a size. */
export function cropBox(
  [height, width]: readonly [number, number],
  [toHeight, toWidth]: readonly [number, number],
): Box {
  const own = {
    height: Math.max(Math.min(height, Math.trunc((width * toHeight) / toWidth)), 1),
    width: Math.max(Math.min(width, Math.trunc((height * toWidth) / toHeight)), 1),
  };
  return { ...own, top: Math.trunc((height - own.height) / 2), left: Math.trunc((width - own.width) / 2) };
}

/** A part of images `[batch, height, width, channels]`. */
export function crop(images: Tensor, { height, width, top, left }: Box): Tensor {
  return images.at(':', `${top}:${top + height}`, `${left}:${left + width}`) as Tensor;
}
