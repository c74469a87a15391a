import type { Kernel, View } from '../kernel.ts';
import { type PoolAxis, poolShape } from '../pool-shape.ts';
import { forEachIndex } from './reduce.ts';

const place = ({ offset, strides }: View, index: readonly number[]): number =>
  index.reduce((at, i, d) => at + i * strides[d]!, offset);

/** The largest element of each window and where it stands. */
export function compileMaxPool(): Kernel {
  return {
    run([values, places, input, bounds], shape, steps) {
      const { batch, channels, axes } = poolShape(shape, steps, bounds!);
      const [z, y, x] = axes;
      const [to, at] = [values!.memory as Float64Array, places!.memory as BigInt64Array];
      const [from, limits] = [input!.memory as Float64Array, bounds!.memory as Int32Array];
      const first = (axis: PoolAxis, o: number): number => limits[axis.first + o]!;
      const end = (axis: PoolAxis, o: number): number => limits[axis.first + axis.output + o]!;
      const inside = (axis: PoolAxis, o: number): number => Math.min(first(axis, o), axis.input - 1);
      forEachIndex([batch, channels, z.output, y.output, x.output], (index) => {
        const [n, c, i, j, k] = index as [number, number, number, number, number];
        let best = -Infinity;
        let found = (inside(z, i) * y.input + inside(y, j)) * x.input + inside(x, k);
        for (let u = first(z, i); u < end(z, i); u += z.step)
          for (let v = first(y, j); v < end(y, j); v += y.step)
            for (let w = first(x, k); w < end(x, k); w += x.step) {
              const value = from[place(input!, [n, c, u, v, w])]!;
              if (!(value > best || value !== value)) continue;
              best = value;
              found = (u * y.input + v) * x.input + w;
            }
        to[place(values!, index)] = best;
        at[place(places!, index)] = BigInt(found);
      });
    },
  };
}
