import { array, take } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { constant, type Interpolation } from './image-layer.ts';

/** What stands outside of an image: its mirror image with or without the last pixel again, its repetition, one number, its last pixel. */
export type FillMode = 'reflect' | 'mirror' | 'wrap' | 'constant' | 'nearest';

/** Where a pixel is taken from. */
export interface SampleOptions {
  readonly interpolation: Interpolation;
  readonly fillMode: FillMode;
  readonly fillValue: number;
}

/** Places in images, in pixels, one for each pixel of the output. */
export interface Places {
  readonly y: Float32Array;
  readonly x: Float32Array;
}

const modulo = (i: number, n: number): number => ((i % n) + n) % n;

/** Of a triangular wave of half wavelength `n - 1`. */
const mirrored = (i: number, n: number): number => (n === 1 ? 0 : Math.abs(modulo(i + n - 1, 2 * (n - 1)) - (n - 1)));

const INSIDE: Readonly<Record<Exclude<FillMode, 'constant'>, (i: number, n: number) => number>> = {
  nearest: (i, n) => Math.min(Math.max(i, 0), n - 1),
  wrap: modulo,
  mirror: mirrored,
  reflect: (i, n) => Math.floor((mirrored(2 * i + 1, 2 * n + 1) - 1) / 2),
};

const roundAwayFromZero = (x: number): number => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);

/** The pixels next to a place along one axis, with their shares. */
function neighbours(place: number, interpolation: Interpolation): readonly (readonly [index: number, share: number])[] {
  if (interpolation === 'nearest') return [[roundAwayFromZero(place), 1]];
  const low = Math.floor(place);
  const share = Math.fround(place - low);
  return [
    [low, Math.fround(1 - share)],
    [low + 1, share],
  ];
}

/** One summand of an interpolation: which pixel of a batch stands for each output, and its share; what stands outside is in `fill`. */
interface Corner {
  readonly index: Int32Array;
  readonly share: Float32Array;
}

/**
 * Pixels of images `[batch, height, width, channels]` at places between them: `scipy.ndimage.map_coordinates` of order 0 or 1 as JAX has it.
 *
 * The gradient goes to the images.
 */
export function sample(
  images: Tensor,
  { y, x }: Places,
  { interpolation, fillMode, fillValue }: SampleOptions,
): Tensor {
  const [batch, height, width, channels] = images.shape as readonly [number, number, number, number];
  const count = batch * height * width;
  const corners = Array.from({ length: interpolation === 'nearest' ? 1 : 4 }, (): Corner => ({
    index: new Int32Array(count),
    share: new Float32Array(count),
  }));
  const fill = new Float32Array(count);
  const inside = fillMode === 'constant' ? (i: number): number => i : INSIDE[fillMode];
  for (let p = 0; p < count; p++) {
    const first = Math.floor(p / (height * width)) * height;
    let corner = 0;
    for (const [row, rowShare] of neighbours(y[p]!, interpolation))
      for (const [column, columnShare] of neighbours(x[p]!, interpolation)) {
        const [r, c] = [inside(row, height), inside(column, width)];
        const share = Math.fround(rowShare * columnShare);
        const { index, share: shares } = corners[corner++]!;
        if (r >= 0 && r < height && c >= 0 && c < width) {
          index[p] = (first + r) * width + c;
          shares[p] = share;
        } else fill[p]! += share * fillValue;
      }
  }
  const pixels = images.reshape([count, channels]);
  const parts = corners.map(({ index, share }) =>
    asTensor(take(pixels, array(index), { axis: 0 })).mul(constant(share, [count, 1], images)),
  );
  const sum = parts.reduce((a, b) => a.add(b));
  const filled = fillMode === 'constant' ? sum.add(constant(fill, [count, 1], images)) : sum;
  return filled.reshape(images.shape);
}

/** A projective map from places of the output to places of the input: `x' = (a0 x + a1 y + a2) / k`, `y' = (b0 x + b1 y + b2) / k`, `k = c0 x + c1 y + 1`. */
export type Projection = readonly [
  a0: number,
  a1: number,
  a2: number,
  b0: number,
  b1: number,
  b2: number,
  c0: number,
  c1: number,
];

/** The places that projections, one for each image, send the pixels to. */
export function projected(maps: readonly Projection[], height: number, width: number): Places {
  const places = {
    y: new Float32Array(maps.length * height * width),
    x: new Float32Array(maps.length * height * width),
  };
  let p = 0;
  for (const [a0, a1, a2, b0, b1, b2, c0, c1] of maps)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, p++) {
        const k = c0 * x + c1 * y + 1;
        places.x[p] = (a0 * x + a1 * y + a2) / k;
        places.y[p] = (b0 * x + b1 * y + b2) / k;
      }
  return places;
}
