import { ArgumentError, type DType } from '@isograd/device';
import { array, type NDArray } from '@isograd/ndarray';
import { ProtobufWriter } from '@isograd/ndarray/files';

/** An attribute of a node: a whole number, a real one as `{ float }`, a text, or a list of whole numbers or of texts. */
export type OnnxAttribute = number | string | readonly number[] | readonly string[] | { readonly float: number };

/** Attributes by their names; those that are undefined are left out. */
export type OnnxAttributes = Readonly<Record<string, OnnxAttribute | undefined>>;

/** Lengths of axes; `null` where a length is open. */
export type OnnxShape = readonly (number | null)[];

/** An end of a graph. */
export interface OnnxEnd {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: OnnxShape;
}

// onnx.proto: TensorProto.DataType.
const TYPES: { readonly [D in DType]?: number } = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
};

/** The opset that nodes are of: that of ONNX 1.16, 2024. */
const OPSET = 21;
const IR_VERSION = 10;

function typeOf(dtype: DType): number {
  const found = TYPES[dtype];
  if (found !== undefined) return found;
  throw new ArgumentError({
    where: 'toOnnx',
    what: 'ONNX has no such dtype',
    got: dtype,
    expected: Object.keys(TYPES).join(', '),
  });
}

function attribute(name: string, value: OnnxAttribute): ProtobufWriter {
  const out = new ProtobufWriter().text(1, name);
  if (typeof value === 'number') return out.int(3, value).int(20, 2);
  if (typeof value === 'string') return out.text(4, value).int(20, 3);
  if ('float' in value) return out.float(2, value.float).int(20, 1);
  for (const item of value) {
    if (typeof item === 'string') out.text(9, item);
    else out.int(8, item);
  }
  return out.int(20, typeof value[0] === 'string' ? 8 : 7);
}

function tensor(name: string, x: NDArray): ProtobufWriter {
  const out = new ProtobufWriter();
  for (const n of x.shape) out.int(1, n);
  const data = x.data as Float32Array;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return out.int(2, typeOf(x.dtype)).text(8, name).bytes(9, bytes);
}

function endOf({ name, dtype, shape }: OnnxEnd): ProtobufWriter {
  const dims = new ProtobufWriter();
  shape.forEach((n, i) => {
    const dim = new ProtobufWriter();
    dims.message(1, n === null ? dim.text(2, i === 0 ? 'batch' : `axis_${i}`) : dim.int(1, n));
  });
  const type = new ProtobufWriter().message(1, new ProtobufWriter().int(1, typeOf(dtype)).message(2, dims));
  return new ProtobufWriter().text(1, name).message(2, type);
}

/** A graph of ONNX that is put together node by node; values are known by their names. */
export class OnnxGraph {
  /** Dtype of what is computed. */
  readonly dtype: DType;
  /** What is being written, for the names of nodes and weights. */
  scope = '';
  readonly #nodes: ProtobufWriter[] = [];
  readonly #weights = new Map<string, NDArray>();
  readonly #known = new Map<NDArray, string>();
  readonly #names = new Set<string>();

  constructor(dtype: DType) {
    this.dtype = dtype;
  }

  /** A name that is not taken yet. */
  unique(wanted: string): string {
    let name = wanted;
    for (let i = 1; this.#names.has(name); i++) name = `${wanted}_${i}`;
    this.#names.add(name);
    return name;
  }

  #scoped(name: string): string {
    return this.unique(this.scope === '' ? name : `${this.scope}/${name}`);
  }

  /** Adds a node of one output, and gives its name. An input that is left out is an empty text. */
  add(type: string, inputs: readonly string[], attributes: OnnxAttributes = {}): string {
    return this.addMany(type, inputs, 1, attributes)[0]!;
  }

  /** Adds a node of several outputs. */
  addMany(type: string, inputs: readonly string[], count: number, attributes: OnnxAttributes = {}): readonly string[] {
    const name = this.#scoped(type);
    const outputs = Array.from({ length: count }, (_, i) => (i === 0 ? name : this.#scoped(`${type}.${i}`)));
    this.#write(type, { name, inputs, outputs }, attributes);
    return outputs;
  }

  #write(
    type: string,
    ends: { readonly name: string; readonly inputs: readonly string[]; readonly outputs: readonly string[] },
    attributes: OnnxAttributes,
  ): void {
    const node = new ProtobufWriter();
    for (const input of ends.inputs) node.text(1, input);
    for (const output of ends.outputs) node.text(2, output);
    node.text(3, ends.name).text(4, type);
    for (const [name, value] of Object.entries(attributes))
      if (value !== undefined) node.message(5, attribute(name, value));
    this.#nodes.push(node);
  }

  /** A weight of the model, with its axes in another order where that is needed; one that is shared is written once. */
  weight(name: string, x: NDArray, turned: (x: NDArray) => NDArray = (same) => same): string {
    const known = this.#known.get(x);
    if (known !== undefined) return known;
    const given = this.constant(name, turned(x.plain()));
    this.#known.set(x, given);
    return given;
  }

  /** An array that is computed for the file. */
  constant(name: string, x: NDArray): string {
    const given = this.#scoped(name);
    this.#weights.set(given, x.plain().copy());
    return given;
  }

  /** A constant of the graph's dtype: one number, or a list. */
  floats(values: number | readonly number[]): string {
    return this.constant('value', array(values as number[], { dtype: this.dtype as 'float32' }));
  }

  /** Real numbers where ONNX takes float32 alone, such as factors of lengths. */
  floats32(values: readonly number[]): string {
    return this.constant('factors', array(values, { dtype: 'float32' }));
  }

  /** Whole numbers, as lengths and axes are given. */
  ints(values: readonly number[]): string {
    return this.constant('ints', array(values, { dtype: 'int64', shape: [values.length] }));
  }

  /** Gives a value another shape; -1 stands for what is left, 0 for the length that the axis has. */
  reshape(x: string, shape: readonly number[]): string {
    return this.add('Reshape', [x, this.ints(shape)]);
  }

  /** Changes the order of axes; an order that changes nothing adds nothing. */
  transpose(x: string, perm: readonly number[]): string {
    return perm.every((axis, i) => axis === i) ? x : this.add('Transpose', [x], { perm });
  }

  /** The bytes of a model with this graph. */
  finish(
    name: string,
    inputs: readonly OnnxEnd[],
    outputs: readonly (OnnxEnd & { readonly value: string })[],
  ): Uint8Array {
    const graph = new ProtobufWriter();
    for (const { name: output, value } of outputs)
      this.#write('Identity', { name: `${output}/Identity`, inputs: [value], outputs: [output] }, {});
    for (const node of this.#nodes) graph.message(1, node);
    graph.text(2, name);
    for (const [weight, x] of this.#weights) graph.message(5, tensor(weight, x));
    for (const input of inputs) graph.message(11, endOf(input));
    for (const output of outputs) graph.message(12, endOf(output));
    const opset = new ProtobufWriter().text(1, '').int(2, OPSET);
    return new ProtobufWriter().int(1, IR_VERSION).text(2, 'isograd').message(7, graph).message(8, opset).finish();
  }
}

/** Refuses what has no form in ONNX. */
export function refuse(what: string, got: string, hint?: string): never {
  throw new ArgumentError({
    where: 'toOnnx',
    what,
    got,
    expected: 'what has a form in ONNX',
    ...(hint === undefined ? {} : { hint }),
  });
}
