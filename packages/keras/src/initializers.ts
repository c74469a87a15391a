import { ArgumentError, type DType, DTYPES, sizeOf } from '@isograd/device';
import { NDArray, type Shape, Storage } from '@isograd/ndarray';
import { lookUp } from './named.ts';
import { randomState } from './session.ts';

/** Makes the first values of a weight. */
export type Initializer = (shape: Shape, dtype: DType) => NDArray;

/** Option of initialisers that draw. */
export interface SeedOption {
  /** Seed of a generator of its own; default the shared one, see {@link setRandomSeed}. */
  readonly seed?: number;
}

/** Options of {@link varianceScaling}. */
export interface VarianceScalingOptions extends SeedOption {
  /** Factor of the variance, above 0; default 1. */
  readonly scale?: number;
  /** Number of units by which the variance is divided; default `fanIn`. */
  readonly mode?: 'fanIn' | 'fanOut' | 'fanAvg';
  /** Default `truncatedNormal`. */
  readonly distribution?: 'uniform' | 'truncatedNormal' | 'untruncatedNormal';
}

/** An initialiser, or the name of one with its defaults. */
export type InitializerLike = Initializer | InitializerName;

/** Numbers of inputs and outputs of one unit; kernels are `[...field, in, out]`. */
function fans(shape: Shape): readonly [fanIn: number, fanOut: number] {
  if (shape.length < 2) return [shape[0] ?? 1, shape[0] ?? 1];
  const field = sizeOf(shape.slice(0, -2));
  return [shape.at(-2)! * field, shape.at(-1)! * field];
}

function fromDraws(shape: Shape, dtype: DType, draw: () => number): NDArray {
  const memory = new DTYPES[dtype].Array(sizeOf(shape)) as Float64Array;
  for (let i = 0; i < memory.length; i++) memory[i] = draw();
  return new NDArray(new Storage(memory), dtype, shape);
}

/** Fills with one value. */
export function constant(value: number): Initializer {
  return (shape, dtype) => fromDraws(shape, dtype, () => value);
}

/** Fills with zeros. */
export function zeros(): Initializer {
  return constant(0);
}

/** Fills with ones. */
export function ones(): Initializer {
  return constant(1);
}

/** Uniform values in [minval, maxval), by default ±0.05. */
export function randomUniform(
  options: SeedOption & { readonly minval?: number; readonly maxval?: number } = {},
): Initializer {
  const { minval = -0.05, maxval = 0.05, seed } = options;
  return (shape, dtype) => {
    const state = randomState(seed);
    return fromDraws(shape, dtype, () => state.uniform(minval, maxval));
  };
}

/** Normal values, by default with mean 0 and standard deviation 0.05. */
export function randomNormal(
  options: SeedOption & { readonly mean?: number; readonly stddev?: number } = {},
): Initializer {
  const { mean = 0, stddev = 0.05, seed } = options;
  return (shape, dtype) => {
    const state = randomState(seed);
    return fromDraws(shape, dtype, () => state.normal(mean, stddev));
  };
}

/** Normal values within two standard deviations, others drawn anew; by default with mean 0 and standard deviation 0.05. */
export function truncatedNormal(
  options: SeedOption & { readonly mean?: number; readonly stddev?: number } = {},
): Initializer {
  const { mean = 0, stddev = 0.05, seed } = options;
  return (shape, dtype) => {
    const state = randomState(seed);
    const draw = (): number => {
      for (;;) {
        const z = state.normal();
        if (Math.abs(z) <= 2) return mean + stddev * z;
      }
    };
    return fromDraws(shape, dtype, draw);
  };
}

// Standard deviation of a standard normal variable that is cut off at ±2.
const TRUNCATED_STD = 0.87962566103423978;

/**
 * Values whose variance follows from the number of units (`keras.initializers.VarianceScaling`).
 *
 * @throws ArgumentError for a scale that is not above 0, or an unknown mode or distribution.
 */
export function varianceScaling(options: VarianceScalingOptions = {}): Initializer {
  const { scale = 1, mode = 'fanIn', distribution = 'truncatedNormal', ...seeding } = options;
  if (!(scale > 0))
    throw new ArgumentError({
      where: 'varianceScaling',
      what: 'scale is out of range',
      got: String(scale),
      expected: 'a number above 0',
    });
  const count = lookUp(
    {
      fanIn: ([i]: readonly [number, number]) => i,
      fanOut: ([, o]: readonly [number, number]) => o,
      fanAvg: ([i, o]: readonly [number, number]) => (i + o) / 2,
    },
    mode,
    'varianceScaling',
  );
  const make = lookUp(
    {
      uniform: (v: number) => randomUniform({ minval: -Math.sqrt(3 * v), maxval: Math.sqrt(3 * v), ...seeding }),
      truncatedNormal: (v: number) => truncatedNormal({ stddev: Math.sqrt(v) / TRUNCATED_STD, ...seeding }),
      untruncatedNormal: (v: number) => randomNormal({ stddev: Math.sqrt(v), ...seeding }),
    },
    distribution,
    'varianceScaling',
  );
  return (shape, dtype) => make(scale / Math.max(1, count(fans(shape))))(shape, dtype);
}

/** Uniform in ±√(6 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
export function glorotUniform(options: SeedOption = {}): Initializer {
  return varianceScaling({ mode: 'fanAvg', distribution: 'uniform', ...options });
}

/** Truncated normal with variance 2 / (fanIn + fanOut) (Glorot & Bengio 2010). */
export function glorotNormal(options: SeedOption = {}): Initializer {
  return varianceScaling({ mode: 'fanAvg', ...options });
}

/** Uniform in ±√(6 / fanIn) (He et al. 2015). */
export function heUniform(options: SeedOption = {}): Initializer {
  return varianceScaling({ scale: 2, distribution: 'uniform', ...options });
}

/** Truncated normal with variance 2 / fanIn (He et al. 2015). */
export function heNormal(options: SeedOption = {}): Initializer {
  return varianceScaling({ scale: 2, ...options });
}

/** Uniform in ±√(3 / fanIn) (LeCun et al. 1998). */
export function lecunUniform(options: SeedOption = {}): Initializer {
  return varianceScaling({ distribution: 'uniform', ...options });
}

/** Truncated normal with variance 1 / fanIn (LeCun et al. 1998). */
export function lecunNormal(options: SeedOption = {}): Initializer {
  return varianceScaling(options);
}

/** Name of an initialiser. */
export type InitializerName =
  | 'zeros'
  | 'ones'
  | 'randomUniform'
  | 'randomNormal'
  | 'truncatedNormal'
  | 'glorotUniform'
  | 'glorotNormal'
  | 'heUniform'
  | 'heNormal'
  | 'lecunUniform'
  | 'lecunNormal';

const TABLE: { readonly [N in InitializerName]: () => Initializer } = {
  zeros,
  ones,
  randomUniform,
  randomNormal,
  truncatedNormal,
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
  lecunUniform,
  lecunNormal,
};

/**
 * The initialiser of a name, or the one that is given.
 *
 * @throws ArgumentError for an unknown name.
 * @example
 * get('ones')([2], 'float32').tolist() // => [ 1, 1 ]
 */
export function get(initializer: InitializerLike): Initializer {
  return typeof initializer === 'function' ? initializer : lookUp(TABLE, initializer, 'initializers')();
}
