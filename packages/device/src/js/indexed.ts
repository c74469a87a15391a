import { type DType, isBig } from '../dtype.ts';
import { halfToNumber, numberToHalf } from '../half.ts';
import type { DescOf, Kernel, View } from '../kernel.ts';
import { elements } from './reduce.ts';

const place = (v: View, o: number, j: number, i: number): number =>
  v.offset + o * v.strides[0]! + j * v.strides[1]! + i * v.strides[2]!;

/** Gather, scatter and scatter-add along the middle of three axes. */
export function compileGather({ kind, dtype }: DescOf<'gather'>): Kernel {
  const combine = kind === 'scatter' ? (_: Element, added: Element): Element => added : adder(dtype);
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

type Element = number | bigint | boolean;

// Typed arrays round and wrap on assignment, which is the addition each dtype has; only bool saturates, and float16 stands there as bits.
function adder(dtype: DType): (a: Element, b: Element) => Element {
  if (dtype === 'bool') return (a, b) => a || b;
  if (isBig(dtype)) return (a, b) => (a as bigint) + (b as bigint);
  if (dtype === 'float16') return (a, b) => numberToHalf(halfToNumber(a as number) + halfToNumber(b as number));
  return (a, b) => (a as number) + (b as number);
}
