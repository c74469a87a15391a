import { ArgumentError, ShapeError, sizeOf } from '@isograd/device';
import { asTensor, type Tensor, tensor } from '@isograd/autograd';
import * as random from '@isograd/autograd/jax-random';
import { eye, full, type Shape } from '@isograd/ndarray';
import { qr } from '@isograd/ndarray/linalg';
import { type Initializer, type InitializerRecord, recorded } from './initializer.ts';
import { type Serialized, toCamel, unspelled } from './json.ts';
import { lookUp } from './named.ts';
import { defaultSeed } from './session.ts';
import { stft } from './stft-initializer.ts';

/** Option of initialisers that draw. */
export interface SeedOption {
  /** A whole number of which the low 32 bits count: the values are those of Keras on its JAX backend. Default drawn, see {@link setRandomSeed}. */
  readonly seed?: number;
}

/** Options of initialisers that look at the numbers of units. */
export interface FanOptions extends SeedOption {
  /** Axes of the input units, together with `outputAxes`; default the last but one, times the axes of a kernel. */
  readonly inputAxes?: readonly number[];
  /** Axes of the output units. */
  readonly outputAxes?: readonly number[];
}

/** Options of {@link varianceScaling}. */
export interface VarianceScalingOptions extends FanOptions {
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
function fans(shape: Shape, { inputAxes, outputAxes }: FanOptions): readonly [fanIn: number, fanOut: number] {
  if (inputAxes && outputAxes)
    return [sizeOf(inputAxes.map((axis) => shape.at(axis)!)), sizeOf(outputAxes.map((axis) => shape.at(axis)!))];
  if (shape.length < 2) return [shape[0] ?? 1, shape[0] ?? 1];
  const field = sizeOf(shape.slice(0, -2));
  return [shape.at(-2)! * field, shape.at(-1)! * field];
}

/** Fills with one value, by default 0. */
export function constant(value = 0): Initializer {
  return recorded('Constant', { value }, (shape, dtype) => full(shape, value, { dtype }));
}

/** Fills with zeros. */
export function zeros(): Initializer {
  return recorded('Zeros', {}, constant(0));
}

/** Fills with ones. */
export function ones(): Initializer {
  return recorded('Ones', {}, constant(1));
}

/** How values are drawn from a key in the precision of a dtype. */
type KeyedDraw = (key: Tensor, shape: Shape, dtype: 'float32' | 'float64') => Tensor;

/** An initialiser that draws: as in Keras its seed is fixed when it is made, so that it gives the same values for the same shape. */
function drawing(seed: number | undefined, draw: KeyedDraw): Initializer {
  const key = tensor([(seed ?? defaultSeed()) >>> 0, 0], { dtype: 'uint32' });
  return (shape, dtype) => {
    const drawn = draw(key, shape, dtype === 'float64' ? dtype : 'float32').plain();
    return drawn.dtype === dtype ? drawn : drawn.astype(dtype);
  };
}

/** Uniform values in [minval, maxval), by default ±0.05. */
export function randomUniform(
  options: SeedOption & { readonly minval?: number; readonly maxval?: number } = {},
): Initializer {
  const { minval = -0.05, maxval = 0.05, seed } = options;
  const draw: KeyedDraw = (key, shape, dtype) => random.uniform(key, shape, { dtype, minval, maxval });
  return recorded('RandomUniform', { seed: seed ?? null, minval, maxval }, drawing(seed, draw), () =>
    randomUniform(options),
  );
}

/** Normal values, by default with mean 0 and standard deviation 0.05. */
export function randomNormal(
  options: SeedOption & { readonly mean?: number; readonly stddev?: number } = {},
): Initializer {
  const { mean = 0, stddev = 0.05, seed } = options;
  const draw: KeyedDraw = (key, shape, dtype) => random.normal(key, shape, { dtype }).mul(stddev).add(mean);
  return recorded('RandomNormal', { seed: seed ?? null, mean, stddev }, drawing(seed, draw), () =>
    randomNormal(options),
  );
}

/** Normal values within two standard deviations; by default with mean 0 and standard deviation 0.05. */
export function truncatedNormal(
  options: SeedOption & { readonly mean?: number; readonly stddev?: number } = {},
): Initializer {
  const { mean = 0, stddev = 0.05, seed } = options;
  const draw: KeyedDraw = (key, shape, dtype) =>
    random.truncatedNormal(key, -2, 2, { shape, dtype }).mul(stddev).add(mean);
  return recorded('TruncatedNormal', { seed: seed ?? null, mean, stddev }, drawing(seed, draw), () =>
    truncatedNormal(options),
  );
}

/** Option of {@link orthogonal} and {@link identity}. */
export interface GainOption {
  /** Factor of the whole; default 1. */
  readonly gain?: number;
}

/**
 * An orthogonal matrix, or orthonormal rows or columns of one (Saxe et al. 2014); all axes but the last count as one.
 *
 * The factorization is computed in float64 and rounded: it is within 1e-6 of Keras's, which computes it in float32.
 *
 * @example
 * const kernel = orthogonal({ seed: 1 })([4, 2], 'float32');
 * kernel.T.matmul(kernel).round(5).abs().tolist() // => [ [ 1, 0 ], [ 0, 1 ] ]
 */
export function orthogonal({ gain = 1, seed }: GainOption & SeedOption = {}): Initializer {
  const draw: KeyedDraw = (key, shape, dtype) => {
    checkRank(shape.length >= 2, shape, '[..., in, out]', 'orthogonal');
    const [rows, columns] = [sizeOf(shape.slice(0, -1)), shape.at(-1)!];
    const tall = [Math.max(rows, columns), Math.min(rows, columns)];
    const { Q, R } = qr(random.normal(key, tall, { dtype }).plain().astype('float64'));
    const q = Q.mul(R.diagonal().sign());
    return asTensor((rows < columns ? q.T : q).astype(dtype).reshape(shape)).mul(gain);
  };
  return recorded('Orthogonal', { seed: seed ?? null, gain }, drawing(seed, draw), () =>
    orthogonal(seed === undefined ? { gain } : { gain, seed }),
  );
}

function checkRank(isRight: boolean, shape: Shape, expected: string, where: string): void {
  if (isRight) return;
  throw new ShapeError({
    where,
    what: 'a shape with another number of axes',
    got: `[${shape.join(', ')}]`,
    expected,
    hint: 'choose another initialiser for this weight',
  });
}

/**
 * The identity matrix times `gain`, for weights of two axes.
 *
 * @example
 * identity()([2, 3], 'float32').tolist() // => [ [ 1, 0, 0 ], [ 0, 1, 0 ] ]
 */
export function identity({ gain = 1 }: GainOption = {}): Initializer {
  return recorded('Identity', { gain }, (shape, dtype) => {
    checkRank(shape.length === 2, shape, '[in, out]', 'identity');
    return eye(shape[0]!, { M: shape[1]!, dtype }).mul(gain).astype(dtype);
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
  const { scale = 1, mode = 'fanIn', distribution = 'truncatedNormal', seed = defaultSeed() } = options;
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
      uniform: (v: number) => randomUniform({ minval: -Math.sqrt(3 * v), maxval: Math.sqrt(3 * v), seed }),
      truncatedNormal: (v: number) => truncatedNormal({ stddev: Math.sqrt(v) / TRUNCATED_STD, seed }),
      untruncatedNormal: (v: number) => randomNormal({ stddev: Math.sqrt(v), seed }),
    },
    distribution,
    'varianceScaling',
  );
  const config = { ...spelledFans(options), scale, mode: SPELLED[mode], distribution: SPELLED[distribution] };
  const draw: Initializer = (shape, dtype, units) =>
    make(scale / Math.max(1, count(fans(shape, { ...units, ...options }))))(shape, dtype);
  return recorded('VarianceScaling', config, draw, () => varianceScaling(options));
}

/** The options that all scalings have, in Keras's spelling. */
function spelledFans({ seed, inputAxes, outputAxes }: FanOptions): InitializerRecord['config'] {
  const axes = inputAxes && outputAxes && { input_axes: inputAxes, output_axes: outputAxes };
  return { seed: seed ?? null, ...axes };
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
function scaling(className: string, given: FanOptions, options: VarianceScalingOptions): Initializer {
  const draw = varianceScaling({ ...options, ...given });
  return recorded(className, spelledFans(given), draw, () => scaling(className, given, options));
}

/** Uniform in ±√(6 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
export function glorotUniform(options: FanOptions = {}): Initializer {
  return scaling('GlorotUniform', options, { mode: 'fanAvg', distribution: 'uniform' });
}

/** Truncated normal with variance 2 / (fanIn + fanOut) (Glorot & Bengio 2010). */
export function glorotNormal(options: FanOptions = {}): Initializer {
  return scaling('GlorotNormal', options, { mode: 'fanAvg' });
}

/** Uniform in ±√(6 / fanIn) (He et al. 2015). */
export function heUniform(options: FanOptions = {}): Initializer {
  return scaling('HeUniform', options, { scale: 2, distribution: 'uniform' });
}

/** Truncated normal with variance 2 / fanIn (He et al. 2015). */
export function heNormal(options: FanOptions = {}): Initializer {
  return scaling('HeNormal', options, { scale: 2 });
}

/** Uniform in ±√(3 / fanIn) (LeCun et al. 1998). */
export function lecunUniform(options: FanOptions = {}): Initializer {
  return scaling('LecunUniform', options, { distribution: 'uniform' });
}

/** Truncated normal with variance 1 / fanIn (LeCun et al. 1998). */
export function lecunNormal(options: FanOptions = {}): Initializer {
  return scaling('LecunNormal', options, {});
}

/** Name of an initialiser. */
export type InitializerName =
  | 'zeros'
  | 'zero'
  | 'ones'
  | 'one'
  | 'constant'
  | 'identity'
  | 'randomUniform'
  | 'uniform'
  | 'randomNormal'
  | 'normal'
  | 'truncatedNormal'
  | 'varianceScaling'
  | 'glorotUniform'
  | 'glorotNormal'
  | 'heUniform'
  | 'heNormal'
  | 'lecunUniform'
  | 'lecunNormal'
  | 'orthogonal'
  | 'stft';

const TABLE: { readonly [N in InitializerName]: () => Initializer } = {
  zeros,
  zero: zeros,
  ones,
  one: ones,
  constant,
  identity,
  randomUniform,
  uniform: randomUniform,
  randomNormal,
  normal: randomNormal,
  truncatedNormal,
  varianceScaling,
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
  lecunUniform,
  lecunNormal,
  orthogonal,
  stft,
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

/** Initialisers by the names that Keras saves them under; older files spell three of them out. */
const SAVED: Readonly<Record<string, (options: never) => Initializer>> = {
  Constant: ({ value }: { readonly value?: number }) => constant(value),
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
  STFT: stft,
  STFTInitializer: stft,
};

/** An initialiser as Keras writes it into files. @throws ArgumentError for a function of its own. */
export function serialize({ record }: Initializer): Serialized {
  if (record)
    return { module: 'keras.initializers', class_name: record.className, config: record.config, registered_name: null };
  throw new ArgumentError({
    where: 'initializers',
    what: 'an initialiser of its own cannot be saved',
    got: 'a function',
    expected: 'an initialiser of Keras',
    hint: "save the weights alone: model.saveWeights('x.weights.h5')",
  });
}

/**
 * The initialiser of a configuration that {@link serialize} or Keras gave.
 *
 * @throws ArgumentError for an unknown name.
 * @example
 * deserialize(serialize(constant(3)))([2], 'float32').tolist() // => [ 3, 3 ]
 */
export function deserialize(config: Serialized | string): Initializer {
  if (typeof config === 'string')
    return fromRecord({ className: config.includes('_') ? toCamel(`_${config}`) : config, config: {} });
  return fromRecord({ className: config.class_name, config: unspelled(config.config ?? {}) as never });
}

/** The initialiser that was saved under a name with options. @throws ArgumentError for an unknown name. */
export function fromRecord({ className, config }: InitializerRecord): Initializer {
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
  // Keras 2 and tfjs say `normal` for what is cut off at two standard deviations.
  const options = given['distribution'] === 'normal' ? { ...given, distribution: 'truncatedNormal' } : given;
  return lookUp(SAVED, className, 'initializers')(options as never);
}

export type { Initializer, InitializerRecord } from './initializer.ts';
export { stft, type StftOptions, type WindowName } from './stft-initializer.ts';
