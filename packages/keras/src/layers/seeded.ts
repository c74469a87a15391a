import { ArgumentError, type DType, DTYPES, sizeOf } from '@isograd/device';
import { NDArray, type RandomState, type Shape, Storage } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { Layer, type LayerOptions } from '../layer.ts';
import { randomState } from '../session.ts';

/** Options of layers that draw numbers. */
export interface SeededOptions extends LayerOptions {
  /** Seed of a generator of its own; default the shared one, see {@link setRandomSeed}. */
  readonly seed?: number | undefined;
}

/** A layer that draws numbers: of a generator of its own when it was given a seed. */
export abstract class Seeded extends Layer {
  readonly #state: RandomState | undefined;
  #whole: Seeded | undefined;

  constructor(options: SeededOptions) {
    super(options);
    this.#state = options.seed === undefined ? undefined : randomState(options.seed);
  }

  /** What the layer draws from. */
  protected get random(): RandomState {
    return this.#whole?.random ?? this.#state ?? randomState();
  }

  /** Lets the layer draw from the generator of another, of which it is a part. */
  drawWith(other: Seeded): this {
    this.#whole = other;
    return this;
  }

  override get generators(): readonly RandomState[] {
    return this.#state ? [this.#state, ...super.generators] : super.generators;
  }

  /** Numbers made of draws of float64, one each, in the dtype of an input. */
  protected drawn(kind: 'rand' | 'randn', shape: Shape, like: Tensor, of: (draw: number) => number): Tensor {
    return fromDraws(this.random[kind](sizeOf(shape)), shape, like.dtype, of);
  }
}

/** Numbers made of as many draws. */
function fromDraws(draws: NDArray, shape: Shape, dtype: DType, of: (draw: number) => number): Tensor {
  const values = new DTYPES[dtype].Array(draws.size) as Float32Array;
  (draws.data as Float64Array).forEach((draw, i) => (values[i] = of(draw)));
  return asTensor(new NDArray(new Storage(values), dtype, shape));
}

/** Factors that drop elements with probability `rate` and scale the others by 1 / (1 - rate). */
export function dropoutFactors(random: RandomState, rate: number, shape: Shape, dtype: DType): Tensor {
  const scale = 1 / (1 - rate);
  return fromDraws(random.rand(sizeOf(shape)), shape, dtype, (draw) => (draw < rate ? 0 : scale));
}

/** Refuses what is no number from 0 to 1; 1 itself too where no formula holds for it. */
export function checkProbability(value: number, where: string, name: string, below1 = false): number {
  if (value >= 0 && (below1 ? value < 1 : value <= 1)) return value;
  throw new ArgumentError({
    where,
    what: value === 1 ? `${name} 1 leaves nothing of the input` : `${name} is no probability`,
    got: String(value),
    expected: `a number from 0 ${below1 ? 'below' : 'to'} 1`,
  });
}
