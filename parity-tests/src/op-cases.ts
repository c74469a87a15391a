import * as ndarray from '@isograd/ndarray';
import { type DType, DTYPES, isFloat, sizeOf } from '@isograd/device';
import type { Op, OpSpec, Sample, SampleInput } from '@isograd/ndarray';
import { type RefArray, refArray, type ReferenceName } from '@isograd/parity';
import { EDGE_CASES } from './edge-cases.ts';

/** Why a case is asked: a sample of the op's record, a mix of dtypes, values where implementations go wrong, or a kink. */
export type Purpose = 'sample' | 'dtypes' | 'specials' | 'edge';

/** One call of an op, for isograd and for every reference. */
export interface OpCase {
  /** `op` and `name`, unique. */
  readonly id: string;
  readonly op: AnyOp;
  /** Id after the op's name, as known differences use it. */
  readonly name: string;
  readonly purpose: Purpose;
  readonly inputs: readonly RefArray[];
  /** Arguments after the arrays, as a user of isograd writes them. */
  readonly args: readonly unknown[];
  /** The same by the names of the reference's expression. */
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly differentiate: boolean;
  readonly references: readonly ReferenceName[];
}

/** A function of the op table, called with whatever its record says. */
export type AnyOp = Op<(...args: never[]) => ndarray.NDArray>;

/** Every op of the table, by name. */
export const OPS: ReadonlyMap<string, AnyOp> = new Map(
  Object.values(ndarray as Record<string, unknown>)
    .filter((value): value is AnyOp => typeof value === 'function' && 'spec' in value)
    .map((op): [string, AnyOp] => [op.spec.name, op])
    .sort(([a], [b]) => (a < b ? -1 : 1)),
);

const SINGLE: readonly ReferenceName[] = ['numpy', 'torch', 'jax', 'tfjs', 'tfjs-wasm', 'tfjs-node'];
const DOUBLE: readonly ReferenceName[] = ['numpy', 'torch', 'jax'];
const OWN_RULES: readonly ReferenceName[] = ['numpy', 'torch'];

/** Every case of every op. */
export function opCases(): OpCase[] {
  const cases = [...OPS.values()].flatMap((op) => [...sampleCases(op), ...dtypeCases(op), ...specialCases(op)]);
  return [...cases, ...EDGE_CASES.map(edgeCase)];
}

function makeCase(
  op: AnyOp,
  rest: Omit<OpCase, 'id' | 'op' | 'args' | 'attrs' | 'differentiate'> & Partial<OpCase>,
): OpCase {
  return { id: `${op.spec.name}: ${rest.name}`, op, args: [], attrs: {}, differentiate: false, ...rest };
}

function sampleCases(op: AnyOp): OpCase[] {
  return op.spec.samples.flatMap((sample, i) =>
    (['float32', 'float64'] as const)
      .filter((dtype) => dtype === 'float64' || usesDefault(sample))
      .map((dtype) =>
        makeCase(op, {
          name: `${label(sample, i)} ${dtype}`,
          purpose: 'sample',
          inputs: drawInputs(op.spec, sample, `${op.spec.name} ${i}`, dtype),
          ...argumentsOf(sample),
          differentiate: typeof op.spec.vjp === 'function' && sample.inputs.some(isDifferentiable),
          references: dtype === 'float32' ? SINGLE : DOUBLE,
        }),
      ),
  );
}

const isSpelledOut = (input: SampleInput): input is Exclude<SampleInput, readonly number[]> => !Array.isArray(input);
const shapeOf = (input: SampleInput): readonly number[] => (isSpelledOut(input) ? input.shape : input);
const usesDefault = (sample: Sample): boolean =>
  sample.inputs.some((input) => !isSpelledOut(input) || input.dtype === undefined);
const isDifferentiable = (input: SampleInput): boolean =>
  !isSpelledOut(input) || ((input.dtype === undefined || isFloat(input.dtype)) && input.differentiable !== false);

function argumentsOf({ args, attrs }: Sample): Pick<OpCase, 'args' | 'attrs'> {
  return { args: args ?? [], attrs: attrs ?? {} };
}

function label({ inputs, attrs }: Sample, i: number): string {
  const shapes = inputs.map((input) => `[${shapeOf(input).join(', ')}]`).join(' ');
  return `sample ${i} ${shapes}${attrs ? ` ${JSON.stringify(attrs)}` : ''}`;
}

// Odd multiples of 1/128: exact in float32, and never an integer or a half, where rounding and its kin jump.
const GRID = 64;

function drawInputs(spec: OpSpec, sample: Sample, seed: string, dtype: DType): RefArray[] {
  const draw = generator(seed);
  const used = new Set<number>();
  return sample.inputs.map((input) => {
    const given = isSpelledOut(input) ? input : { shape: input };
    const type = given.dtype ?? dtype;
    if (given.values) return refArray(type, given.shape, given.values.map(Number));
    const [low, high] = given.domain ?? spec.domain;
    return refArray(
      type,
      given.shape,
      Array.from({ length: sizeOf(given.shape) }, () =>
        isFloat(type) ? drawFloat(draw, used, [low, high]) : drawInteger(draw, type, [low, high]),
      ),
    );
  });
}

/** A number of the grid that no input of the case has yet, so that nothing ties. */
function drawFloat(draw: () => number, used: Set<number>, [low, high]: readonly [number, number]): number {
  const first = Math.floor(low * GRID);
  const count = Math.ceil(high * GRID) - first;
  for (let tries = 0; ; tries++) {
    const value = (first + Math.floor(draw() * count) + 0.5) / GRID;
    if ((used.has(value) && tries < 200) || value <= low || value >= high) continue;
    used.add(value);
    return value;
  }
}

function drawInteger(draw: () => number, dtype: DType, [low, high]: readonly [number, number]): number {
  if (dtype === 'bool') return Math.floor(draw() * 2);
  const least = dtype === 'uint8' ? Math.max(0, Math.ceil(low)) : Math.ceil(low);
  return least + Math.floor(draw() * Math.max(1, Math.ceil(high) - least));
}

/** A small seeded generator (mulberry32): the same numbers wherever the cases are made. */
function generator(seed: string): () => number {
  let state = [...seed].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16777619), 0x811c9dc5);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const ALL = Object.keys(DTYPES) as DType[];
const SMALL: { readonly [D in DType]: readonly number[] } = {
  bool: [1, 0, 1],
  uint8: [200, 1, 3],
  int32: [2, 1, 3],
  int64: [5, 2, 1],
  float32: [0.5, 1, 2.5],
  float64: [0.25, 2, 1.5],
};

/** Every dtype, and for two arrays every pair: what comes out, and what is refused. */
function dtypeCases(op: AnyOp): OpCase[] {
  const { family, samples } = op.spec;
  const sample = samples[0];
  if (!sample || (family !== 'unary' && family !== 'binary' && family !== 'reduction') || sample.attrs) return [];
  const lists = family === 'binary' ? ALL.flatMap((a) => ALL.map((b) => [a, b])) : ALL.map((a) => [a]);
  return lists.map((dtypes) =>
    makeCase(op, {
      name: `dtypes ${dtypes.join(' ')}`,
      purpose: 'dtypes',
      inputs: dtypes.map((dtype) => refArray(dtype, [3], SMALL[dtype])),
      references: OWN_RULES,
    }),
  );
}

const SPECIALS = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 88, -88, 1e-30, 1e30];
const PAIRED = [NaN, Infinity, -Infinity, 0, -0, 1, -2.5, 3, 1e30];

/** Values at which element-wise functions go wrong; pairs of them for two arrays. */
function specialCases(op: AnyOp): OpCase[] {
  const { family, samples } = op.spec;
  if ((family !== 'unary' && family !== 'binary') || samples[0]?.attrs) return [];
  return (['float32', 'float64'] as const).map((dtype) =>
    makeCase(op, {
      name: `special values ${dtype}`,
      purpose: 'specials',
      inputs:
        family === 'unary'
          ? [refArray(dtype, [SPECIALS.length], SPECIALS)]
          : [refArray(dtype, [PAIRED.length, 1], PAIRED), refArray(dtype, [PAIRED.length], PAIRED)],
      references: OWN_RULES,
    }),
  );
}

function edgeCase({ op: name, name: what, inputs, args = [], attrs = {} }: (typeof EDGE_CASES)[number]): OpCase {
  const op = OPS.get(name);
  if (!op) throw new Error(`edge-cases.ts names the op '${name}', which the table does not have`);
  return makeCase(op, {
    name: what,
    purpose: 'edge',
    inputs: inputs.map((values) => refArray('float32', [values.length], values)),
    args,
    attrs,
    differentiate: typeof op.spec.vjp === 'function',
    references: SINGLE,
  });
}
