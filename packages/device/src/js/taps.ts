import type { Kernel, View } from '../kernel.ts';

const place = ({ offset, strides }: View, o: number, r: number, i: number): number =>
  offset + o * strides[0]! + r * strides[1]! + i * strides[2]!;

/** A sparse matrix along the middle of three axes; sums are kept in float64. */
export function compileTaps(): Kernel {
  return {
    run([out, source, starts, at, weights], [outer = 0, rows = 0, inner = 0]) {
      const [to, from] = [out!.memory as Float64Array, source!.memory as Float64Array];
      const [begin, positions] = [starts!.memory as Int32Array, at!.memory as Int32Array];
      const factors = weights!.memory as Float64Array;
      const sums = new Float64Array(inner);
      for (let o = 0; o < outer; o++)
        for (let r = 0; r < rows; r++) {
          sums.fill(0);
          for (let t = begin[starts!.offset + r]!; t < begin[starts!.offset + r + 1]!; t++) {
            const w = factors[weights!.offset + t]!;
            let p = place(source!, o, positions[at!.offset + t]!, 0);
            for (let i = 0; i < inner; i++, p += source!.strides[2]!) sums[i]! += w * from[p]!;
          }
          let p = place(out!, o, r, 0);
          for (let i = 0; i < inner; i++, p += out!.strides[2]!) to[p] = sums[i]!;
        }
    },
  };
}
