import { ArgumentError, DTYPES } from '@isograd/device';
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

  constructor(options: SeededOptions) {
    super(options);
    this.#state = options.seed === undefined ? undefined : randomState(options.seed);
  }

  /** What the layer draws from. */
  protected get random(): RandomState {
    return this.#state ?? randomState();
  }

  /** Numbers made of draws of float64, one each, in the dtype of an input. */
  protected drawn(kind: 'rand' | 'randn', shape: Shape, like: Tensor, of: (draw: number) => number): Tensor {
    const size = shape.reduce((n, length) => n * length, 1);
    const draws = this.random[kind](size).data as Float64Array;
    const values = new DTYPES[like.dtype].Array(size) as Float32Array;
    for (let i = 0; i < size; i++) values[i] = of(draws[i]!);
    return asTensor(new NDArray(new Storage(values), like.dtype, shape));
  }
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
