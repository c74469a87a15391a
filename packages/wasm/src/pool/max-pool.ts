import { type DescOf, type Kernel, type PoolAxis, poolShape, sizeOf, type View } from '@isograd/device';
import { LAYOUTS } from '../operands.ts';
import { type Entry, instance, type Runtime } from '../runtime.ts';
import { type Blocks, copyBlocks, isRun } from '../blocks.ts';
import { type Float, largest, POOL_BLOCK, poolModule } from './pool-code.ts';

/** About so many bytes of the input are staged at once, so that they stay in the second-level cache. */
const CHUNK_BYTES = 1 << 18;

type Entries = readonly (readonly number[])[];

/** For each window its first element, number of elements, and the place of the first, which is on the axis even if there is none. */
function windowEntries({ output, input, step, first }: PoolAxis, bounds: Int32Array): Entries {
  return Array.from({ length: output }, (_, o) => {
    const [from, end] = [bounds[first + o]!, bounds[first + output + o]!];
    return [from, Math.max(0, Math.ceil((end - from) / step)), Math.min(from, input - 1)];
  });
}

/** Windows beside each other with equally many elements and equal distances, as one entry. */
function runEntries(windows: Entries): Entries {
  const runs: number[][] = [];
  for (const [from, count, place] of windows as readonly (readonly [number, number, number])[]) {
    const run = runs.at(-1) as [number, number, number, number, number] | undefined;
    const distance = run && (from - run[1]) / run[0];
    const fits = run && run[2] === count && from === place && (run[0] === 1 || distance === run[3]);
    if (!fits) runs.push([1, from, count, 0, place]);
    else {
      run[3] = distance!;
      run[0]++;
    }
  }
  return runs;
}

class MaxPoolKernel implements Kernel {
  readonly #runtime: Runtime;
  readonly #dtype: Float;
  readonly #run: Entry;

  constructor(runtime: Runtime, dtype: Float) {
    this.#runtime = runtime;
    this.#dtype = dtype;
    this.#run = instance(runtime, poolModule(runtime, dtype, largest))['largest'] as Entry;
  }

  run([values, places, input, bounds]: readonly View[], shape: readonly number[], steps: readonly number[]): void {
    const { batch, channels, axes } = poolShape(shape, steps, bounds!);
    const [z, y, x] = axes;
    const { memory } = this.#runtime;
    const layout = LAYOUTS[this.#dtype];
    const tables = axes.map((axis) => windowEntries(axis, bounds!.memory as Int32Array));
    const runs = runEntries(tables[2]!);
    const outputs = axes.map((axis) => axis.output);
    const inputs = axes.map((axis) => axis.input);
    const [outputSize, inputSize] = [sizeOf(outputs), sizeOf(inputs)];
    if (batch * channels * outputSize === 0) return;
    const whole = isRun(values!, [batch, channels, ...outputs]) && isRun(places!, [batch, channels, ...outputs]);
    // What lies in C order is a single image with all planes.
    const run = whole && isRun(input!, [batch, channels, ...inputs]);
    const [images, planes] = run ? [1, batch * channels] : [batch, channels];
    const most = Math.min(planes, Math.max(1, Math.floor(CHUNK_BYTES / (inputSize << layout.shift))));
    memory.reset();
    const reach = Math.max(1, ...runs.map(([, , , stride]) => stride!)) * 32;
    const at = {
      in: memory.allocate(((most * inputSize) << layout.shift) + reach),
      values: memory.allocate((most * outputSize) << layout.shift),
      places: memory.allocate(most * outputSize * 8),
    };
    const [depths, heights, runsAt] = [tables[0]!, tables[1]!, runs].map((entries) => this.#table(entries)) as [
      Span,
      Span,
      Span,
    ];
    const line = x.input << layout.shift;
    const fields = {
      plane: inputSize << layout.shift,
      depth: y.input * line,
      line,
      depths: depths[0],
      depthsEnd: depths[1],
      heights: heights[0],
      heightsEnd: heights[1],
      runs: runsAt[0],
      runsEnd: runsAt[1],
      depthStep: z.step * y.input * line,
      heightStep: y.step * line,
      widthStep: x.step << layout.shift,
      placeDepth: y.input * x.input,
      placeLine: x.input,
      depthPlaces: z.step * y.input * x.input,
      heightPlaces: y.step * x.input,
      widthPlaces: x.step,
      ...at,
    };
    const { i32 } = memory;
    for (const [name, value] of Object.entries(fields)) i32[POOL_BLOCK[name as keyof typeof fields] >> 2] = value;
    const lanes = layout.lanes(memory);
    const blocks = (
      view: View,
      image: number,
      [first, count, rest]: readonly [number, number, readonly number[]],
    ): Blocks => {
      const strides = run ? [sizeOf(rest), 0, 0, 0] : view.strides.slice(1);
      const start = view.offset + (run ? 0 : image * view.strides[0]!) + first * strides[0]!;
      return { view, start, shape: [count, ...rest], strides, run };
    };
    for (let image = 0; image < images; image++)
      for (let first = 0; first < planes; first += most) {
        const count = Math.min(most, planes - first);
        copyBlocks('in', blocks(input!, image, [first, count, inputs]), [lanes, at.in >>> layout.shift]);
        i32[POOL_BLOCK.planes >> 2] = count;
        this.#run(0);
        copyBlocks('out', blocks(values!, image, [first, count, outputs]), [lanes, at.values >>> layout.shift]);
        copyBlocks('out', blocks(places!, image, [first, count, outputs]), [memory.i64, at.places >>> 3]);
      }
  }

  /** Writes entries into linear memory; gives where they begin and end. */
  #table(entries: Entries): Span {
    const { memory } = this.#runtime;
    const numbers = entries.flat();
    const at = memory.allocate(numbers.length * 4);
    memory.i32.set(numbers, at >> 2);
    return [at, at + numbers.length * 4];
  }
}

type Span = readonly [from: number, to: number];

/** Compiles the search for the largest elements of windows, of float32 and float64. */
export function compileMaxPool(runtime: Runtime, { dtype }: DescOf<'maxPool'>): Kernel | undefined {
  return dtype === 'float32' || dtype === 'float64' ? new MaxPoolKernel(runtime, dtype) : undefined;
}
