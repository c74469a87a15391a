import { ArgumentError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import type { SavedOptions } from '../../../layer.ts';
import { RandomColorDegeneration } from './colors.ts';
import { type Factor, type FactorRange, factorRange, within } from './factors.ts';
import { RandomSharpness } from './filters.ts';
import { RandomRotation, RandomShear, RandomTranslation } from './geometry.ts';
import { Equalization } from './histograms.ts';
import type { ImageLayer, ImageSize, Interpolation, ValueOptions } from './image-layer.ts';
import { AutoContrast, RandomBrightness, RandomContrast, RandomPosterization, Solarization, Valued } from './tones.ts';
import { checkCount } from '../categories.ts';

type Step = ImageLayer<unknown>;

/** What makes the layers that chains are made of. */
interface StepOptions {
  readonly factor: FactorRange;
  readonly interpolation: Interpolation;
  readonly valueRange: FactorRange;
}

const moving = ({ factor, interpolation }: StepOptions): readonly Step[] => [
  new RandomShear({ xFactor: factor, yFactor: factor, interpolation }),
  new RandomTranslation(factor, factor, { interpolation }),
  new RandomRotation(factor, { interpolation }),
];

const coloring = ({ factor, valueRange }: StepOptions): readonly Step[] => [
  new RandomBrightness(factor, { valueRange }),
  new RandomColorDegeneration(factor, { valueRange }),
  new RandomContrast(factor, { valueRange }),
  new RandomSharpness(factor, { valueRange }),
];

const bits = ({ factor, valueRange }: StepOptions): Step =>
  new RandomPosterization(Math.max(1, Math.trunc(8 * factor[1])), { valueRange });

const solarization = ({ factor, valueRange }: StepOptions): Step =>
  new Solarization({ additionFactor: factor, thresholdFactor: factor, valueRange });

const spreading = ({ valueRange }: StepOptions): readonly Step[] => [
  new AutoContrast({ valueRange }),
  new Equalization({ valueRange }),
];

/** Options of {@link RandAugment}. */
export interface RandAugmentOptions extends ValueOptions {
  /** How many changes follow each other; default 2. */
  readonly numOps?: number;
  /** How strong they are: the largest, or two from 0 to 1; default 0.5. */
  readonly factor?: Factor;
  /** Of those that move pixels; default `bilinear`. */
  readonly interpolation?: Interpolation;
}

/** A layer, by its place, and what it drew. */
interface Drawn {
  readonly step: number;
  readonly transformation: unknown;
}

/**
 * Changes a batch in ways that are drawn out of eleven (`keras.layers.RandAugment`; Cubuk et al. 2020).
 *
 * @throws ArgumentError when a factor, a number or the range is none.
 * @example
 * import { ones } from '@isograd/autograd';
 * new RandAugment({ seed: 1 })(ones([2, 8, 8, 3])).shape // => [ 2, 8, 8, 3 ]
 */
export class RandAugment extends Valued<readonly Drawn[]> {
  static override readonly name: string = 'RandAugment';
  static override readonly saved: SavedOptions = {
    options: {
      valueRange: [0, 255],
      numOps: 2,
      factor: 0.5,
      interpolation: 'bilinear',
      seed: null,
      dataFormat: 'channelsLast',
    },
  };
  readonly numOps: number;
  readonly factor: FactorRange;
  readonly interpolation: Interpolation;
  readonly #steps: readonly Step[];

  constructor(options: RandAugmentOptions = {}) {
    super(options);
    this.numOps = checkCount(options.numOps ?? 2, 'RandAugment', 'numOps');
    this.factor = factorRange(options.factor ?? 0.5, within([0, 1], 'RandAugment'));
    this.interpolation = options.interpolation ?? 'bilinear';
    const steps = [...moving(this), ...coloring(this), bits(this), solarization(this), ...spreading(this)];
    this.#steps = steps.map((step) => step.drawWith(this));
  }

  override draw(size: ImageSize): readonly Drawn[] {
    const chosen = Array.from(this.random.randint(0, this.#steps.length, this.numOps).data as BigInt64Array, Number);
    // All draw, so that the stream does not depend on the choice.
    const drawn = this.#steps.map((step) => step.draw(size));
    return chosen.map((step) => ({ step, transformation: drawn[step] }));
  }

  override transform(images: Tensor, drawn: readonly Drawn[]): Tensor {
    return drawn.reduce((x, { step, transformation }) => this.#steps[step]!.transform(x, transformation), images);
  }

  override transformMasks(masks: Tensor, drawn: readonly Drawn[]): Tensor {
    return drawn.reduce((x, { step, transformation }) => this.#steps[step]!.transformMasks(x, transformation), masks);
  }
}

/** Options of {@link AugMix}. */
export interface AugMixOptions extends ValueOptions {
  /** How many changed images are mixed; default 3. */
  readonly numChains?: number;
  /** How many changes follow each other at most; default 3. */
  readonly chainDepth?: number;
  /** How strong they are: the largest, or two from 0 to 1; default 0.3. */
  readonly factor?: Factor;
  /** Parameter of the distributions of the shares, above 0; default 1. */
  readonly alpha?: number;
  /** Whether brightness, colour, contrast and sharpness change too; default true. */
  readonly allOps?: boolean;
  /** Of those that move pixels; default `bilinear`. */
  readonly interpolation?: Interpolation;
}

/** What {@link AugMix} draws for a batch. */
export interface AugMixing {
  /** Share of each chain. */
  readonly shares: readonly number[];
  /** Share of the image itself. */
  readonly weight: number;
  readonly chains: readonly (readonly Drawn[])[];
}

/**
 * Mixes a batch with several changed in random ways (`keras.layers.AugMix`; Hendrycks et al. 2020).
 *
 * @throws ArgumentError when a factor, a number or the range is none.
 * @example
 * import { ones } from '@isograd/autograd';
 * new AugMix({ seed: 1 })(ones([2, 8, 8, 3])).shape // => [ 2, 8, 8, 3 ]
 */
export class AugMix extends Valued<AugMixing> {
  static override readonly name: string = 'AugMix';
  static override readonly saved: SavedOptions = {
    options: {
      valueRange: [0, 255],
      numChains: 3,
      chainDepth: 3,
      factor: 0.3,
      alpha: 1,
      allOps: true,
      interpolation: 'bilinear',
      seed: null,
      dataFormat: 'channelsLast',
    },
  };
  readonly numChains: number;
  readonly chainDepth: number;
  readonly factor: FactorRange;
  readonly alpha: number;
  readonly allOps: boolean;
  readonly interpolation: Interpolation;
  readonly #steps: readonly Step[];

  constructor(options: AugMixOptions = {}) {
    super(options);
    this.numChains = checkCount(options.numChains ?? 3, 'AugMix', 'numChains');
    this.chainDepth = checkCount(options.chainDepth ?? 3, 'AugMix', 'chainDepth');
    this.factor = factorRange(options.factor ?? 0.3, within([0, 1], 'AugMix'));
    this.alpha = options.alpha ?? 1;
    this.allOps = options.allOps ?? true;
    this.interpolation = options.interpolation ?? 'bilinear';
    if (!(this.alpha > 0))
      throw new ArgumentError({
        where: 'AugMix',
        what: 'alpha is no parameter of a distribution',
        got: String(this.alpha),
        expected: 'a number above 0',
      });
    const few = [...moving(this), bits(this), solarization(this), ...spreading(this)];
    this.#steps = [...few, ...(this.allOps ? coloring(this) : [])].map((step) => step.drawWith(this));
  }

  override draw(size: ImageSize): AugMixing {
    const gammas = Array.from(this.random.gamma(this.alpha, 1, this.numChains).data as Float64Array, Math.fround);
    const sum = gammas.reduce((a, b) => a + b, 0);
    const weight = Math.fround(this.random.beta(this.alpha, this.alpha));
    const chains = gammas.map(() => this.#chain(size));
    return { shares: gammas.map((g) => g / sum), weight, chains };
  }

  #chain(size: ImageSize): readonly Drawn[] {
    return Array.from({ length: this.chainDepth }).flatMap((): Drawn[] => {
      // One in all that there are does nothing.
      const step = this.random.randint(0, this.#steps.length + 1);
      return step === this.#steps.length ? [] : [{ step, transformation: this.#steps[step]!.draw(size) }];
    });
  }

  #mixed(x: Tensor, { shares, weight, chains }: AugMixing, run: 'transform' | 'transformMasks'): Tensor {
    const changed = chains.map((chain, i) =>
      chain.reduce((y, { step, transformation }) => this.#steps[step]![run](y, transformation), x).mul(shares[i]!),
    );
    return x.mul(weight).add(changed.reduce((a, b) => a.add(b)).mul(1 - weight));
  }

  override transform(images: Tensor, mixing: AugMixing): Tensor {
    return this.clipped(this.#mixed(images, mixing, 'transform'));
  }

  override transformMasks(masks: Tensor, mixing: AugMixing): Tensor {
    return this.#mixed(masks, mixing, 'transformMasks');
  }
}
