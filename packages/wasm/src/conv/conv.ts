import { type ConvRole, type ConvShape, convShape, type DescOf, type Kernel, type View } from '@isograd/device';
import { tileShape } from '../gemm/gemm-code.ts';
import { type Entry, instance, type Runtime } from '../runtime.ts';
import { copyGrid, copyRun } from '../staging.ts';
import { CONV_BLOCK, convModule, GRADIENT_STEPS, GRADIENT_VECTORS, tileHeights } from './conv-code.ts';
import { fillGrid, type Floats } from './fill.ts';
import { type Pass, planWindow, type Window } from './window.ts';

type Functions = Readonly<Record<'correlate' | 'gradient', Entry>>;
type Float = 'float32' | 'float64';

const roundUp = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;

/** A view of one group of one image, or of a group of weights. */
function part(view: View, group: number, image: number): View {
  return { ...view, offset: view.offset + group * view.strides[0]! + image * view.strides[1]!, contiguous: false };
}

/** A convolution or the gradient of its input: rows of weights against the window at every position. */
class ConvKernel implements Kernel {
  readonly #runtime: Runtime;
  readonly #role: Exclude<ConvRole, 'weight'>;
  readonly #shift: 2 | 3;
  readonly #heights: readonly number[];
  readonly #columns: number;
  readonly #functions: Functions;

  constructor(runtime: Runtime, role: Exclude<ConvRole, 'weight'>, dtype: Float, functions: Functions) {
    this.#runtime = runtime;
    this.#role = role;
    this.#shift = dtype === 'float32' ? 2 : 3;
    this.#heights = tileHeights(runtime);
    this.#columns = tileShape(runtime.engine).vectors * (16 >> this.#shift);
    this.#functions = functions;
  }

  run(views: readonly View[], shape: readonly number[], scalars: readonly number[]): void {
    const geometry = convShape(shape, scalars);
    const window = planWindow(geometry, this.#role, 1 << this.#shift);
    const rows = this.#role === 'input' ? geometry.inputs : geometry.outputs;
    const most = Math.max(0, ...window.passes.map((pass) => this.#run(window, pass)));
    const steps = window.passes.reduce((sum, pass) => sum + pass.places.length, 0);
    const { memory } = this.#runtime;
    memory.reset();
    const grid = memory.allocate((window.channels * window.channel + this.#columns) << this.#shift);
    const out = memory.allocate((rows * most) << this.#shift);
    const turned = memory.allocate((rows * Math.max(0, ...window.passes.map(({ count }) => count[2]!))) << this.#shift);
    const places = memory.allocate(steps * 4);
    const panels = memory.allocate((rows * steps) << this.#shift);
    const job = { views, geometry, window, rows, at: { grid, out, turned, places, panels } };
    let written = places >>> 2;
    for (const { places: list } of window.passes) {
      for (const place of list) memory.i32[written++] = place << this.#shift;
    }
    for (let group = 0; group < geometry.groups; group++) {
      this.#pack(job, group);
      for (let image = 0; image < geometry.batch; image++)
        for (let strip = 0; strip < window.strips; strip++) this.#strip(job, [group, image, strip]);
    }
  }

  get #lanes(): Floats {
    const { memory } = this.#runtime;
    return this.#shift === 2 ? memory.f32 : memory.f64;
  }

  /** Positions of a plane of a strip, in whole tiles. */
  #run({ line, strip }: Window, { count }: Pass): number {
    const height = Math.min(strip, count[1]!);
    return height > 0 && count[2]! > 0 ? roundUp((height - 1) * line + count[2]!, this.#columns) : 0;
  }

  /** The weights of a group, in panels of as many rows as tiles have, pass by pass. */
  #pack({ views, window, rows, at }: Job, group: number): void {
    const lanes = this.#lanes;
    const { memory, offset, strides } = part(views[2]!, group, 0);
    const [, output, input, z, y, x] = strides as [number, number, number, number, number, number];
    const [row, channel] = this.#role === 'input' ? [input, output] : [output, input];
    let to = at.panels >>> this.#shift;
    for (const { taps } of window.passes) {
      let first = 0;
      for (const height of this.#heights)
        for (; rows - first >= height; first += height)
          for (const [c, i, j, k] of taps) {
            const from = offset + first * row + c * channel + i * z + j * y + k * x;
            for (let r = 0; r < height; r++) lanes[to++] = memory[from + r * row] as number;
          }
    }
  }

  #strip(job: Job, [group, image, strip]: readonly [number, number, number]): void {
    const { views, window, at, rows } = job;
    const top = strip * window.strip;
    fillGrid([this.#lanes, at.grid >>> this.#shift], window, part(views[1]!, group, image), top);
    const { i32 } = this.#runtime.memory;
    let places = at.places;
    let panels = at.panels;
    for (const pass of window.passes) {
      const steps = pass.places.length;
      const height = Math.min(pass.count[1]! - top, window.strip);
      const positions = this.#run({ ...window, strip: height }, pass);
      i32[CONV_BLOCK.steps >> 2] = steps;
      i32[CONV_BLOCK.rows >> 2] = rows;
      i32[CONV_BLOCK.positions >> 2] = positions;
      i32[CONV_BLOCK.places >> 2] = places;
      i32[CONV_BLOCK.panels >> 2] = panels;
      i32[CONV_BLOCK.out >> 2] = at.out;
      i32[CONV_BLOCK.outRow >> 2] = positions << this.#shift;
      for (let z = 0; positions > 0 && z < pass.count[0]!; z++) {
        i32[CONV_BLOCK.grid >> 2] = at.grid + ((z * window.plane) << this.#shift);
        if (steps > 0) this.#functions.correlate(0);
        else this.#lanes.fill(0, at.out >>> this.#shift, (at.out >>> this.#shift) + rows * positions);
        this.#collect(job, pass, { group, image, z, top, height, positions });
      }
      places += steps * 4;
      panels += (rows * steps) << this.#shift;
    }
  }

  /** Copies the positions that are inside the result out of a plane. */
  #collect({ views, geometry, window, rows, at }: Job, pass: Pass, place: Plane): void {
    const out = part(views[0]!, place.group, place.image);
    const to = out.memory as Floats;
    const from = this.#lanes;
    const spread = geometry.axes.map(({ stride }) => (this.#role === 'input' ? stride : 1));
    const step = out.strides.slice(3).map((s, d) => s * spread[d]!) as [number, number, number];
    const first = pass.first.reduce((sum, n, d) => sum + n * out.strides[3 + d]!, out.offset);
    const start = first + place.z * step[0] + place.top * step[1];
    if (views[3]) this.#addBias(part(views[3], place.group, 0), rows, at.out >>> this.#shift, place.positions);
    const row = out.strides[2]!;
    const width = pass.count[2]!;
    for (let y = 0; y < place.height; y++) {
      const source = at.out + ((y * window.line) << this.#shift);
      const target = start + y * step[1];
      if (row === 1 && step[2] === rows) {
        // Channels lie next to one another, so that a line is one run.
        const turn = { source, sourceStride: place.positions << this.#shift, target: at.turned };
        this.#runtime.transpose(this.#shift, {
          ...turn,
          targetStride: rows << this.#shift,
          rows: width,
          columns: rows,
        });
        copyRun(to, target, from, at.turned >>> this.#shift, width * rows);
      } else
        copyGrid(
          { array: to, start: target, row, column: step[2] },
          { array: from, start: source >>> this.#shift, row: place.positions, column: 1 },
          rows,
          width,
        );
    }
  }

  #addBias({ memory, offset, strides }: View, rows: number, start: number, positions: number): void {
    const lanes = this.#lanes;
    for (let row = 0, at = start; row < rows; row++) {
      const bias = memory[offset + row * strides[1]!] as number;
      for (const stop = at + positions; at < stop; at++) lanes[at]! += bias;
    }
  }
}

/** What the parts of a call share. */
interface Job {
  readonly views: readonly View[];
  readonly geometry: ConvShape;
  readonly window: Window;
  readonly rows: number;
  /** Addresses in linear memory. */
  readonly at: Readonly<Record<'grid' | 'out' | 'turned' | 'places' | 'panels', number>>;
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

/** The gradient of the weight: the window against an array that has one number for each position and row. */
class GradientKernel implements Kernel {
  readonly #runtime: Runtime;
  readonly #shift: 2 | 3;
  readonly #width: number;
  readonly #functions: Functions;

  constructor(runtime: Runtime, dtype: Float, functions: Functions) {
    this.#runtime = runtime;
    this.#shift = dtype === 'float32' ? 2 : 3;
    this.#width = GRADIENT_VECTORS * (16 >> this.#shift);
    this.#functions = functions;
  }

  get #lanes(): Floats {
    const { memory } = this.#runtime;
    return this.#shift === 2 ? memory.f32 : memory.f64;
  }

  run(views: readonly View[], shape: readonly number[], scalars: readonly number[]): void {
    const geometry = convShape(shape, scalars);
    const window = planWindow(geometry, 'weight', 1 << this.#shift);
    const pass = window.passes[0]!;
    const steps = roundUp(pass.places.length, GRADIENT_STEPS);
    const rows = roundUp(geometry.outputs, this.#width);
    const { memory } = this.#runtime;
    memory.reset();
    const grid = memory.allocate((window.channels * window.channel) << this.#shift);
    const turned = memory.allocate((pass.count[0]! * window.strip * pass.count[2]! * this.#width) << this.#shift);
    const places = memory.allocate(steps * 4);
    const sums = memory.allocate((steps * rows) << this.#shift);
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
          fillGrid([this.#lanes, grid >>> this.#shift], window, part(views[2]!, group, image), top);
          const height = Math.max(0, Math.min(window.strip, pass.count[1]! - top));
          i32[CONV_BLOCK.height >> 2] = height;
          for (let first = 0; first < geometry.outputs; first += this.#width) {
            const used = Math.min(this.#width, geometry.outputs - first);
            this.#turn(part(views[1]!, group, image), [first, used], { top, height, count: pass.count, turned });
            i32[CONV_BLOCK.out >> 2] = sums + (first << this.#shift);
            this.#functions.gradient(0);
          }
        }
      this.#collect(part(views[0]!, group, 0), pass, [geometry.outputs, rows, sums >>> this.#shift]);
    }
  }

  /** Some rows of the array, position by position. */
  #turn(view: View, [first, used]: readonly [number, number], strip: Strip): void {
    const [lanes, width] = [this.#lanes, this.#width];
    const memory = view.memory as Floats;
    const [, , row, z, y, x] = view.strides as [number, number, number, number, number, number];
    let to = strip.turned >>> this.#shift;
    for (let i = 0; i < strip.count[0]!; i++)
      for (let j = 0; j < strip.height; j++) {
        let from = view.offset + first * row + i * z + (strip.top + j) * y;
        for (let k = 0; k < strip.count[2]!; k++, from += x, to += width) {
          for (let r = 0; r < used; r++) lanes[to + r] = memory[from + r * row]!;
          for (let r = used; r < width; r++) lanes[to + r] = 0;
        }
      }
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

/** Rows of positions of a gradient. */
interface Strip {
  readonly top: number;
  readonly height: number;
  readonly count: readonly number[];
  readonly turned: number;
}

/** Compiles convolutions of float32 and float64. */
export function compileConv(runtime: Runtime, { dtype, role }: DescOf<'conv'>): Kernel | undefined {
  if (dtype !== 'float32' && dtype !== 'float64') return undefined;
  const functions = instance(runtime, convModule(runtime, dtype)) as unknown as Functions;
  if (role === 'weight') return new GradientKernel(runtime, dtype, functions);
  return new ConvKernel(runtime, role, dtype, functions);
}
