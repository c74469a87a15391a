import { ArgumentError, type DType, DTYPES, ShapeError, sizeOf } from '@isograd/device';
import { NDArray, type Shape, Storage } from '@isograd/ndarray';
import { qr } from '@isograd/ndarray/linalg';
import { lookUp } from './named.ts';
import { randomState } from './session.ts';

/** How Keras writes down an initialiser. */
export interface InitializerRecord {
  readonly className: string;
  /** Its options in Keras's spelling. */
  readonly config: Readonly<Record<string, number | string | boolean | null>>;
}

/** Makes the first values of a weight. */
export interface Initializer {
  (shape: Shape, dtype: DType): NDArray;
  /** How it is saved; own functions have none. */
  readonly record?: InitializerRecord;
}

/** An initialiser that can be saved. */
function recorded(className: string, config: InitializerRecord['config'], make: Initializer): Initializer {
  return Object.assign((shape: Shape, dtype: DType) => make(shape, dtype), { record: { className, config } });
}

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
  return recorded('Constant', { value }, (shape, dtype) => fromDraws(shape, dtype, () => value));
}

/** Fills with zeros. */
export function zeros(): Initializer {
  return recorded('Zeros', {}, constant(0));
}

/** Fills with ones. */
export function ones(): Initializer {
  return recorded('Ones', {}, constant(1));
}

/** Uniform values in [minval, maxval), by default ±0.05. */
export function randomUniform(
  options: SeedOption & { readonly minval?: number; readonly maxval?: number } = {},
): Initializer {
  const { minval = -0.05, maxval = 0.05, seed } = options;
  return recorded('RandomUniform', { seed: seed ?? null, minval, maxval }, (shape, dtype) => {
    const state = randomState(seed);
    return fromDraws(shape, dtype, () => state.uniform(minval, maxval));
  });
}

/** Normal values, by default with mean 0 and standard deviation 0.05. */
export function randomNormal(
  options: SeedOption & { readonly mean?: number; readonly stddev?: number } = {},
): Initializer {
  const { mean = 0, stddev = 0.05, seed } = options;
  return recorded('RandomNormal', { seed: seed ?? null, mean, stddev }, (shape, dtype) => {
    const state = randomState(seed);
    return fromDraws(shape, dtype, () => state.normal(mean, stddev));
  });
}

/** Normal values within two standard deviations, others drawn anew; by default with mean 0 and standard deviation 0.05. */
export function truncatedNormal(
  options: SeedOption & { readonly mean?: number; readonly stddev?: number } = {},
): Initializer {
  const { mean = 0, stddev = 0.05, seed } = options;
  return recorded('TruncatedNormal', { seed: seed ?? null, mean, stddev }, (shape, dtype) => {
    const state = randomState(seed);
    const draw = (): number => {
      for (;;) {
        const z = state.normal();
        if (Math.abs(z) <= 2) return mean + stddev * z;
      }
    };
    return fromDraws(shape, dtype, draw);
  });
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
  const config = { seed: options.seed ?? null, scale, mode: SPELLED[mode], distribution: SPELLED[distribution] };
  return recorded('VarianceScaling', config, (shape, dtype) =>
    make(scale / Math.max(1, count(fans(shape))))(shape, dtype),
  );
}

const SPELLED = {
  fanIn: 'fan_in',
  fanOut: 'fan_out',
  fanAvg: 'fan_avg',
  uniform: 'uniform',
  truncatedNormal: 'truncated_normal',
  untruncatedNormal: 'untruncated_normal',
} as const;

/** One of the variance scalings that have a name of their own. */
function scaling(className: string, { seed }: SeedOption, options: VarianceScalingOptions): Initializer {
  return recorded(
    className,
    { seed: seed ?? null },
    varianceScaling({ ...options, ...(seed === undefined ? {} : { seed }) }),
  );
}

/** Uniform in ±√(6 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
export function glorotUniform(options: SeedOption = {}): Initializer {
  return scaling('GlorotUniform', options, { mode: 'fanAvg', distribution: 'uniform' });
}

/** Truncated normal with variance 2 / (fanIn + fanOut) (Glorot & Bengio 2010). */
export function glorotNormal(options: SeedOption = {}): Initializer {
  return scaling('GlorotNormal', options, { mode: 'fanAvg' });
}

/** Uniform in ±√(6 / fanIn) (He et al. 2015). */
export function heUniform(options: SeedOption = {}): Initializer {
  return scaling('HeUniform', options, { scale: 2, distribution: 'uniform' });
}

/** Truncated normal with variance 2 / fanIn (He et al. 2015). */
export function heNormal(options: SeedOption = {}): Initializer {
  return scaling('HeNormal', options, { scale: 2 });
}

/** Uniform in ±√(3 / fanIn) (LeCun et al. 1998). */
export function lecunUniform(options: SeedOption = {}): Initializer {
  return scaling('LecunUniform', options, { distribution: 'uniform' });
}

/** Truncated normal with variance 1 / fanIn (LeCun et al. 1998). */
export function lecunNormal(options: SeedOption = {}): Initializer {
  return scaling('LecunNormal', options, {});
}

/** Options of {@link identity} and {@link orthogonal}. */
export interface GainOption {
  /** Factor of the values; default 1. */
  readonly gain?: number;
}

/** The identity matrix times `gain`, for matrices. @throws ShapeError for another number of axes. */
export function identity({ gain = 1 }: GainOption = {}): Initializer {
  return recorded('Identity', { gain }, (shape, dtype) => {
    if (shape.length !== 2)
      throw new ShapeError({
        where: 'identity',
        what: 'takes matrices only',
        got: `[${shape.join(', ')}]`,
        expected: 'two axes',
      });
    const columns = shape[1]!;
    let at = 0;
    return fromDraws(shape, dtype, () => {
      const [row, column] = [Math.floor(at / columns), at % columns];
      at++;
      return row === column ? gain : 0;
    });
  });
}

/**
 * A random matrix with orthogonal rows or columns, times `gain`; the last axis against all others (Saxe et al. 2013).
 *
 * @throws ShapeError for fewer than two axes.
 */
export function orthogonal({ gain = 1, seed }: GainOption & SeedOption = {}): Initializer {
  return recorded('Orthogonal', { seed: seed ?? null, gain }, (shape, dtype) => {
    if (shape.length < 2)
      throw new ShapeError({
        where: 'orthogonal',
        what: 'takes two axes or more',
        got: `[${shape.join(', ')}]`,
        expected: '[..., rows, columns]',
      });
    const [rows, columns] = [sizeOf(shape.slice(0, -1)), shape.at(-1)!];
    const state = randomState(seed);
    const drawn = fromDraws([Math.max(rows, columns), Math.min(rows, columns)], 'float64', () => state.normal());
    const [q, r] = qr(drawn);
    // Signs of the diagonal make the draw uniform over all such matrices.
    const signed = q.mul(r.diagonal().sign());
    return (rows < columns ? signed.T : signed).mul(gain).reshape(shape).astype(dtype);
  });
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
  | 'lecunNormal'
  | 'identity'
  | 'orthogonal'
  | 'varianceScaling';

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
  identity,
  orthogonal,
  varianceScaling,
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

/** Initialisers by the names that Keras saves them under; older files spell two of them out. */
const SAVED: Readonly<Record<string, (options: never) => Initializer>> = {
  Constant: ({ value = 0 }: { readonly value?: number }) => constant(value),
  Zeros: zeros,
  Ones: ones,
  RandomUniform: randomUniform,
  RandomNormal: randomNormal,
  TruncatedNormal: truncatedNormal,
  VarianceScaling: varianceScaling,
  GlorotUniform: glorotUniform,
  GlorotNormal: glorotNormal,
  HeUniform: heUniform,
  HeNormal: heNormal,
  LecunUniform: lecunUniform,
  LecunNormal: lecunNormal,
  Identity: identity,
  IdentityInitializer: identity,
  Orthogonal: orthogonal,
  OrthogonalInitializer: orthogonal,
};

/** The initialiser that was saved under a name with options. @throws ArgumentError for an unknown name. */
export function fromRecord({ className, config }: InitializerRecord): Initializer {
  const options = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
  return lookUp(SAVED, className, 'initializers')(options as never);
}
