import { type DescOf, type Kernel, type View } from '@isograd/device';
import { LAYOUTS } from '../operands.ts';
import { type Entry, instance, type Runtime } from '../runtime.ts';
import { type Blocks, copyBlocks, isRun } from '../blocks.ts';
import { type Float, poolModule } from './pool-code.ts';
import { taps, TAPS_BLOCK } from './taps-code.ts';

/** About so many bytes are staged at once. */
const CHUNK_BYTES = 1 << 18;

class TapsKernel implements Kernel {
  readonly #runtime: Runtime;
  readonly #dtype: Float;
  readonly #run: Entry;

  constructor(runtime: Runtime, dtype: Float) {
    this.#runtime = runtime;
    this.#dtype = dtype;
    this.#run = instance(runtime, poolModule(runtime, dtype, taps))['taps'] as Entry;
  }

  run([out, source, starts, positions, weights]: readonly View[], shape: readonly number[]): void {
    const [outer, rows, inner, from] = shape as [number, number, number, number];
    if (outer * rows * inner === 0) return;
    const { memory } = this.#runtime;
    const { shift, lanes } = LAYOUTS[this.#dtype];
    const [begin, listed] = [starts!.memory as Int32Array, positions!.memory as Int32Array];
    const count = begin[starts!.offset + rows]!;
    const most = Math.min(outer, Math.max(1, Math.floor(CHUNK_BYTES / ((Math.max(from, rows) * inner) << shift))));
    memory.reset();
    const at = {
      in: memory.allocate((most * from * inner) << shift),
      out: memory.allocate((most * rows * inner) << shift),
      starts: memory.allocate((rows + 1) * 4),
      at: memory.allocate(count * 4),
      weights: memory.allocate(count * 8),
    };
    const { i32, f64 } = memory;
    i32.set(begin.subarray(starts!.offset, starts!.offset + rows + 1), at.starts >> 2);
    i32.set(listed.subarray(positions!.offset, positions!.offset + count), at.at >> 2);
    f64.set((weights!.memory as Float64Array).subarray(weights!.offset, weights!.offset + count), at.weights >> 3);
    const fields = { rows, inner, inOuter: (from * inner) << shift, inRow: inner << shift, ...at };
    for (const [name, value] of Object.entries(fields)) i32[TAPS_BLOCK[name as keyof typeof fields] >> 2] = value;
    const array = lanes(memory);
    const blocks = (view: View, n: number, first: number, blockCount: number): Blocks => ({
      view,
      start: view.offset + first * view.strides[0]!,
      shape: [blockCount, n, inner],
      strides: view.strides,
      run: isRun(view, [outer, n, inner]),
    });
    for (let first = 0; first < outer; first += most) {
      const some = Math.min(most, outer - first);
      copyBlocks('in', blocks(source!, from, first, some), [array, at.in >>> shift]);
      i32[TAPS_BLOCK.outer >> 2] = some;
      this.#run(0);
      copyBlocks('out', blocks(out!, rows, first, some), [array, at.out >>> shift]);
    }
  }
}

/** Compiles sparse matrices along an axis, of float32 and float64. */
export function compileTaps(runtime: Runtime, { dtype }: DescOf<'taps'>): Kernel | undefined {
  return dtype === 'float32' || dtype === 'float64' ? new TapsKernel(runtime, dtype) : undefined;
}
