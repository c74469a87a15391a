import { type ConvRole, type DescOf, expr as e, type KernelDesc, kernelDTypes, type ReduceOp } from '@isograd/device';
import { DTYPE_CODES, encodeProgram } from './program.ts';
import { encodeRows } from './rows.ts';
import type { Operations } from './select.ts';

/** Codes of kinds; the order is that of `enum kind` in csrc/kernels.h. */
const KIND_CODES: { readonly [K in KernelDesc['kind']]: number } = {
  map: 0,
  reduce: 1,
  gemm: 2,
  gather: 3,
  scatterAdd: 4,
  scan: 5,
  sort: 6,
  conv: 7,
  rows: 8,
  maxPool: 9,
  taps: 10,
  scatter: 11,
};
/** Codes of reductions; the order is that of `enum reduce_op` in csrc/tables.h. */
const REDUCE_CODES: { readonly [O in ReduceOp]: number } = {
  sum: 0,
  prod: 1,
  max: 2,
  min: 3,
  any: 4,
  all: 5,
  argmax: 6,
  argmin: 7,
};

/** Codes of roles; the order is that of `enum role` in csrc/convolutions.c. */
const ROLE_CODES: { readonly [R in ConvRole]: number } = { output: 0, input: 1, weight: 2 };

/** How a kernel's geometry is written into a command. */
export interface Layout {
  /** Whether operands in C order may be written as one run of memory. */
  readonly merges: boolean;
  /** Axes of the shape that operands have no stride for: the last one of products and of gathers, the lengths of the input of pooling. */
  readonly extra: number;
  /** Where it stands how many axes are kept: the strides of the first operand are as many, or the last scalar says it. */
  readonly kept: 'first' | 'scalar' | undefined;
}

/** A kernel as the addon reads it. */
export interface EncodedKernel {
  readonly words: Float64Array;
  readonly layout: Layout;
}

function encoded(header: readonly number[], body: readonly number[], layout: Partial<Layout> = {}): EncodedKernel {
  return {
    words: Float64Array.from([...header, ...body]),
    layout: { merges: false, extra: 0, kept: undefined, ...layout },
  };
}

function encodeReduce(desc: DescOf<'reduce'>, operations: Operations): EncodedKernel | undefined {
  const { inputs, scalars, op } = desc;
  const seeks = op === 'argmax' || op === 'argmin';
  const pre = seeks && desc.pre.dtype === 'float16' ? e.cast(desc.pre, 'float32') : desc.pre;
  // NumPy rounds what it reduces of float16 row by row; js does that.
  if (pre.dtype === 'float16' || (op === 'any' || op === 'all') !== (pre.dtype === 'bool')) return undefined;
  const program = encodeProgram({ inputs, scalars, outputs: [pre], reduces: true }, operations);
  return (
    program && encoded([KIND_CODES.reduce, DTYPE_CODES[pre.dtype]!, REDUCE_CODES[op], 0], program, { kept: 'first' })
  );
}

/** Encodes a description; undefined when the addon has no such kernel. */
export function encodeKernel(desc: KernelDesc, operations: Operations): EncodedKernel | undefined {
  for (const dtype of kernelDTypes(desc)) if (!(dtype in DTYPE_CODES)) return undefined;
  switch (desc.kind) {
    case 'map': {
      const program = encodeProgram(
        { inputs: desc.inputs, scalars: desc.scalars, outputs: desc.outputs, reduces: false },
        operations,
      );
      return program && encoded([KIND_CODES.map, 0, 0, 0], program, { merges: true });
    }
    case 'reduce':
      return encodeReduce(desc, operations);
    case 'gemm':
    case 'gather':
    case 'scatterAdd':
    case 'scatter':
      return encoded([KIND_CODES[desc.kind], DTYPE_CODES[desc.dtype]!, 0, 0], [], { extra: 1 });
    case 'scan':
      return encoded([KIND_CODES.scan, DTYPE_CODES[desc.dtype]!, REDUCE_CODES[desc.op], 0], []);
    case 'conv':
      return desc.dtype !== 'float32' && desc.dtype !== 'float64'
        ? undefined
        : encoded([KIND_CODES.conv, DTYPE_CODES[desc.dtype]!, ROLE_CODES[desc.role], Number(desc.bias)], []);
    case 'rows': {
      const rows = encodeRows(desc, operations);
      return rows && encoded([KIND_CODES.rows, DTYPE_CODES[desc.outputs[0]!.dtype]!, 0, 0], rows, { kept: 'scalar' });
    }
    case 'maxPool':
    case 'taps':
      return desc.dtype !== 'float32' && desc.dtype !== 'float64'
        ? undefined
        : encoded([KIND_CODES[desc.kind], DTYPE_CODES[desc.dtype]!, 0, 0], [], { extra: desc.kind === 'taps' ? 1 : 3 });
    case 'sort':
      return encoded([KIND_CODES.sort, DTYPE_CODES[desc.dtype]!, 0, Number(desc.indices)], []);
  }
}
