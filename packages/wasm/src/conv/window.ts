import type { ConvAxis, ConvRole, ConvShape } from '@isograd/device';

/**
 * A convolution as sums of products along a window that moves over a padded copy of an array.
 *
 * The copy (the grid) holds each channel with zeros around it, and with strides in phases, so that neighbouring positions of the window are
 * neighbours in memory whatever stride, dilation and layout. Positions run on through the zeros between rows; what is computed there is not read.
 */

/** One spatial axis of the array under the window: place `q` of phase `f` holds element `q * step + f - origin`. */
export interface GridAxis {
  readonly length: number;
  readonly step: number;
  readonly origin: number;
  readonly phases: readonly number[];
  /** Places of a phase. */
  readonly places: number;
  /** The lowest shift of the window, which is place 0, and how far it reaches beyond its positions. */
  readonly low: number;
  readonly reach: number;
  /** Rests of a place of the result by the stride, each a pass of its own: 1 unless the input is computed. */
  readonly passes: number;
}

/** One pass: the positions with the same rests by the strides, and what meets them. */
export interface Pass {
  /** Rests, which are the first places of the result. */
  readonly first: readonly number[];
  /** Positions along each axis. */
  readonly count: readonly number[];
  /** Steps of a sum: elements of the grid from a position to what meets it, channel by channel. */
  readonly places: Int32Array;
  /** The steps in the weight: channel and element of the kernel along each axis. */
  readonly taps: readonly (readonly [channel: number, z: number, y: number, x: number])[];
}

/** The window of a convolution. */
export interface Window {
  readonly axes: readonly [GridAxis, GridAxis, GridAxis];
  /** Elements of one channel, of a plane, of a line of the grid. */
  readonly channel: number;
  readonly plane: number;
  readonly line: number;
  readonly channels: number;
  /** Rows of positions that are computed at a time, so that the grid stays in the cache. */
  readonly strip: number;
  readonly strips: number;
  readonly passes: readonly Pass[];
}

/** About so many bytes of the grid stay in the second-level cache. */
const STRIP_BYTES = 2 ** 18;

/** Position of an element of the kernel: its phase, and how many places on; nothing when no element of the pass meets it. */
function tap(
  axis: ConvAxis,
  role: ConvRole,
  pass: number,
  k: number,
): readonly [phase: number, shift: number] | undefined {
  const at = role === 'input' ? pass + axis.pad - k * axis.dilation : k * axis.dilation;
  const rest = ((at % axis.stride) + axis.stride) % axis.stride;
  if (role === 'input') return rest === 0 ? [0, at / axis.stride] : undefined;
  return [rest, (at - rest) / axis.stride];
}

function positions({ input, output, stride }: ConvAxis, role: ConvRole, pass: number): number {
  return role === 'input' ? Math.ceil((input - pass) / stride) : output;
}

function gridAxis(axis: ConvAxis, role: ConvRole): GridAxis {
  const passes = role === 'input' ? Math.min(axis.stride, axis.input) : 1;
  const phases = new Set<number>();
  let [low, high] = [Infinity, -Infinity];
  for (let pass = 0; pass < passes; pass++)
    for (let k = 0; k < axis.kernel; k++) {
      const found = tap(axis, role, pass, k);
      if (!found) continue;
      phases.add(found[0]);
      low = Math.min(low, found[1]);
      high = Math.max(high, found[1]);
    }
  if (low > high) [low, high] = [0, 0];
  if (role !== 'input') low = 0;
  const rest = { low, reach: high - low, passes, phases: [...phases], places: positions(axis, role, 0) + high - low };
  return role === 'input'
    ? { ...rest, length: axis.output, step: 1, origin: -low }
    : { ...rest, length: axis.input, step: axis.stride, origin: axis.pad };
}

const product = (list: readonly number[]): number => list.reduce((a, b) => a * b, 1);

/** Plans the window over the input, or for the role `input` over the output. */
export function planWindow(shape: ConvShape, role: ConvRole, itemsize: number): Window {
  const [z, y, x] = shape.axes.map((axis) => gridAxis(axis, role)) as [GridAxis, GridAxis, GridAxis];
  const channels = role === 'input' ? shape.outputs : shape.inputs;
  const phases = product([z, y, x].map((axis) => axis.phases.length));
  const rows = positions(shape.axes[1], role, 0);
  const rowBytes = channels * phases * z.places * x.places * itemsize;
  const fitting = Math.max(Math.floor(STRIP_BYTES / Math.max(rowBytes, 1)) - y.reach, y.reach, 1);
  const strips = Math.max(1, Math.ceil(rows / fitting));
  const strip = Math.ceil(rows / strips);
  const axes = [z, { ...y, places: strip + y.reach }, x] as const;
  const line = x.places;
  const plane = line * axes[1].places;
  const grid = { axes, line, plane, channel: phases * z.places * plane, channels };
  const passes = Array.from({ length: z.passes * y.passes * x.passes }, (_, p) =>
    planPass(shape, role, grid, [
      Math.floor(p / (x.passes * y.passes)),
      Math.floor(p / x.passes) % y.passes,
      p % x.passes,
    ]),
  );
  return { ...grid, strip, strips, passes };
}

function planPass(
  shape: ConvShape,
  role: ConvRole,
  grid: Pick<Window, 'axes' | 'channel' | 'channels'>,
  first: readonly number[],
): Pass {
  const places: number[] = [];
  const taps: (readonly [number, number, number, number])[] = [];
  const kernel = shape.axes.map((axis) => axis.kernel);
  for (let c = 0; c < grid.channels; c++) {
    for (let i = 0; i < product(kernel); i++) {
      const k = [Math.floor(i / (kernel[1]! * kernel[2]!)), Math.floor(i / kernel[2]!) % kernel[1]!, i % kernel[2]!];
      const found = shape.axes.map((axis, d) => tap(axis, role, first[d]!, k[d]!));
      if (found.includes(undefined)) continue;
      let place = 0;
      grid.axes.forEach(({ phases }, d) => (place = place * phases.length + phases.indexOf(found[d]![0])));
      grid.axes.forEach((axis, d) => (place = place * axis.places + found[d]![1] - axis.low));
      places.push(c * grid.channel + place);
      taps.push([c, k[0]!, k[1]!, k[2]!]);
    }
  }
  const count = shape.axes.map((axis, d) => positions(axis, role, first[d]!));
  return { first, count, places: Int32Array.from(places), taps };
}
