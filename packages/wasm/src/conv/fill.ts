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

/** Lines of all channels: where they start in the grid and in the array, and how far their elements and they themselves are apart. */
interface Lines {
  readonly grid: Floats;
  readonly memory: Floats;
  readonly channels: number;
  readonly channel: number;
  readonly channelStride: number;
  readonly step: number;
  readonly places: number;
}

/** Copies places `from` up to `to` of one line of every channel, zeros around them. */
function fillLines(lines: Lines, at: number, first: number, [from, to]: readonly [number, number]): void {
  const { grid, memory, channels, channel, channelStride, step, places } = lines;
  for (let c = 0; c < channels; c++) {
    const line = at + c * channel;
    let p = first + c * channelStride;
    for (let q = line; q < line + from; q++) grid[q] = 0;
    for (let q = line + from; q < line + to; q++, p += step) grid[q] = memory[p]!;
    for (let q = line + to; q < line + places; q++) grid[q] = 0;
  }
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
  const lines: Lines = {
    grid: grid[0],
    memory: view.memory as Floats,
    channels: window.channels,
    channel: window.channel,
    channelStride,
    step: x.step * step,
    places: x.places,
  };
  const nothing = [x.places, x.places] as const;
  const origin = y.origin - row * y.step;
  let start = grid[1];
  for (const fz of z.phases) {
    for (const fy of y.phases) {
      for (const fx of x.phases) {
        const span = inside(x, fx);
        const left = view.offset + (span[0] * x.step + fx - x.origin) * step;
        for (let p = 0; p < z.places; p++) {
          for (let q = 0; q < y.places; q++, start += x.places) {
            const [depth, height] = [p * z.step + fz - z.origin, q * y.step + fy - origin];
            const outside = depth < 0 || depth >= z.length || height < 0 || height >= y.length;
            fillLines(lines, start, left + depth * depthStride + height * heightStride, outside ? nothing : span);
          }
        }
      }
    }
  }
}
