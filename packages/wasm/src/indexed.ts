import type { DescOf, Kernel, View } from '@isograd/device';
import { copyRun } from './staging.ts';

type Floats = Float32Array | Float64Array;

/** Visits the runs of a gather or scatter: the index, and where the run starts in the part and in the whole array. */
function forEachRun(part: View, whole: View, index: View, [outer, middle, inner]: readonly [number, number, number], visit: (inPart: number, inWhole: number) => void): void {
  const positions = index.memory as BigInt64Array;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < middle; j++) {
      for (let i = 0; i < inner; i++) {
        const at = Number(positions[index.offset + o * index.strides[0]! + j * index.strides[1]! + i * index.strides[2]!]);
        visit(part.offset + o * part.strides[0]! + j * part.strides[1]! + i * part.strides[2]!, whole.offset + o * whole.strides[0]! + at * whole.strides[1]! + i * whole.strides[2]!);
      }
    }
  }
}

// One index for a whole run of neighbours, as when rows are picked: the run is handled as one.
function runLength(part: View, whole: View, index: View, inner: number): number {
  return index.strides[2] === 0 && part.strides[2] === 1 && whole.strides[2] === 1 ? inner : 1;
}

function addRun(to: Floats, at: number, from: Floats, start: number, n: number): void {
  for (let i = 0; i < n; i++) to[at + i]! += from[start + i]!;
}

/** Picks along the middle of three axes, or adds to what is picked. Memory is only moved, so this runs in place, without staging. */
export function compileIndexed({ kind, dtype }: DescOf<'gather'>): Kernel | undefined {
  if (kind === 'scatterAdd' && dtype !== 'float32' && dtype !== 'float64') return undefined;
  return {
    run(views, shape) {
      const [first, second, index] = views as [View, View, View];
      const [outer, middle, inner] = shape as unknown as [number, number, number];
      const [part, whole] = kind === 'gather' ? [first, second] : [second, first];
      const run = runLength(part, whole, index, inner);
      const runs = [outer, middle, run === 1 ? inner : Math.min(inner, 1)] as const;
      if (kind === 'gather') forEachRun(part, whole, index, runs, (inPart, inWhole) => copyRun(part.memory, inPart, whole.memory, inWhole, run));
      else forEachRun(part, whole, index, runs, (inPart, inWhole) => addRun(whole.memory as Floats, inWhole, part.memory as Floats, inPart, run));
    },
  };
}
