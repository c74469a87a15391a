import type { View } from '@isograd/device';
import { copyGrid, copyRun } from '../staging.ts';
import { type ConvCode, type Floats, lanesOf, type Shift } from './functions.ts';
import { linesArguments } from './moves-code.ts';
import type { GridAxis, Window } from './window.ts';

type Span = readonly [from: number, to: number];

/** Places of a phase whose elements lie inside the array. */
function inside({ length, step, origin, places }: GridAxis, phase: number): Span {
  const place = (element: number): number =>
    Math.min(Math.max(Math.ceil((element + origin - phase) / step), 0), places);
  return [place(0), place(length)];
}

/** How an array lies: each channel by lines, all channels of an element side by side, or in any other way. */
type Layout = 'lines' | 'pixels' | 'scattered';

function layoutOf({ axes: [, y, x], channels }: Window, { strides }: View): Layout {
  const [, , channelStride, , heightStride, step] = strides as [number, number, number, number, number, number];
  if (y.length > 1 && heightStride !== x.length * step) return 'scattered';
  if (step === 1 && x.step === 1) return 'lines';
  return channelStride === 1 && step === channels ? 'pixels' : 'scattered';
}

/** What is copied of one phase in one plane: rows and columns of places, and where its first place stands in the grid. */
interface Phase {
  readonly rows: Span;
  readonly columns: Span;
  readonly fy: number;
  readonly fx: number;
  readonly start: number;
}

/** Copies some channels of one group of one image into the grid, from a row of positions on. */
export class GridFill {
  readonly #code: ConvCode;
  readonly #shift: Shift;
  readonly #window: Window;
  readonly #layout: Layout;
  /** Elements from which the grid and the staged rows start. */
  #grid = 0;
  #staged = 0;
  #zeros = false;

  /** `view` has the strides of all images and groups. */
  constructor(code: ConvCode, window: Window, view: View) {
    this.#code = code;
    this.#shift = code.shift;
    this.#window = window;
    this.#layout = layoutOf(window, view);
  }

  /** Takes memory; nothing may have been allocated for the next call before. */
  allocate(grid: number): void {
    const { axes, channels } = this.#window;
    const [, y, x] = axes;
    const rows = Math.min(y.length, (y.places - 1) * y.step + Math.max(0, ...y.phases) + 1);
    const elements = this.#layout === 'scattered' ? 0 : channels * rows * x.length;
    this.#grid = grid >>> this.#shift;
    this.#staged = this.#code.runtime.memory.allocate(elements << this.#shift) >>> this.#shift;
    this.#zeros = false;
  }

  /** Fills the grid. */
  fill(view: View, top: number): void {
    const { axes, channels, channel, strips } = this.#window;
    const [z, y, x] = axes;
    const shifted = { ...y, origin: y.origin - top * y.step };
    // What is around the elements of one image is around those of the next one, too.
    if (!this.#zeros || strips > 1) this.#lanes.fill(0, this.#grid, this.#grid + channels * channel);
    this.#zeros = true;
    z.phases.forEach((fz, i) => {
      for (let p = 0; p < z.places; p++) {
        const depth = p * z.step + fz - z.origin;
        if (depth < 0 || depth >= z.length) continue;
        const plane = { ...view, offset: view.offset + depth * view.strides[3]! };
        const phases = y.phases.flatMap((fy, j) =>
          x.phases.map((fx, k) => {
            const at = ((i * y.phases.length + j) * x.phases.length + k) * z.places + p;
            const start = this.#grid + at * y.places * x.places;
            return { rows: inside(shifted, fy), columns: inside(x, fx), fy, fx, start };
          }),
        );
        this.#plane(
          plane,
          shifted,
          phases.filter(({ rows, columns }) => rows[1] > rows[0] && columns[1] > columns[0]),
        );
      }
    });
  }

  get #lanes(): Floats {
    return lanesOf(this.#code);
  }

  #plane(view: View, y: GridAxis, phases: readonly Phase[]): void {
    if (phases.length === 0) return;
    if (this.#layout === 'scattered') return phases.forEach((phase) => this.#scattered(view, y, phase));
    const row = (phase: Phase, place: number): number => place * y.step + phase.fy - y.origin;
    const first = Math.min(...phases.map((phase) => row(phase, phase.rows[0])));
    const behind = Math.max(...phases.map((phase) => row(phase, phase.rows[1] - 1))) + 1;
    this.#stage(view, first, behind - first);
    for (const phase of phases)
      if (this.#layout === 'lines') this.#lines(y, phase, [row(phase, phase.rows[0]) - first, behind - first]);
      else this.#pixels(y, phase, row(phase, 0) - first);
  }

  /** Copies rows of all channels into linear memory, where they can be moved fast. */
  #stage({ memory, offset, strides }: View, first: number, rows: number): void {
    const { axes, channels } = this.#window;
    const n = rows * axes[2].length;
    const start = offset + first * strides[4]!;
    if (this.#layout === 'pixels') return copyRun(this.#lanes, this.#staged, memory, start, n * channels);
    const to = { array: this.#lanes, start: this.#staged, row: n, column: 1 };
    copyGrid(to, { array: memory, start, row: strides[2]!, column: 1 }, channels, n);
  }

  #lines(y: GridAxis, { rows, columns, fx, start }: Phase, [first, staged]: Span): void {
    const { axes, channels, channel, line } = this.#window;
    const { length, origin } = axes[2];
    const source = this.#staged + first * length + columns[0] + fx - origin;
    const bytes = (elements: number): number => elements << this.#shift;
    this.#code.functions.copyLines(
      ...linesArguments({
        source: bytes(source),
        sourceLine: bytes(y.step * length),
        sourceChannel: bytes(staged * length),
        target: bytes(start + rows[0] * line + columns[0]),
        targetLine: bytes(line),
        targetChannel: bytes(channel),
        lines: rows[1] - rows[0],
        channels,
        bytes: bytes(columns[1] - columns[0]),
      }),
    );
  }

  #pixels(y: GridAxis, { rows, columns, fx, start }: Phase, origin: number): void {
    const { axes, channels, channel, line } = this.#window;
    const x = axes[2];
    for (let q = rows[0]; q < rows[1]; q++) {
      const element = (origin + q * y.step) * x.length + columns[0] * x.step + fx - x.origin;
      this.#code.runtime.transpose(this.#shift, {
        source: (this.#staged + element * channels) << this.#shift,
        sourceStride: (x.step * channels) << this.#shift,
        target: (start + q * line + columns[0]) << this.#shift,
        targetStride: channel << this.#shift,
        rows: channels,
        columns: columns[1] - columns[0],
      });
    }
  }

  #scattered({ memory, offset, strides }: View, y: GridAxis, { rows, columns, fy, fx, start }: Phase): void {
    const { axes, channels, channel, line } = this.#window;
    const [, , channelStride, , heightStride, step] = strides as [number, number, number, number, number, number];
    const x = axes[2];
    const left = offset + (columns[0] * x.step + fx - x.origin) * step;
    for (let q = rows[0]; q < rows[1]; q++)
      copyGrid(
        { array: this.#lanes, start: start + q * line + columns[0], row: channel, column: 1 },
        {
          array: memory,
          start: left + (q * y.step + fy - y.origin) * heightStride,
          row: channelStride,
          column: x.step * step,
        },
        channels,
        columns[1] - columns[0],
      );
  }
}
