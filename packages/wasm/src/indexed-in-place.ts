import { type DescOf, DTYPES, evaluate, type TypedArray, type View } from '@isograd/device';

/** What is picked or written, the array that it is picked from or written to, and where. */
export interface Operands {
  readonly part: View;
  readonly whole: View;
  readonly index: View;
}

/** One walk along picked elements; each step moves by these distances. */
interface Walk {
  readonly part: TypedArray;
  readonly partStep: number;
  /** What is picked from or written to: the index, times a stride, from a place that moves. */
  readonly whole: TypedArray;
  readonly wholeStep: number;
  readonly stride: number;
  /** The indices as pairs of 32 bits, of which the lower are read: bigints would cost 20 ns each. */
  readonly index: Int32Array;
  readonly indexStep: number;
  readonly count: number;
}

/** Where a walk starts: in the part, in the whole array and among the indices. */
type Start = readonly [inPart: number, inWhole: number, inIndex: number];
type Loop = (walk: Walk, start: Start) => void;

/** What is done with element `p` of the part and element `w` of the whole array. */
const STATEMENTS = {
  gather: 'part[p] = whole[w];',
  scatter: 'whole[w] = part[p];',
  scatterAdd: 'whole[w] += part[p];',
} as const;
/** The same for numbers of 64 bits as pairs of 32. */
const PAIR_STATEMENTS = {
  gather: 'part[2 * p] = whole[2 * w]; part[2 * p + 1] = whole[2 * w + 1];',
  scatter: 'whole[2 * w] = part[2 * p]; whole[2 * w + 1] = part[2 * p + 1];',
  scatterAdd:
    'const low = (whole[2 * w] >>> 0) + (part[2 * p] >>> 0); whole[2 * w] = low; whole[2 * w + 1] = (whole[2 * w + 1] + part[2 * p + 1] + (low > 0xffffffff)) | 0;',
} as const;

type ArrayType = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => TypedArray;

/** As what elements are handled: moved as bits wherever numbers might change on the way. */
function arrayType({ kind, dtype }: DescOf<'gather'>): ArrayType {
  if (dtype === 'float64') return Float64Array;
  if (dtype === 'float32' && kind === 'scatterAdd') return Float32Array;
  const { itemsize } = DTYPES[dtype];
  return itemsize >= 4 ? Int32Array : itemsize === 2 ? Uint16Array : Uint8Array;
}

// Each kernel has a function of its own: V8 compiles one for the types that it has seen, and gives up on more than four.
function compileLoop({ kind, dtype }: DescOf<'gather'>): Loop {
  const pairs = DTYPES[dtype].itemsize === 8 && dtype !== 'float64';
  const statement = dtype === 'bool' && kind === 'scatterAdd' ? 'whole[w] |= part[p];' : STATEMENTS[kind];
  return evaluate<Loop>(`({ part, partStep, whole, wholeStep, stride, index, indexStep, count }, [p, q, x]) => {
    for (let k = 0; k < count; k++, p += partStep, q += wholeStep, x += indexStep) {
      const w = q + index[2 * x] * stride;
      ${pairs ? PAIR_STATEMENTS[kind] : statement}
    }
  }`);
}

function as(Type: ArrayType, memory: TypedArray): TypedArray {
  if (memory instanceof Type) return memory;
  const { buffer, byteOffset, byteLength } = memory;
  return new Type(buffer, byteOffset, byteLength / (Type as unknown as typeof Int32Array).BYTES_PER_ELEMENT);
}

/** Place of an element of a view. */
export const place = ({ offset, strides }: View, o: number, j: number): number =>
  offset + o * strides[0]! + j * strides[1]!;

/** Loops that leave the operands where they are: what few elements of few or of many are picked or written by. */
export function compileInPlace(desc: DescOf<'gather'>): (operands: Operands, shape: readonly number[]) => void {
  const [Type, loop] = [arrayType(desc), compileLoop(desc)];
  return ({ part, whole, index }, shape) => {
    const [outer, middle, inner] = shape as [number, number, number];
    // The longer axis is walked innermost; of one place in the whole array the writes stay in order either way.
    const axis = inner > 1 ? 2 : 1;
    const walk: Walk = {
      part: as(Type, part.memory),
      partStep: part.strides[axis]!,
      whole: as(Type, whole.memory),
      wholeStep: axis === 2 ? whole.strides[2]! : 0,
      stride: whole.strides[1]!,
      index: as(Int32Array, index.memory) as Int32Array,
      indexStep: index.strides[axis]!,
      count: axis === 2 ? inner : middle,
    };
    const rest = axis === 2 ? middle : 1;
    for (let o = 0; o < outer; o++)
      for (let j = 0; j < rest; j++) loop(walk, [place(part, o, j), place(whole, o, 0), place(index, o, j)]);
  };
}
