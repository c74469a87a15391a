import { type DescOf, type Kernel, sizeOf, type View } from '@isograd/device';
import { copyBlocks, isRun } from './blocks.ts';
import { compileInPlace, type Operands, place } from './indexed-in-place.ts';
import { INDEXED_PARAMETERS, indexedModule } from './indexed-code.ts';
import type { DeviceMemory } from './memory.ts';
import { type Layout, LAYOUTS } from './operands.ts';
import { instanceOf, type Runtime } from './runtime.ts';
import { copyRun, packedStrides } from './staging.ts';

/** Elements that are staged at once, but for the array that is picked from or written to, which is staged whole. */
const CHUNK = 16384;
/** Longer arrays, by bytes, are staged in a memory of their own: that of the device never shrinks. */
const LARGE = 2 ** 26;
/** Fewer elements are not worth staging. */
const FEW = 512;
/** Where the array is so many times as long as what is picked or written, staging it costs more than loops in place. */
const SPARSE = 32;

type Run = (...parameters: number[]) => void;
type Shape = readonly [outer: number, middle: number, inner: number, length: number];

// One index for a whole run of neighbours, as when rows are picked: each run is copied in place, without staging.
function inRuns({ part, whole, index }: Operands, inner: number): boolean {
  return inner > 8 && index.strides[2] === 0 && part.strides[2] === 1 && whole.strides[2] === 1;
}

function gatherRuns({ part, whole, index }: Operands, [outer, middle, inner]: Shape): void {
  const { buffer, byteOffset, length } = index.memory;
  // The lower halves: bigints would cost 20 ns each.
  const positions = new Int32Array(buffer, byteOffset, 2 * length);
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < middle; j++) {
      const at = positions[2 * place(index, o, j)]!;
      copyRun(part.memory, place(part, o, j), whole.memory, place(whole, o, at), inner);
    }
  }
}

/** A part of an operand in linear memory. */
interface Staged {
  readonly address: number;
  readonly layout: Layout;
}

class IndexedKernel implements Kernel {
  readonly #runtime: Runtime;
  readonly #gathers: boolean;
  readonly #layout: Layout;
  readonly #inPlace: ReturnType<typeof compileInPlace>;
  readonly #module: WebAssembly.Module;
  readonly #run: Run;

  constructor(runtime: Runtime, desc: DescOf<'gather'>) {
    this.#runtime = runtime;
    this.#gathers = desc.kind === 'gather';
    this.#layout = LAYOUTS[desc.dtype];
    this.#inPlace = compileInPlace(desc);
    this.#module = new WebAssembly.Module(indexedModule(desc, runtime.memory.shared).toBytes());
    this.#run = instanceOf(runtime, this.#module)['run'] as Run;
  }

  run(views: readonly View[], given: readonly number[]): void {
    const shape = given as Shape;
    const [outer, middle, inner, length] = shape;
    if (outer * middle * inner === 0) return;
    const [first, second, index] = views as [View, View, View];
    const operands = this.#gathers ? { part: first, whole: second, index } : { part: second, whole: first, index };
    if (this.#gathers && inRuns(operands, inner)) gatherRuns(operands, shape);
    else if (outer * middle * inner < FEW || length > SPARSE * middle) this.#inPlace(operands, shape);
    else this.#staged(operands, shape);
  }

  #staged(operands: Operands, [outer, middle, inner, length]: Shape): void {
    const { part, whole, index } = operands;
    const { shift } = this.#layout;
    const large = (length * inner) << shift > LARGE;
    const memory = large ? this.#runtime.scratch() : this.#runtime.memory;
    const run = large ? (instanceOf({ memory }, this.#module)['run'] as Run) : this.#run;
    const most = Math.min(outer, Math.max(1, Math.floor(CHUNK / (Math.max(length, middle) * inner))));
    const rows = Math.min(middle, Math.max(1, Math.floor(CHUNK / (most * inner))));
    // Axes along which the index repeats have one element.
    const [ownOuter, ownInner] = [index.strides[0] !== 0, index.strides[2] !== 0];
    const indexShape = (o: number, j: number): number[] => [ownOuter ? o : 1, j, ownInner ? inner : 1];
    memory.reset();
    const at = (size: number, layout: Layout): Staged => ({ address: memory.allocate(size << layout.shift), layout });
    const stagedWhole = at(most * length * inner, this.#layout);
    const stagedPart = at(most * rows * inner, this.#layout);
    const stagedIndex = at(sizeOf(indexShape(most, rows)), LAYOUTS.int64);
    for (let o = 0; o < outer; o += most) {
      const some = Math.min(most, outer - o);
      copy('in', [whole, place(whole, o, 0), [some, length, inner]], memory, stagedWhole);
      for (let j = 0; j < middle; j += rows) {
        const count = Math.min(rows, middle - j);
        const own = indexShape(some, count);
        copy('in', [index, place(index, o, j), own], memory, stagedIndex);
        if (!this.#gathers) copy('in', [part, place(part, o, j), [some, count, inner]], memory, stagedPart);
        const steps = packedStrides(own);
        const parameters: Record<(typeof INDEXED_PARAMETERS)[number], number> = {
          outer: some,
          middle: count,
          width: inner << shift,
          part: stagedPart.address,
          whole: stagedWhole.address,
          wholeOuter: (length * inner) << shift,
          index: stagedIndex.address,
          indexOuter: ownOuter ? steps[0]! << 3 : 0,
          indexMiddle: steps[1]! << 3,
          indexInner: ownInner ? 8 : 0,
        };
        run(...INDEXED_PARAMETERS.map((name) => parameters[name]));
        if (this.#gathers) copy('out', [part, place(part, o, j), [some, count, inner]], memory, stagedPart);
      }
      if (!this.#gathers) copy('out', [whole, place(whole, o, 0), [some, length, inner]], memory, stagedWhole);
    }
  }
}

/** Where a part of a view begins, and its shape. */
type Piece = readonly [view: View, start: number, shape: readonly number[]];

/** Copies a part of a view into linear memory, or out of it. */
function copy(
  direction: 'in' | 'out',
  [view, start, shape]: Piece,
  memory: DeviceMemory,
  { address, layout }: Staged,
): void {
  const blocks = { view, start, shape, strides: view.strides, run: isRun(view, shape) };
  copyBlocks(direction, blocks, [layout.lanes(memory), address >>> layout.shift]);
}

/** Picks along the middle of three axes, or writes or adds there; additions of float16 are left to js. */
export function compileIndexed(runtime: Runtime, desc: DescOf<'gather'>): Kernel | undefined {
  return desc.kind === 'scatterAdd' && desc.dtype === 'float16' ? undefined : new IndexedKernel(runtime, desc);
}
