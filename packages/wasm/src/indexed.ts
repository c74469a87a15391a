import type { DescOf, Kernel, View } from '@isograd/device';
import { copyRun } from './staging.ts';

type Floats = Float32Array | Float64Array;

/** Operands of a gather or scatter: what is picked from or added to, what was picked, and where. */
interface Operands {
  readonly part: View;
  readonly whole: View;
  readonly index: View;
}

const place = ({ offset, strides }: View, o: number, j: number, i: number): number =>
  offset + o * strides[0]! + j * strides[1]! + i * strides[2]!;

/** Visits each run of neighbours: where it starts in the part and in the whole array. */
function forEachRun(
  { part, whole, index }: Operands,
  [outer, middle, inner]: readonly number[],
  visit: (inPart: number, inWhole: number) => void,
): void {
  const positions = index.memory as BigInt64Array;
  for (let o = 0; o < outer!; o++) {
    for (let j = 0; j < middle!; j++) {
      for (let i = 0; i < inner!; i++)
        visit(place(part, o, j, i), place(whole, o, Number(positions[place(index, o, j, i)]), i));
    }
  }
}

// One index for a whole run of neighbours, as when rows are picked: the run is handled as one.
function runLength({ part, whole, index }: Operands, inner: number): number {
  return index.strides[2] === 0 && part.strides[2] === 1 && whole.strides[2] === 1 ? inner : 1;
}

/** Picks along the middle of three axes, or adds to what is picked. Memory is only moved, so this runs in place, without staging. */
export function compileIndexed({ kind, dtype }: DescOf<'gather'>): Kernel | undefined {
  if (kind === 'scatterAdd' && dtype !== 'float32' && dtype !== 'float64') return undefined;
  return {
    run(views, [outer, middle, inner = 0]) {
      const [first, second, index] = views as [View, View, View];
      const operands =
        kind === 'gather' ? { part: first, whole: second, index } : { part: second, whole: first, index };
      const part = operands.part.memory as Floats;
      const whole = operands.whole.memory as Floats;
      const run = runLength(operands, inner);
      const runs = [outer!, middle!, run === 1 ? inner : Math.min(inner, 1)];
      if (kind === 'gather')
        forEachRun(operands, runs, (inPart, inWhole) => copyRun(part, inPart, whole, inWhole, run));
      else {
        forEachRun(operands, runs, (inPart, inWhole) => {
          for (let i = 0; i < run; i++) whole[inWhole + i]! += part[inPart + i]!;
        });
      }
    },
  };
}
