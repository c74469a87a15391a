import { type DType, DTYPES, isComplex, isFloat, sizeOf } from '@isograd/device';
import type { NDArray, Scalar, Shape } from './array.ts';
import { complex } from './complex.ts';
import { array } from './creation.ts';
import './attach.ts';
import * as functions from './functions/index.ts';
import * as fft from './fft/index.ts';
import * as linalg from './linalg/index.ts';
import type { ComposedSpec, InputSpec, OpRecord, OpSpec, Sample, SampleInput } from './op.ts';
import { gradientOps } from './ops/gradients.ts';
import * as ops from './ops/index.ts';

/** One op of the table, ready to be called on its samples. */
export interface TableOp {
  readonly name: string;
  readonly spec: OpSpec | ComposedSpec;
  /** Calls the function as a user would: arrays (as one list where it takes a list), then arguments. */
  call(inputs: readonly NDArray[], args?: readonly unknown[]): NDArray | readonly NDArray[];
  /** As `call`, but gives what is unique of results that are free up to signs or phases. */
  unique(inputs: readonly NDArray[], args?: readonly unknown[]): NDArray | readonly NDArray[];
  /** Why its result has no gradient; `undefined` when it has one. */
  readonly nonDifferentiable: string | undefined;
}

/** What to draw test inputs for. */
export interface InputOptions {
  /** Dtype of inputs that name none; default `float64`. */
  readonly dtype?: DType;
  /** Default 1. */
  readonly seed?: number;
}

type AnyOp = ((...args: unknown[]) => NDArray | readonly NDArray[]) & { readonly spec: OpSpec | ComposedSpec };

function entryOf(op: AnyOp): TableOp {
  const { spec } = op;
  const vjp = 'vjp' in spec ? spec.vjp : spec;
  const call: TableOp['call'] = (inputs, args = []) => {
    if (spec.takesList) return op(inputs, ...args);
    const [first, second] = [spec.argumentsFirst ?? 0, spec.argumentsSecond ?? 0];
    const between = inputs.toSpliced(1, 0, ...(args.slice(first, first + second) as NDArray[]));
    return op(...args.slice(0, first), ...between, ...args.slice(first + second));
  };
  return {
    name: spec.name,
    spec,
    call,
    unique: (inputs, args) => {
      const outputs = call(inputs, args);
      return spec.unique ? spec.unique([outputs].flat()) : outputs;
    },
    nonDifferentiable: 'nonDifferentiable' in vjp ? vjp.nonDifferentiable : undefined,
  };
}

/**
 * Every op of the table by name, those of which gradients are made included: what tests, goldens, gradient checks and the documentation are derived from.
 *
 * @example
 * opTable().find((op) => op.name === 'exp').call([array([0])]).tolist() // => [ 1 ]
 */
export function opTable(): readonly TableOp[] {
  return tableOf([ops, functions, fft, linalg].flatMap((module) => Object.values<unknown>(module)).concat(gradientOps));
}

/**
 * The functions with a record among the exports of a module, as entries of a table, by name; one that is given twice is one entry.
 *
 * @example
 * tableOf([Math.exp, opTable]).length // => 0
 */
export function tableOf(exports: readonly unknown[]): readonly TableOp[] {
  return [...new Set(exports)]
    .filter((f): f is AnyOp => typeof f === 'function' && 'spec' in f)
    .map(entryOf)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Seeded uniform numbers in [0, 1): mulberry32, the same on every machine and easy to write in any language. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A test input with everything spelled out. */
export function describeInput(input: SampleInput): InputSpec {
  return 'shape' in input ? input : { shape: input as Shape };
}

function draw(next: () => number, dtype: DType, [low, high]: readonly [number, number]): Scalar {
  if (dtype === 'bool') return Number(next() < 0.5);
  if (DTYPES[dtype].kind === 'u') return Math.floor(Math.max(low, 0) + Math.max(high - Math.max(low, 0), 1) * next());
  const value = low + (high - low) * next();
  if (isComplex(dtype)) return complex(value, low + (high - low) * next());
  return isFloat(dtype) ? value : Math.floor(value);
}

/**
 * The arrays a sample stands for: the same ones in every test, golden, gradient check and page.
 *
 * Elements are drawn one after the other through all inputs, in C order, uniform in the open `domain` of the input or of the op; integers are
 * floored, unsigned ones start at 0, bools are `draw < 0.5`, complex numbers take two draws. Inputs with `values` draw nothing, but for
 * imaginary parts within 0.5 where a complex dtype is asked for.
 *
 * @example
 * const { spec } = opTable().find((op) => op.name === 'add');
 * inputsOf(spec, { inputs: [[2], [2]] }).map((x) => x.shape) // => [ [ 2 ], [ 2 ] ]
 */
export function inputsOf(spec: OpRecord, sample: Sample, options: InputOptions = {}): NDArray[] {
  const next = uniform(options.seed ?? 1);
  return sample.inputs.map((input) => {
    const { shape, values, domain, dtype: own } = describeInput(input);
    const dtype = own ?? options.dtype ?? 'float64';
    const size = sizeOf(shape);
    const given =
      own === undefined && isComplex(dtype) ? values?.map((re) => complex(Number(re), next() - 0.5)) : values;
    const elements = given ?? Array.from({ length: size }, () => draw(next, dtype, domain ?? spec.domain));
    return array([...elements], { dtype, shape });
  });
}

/** A short name of a sample, for the title of a test. */
export function label(spec: OpRecord, sample: Sample): string {
  const inputs = sample.inputs.map((input) => {
    const { shape, dtype } = describeInput(input);
    return `${dtype ?? ''}[${shape.join(', ')}]`;
  });
  const args = (sample.args ?? []).map((arg) => JSON.stringify(arg));
  return `${spec.name}(${[...inputs, ...args].join(', ')})`;
}
