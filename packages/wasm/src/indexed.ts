import { type DescOf, type DType, DTYPES, type Kernel, type TypedArray, type View } from '@isograd/device';
import { copyRun } from './staging.ts';

/** One walk along picked elements; each step moves by these distances. */
interface Walk<A> {
  /** What was picked, or is added. */
  readonly part: A;
  readonly partStep: number;
  /** What is picked from or added to: the index, times a stride, from a place that moves. */
  readonly whole: A;
  readonly wholeStep: number;
  readonly stride: number;
  /** The indices as pairs of 32 bits, of which the lower are read: BigInts would cost 20 ns each. */
  readonly index: Int32Array;
  readonly indexStep: number;
  readonly count: number;
}

/** Where a walk starts: in the part, in the whole array and among the indices. */
type Start = readonly [inPart: number, inWhole: number, inIndex: number];
type Loop<A> = (walk: Walk<A>, start: Start) => void;

// The same loop for each type of array: V8 compiles a function for the types that it has seen, and gives up on more than four.
const gatherDoubles: Loop<Float64Array> = (walk, [p, q, x]) => {
  const { part, partStep, whole, wholeStep, stride, index, indexStep, count } = walk;
  for (let k = 0; k < count; k++, p += partStep, q += wholeStep, x += indexStep)
    part[p] = whole[q + index[2 * x]! * stride]!;
};

const gatherWords: Loop<Int32Array> = (walk, [p, q, x]) => {
  const { part, partStep, whole, wholeStep, stride, index, indexStep, count } = walk;
  for (let k = 0; k < count; k++, p += partStep, q += wholeStep, x += indexStep)
    part[p] = whole[q + index[2 * x]! * stride]!;
};

const gatherNarrow: Loop<Uint8Array | Uint16Array> = (walk, [p, q, x]) => {
  const { part, partStep, whole, wholeStep, stride, index, indexStep, count } = walk;
  for (let k = 0; k < count; k++, p += partStep, q += wholeStep, x += indexStep)
    part[p] = whole[q + index[2 * x]! * stride]!;
};

const gatherPairs: Loop<Int32Array> = (walk, [p, q, x]) => {
  const { part, partStep, whole, wholeStep, stride, index, indexStep, count } = walk;
  for (let k = 0; k < count; k++, p += partStep, q += wholeStep, x += indexStep) {
    const at = 2 * (q + index[2 * x]! * stride);
    part[2 * p] = whole[at]!;
    part[2 * p + 1] = whole[at + 1]!;
  }
};

const addDoubles: Loop<Float64Array> = (walk, [p, q, x]) => {
  const { part, partStep, whole, wholeStep, stride, index, indexStep, count } = walk;
  for (let k = 0; k < count; k++, p += partStep, q += wholeStep, x += indexStep)
    whole[q + index[2 * x]! * stride]! += part[p]!;
};

const addFloats: Loop<Float32Array> = (walk, [p, q, x]) => {
  const { part, partStep, whole, wholeStep, stride, index, indexStep, count } = walk;
  for (let k = 0; k < count; k++, p += partStep, q += wholeStep, x += indexStep)
    whole[q + index[2 * x]! * stride]! += part[p]!;
};

const addIntegers: Loop<Uint8Array | Uint16Array | Int32Array> = (walk, [p, q, x]) => {
  const { part, partStep, whole, wholeStep, stride, index, indexStep, count } = walk;
  for (let k = 0; k < count; k++, p += partStep, q += wholeStep, x += indexStep)
    whole[q + index[2 * x]! * stride]! += part[p]!;
};

const addPairs: Loop<Int32Array> = (walk, [p, q, x]) => {
  const { part, partStep, whole, wholeStep, stride, index, indexStep, count } = walk;
  for (let k = 0; k < count; k++, p += partStep, q += wholeStep, x += indexStep) {
    const at = 2 * (q + index[2 * x]! * stride);
    const low = (whole[at]! >>> 0) + (part[2 * p]! >>> 0);
    whole[at] = low;
    whole[at + 1] = (whole[at + 1]! + part[2 * p + 1]! + Number(low > 0xffffffff)) | 0;
  }
};

/** How elements of a dtype are moved and added: as which type of array, and by which loops. */
interface Elements {
  readonly Array: new (buffer: ArrayBufferLike, byteOffset: number, length: number) => TypedArray;
  readonly gather: Loop<never>;
  readonly add: Loop<never> | undefined;
}

function elementsOf(dtype: DType): Elements {
  const { itemsize, kind } = DTYPES[dtype];
  if (dtype === 'float64') return { Array: Float64Array, gather: gatherDoubles, add: addDoubles };
  if (itemsize === 8) return { Array: Int32Array, gather: gatherPairs, add: addPairs };
  if (dtype === 'float32') return { Array: Float32Array, gather: gatherWords as Loop<never>, add: addFloats };
  if (itemsize === 4) return { Array: Int32Array, gather: gatherWords, add: addIntegers };
  // A bool saturates and a float16 stands there as bits: js adds those.
  const add = kind === 'b' || kind === 'f' ? undefined : addIntegers;
  return { Array: itemsize === 2 ? Uint16Array : Uint8Array, gather: gatherNarrow, add };
}

function as({ Array }: Pick<Elements, 'Array'>, memory: TypedArray): TypedArray {
  if (memory instanceof Array) return memory;
  const { buffer, byteOffset, byteLength } = memory;
  return new Array(buffer, byteOffset, byteLength / (Array as unknown as typeof Int32Array).BYTES_PER_ELEMENT);
}

/** Operands of a gather or scatter: what is picked from or added to, what was picked, and where. */
interface Operands {
  readonly part: View;
  readonly whole: View;
  readonly index: View;
}

const place = ({ offset, strides }: View, o: number, j: number, i: number): number =>
  offset + o * strides[0]! + j * strides[1]! + i * strides[2]!;

// One index for a whole run of neighbours, as when rows are picked: the run is handled as one.
function inRuns({ part, whole, index }: Operands, inner: number): boolean {
  return inner > 8 && index.strides[2] === 0 && part.strides[2] === 1 && whole.strides[2] === 1;
}

function gatherRuns({ part, whole, index }: Operands, positions: Int32Array, shape: readonly number[]): void {
  const [outer, middle, inner] = shape as [number, number, number];
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < middle; j++) {
      const at = positions[2 * place(index, o, j, 0)]!;
      copyRun(part.memory, place(part, o, j, 0), whole.memory, place(whole, o, at, 0), inner);
    }
  }
}

/** Picks along the middle of three axes, or adds to what is picked. Memory is only moved, so this runs in place, without staging. */
export function compileIndexed({ kind, dtype }: DescOf<'gather'>): Kernel | undefined {
  const elements = elementsOf(dtype);
  const loop = kind === 'gather' ? elements.gather : elements.add;
  if (!loop) return undefined;
  return {
    run(views, shape) {
      const [first, second, index] = views as [View, View, View];
      const operands =
        kind === 'gather' ? { part: first, whole: second, index } : { part: second, whole: first, index };
      const positions = as({ Array: Int32Array }, index.memory) as Int32Array;
      const [outer, middle, inner] = shape as [number, number, number];
      if (kind === 'gather' && inRuns(operands, inner)) return gatherRuns(operands, positions, shape);
      const { part, whole } = operands;
      // The longer axis is walked innermost; of one place in the whole array the additions stay in order either way.
      const axis = inner > 1 ? 2 : 1;
      const walk = {
        part: as(elements, part.memory),
        partStep: part.strides[axis]!,
        whole: as(elements, whole.memory),
        wholeStep: axis === 2 ? whole.strides[2]! : 0,
        stride: whole.strides[1]!,
        index: positions,
        indexStep: index.strides[axis]!,
        count: axis === 2 ? inner : middle,
      } as unknown as Walk<never>;
      const rest = axis === 2 ? middle : Math.min(inner, 1);
      for (let o = 0; o < outer; o++) {
        for (let r = 0; r < rest; r++) {
          const j = axis === 2 ? r : 0;
          loop(walk, [place(part, o, j, 0), place(whole, o, 0, 0), place(index, o, j, 0)]);
        }
      }
    },
  };
}
