import type { DType } from '../dtype.ts';
import type { DescOf, Kernel, View } from '../kernel.ts';
import { evaluate, loadSource, storeSource } from './map.ts';
import type { Element } from './reduce-lines.ts';
import { COMBINE, elements } from './reduce.ts';

const place = (v: View, o: number, j: number, i: number): number =>
  v.offset + o * v.strides[0]! + j * v.strides[1]! + i * v.strides[2]!;

/** Gather, scatter and scatter-add along the middle of three axes. */
export function compileGather({ kind, dtype }: DescOf<'gather'>): Kernel {
  const combine = kind === 'scatterAdd' ? adder(dtype) : (_: Element, written: Element): Element => written;
  return {
    run([out, source, index], [outer = 0, middle = 0, inner = 0]) {
      const to = elements(out!.memory);
      const from = elements(source!.memory);
      const positions = index!.memory as BigInt64Array;
      for (let o = 0; o < outer; o++) {
        for (let j = 0; j < middle; j++) {
          for (let i = 0; i < inner; i++) {
            const at = Number(positions[place(index!, o, j, i)]);
            if (kind === 'gather') to[place(out!, o, j, i)] = from[place(source!, o, at, i)]!;
            else {
              const p = place(out!, o, at, i);
              to[p] = combine(to[p]!, from[place(source!, o, j, i)]!);
            }
          }
        }
      }
    },
  };
}

/** Adds two elements as they stand in memory; bools have no sum of their own: they saturate. */
const adder = (dtype: DType): ((a: Element, b: Element) => Element) => {
  const sum = COMBINE[dtype === 'bool' ? 'any' : 'sum'](dtype)(loadSource('a', dtype), loadSource('b', dtype));
  return evaluate(`(a, b) => ${storeSource(sum, dtype)}`);
};
