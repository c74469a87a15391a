import { ArgumentError } from '@isograd/device';
import { where } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import type { SavedOptions } from '../../../layer.ts';
import { oneOf } from '../../spatial.ts';
import { type Factor, type FactorRange, factorRange, within } from './factors.ts';
import { blur, gaussian } from './filters.ts';
import {
  constant,
  ImageLayer,
  type ImageOptions,
  type ImageSize,
  type Interpolation,
  type ValueOptions,
} from './image-layer.ts';
import { type FillMode, projected, type Projection, sample, type SampleOptions } from './sampling.ts';
import { Valued } from './tones.ts';

/** Four corners of an image, each `[x, y]`. */
type Corners = readonly (readonly [x: number, y: number])[];

/** Solves `a x = b` by elimination with pivots; `a` is written over. */
function solve(a: number[][], b: number[]): number[] {
  const n = b.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i]![k]!) > Math.abs(a[pivot]![k]!)) pivot = i;
    [a[k], a[pivot]] = [a[pivot]!, a[k]!];
    [b[k], b[pivot]] = [b[pivot]!, b[k]!];
    for (let i = k + 1; i < n; i++) {
      const factor = a[i]![k]! / a[k]![k]!;
      for (let j = k; j < n; j++) a[i]![j]! -= factor * a[k]![j]!;
      b[i]! -= factor * b[k]!;
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let j = k + 1; j < n; j++) b[k]! -= a[k]![j]! * b[j]!;
    b[k]! /= a[k]![k]!;
  }
  return b;
}

/** The projection that sends corners of the output to corners of the input. */
function between(start: Corners, end: Corners): Projection {
  const rows = start.map(([x, y], i) => {
    const [u, v] = end[i]!;
    return [
      [u, v, 1, 0, 0, 0, -x * u, -x * v],
      [0, 0, 0, u, v, 1, -y * u, -y * v],
    ];
  });
  const equations = [0, 1].flatMap((d) => rows.map((row) => row[d]!));
  return solve(equations, [...start.map(([x]) => x), ...start.map(([, y]) => y)]) as unknown as Projection;
}

/** Options of {@link RandomPerspective}. */
export interface RandomPerspectiveOptions extends ImageOptions {
  /** Probability with which an image is changed, or the range that it is drawn from; default 1. */
  readonly factor?: Factor;
  /** How far corners move, from 0 to 1; default 1. */
  readonly scale?: number;
  /** Default `bilinear`. */
  readonly interpolation?: Interpolation;
  /** What stands outside of the image; default 0. */
  readonly fillValue?: number;
}

/** What {@link RandomPerspective} draws for each image. */
export interface Perspective {
  readonly chosen: readonly boolean[];
  readonly maps: readonly Projection[];
}

/**
 * Looks at some images from another side: each corner moves by up to half of its distance to the first one (`keras.layers.RandomPerspective`).
 *
 * @throws ArgumentError when the factor or the scale is out of bounds, or for an unknown interpolation.
 * @example
 * import { ones } from '@isograd/autograd';
 * new RandomPerspective({ scale: 0.2 })(ones([2, 4, 4, 3])).shape // => [ 2, 4, 4, 3 ]
 */
export class RandomPerspective extends ImageLayer<Perspective> {
  static override readonly name: string = 'RandomPerspective';
  static override readonly saved: SavedOptions = {
    options: { factor: 1, scale: 1, interpolation: 'bilinear', fillValue: 0, seed: null, dataFormat: 'channelsLast' },
  };
  readonly factor: FactorRange;
  readonly scale: number;
  readonly interpolation: Interpolation;
  readonly fillValue: number;

  constructor(options: RandomPerspectiveOptions = {}) {
    super(options);
    this.factor = factorRange(options.factor ?? 1, within([0, 1], 'RandomPerspective'));
    this.scale = options.scale ?? 1;
    this.fillValue = options.fillValue ?? 0;
    this.interpolation = oneOf(options.interpolation ?? 'bilinear', ['nearest', 'bilinear'], {
      where: 'RandomPerspective',
      name: 'interpolation',
    });
    if (!(this.scale >= 0 && this.scale <= 1))
      throw new ArgumentError({
        where: 'RandomPerspective',
        what: 'scale is out of bounds',
        got: String(this.scale),
        expected: 'a number from 0 to 1',
      });
  }

  override draw({ batch, height, width }: ImageSize): Perspective {
    const chosen = this.chosen(batch, this.factor);
    const moves = this.uniform(batch * 8, -0.5 * this.scale, 0.5 * this.scale);
    const start: Corners = [
      [0, 0],
      [width - 1, 0],
      [0, height - 1],
      [width - 1, height - 1],
    ];
    const maps = chosen.map((_, i) => {
      const moved = (at: number, k: number): number => at + at * moves[8 * i + k]!;
      return between(
        start,
        start.map(([x, y], k) => [moved(x, 2 * k), moved(y, 2 * k + 1)] as const),
      );
    });
    return { chosen, maps };
  }

  #look(images: Tensor, { chosen, maps }: Perspective, interpolation: Interpolation): Tensor {
    const [, height, width] = images.shape as readonly [number, number, number];
    const seen = sample(images, projected(maps, height, width), {
      interpolation,
      fillMode: 'constant',
      fillValue: this.fillValue,
    });
    return asTensor(where(this.perImage(chosen.map(Number), images), seen, images));
  }

  override transform(images: Tensor, perspective: Perspective): Tensor {
    return this.#look(images, perspective, this.interpolation);
  }

  override transformMasks(masks: Tensor, perspective: Perspective): Tensor {
    return this.#look(masks, perspective, 'nearest');
  }
}

/** Options of {@link RandomElasticTransform}. */
export interface RandomElasticTransformOptions extends ValueOptions {
  /** Probability with which an image is changed, or the range that it is drawn from; default 1. */
  readonly factor?: Factor;
  /** How strongly: the largest, or two from 0 to 1; default 1. */
  readonly scale?: Factor;
  /** Default `bilinear`. */
  readonly interpolation?: Interpolation;
  /** Default `reflect`. */
  readonly fillMode?: FillMode;
  /** What stands outside with `fillMode: 'constant'`; default 0. */
  readonly fillValue?: number;
}

/** What {@link RandomElasticTransform} draws for a batch. */
export interface Elastic {
  readonly chosen: readonly boolean[];
  readonly strength: number;
  /** How far each pixel moves, `[batch, height, width]`, before it is smoothed. */
  readonly noise: Float32Array;
}

/**
 * Moves the pixels of some images by smooth noise (`keras.layers.RandomElasticTransform`; Simard et al. 2003).
 *
 * As in Keras, the noise is the same along both axes. Masks move as their images do; in Keras they are given noise of their own.
 *
 * @throws ArgumentError when a factor is out of bounds, or for an unknown fillMode or interpolation.
 * @example
 * import { ones } from '@isograd/autograd';
 * new RandomElasticTransform()(ones([2, 8, 8, 3])).shape // => [ 2, 8, 8, 3 ]
 */
export class RandomElasticTransform extends Valued<Elastic> {
  static override readonly name: string = 'RandomElasticTransform';
  static override readonly saved: SavedOptions = {
    options: {
      factor: 1,
      scale: 1,
      interpolation: 'bilinear',
      fillMode: 'reflect',
      fillValue: 0,
      valueRange: [0, 255],
      seed: null,
      dataFormat: 'channelsLast',
    },
  };
  readonly factor: FactorRange;
  readonly scale: FactorRange;
  readonly interpolation: Interpolation;
  readonly fillMode: FillMode;
  readonly fillValue: number;

  constructor(options: RandomElasticTransformOptions = {}) {
    super(options);
    const where = 'RandomElasticTransform';
    this.factor = factorRange(options.factor ?? 1, within([0, 1], where));
    this.scale = factorRange(options.scale ?? 1, within([0, 1], where, 'scale'));
    this.interpolation = oneOf(options.interpolation ?? 'bilinear', ['nearest', 'bilinear'], {
      where,
      name: 'interpolation',
    });
    this.fillMode = oneOf(options.fillMode ?? 'reflect', ['reflect', 'mirror', 'wrap', 'constant', 'nearest'], {
      where,
      name: 'fillMode',
    });
    this.fillValue = options.fillValue ?? 0;
  }

  override draw({ batch, height, width }: ImageSize): Elastic | null {
    if (this.scale[1] === 0 || this.factor[1] === 0) return null;
    const chosen = this.chosen(batch, this.factor);
    const [strength] = this.uniform(1, ...this.scale) as [number];
    return {
      chosen,
      strength,
      noise: Float32Array.from(this.random.randn(batch * height * width).data as Float64Array),
    };
  }

  #move(images: Tensor, { chosen, strength, noise }: Elastic, options: SampleOptions): Tensor {
    const [batch, height, width] = images.shape as readonly [number, number, number];
    const [alpha, sigma] = [Math.max(height, width) * 0.1 * strength, Math.min(height, width) * 0.05 * strength];
    const kernel = gaussian(Math.trunc(6 * sigma) | 1, sigma);
    const field = constant(noise, [batch, height, width, 1], images).mul(sigma);
    const smooth = blur(field, kernel, kernel).mul(alpha).data as Float32Array;
    const places = { y: new Float32Array(smooth.length), x: new Float32Array(smooth.length) };
    for (let p = 0; p < smooth.length; p++) {
      places.y[p] = (Math.floor(p / width) % height) + smooth[p]!;
      places.x[p] = (p % width) + smooth[p]!;
    }
    return asTensor(where(this.perImage(chosen.map(Number), images), sample(images, places, options), images));
  }

  override transform(images: Tensor, elastic: Elastic): Tensor {
    const { interpolation, fillMode, fillValue } = this;
    return this.clipped(this.#move(images, elastic, { interpolation, fillMode, fillValue }));
  }

  override transformMasks(masks: Tensor, elastic: Elastic): Tensor {
    const { fillMode, fillValue } = this;
    return this.#move(masks, elastic, { interpolation: 'nearest', fillMode, fillValue });
  }
}
