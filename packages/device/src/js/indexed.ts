import { type DType, isBig, isFloat } from '../dtype.ts';
import { halfToNumber, numberToHalf } from '../half.ts';
import type { DescOf, Kernel, View } from '../kernel.ts';
import { allocate, elements, forEachIndex } from './reduce.ts';

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

function multiplier(dtype: DType): (a: Element, b: Element) => Element {
  if (isBig(dtype)) return (a, b) => (a as bigint) * (b as bigint);
  if (dtype === 'float16') return (a, b) => numberToHalf(halfToNumber(a as number) * halfToNumber(b as number));
  if (isFloat(dtype)) return (a, b) => (a as number) * (b as number);
  return (a, b) => Math.imul(a as number, b as number);
}

/** Running sums or products along the last axis. */
export function compileScan({ dtype, op }: DescOf<'scan'>): Kernel {
  const combine = op === 'sum' ? adder(dtype) : multiplier(dtype);
  return {
    run([out, source], shape) {
      const to = elements(out!.memory);
      const from = elements(source!.memory);
      const n = shape.at(-1)!;
      forEachIndex(shape.slice(0, -1), (index) => {
        const [p, q] = [out!, source!].map((v) => index.reduce((at, i, d) => at + i * v.strides[d]!, v.offset)) as [
          number,
          number,
        ];
        const [dp, dq] = [out!.strides.at(-1)!, source!.strides.at(-1)!];
        for (let j = 0; j < n; j++)
          to[p + j * dp] = j === 0 ? from[q]! : combine(to[p + (j - 1) * dp]!, from[q + j * dq]!);
      });
    },
  };
}

/** Sort or argsort along the last axis: stable, ascending, NaN last. */
export function compileSort({ dtype, indices }: DescOf<'sort'>): Kernel {
  return {
    run([out, source], shape) {
      const n = shape.at(-1)!;
      const to = elements(out!.memory);
      const line = elements(allocate(dtype, n));
      const keys = dtype === 'float16' ? new Float32Array(n) : line;
      const from = elements(source!.memory);
      const order = Array.from({ length: n }, (_, j) => j);
      const nan = isFloat(dtype);
      const compare = (a: number, b: number): number => {
        const [x, y] = [keys[a]!, keys[b]!];
        if (nan && (x !== x || y !== y)) return Number(x !== x) - Number(y !== y);
        return x < y ? -1 : x > y ? 1 : 0;
      };
      forEachIndex(shape.slice(0, -1), (index) => {
        const [p, q] = [out!, source!].map((v) => index.reduce((at, i, d) => at + i * v.strides[d]!, v.offset)) as [
          number,
          number,
        ];
        for (let j = 0; j < n; j++) line[j] = from[q + j * source!.strides.at(-1)!]!;
        if (keys !== line) for (let j = 0; j < n; j++) keys[j] = halfToNumber(line[j] as number);
        const sorted = [...order].sort(compare);
        for (let j = 0; j < n; j++) to[p + j * out!.strides.at(-1)!] = indices ? BigInt(sorted[j]!) : line[sorted[j]!]!;
      });
    },
  };
}
