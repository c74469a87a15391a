import type { View } from '@isograd/device';
import type { GridAxis, Window } from './window.ts';

/** Memory of floats: that of an array or of the device. */
export type Floats = Float32Array | Float64Array;

/** Element places along the last axis that lie inside the array. */
function inside({ length, step, origin, places }: GridAxis, phase: number): readonly [from: number, to: number] {
  const place = (element: number): number =>
    Math.min(Math.max(Math.ceil((element + origin - phase) / step), 0), places);
  return [place(0), place(length)];
}

/** Copies one line of a channel, zeros around it. */
function fillLine(
  to: Floats,
  at: number,
  [from, end, places]: readonly number[],
  source: readonly [Floats, number, number],
): void {
  const [memory, first, step] = source;
  let q = at;
  for (const stop = at + from!; q < stop; q++) to[q] = 0;
  let p = first;
  for (const stop = at + end!; q < stop; q++, p += step) to[q] = memory[p]!;
  for (const stop = at + places!; q < stop; q++) to[q] = 0;
}

/** Copies some channels of one group of one image into the grid, from a row of positions on. */
export function fillGrid(
  grid: readonly [memory: Floats, start: number],
  window: Window,
  view: View,
  row: number,
): void {
  const [z, y, x] = window.axes;
  const [, , channelStride, depthStride, heightStride, step] = view.strides as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const memory = view.memory as Floats;
  const origin = y.origin - row * y.step;
  let start = grid[1];
  for (const fz of z.phases) {
    for (const fy of y.phases) {
      for (const fx of x.phases) {
        const [from, to] = inside(x, fx);
        for (let p = 0; p < z.places; p++) {
          for (let q = 0; q < y.places; q++, start += x.places) {
            const [depth, height] = [p * z.step + fz - z.origin, q * y.step + fy - origin];
            const outside = depth < 0 || depth >= z.length || height < 0 || height >= y.length;
            const span = outside ? [x.places, x.places, x.places] : [from, to, x.places];
            const first =
              view.offset + depth * depthStride + height * heightStride + (from * x.step + fx - x.origin) * step;
            for (let c = 0; c < window.channels; c++)
              fillLine(grid[0], start + c * window.channel, span, [memory, first + c * channelStride, x.step * step]);
          }
        }
      }
    }
  }
}
