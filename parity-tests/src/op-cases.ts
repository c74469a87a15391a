import { tensorTable } from '@isograd/autograd/testing';
import { type DType, DTYPE_NAMES, DTypeError, isComplex, isFloat, sizeOf } from '@isograd/device';
import type { Sample } from '@isograd/ndarray';
import { describeInput, inputsOf, opTable, type TableOp } from '@isograd/ndarray/testing';
import { neuralTable } from '@isograd/nn/testing';
import { type RefArray, refArray, type ReferenceName } from '@isograd/parity';
import { EDGE_CASES, type EdgeCase } from './edge-cases.ts';
import { FUNCTIONAL_CASES } from './functional-cases.ts';
import { MASKED_CASES } from './masked-cases.ts';
import { NEURAL_CASES } from './neural-cases.ts';
import { TFJS_GRADIENTS } from './tfjs-gradients.ts';

/** One call of an op, for isograd and for every reference. */
export interface OpCase {
  /** The op's name and the case's, unique. */
  readonly id: string;
  readonly op: TableOp;
  /** Id after the op's name, as known differences use it. */
  readonly name: string;
  readonly inputs: readonly RefArray[];
  /** Arguments after the arrays, as a user of isograd writes them. */
  readonly args: readonly unknown[];
  /** The same by the names that the references' expressions use. */
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly differentiate: boolean;
  readonly references: readonly ReferenceName[];
  /** Whether the inputs are the same for every op. */
  readonly sweep?: boolean;
  /** Whether it is about gradients at NaN, infinities or zeros. */
  readonly special?: boolean;
}

const ALL: readonly ReferenceName[] = ['numpy', 'torch', 'jax', 'tfjs', 'tfjs-wasm', 'tfjs-node'];
// JAX compiles every case, which takes long; what it says of samples it says in float64.
const SINGLE: readonly ReferenceName[] = ALL.filter((name) => name !== 'jax');
const DOUBLE: readonly ReferenceName[] = ['numpy', 'torch', 'jax'];
const OWN_RULES: readonly ReferenceName[] = ['numpy', 'torch'];
const REFERENCES_FOR: { readonly [D in DType]?: readonly ReferenceName[] } = {
  float32: SINGLE,
  float64: DOUBLE,
  complex128: OWN_RULES,
};

/** Whether a sample can be computed of complex numbers; what refuses them is held against the references by its dtypes. */
function takesComplex(op: TableOp, sample: Sample): boolean {
  const { parity } = op.spec;
  if (isDerivative(op) || (parity.numpy === null && parity.torch === null)) return false;
  try {
    op.call(inputsOf(op.spec, sample, { dtype: 'complex128' }), sample.args);
    return true;
  } catch (error) {
    if (error instanceof DTypeError) return false;
    throw error;
  }
}

/** Every case of every op: the samples of its record, mixes of dtypes, values where implementations go wrong, and kinks. */
export function opCases(): OpCase[] {
  const arrays = opTable();
  // Layers and losses are of floats, on values that mean something; their samples say which.
  const floats = [...tensorTable(), ...neuralTable()];
  const table = [...arrays, ...floats];
  const composed = [...TFJS_GRADIENTS, ...NEURAL_CASES, ...FUNCTIONAL_CASES].map((edge) => edgeCase(edge, table));
  const all = [...table, ...composed.map(({ op }) => op)];
  return [
    ...arrays.flatMap((op) => [...sampleCases(op), ...dtypeCases(op), ...specialCases(op), ...specialGradients(op)]),
    ...floats.flatMap((op) => [...sampleCases(op), ...specialGradients(op)]),
    ...EDGE_CASES.map((edge) => edgeCase(edge, table)),
    ...composed.flatMap((item) => [item, ...plantedEdges(item)]),
    ...MASKED_CASES.map((edge) => ({ ...edgeCase(edge, all), references: GRADIENT_REFERENCES, special: true })),
  ];
}

type SampleInput = Sample['inputs'][number];
type Parts = Pick<OpCase, 'name' | 'inputs' | 'references'> &
  Partial<Pick<OpCase, 'args' | 'attrs' | 'differentiate' | 'sweep' | 'special'>>;

function makeCase(op: TableOp, parts: Parts): OpCase {
  return { op, args: [], attrs: {}, differentiate: false, ...parts, ...named(op, parts.name) };
}

const named = (op: TableOp, name: string): Pick<OpCase, 'id' | 'name'> => ({ id: `${op.name}: ${name}`, name });

function sampleCases(op: TableOp): OpCase[] {
  return op.spec.samples.flatMap((sample, i) => {
    // A sample that spells out its dtypes is one case, any other one for each width.
    const isFree = sample.inputs.some((input) => describeInput(input).dtype === undefined);
    const dtypes: readonly DType[] = isFree ? ['float32', 'float64'] : ['float64'];
    return [...dtypes, ...(isFree && takesComplex(op, sample) ? (['complex128'] as const) : [])].map((dtype) =>
      sampleCase(op, i, dtype),
    );
  });
}

function sampleCase(op: TableOp, i: number, dtype: DType): OpCase {
  const sample = op.spec.samples[i]!;
  return makeCase(op, {
    name: `${sampleName(sample, i)} ${dtype}`,
    inputs: inputsOf(op.spec, sample, { dtype }).map(({ dtype: own, shape, data }) => ({
      dtype: own,
      shape,
      values: data,
    })),
    args: sample.args ?? [],
    attrs: sample.attrs ?? {},
    differentiate: op.nonDifferentiable === undefined && sample.inputs.some(hasGradient),
    references: REFERENCES_FOR[dtype]!.filter((name) => canAnswer(name, op, sample)),
  });
}

function hasGradient(input: SampleInput): boolean {
  const { dtype, differentiable } = describeInput(input);
  return (dtype === undefined || isFloat(dtype) || isComplex(dtype)) && differentiable !== false;
}

const isEmpty = (shape: readonly number[]): boolean => shape.includes(0);

/**
 * tfjs on wasm reads and writes memory that is not the array's where an array has no elements, and in `cumsum` and `cumprod`
 * of a negative axis: what it answers is what lies there, and soon a trap ends its backend.
 */
function breaksWasm({ spec }: TableOp, { inputs, attrs }: Sample): boolean {
  return (
    (spec.family === 'scan' && Number(attrs?.axis) < 0) || inputs.some((input) => isEmpty(describeInput(input).shape))
  );
}

function canAnswer(name: ReferenceName, op: TableOp, sample: Sample): boolean {
  if (name === 'tfjs-wasm' && breaksWasm(op, sample)) return false;
  return sample.without?.[name.startsWith('tfjs') ? 'tfjs' : (name as 'numpy' | 'torch' | 'jax')] === undefined;
}

function sampleName({ inputs, args }: Sample, i: number): string {
  const shapes = inputs.map((input) => `[${describeInput(input).shape.join(', ')}]`);
  return ['sample', i, ...shapes, ...(args ?? []).map((arg) => JSON.stringify(arg))].join(' ');
}

/** Ops that only gradients call: they meet no mixed dtypes, and their spelling elsewhere is made up. */
const isDerivative = ({ name }: TableOp): boolean => name.endsWith('Grad');

// PyTorch has the first three as names, without most operations; its float16 is computed in other steps.
const NOT_IN_TORCH: ReadonlySet<DType> = new Set<DType>(['uint16', 'uint32', 'uint64', 'float16']);

const SMALL: { readonly [D in DType]: readonly number[] } = {
  bool: [1, 0, 1],
  uint8: [200, 1, 3],
  uint16: [60000, 1, 3],
  uint32: [4000000000, 1, 3],
  uint64: [5, 2, 3],
  int8: [100, 2, 3],
  int16: [300, 2, 3],
  int32: [2, 1, 3],
  int64: [5, 2, 1],
  float16: [0.5, 2, 1.5],
  float32: [0.5, 1, 2.5],
  float64: [0.25, 2, 1.5],
  complex64: [0.5, 1, 1, 0, 2, -0.5],
  complex128: [0.25, 1, 2, 0, 1, -0.5],
};

/** Each dtype with itself and with those that stand two, three and seven places further: every meeting of kinds and of widths occurs. */
const PAIRS = DTYPE_NAMES.flatMap((a, i) =>
  [0, 2, 3, 7].map((step) => [a, DTYPE_NAMES[(i + step) % DTYPE_NAMES.length]!] as const),
);

/** Every dtype, and for two arrays pairs of them: what comes out, and what is refused. */
function dtypeCases(op: TableOp): OpCase[] {
  const { family: kind, samples } = op.spec;
  if (
    isDerivative(op) ||
    !['unary', 'binary', 'reduction', 'scan'].includes(kind) ||
    samples[0]?.args ||
    samples[0]?.attrs
  )
    return [];
  const lists = kind === 'binary' ? PAIRS : DTYPE_NAMES.map((a) => [a]);
  return lists.map((dtypes) =>
    makeCase(op, {
      name: `dtypes ${dtypes.join(' ')}`,
      inputs: dtypes.map((dtype) => refArray(dtype, [3], SMALL[dtype])),
      references: dtypes.some((d) => NOT_IN_TORCH.has(d)) ? ['numpy'] : OWN_RULES,
      sweep: true,
    }),
  );
}

const SPECIALS = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 88, -88, 1e-30, 1e30];
const PAIRED = [NaN, Infinity, -Infinity, 0, -0, 1, -2.5, 3, 1e30];

/** Values at which element-wise functions go wrong; for two arrays every pair of some. */
function specialCases(op: TableOp): OpCase[] {
  const { family: kind, samples } = op.spec;
  if (isDerivative(op) || (kind !== 'unary' && kind !== 'binary') || samples[0]?.args || samples[0]?.attrs) return [];
  return (['float32', 'float64'] as const).map((dtype) => {
    const pairs = [refArray(dtype, [PAIRED.length, 1], PAIRED), refArray(dtype, [PAIRED.length], PAIRED)];
    return makeCase(op, {
      name: `special values ${dtype}`,
      inputs: kind === 'unary' ? [refArray(dtype, [SPECIALS.length], SPECIALS)] : pairs,
      references: OWN_RULES,
      sweep: true,
    });
  });
}

const GRADIENT_REFERENCES: readonly ReferenceName[] = ['torch', 'jax'];
const PLANTED = [NaN, Infinity, -Infinity, 0, -0];
const spell = (value: number): string => (Object.is(value, -0) ? '-0' : String(value).replace('Infinity', 'inf'));

/** Matrices without finite numbers have no factors, and every library gives what its loops meet first. */
const FACTORIZED =
  'cholesky cond det eig eigh eigvals eigvalsh inv lstsq lstsqSolution matrixNorm pinv polyfit qr roots slogdet ' +
  'solve solveTriangular svd svdvals tensorinv tensorsolve triangleOfQr';
/** PyTorch has them with products before the gates only: the words make these of an identity matrix, whose zeros make NaN of infinities. */
const SEQUENCES = 'gruSequence lstmSequence reluSequence tanhSequence updateFirstSequence';
/** PyTorch's own kernel takes rows of NaN for masked ones; cases with masks stand in masked-cases.ts. */
const ATTENTION = 'scaledDotProductAttention';
const NOT_PLANTED: ReadonlySet<string> = new Set(`${FACTORIZED} ${SEQUENCES} ${ATTENTION}`.split(' '));

/** PyTorch refuses probabilities outside [0, 1]. */
const PAIRS_OF: { readonly [op: string]: readonly number[] } = { binaryCrossEntropy: [0, -0, 0.5, 1] };
/** Points of a curve ascend. */
const INPUTS_NOT_PLANTED: { readonly [op: string]: number } = { interp: 1 };

/** Gradients where functions go wrong: of element-wise ones pair by pair, of others one such number in each input by turns. */
function specialGradients(op: TableOp): OpCase[] {
  const { name, family, samples } = op.spec;
  if (op.nonDifferentiable !== undefined || isDerivative(op) || NOT_PLANTED.has(name)) return [];
  if ((family === 'unary' || family === 'binary') && !samples[0]?.args && !samples[0]?.attrs) {
    const sweep = (at: string, ...inputs: readonly (readonly number[])[]): OpCase =>
      makeCase(op, {
        name: `gradients at ${at} float64`,
        inputs: inputs.map((values) => refArray('float64', [values.length], values)),
        differentiate: true,
        references: GRADIENT_REFERENCES,
        sweep: true,
        special: true,
      });
    if (family === 'unary') return [sweep('special values', SPECIALS)];
    const values = PAIRS_OF[name] ?? PAIRED;
    return values.map((x1) => sweep(`x1 = ${spell(x1)}`, Array<number>(values.length).fill(x1), values));
  }
  const i = samples.findIndex(
    ({ without, inputs }) =>
      without?.torch === undefined && inputs.some((input) => canPlant(input) && sizeOf(describeInput(input).shape) > 1),
  );
  if (i < 0) return [];
  const sample = sampleCase(op, i, 'float64');
  return samples[i]!.inputs.flatMap((input, at) =>
    canPlant(input) && INPUTS_NOT_PLANTED[name] !== at ? plantedCases(sample, at) : [],
  );
}

/** Whether an input has float64 numbers that have gradients. */
function canPlant(input: SampleInput): boolean {
  const { dtype = 'float64', shape } = describeInput(input);
  return dtype === 'float64' && hasGradient(input) && !isEmpty(shape);
}

/** The same of a function composed here, in float64. */
function plantedEdges(item: OpCase): OpCase[] {
  if (NOT_PLANTED.has(item.op.name)) return [];
  const inputs = item.inputs.map(({ shape, values }) => refArray('float64', shape, values));
  return inputs.flatMap((_, at) => plantedCases({ ...item, inputs }, at));
}

/** A sample with one number of an input replaced. */
function plantedCases(sample: OpCase, at: number): OpCase[] {
  const { dtype, shape, values } = sample.inputs[at]!;
  const place = Math.min(1, values.length - 1);
  return PLANTED.map((value) => ({
    ...sample,
    ...named(sample.op, `${sample.name} with ${spell(value)} in x${at + 1}`),
    inputs: sample.inputs.with(
      at,
      refArray(
        dtype,
        shape,
        [...values].map((old, k) => (k === place ? value : Number(old))),
      ),
    ),
    references: GRADIENT_REFERENCES.filter((reference) => sample.references.includes(reference)),
    special: true,
  }));
}

function edgeCase(
  { op: name, name: what, inputs, args = [], attrs = {}, composed }: EdgeCase,
  table: readonly TableOp[],
): OpCase {
  const op = composed ? composedOp(name, composed, inputs) : table.find((entry) => entry.name === name);
  if (!op) throw new Error(`edge-cases.ts names the op '${name}', which the table does not have`);
  return makeCase(op, {
    name: what,
    inputs: inputs.map((given) =>
      'shape' in given ? refArray('float64', given.shape, given.values) : refArray('float32', [given.length], given),
    ),
    args,
    attrs,
    differentiate: op.nonDifferentiable === undefined,
    references: ALL,
  });
}

/** Its sample is of the shapes of the case, drawn away from the kink or tie that the case may be about. */
function composedOp(
  name: string,
  { compute, parity, domain = [-2, 2] }: NonNullable<EdgeCase['composed']>,
  inputs: EdgeCase['inputs'],
): TableOp {
  const sample = { inputs: inputs.map((given) => ('shape' in given ? given.shape : [given.length])) };
  return {
    name,
    spec: { name, family: 'composed', domain, samples: [sample], errors: [], parity },
    call: (xs) => compute(...xs),
    unique: (xs) => compute(...xs),
    nonDifferentiable: undefined,
  };
}
