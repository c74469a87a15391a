import { convShape, type Kernel, type View } from '@isograd/device';
import { copyGrid, copyRun } from '../staging.ts';
import { CONV_BLOCK, GRADIENT_STEPS, GRADIENT_VECTORS } from './conv-code.ts';
import { GridFill } from './fill.ts';
import { type ConvCode, type Floats, lanesOf, roundUp, type Shift } from './functions.ts';
import { linesArguments } from './moves-code.ts';
import { type Pass, planWindow } from './window.ts';

/** A view of one group of one image, or of a group of weights. */
export function part(view: View, group: number, image: number): View {
  return { ...view, offset: view.offset + group * view.strides[0]! + image * view.strides[1]!, contiguous: false };
}

/** Rows of positions of a gradient. */
interface Strip {
  readonly top: number;
  readonly height: number;
  readonly count: readonly number[];
  readonly channels: number;
}

/** The gradient of the weight: the window against an array that has one number for each position and row. */
export class GradientKernel implements Kernel {
  readonly #code: ConvCode;
  readonly #shift: Shift;
  readonly #width: number;

  constructor(code: ConvCode) {
    this.#code = code;
    this.#shift = code.shift;
    this.#width = GRADIENT_VECTORS * (16 >> code.shift);
  }

  get #lanes(): Floats {
    return lanesOf(this.#code);
  }

  run(views: readonly View[], shape: readonly number[], scalars: readonly number[]): void {
    const geometry = convShape(shape, scalars);
    const window = planWindow(geometry, 'weight', 1 << this.#shift);
    const pass = window.passes[0]!;
    const steps = roundUp(pass.places.length, GRADIENT_STEPS);
    const rows = roundUp(geometry.outputs, this.#width);
    const { memory } = this.#code.runtime;
    memory.reset();
    const grid = memory.allocate((window.channels * window.channel) << this.#shift);
    const positions = pass.count[0]! * window.strip * pass.count[2]!;
    const turned = memory.allocate((positions * this.#width) << this.#shift);
    const staged = memory.allocate((positions * rows) << this.#shift);
    const places = memory.allocate(steps * 4);
    const sums = memory.allocate((steps * rows) << this.#shift);
    const fill = new GridFill(this.#code, window, views[2]!);
    fill.allocate(grid);
    const { i32 } = memory;
    // Beyond the last step it is taken again; what comes of it is not read.
    for (let k = 0; k < steps; k++)
      i32[(places >>> 2) + k] = pass.places[Math.min(k, pass.places.length - 1)]! << this.#shift;
    i32[CONV_BLOCK.steps >> 2] = steps;
    i32[CONV_BLOCK.grid >> 2] = grid;
    i32[CONV_BLOCK.places >> 2] = places;
    i32[CONV_BLOCK.outRow >> 2] = rows << this.#shift;
    i32[CONV_BLOCK.depth >> 2] = pass.count[0]!;
    i32[CONV_BLOCK.width >> 2] = pass.count[2]!;
    i32[CONV_BLOCK.plane >> 2] = window.plane << this.#shift;
    i32[CONV_BLOCK.line >> 2] = window.line << this.#shift;
    i32[CONV_BLOCK.turned >> 2] = turned;
    for (let group = 0; group < geometry.groups; group++) {
      this.#lanes.fill(0, sums >>> this.#shift, (sums >>> this.#shift) + steps * rows);
      for (let image = 0; image < geometry.batch; image++)
        for (let strip = 0; strip < window.strips; strip++) {
          const top = strip * window.strip;
          fill.fill(part(views[2]!, group, image), top);
          const height = Math.max(0, Math.min(window.strip, pass.count[1]! - top));
          i32[CONV_BLOCK.height >> 2] = height;
          const rest = { top, height, count: pass.count, channels: geometry.outputs };
          const turn = this.#turner(part(views[1]!, group, image), rest, { staged, turned });
          for (let first = 0; first < geometry.outputs; first += this.#width) {
            turn(first, Math.min(this.#width, geometry.outputs - first));
            i32[CONV_BLOCK.out >> 2] = sums + (first << this.#shift);
            this.#code.functions.gradient(0);
          }
        }
      this.#collect(part(views[0]!, group, 0), pass, [geometry.outputs, rows, sums >>> this.#shift]);
    }
  }

  /** What lays some rows of the array out position by position. */
  #turner(view: View, strip: Strip, at: Turned): (first: number, used: number) => void {
    const [, , row, z, y, x] = view.strides as [number, number, number, number, number, number];
    const { top, height, count, channels } = strip;
    const [depth, width] = [count[0]!, count[2]!];
    const start = view.offset + top * y;
    const bytes = (elements: number): number => elements << this.#shift;
    const staged = at.staged >>> this.#shift;
    const n = depth * height * width;
    const whole = (step: number): boolean =>
      x === step && (height === 1 || y === width * step) && (depth === 1 || z === height * width * step);
    if (whole(1)) {
      // A row is one run: rows become lanes.
      const to = { array: this.#lanes, start: staged, row: n, column: 1 };
      copyGrid(to, { array: view.memory, start, row, column: 1 }, channels, n);
      return (first, used) => {
        this.#clear(at.turned, n, used);
        const from = { source: at.staged + bytes(first * n), sourceStride: bytes(n) };
        const target = { target: at.turned, targetStride: bytes(this.#width) };
        this.#code.runtime.transpose(this.#shift, { ...from, ...target, rows: n, columns: used });
      };
    }
    if (row === 1 && whole(channels)) {
      // Rows lie side by side already.
      copyRun(this.#lanes, staged, view.memory, start, n * channels);
      return (first, used) => {
        this.#clear(at.turned, n, used);
        const from = { source: at.staged + bytes(first), sourceLine: bytes(channels), sourceChannel: 0 };
        const target = { target: at.turned, targetLine: bytes(this.#width), targetChannel: 0 };
        this.#code.functions.copyLines(
          ...linesArguments({ ...from, ...target, lines: n, channels: 1, bytes: bytes(used) }),
        );
      };
    }
    return (first, used) => {
      this.#clear(at.turned, n, used);
      for (let i = 0; i < depth; i++)
        for (let j = 0; j < height; j++)
          copyGrid(
            {
              array: this.#lanes,
              start: (at.turned >>> this.#shift) + (i * height + j) * width * this.#width,
              row: this.#width,
              column: 1,
            },
            { array: view.memory, start: start + first * row + i * z + j * y, row: x, column: row },
            width,
            used,
          );
    };
  }

  /** Zeros for lanes that no row fills. */
  #clear(turned: number, positions: number, used: number): void {
    if (used === this.#width) return;
    const start = turned >>> this.#shift;
    this.#lanes.fill(0, start, start + positions * this.#width);
  }

  #collect(out: View, { taps }: Pass, [outputs, rows, sums]: readonly [number, number, number]): void {
    const [, output, input, z, y, x] = out.strides as [number, number, number, number, number, number];
    const lanes = this.#lanes;
    taps.forEach(([c, i, j, k], step) => {
      const at = out.offset + c * input + i * z + j * y + k * x;
      for (let row = 0; row < outputs; row++) out.memory[at + row * output] = lanes[sums + step * rows + row]!;
    });
  }
}

/** Addresses of the array's rows in linear memory, as they lie and turned. */
interface Turned {
  readonly staged: number;
  readonly turned: number;
}
