import { input, linearize } from '../expr.ts';
import { halfToNumber } from '../half.ts';
import type { DescOf, Kernel, View } from '../kernel.ts';
import { compileRunning, type Line } from './reduce-lines.ts';
import { allocate, COMBINE, dot, elements, forEachIndex } from './reduce.ts';

/** Calls `visit` with where each line along the last axis starts in the result and in the source. */
function forEachLine(
  [out, source]: readonly View[],
  shape: readonly number[],
  visit: (p: number, q: number) => void,
): void {
  const start = (v: View, index: readonly number[]): number => v.offset + dot(index, v.strides, 0);
  forEachIndex(shape.slice(0, -1), (index) => visit(start(out!, index), start(source!, index)));
}

/** Running sums or products along the last axis. */
export function compileScan({ dtype, op }: DescOf<'scan'>): Kernel {
  // Bools have no sum of their own: they saturate.
  const run = compileRunning(linearize([input(0, dtype)]), COMBINE[dtype === 'bool' ? 'any' : op](dtype));
  return {
    run(views, shape, scalars) {
      const [out, source] = views as [View, View];
      const line: Line = [[source.memory], [source.strides.at(-1)!], shape.at(-1)!, scalars];
      forEachLine(views, shape, (p, q) => run(line, [q], [out.memory, p, out.strides.at(-1)!]));
    },
  };
}

/** Puts positions into the order of their keys, with as much room beside them; gives which of the two holds the result. */
function merge(keys: { readonly [i: number]: unknown }, order: Uint32Array, spare: Uint32Array): Uint32Array {
  const n = order.length;
  for (let i = 0; i < n; i++) order[i] = i;
  for (let width = 1; width < n; width *= 2) {
    for (let from = 0; from < n; from += 2 * width) {
      let i = from;
      const middle = Math.min(from + width, n);
      let j = middle;
      const end = Math.min(middle + width, n);
      for (let k = from; k < end; k++) {
        const x = keys[order[i]!] as number;
        const y = keys[order[j]!] as number;
        // An element of the right run goes first only if it is less, or if the left one alone is NaN: that keeps equal ones in order.
        const right = i === middle || (j < end && (y < x || (x !== x && y === y)));
        spare[k] = order[right ? j++ : i++]!;
      }
    }
    [order, spare] = [spare, order];
  }
  return order;
}

/** Sort or argsort along the last axis: stable, ascending, NaN last. */
export function compileSort({ dtype, indices }: DescOf<'sort'>): Kernel {
  return {
    run(views, shape) {
      const [out, source] = views as [View, View];
      const n = shape.at(-1)!;
      const [to, from] = [elements(out.memory), elements(source.memory)];
      const [dp, dq] = [out.strides.at(-1)!, source.strides.at(-1)!];
      const line = elements(allocate(dtype, n));
      const keys = dtype === 'float16' ? new Float32Array(n) : line;
      const [order, spare] = [new Uint32Array(n), new Uint32Array(n)];
      forEachLine(views, shape, (p, q) => {
        for (let j = 0; j < n; j++) line[j] = from[q + j * dq]!;
        if (keys !== line) for (let j = 0; j < n; j++) keys[j] = halfToNumber(line[j] as number);
        const sorted = merge(keys, order, spare);
        for (let j = 0; j < n; j++) to[p + j * dp] = indices ? BigInt(sorted[j]!) : line[sorted[j]!]!;
      });
    },
  };
}
