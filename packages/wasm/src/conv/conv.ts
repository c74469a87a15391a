import {
  type ConvRole,
  type ConvShape,
  convShape,
  type DescOf,
  jsDevice,
  type Kernel,
  type View,
} from '@isograd/device';
import { tileShape } from '../gemm/gemm-code.ts';
import { instance, type Runtime } from '../runtime.ts';
import { copyGrid, copyRun } from '../staging.ts';
import { CONV_BLOCK, convModule, tileCounts, tileHeights } from './conv-code.ts';
import { GridFill } from './fill.ts';
import { type ConvCode, type Floats, type Functions, lanesOf, roundUp, type Shift } from './functions.ts';
import { linesArguments } from './moves-code.ts';
import { GradientKernel, part } from './weight-gradient.ts';
import { type Pass, planWindow, type Window } from './window.ts';

/** A convolution or the gradient of its input: rows of weights against the window at every position. */
class ConvKernel implements Kernel {
  readonly #code: ConvCode;
  readonly #role: Exclude<ConvRole, 'weight'>;
  readonly #shift: Shift;
  readonly #heights: readonly number[];
  readonly #columns: number;
  /** Where weights are not finite: the gradient of the input has no padding that they may meet. */
  readonly #exact: Kernel | undefined;

  constructor(code: ConvCode, role: Exclude<ConvRole, 'weight'>, exact: Kernel | undefined) {
    this.#code = code;
    this.#exact = exact;
    this.#role = role;
    this.#shift = code.shift;
    this.#heights = tileHeights(code.runtime);
    this.#columns = tileShape(code.runtime.engine).vectors * (16 >> code.shift);
  }

  run(views: readonly View[], shape: readonly number[], scalars: readonly number[]): void {
    const geometry = convShape(shape, scalars);
    const window = planWindow(geometry, this.#role, 1 << this.#shift);
    const rows = this.#role === 'input' ? geometry.inputs : geometry.outputs;
    const most = (of: (pass: Pass) => number): number => Math.max(0, ...window.passes.map(of));
    const run = most((pass) => this.#run(window, pass));
    const steps = window.passes.reduce((sum, pass) => sum + pass.places.length, 0);
    const { memory } = this.#code.runtime;
    memory.reset();
    const grid = memory.allocate((window.channels * window.channel + this.#columns) << this.#shift);
    const out = memory.allocate((rows * run) << this.#shift);
    const turned = memory.allocate((rows * window.strip * most(({ count }) => count[2]!)) << this.#shift);
    const places = memory.allocate(steps * 4);
    const panels = memory.allocate((rows * steps) << this.#shift);
    const bias = memory.allocate(rows << this.#shift);
    const fill = new GridFill(this.#code, window, views[1]!);
    fill.allocate(grid);
    const job = { views, geometry, window, rows, fill, at: { grid, out, turned, places, panels, bias } };
    let written = places >>> 2;
    for (const { places: list } of window.passes) {
      for (const place of list) memory.i32[written++] = place << this.#shift;
    }
    tileCounts(this.#heights, rows).forEach((count, i) => (memory.i32[(CONV_BLOCK.tiles >> 2) + i] = count));
    for (let group = 0; group < geometry.groups; group++) {
      this.#pack(job, group);
      for (let image = 0; image < geometry.batch; image++)
        for (let strip = 0; strip < window.strips; strip++) this.#strip(job, [group, image, strip]);
      if (this.#exact && this.#metPadding(job, group)) return this.#exact.run(views, shape, scalars);
    }
  }

  get #lanes(): Floats {
    return lanesOf(this.#code);
  }

  /** Positions of a plane of a strip, in whole tiles. */
  #run({ line, strip }: Window, { count }: Pass): number {
    const height = Math.min(strip, count[1]!);
    return height > 0 && count[2]! > 0 ? roundUp((height - 1) * line + count[2]!, this.#columns) : 0;
  }

  /** The weights of a group, in panels of as many rows as tiles have, pass by pass; and its bias. */
  #pack({ views, window, rows, at }: Job, group: number): void {
    const lanes = this.#lanes;
    const { memory, offset, strides } = part(views[2]!, group, 0);
    const [, output, input, z, y, x] = strides as [number, number, number, number, number, number];
    const [row, channel] = this.#role === 'input' ? [input, output] : [output, input];
    const counts = tileCounts(this.#heights, rows);
    let to = at.panels >>> this.#shift;
    for (const { taps } of window.passes) {
      let first = 0;
      this.#heights.forEach((height, t) => {
        for (let n = 0; n < counts[t]!; n++, first += height)
          for (const [c, i, j, k] of taps) {
            const from = offset + first * row + c * channel + i * z + j * y + k * x;
            for (let r = 0; r < height; r++) lanes[to++] = memory[from + r * row] as number;
          }
      });
    }
    if (!views[3]) return;
    const bias = part(views[3], group, 0);
    for (let r = 0; r < rows; r++)
      lanes[(at.bias >>> this.#shift) + r] = bias.memory[bias.offset + r * bias.strides[1]!] as number;
  }

  /** Whether a weight is not finite, and so has met the zeros around the output: it reaches every sum of its row in a pass. */
  #metPadding({ views, window, rows, at }: Job, group: number): boolean {
    const out = part(views[0]!, group, 0);
    const reached = window.passes.some(({ first, count }) => {
      const start = first.reduce((sum, n, d) => sum + n * out.strides[3 + d]!, out.offset);
      for (let r = 0; r < rows && count.every((n) => n > 0); r++)
        if (!Number.isFinite(out.memory[start + r * out.strides[2]!])) return true;
      return false;
    });
    if (!reached) return false;
    const from = at.panels >>> this.#shift;
    const steps = window.passes.reduce((sum, { places }) => sum + places.length, 0);
    return !this.#lanes.subarray(from, from + rows * steps).every(Number.isFinite);
  }

  #strip(job: Job, [group, image, strip]: readonly [number, number, number]): void {
    const { views, window, at, rows, fill } = job;
    const top = strip * window.strip;
    fill.fill(part(views[1]!, group, image), top);
    const { i32 } = this.#code.runtime.memory;
    let places = at.places;
    let panels = at.panels;
    for (const pass of window.passes) {
      const steps = pass.places.length;
      const height = Math.min(pass.count[1]! - top, window.strip);
      const positions = this.#run({ ...window, strip: height }, pass);
      i32[CONV_BLOCK.steps >> 2] = steps;
      i32[CONV_BLOCK.positions >> 2] = positions;
      i32[CONV_BLOCK.places >> 2] = places;
      i32[CONV_BLOCK.panels >> 2] = panels;
      i32[CONV_BLOCK.out >> 2] = at.out;
      i32[CONV_BLOCK.outRow >> 2] = positions << this.#shift;
      for (let z = 0; positions > 0 && z < pass.count[0]!; z++) {
        i32[CONV_BLOCK.grid >> 2] = at.grid + ((z * window.plane) << this.#shift);
        if (steps > 0) this.#code.functions.correlate(0);
        else this.#lanes.fill(0, at.out >>> this.#shift, (at.out >>> this.#shift) + rows * positions);
        if (views[3]) this.#code.functions.addBias(at.out, rows, positions << this.#shift, at.bias);
        this.#collect(job, pass, { group, image, z, top, height, positions });
      }
      places += steps * 4;
      panels += (rows * steps) << this.#shift;
    }
  }

  /** Copies the positions that are inside the result out of a plane. */
  #collect({ views, geometry, window, rows, at }: Job, pass: Pass, place: Plane): void {
    const out = part(views[0]!, place.group, place.image);
    const { height, positions } = place;
    const spread = geometry.axes.map(({ stride }) => (this.#role === 'input' ? stride : 1));
    const step = out.strides.slice(3).map((s, d) => s * spread[d]!) as [number, number, number];
    const first = pass.first.reduce((sum, n, d) => sum + n * out.strides[3 + d]!, out.offset);
    const start = first + place.z * step[0] + place.top * step[1];
    const row = out.strides[2]!;
    const width = pass.count[2]!;
    const bytes = (elements: number): number => elements << this.#shift;
    const whole = (element: number): boolean => step[2] === element && (height === 1 || step[1] === width * element);
    const turned = at.turned >>> this.#shift;
    if (whole(1)) {
      // Lines follow one another, so that a channel is one run.
      const from = { source: at.out, sourceLine: bytes(window.line), sourceChannel: bytes(positions) };
      const to = { target: at.turned, targetLine: bytes(width), targetChannel: bytes(width * height) };
      this.#code.functions.copyLines(
        ...linesArguments({ ...from, ...to, lines: height, channels: rows, bytes: bytes(width) }),
      );
      const grid = (array: Floats, at: number, row: number) => ({ array, start: at, row, column: 1 });
      const n = width * height;
      return copyGrid(grid(out.memory as Floats, start, row), grid(this.#lanes, turned, n), rows, n);
    }
    if (row === 1 && whole(rows)) {
      // Channels lie side by side, so that all lines are one run.
      for (let y = 0; y < height; y++)
        this.#code.runtime.transpose(this.#shift, {
          source: at.out + bytes(y * window.line),
          sourceStride: bytes(positions),
          target: at.turned + bytes(y * width * rows),
          targetStride: bytes(rows),
          rows: width,
          columns: rows,
        });
      return copyRun(out.memory, start, this.#lanes, turned, width * height * rows);
    }
    for (let y = 0; y < height; y++)
      copyGrid(
        { array: out.memory, start: start + y * step[1], row, column: step[2] },
        { array: this.#lanes, start: (at.out >>> this.#shift) + y * window.line, row: positions, column: 1 },
        rows,
        width,
      );
  }
}

/** What the parts of a call share. */
interface Job {
  readonly views: readonly View[];
  readonly geometry: ConvShape;
  readonly window: Window;
  readonly rows: number;
  readonly fill: GridFill;
  /** Addresses in linear memory. */
  readonly at: Readonly<Record<'grid' | 'out' | 'turned' | 'places' | 'panels' | 'bias', number>>;
}

/** One plane of a strip. */
interface Plane {
  readonly group: number;
  readonly image: number;
  readonly z: number;
  readonly top: number;
  readonly height: number;
  readonly positions: number;
}

/** Compiles convolutions of float32 and float64. */
export function compileConv(runtime: Runtime, desc: DescOf<'conv'>): Kernel | undefined {
  const { dtype, role } = desc;
  if (dtype !== 'float32' && dtype !== 'float64') return undefined;
  const functions = instance(runtime, convModule(runtime, dtype)) as unknown as Functions;
  const code: ConvCode = { runtime, shift: dtype === 'float32' ? 2 : 3, functions };
  if (role === 'weight') return new GradientKernel(code);
  return new ConvKernel(code, role, role === 'input' ? jsDevice.compile(desc) : undefined);
}
