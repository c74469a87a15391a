import { collapse, type DescOf, type Kernel, linearize, type Program, sizeOf, type View } from '@isograd/device';
import { MAP_BLOCK, mapModule } from './map-code.ts';
import { type Layout, LAYOUTS } from '../operands.ts';
import { PlanCache } from '../plan-cache.ts';
import { isComputable } from '../program.ts';
import { type Entry, instantiate, type Runtime } from '../runtime.ts';
import { type Block, copyBlock, copyGrid, copyRun, packedStrides } from '../staging.ts';

/** Elements of each operand that are staged at once: together they stay in the second-level cache. */
const CHUNK = 8192;

/** Planes smaller than this are not worth a call each. */
const SMALL_PLANE = 256;
/** Inputs that lie transposed are turned in linear memory when they have at least so many elements, as a whole up to so many bytes. */
const TURN = { least: 128, bytes: 2 ** 20 } as const;
/** Bytes of a side of the tiles in which larger ones are turned. */
const TILE = 2048;
/** Elements after each run of a tile, so that the runs of a power of two do not compete for the same lines of the cache. */
const GAP = 8;

/** How one operand is walked: along the columns of a row, then from row to row. */
interface Walk {
  readonly row: number;
  readonly column: number;
  /** Elements of its plane when that lies transposed and is turned in linear memory, else 0. */
  readonly turned: number;
  /** Whether it lies transposed and is turned tile by tile. */
  readonly tiled: boolean;
}

/** Everything about a call but its memory: the same for all calls with equal shape and strides. */
interface Plan {
  /** Merged axes, and the strides of each operand along them. */
  readonly shape: readonly number[];
  readonly strides: readonly (readonly number[])[];
  readonly rows: number;
  readonly columns: number;
  readonly walks: readonly Walk[];
  /** Axes before the last two. */
  readonly outer: readonly number[];
  /** Whether operands are copied out element by element, whatever they repeat, to run as one row. */
  readonly expanded: boolean;
  /** Whether some input is turned tile by tile. */
  readonly tiled: boolean;
  readonly entry: Entry;
}

class MapKernel implements Kernel {
  readonly #runtime: Runtime;
  readonly #desc: DescOf<'map'>;
  readonly #program: Program;
  readonly #layouts: readonly Layout[];
  readonly #outputs: number;
  /** Whether the only output is the only input: memory is moved without staging. */
  readonly #copies: boolean;
  readonly #entries: Map<string, Entry> = new Map();
  readonly #flat: Entry;
  readonly #plans: PlanCache<Plan> = new PlanCache();
  readonly #places: number[];
  readonly #planes: number[];

  constructor(runtime: Runtime, desc: DescOf<'map'>, program: Program, flat: Entry) {
    this.#runtime = runtime;
    this.#desc = desc;
    this.#program = program;
    this.#flat = flat;
    this.#outputs = desc.outputs.length;
    // A bool of any other value than 0 and 1 becomes 1, so those are computed.
    this.#copies =
      desc.inputs.length === 1 &&
      desc.outputs.length === 1 &&
      desc.outputs[0]!.op === 'input' &&
      desc.inputs[0] !== 'bool';
    this.#layouts = [...desc.outputs.map((o) => o.dtype), ...desc.inputs].map((d) => LAYOUTS[d]);
    this.#places = this.#layouts.map(() => 0);
    this.#planes = this.#layouts.map(() => 0);
  }

  run(views: readonly View[], shape: readonly number[], scalars: readonly number[]): void {
    let contiguous = true;
    for (let v = 0; v < views.length; v++) contiguous &&= views[v]!.contiguous;
    const size = sizeOf(shape);
    if (size === 0) return;
    if (contiguous && this.#copies)
      copyRun(views[0]!.memory, views[0]!.offset, views[1]!.memory, views[1]!.offset, size);
    else if (contiguous) this.#runFlat(views, size, scalars);
    else this.#runPlan(this.#plans.get(views, shape, this.#makePlan), views, scalars);
  }

  #runFlat(views: readonly View[], size: number, scalars: readonly number[]): void {
    const { memory } = this.#runtime;
    const count = Math.min(size, CHUNK);
    this.#allocate(count, scalars);
    for (let start = 0; start < size; start += count) {
      const n = Math.min(count, size - start);
      for (let v = this.#outputs; v < views.length; v++) {
        const { memory: from, offset } = views[v]!;
        copyRun(this.#layouts[v]!.lanes(memory), this.#places[v]!, from, offset + start, n);
      }
      memory.i32[0] = 1;
      memory.i32[1] = n;
      this.#flat(0);
      for (let v = 0; v < this.#outputs; v++) {
        const { memory: to, offset } = views[v]!;
        copyRun(to, offset + start, this.#layouts[v]!.lanes(memory), this.#places[v]!, n);
      }
    }
  }

  /** Gives each operand room for `count` elements, and writes addresses and scalars to the block. */
  #allocate(count: number, scalars: readonly number[]): void {
    const { memory } = this.#runtime;
    const operands = this.#layouts.length;
    memory.reset();
    for (let v = 0; v < operands; v++) {
      const { shift } = this.#layouts[v]!;
      const address = memory.allocate(count << shift);
      this.#places[v] = address >>> shift;
      memory.i32[MAP_BLOCK.address(v) >> 2] = address;
    }
    for (let i = 0; i < this.#desc.scalars.length; i++) memory.f64[MAP_BLOCK.scalar(operands, i) >> 3] = scalars[i]!;
  }

  readonly #makePlan = (views: readonly View[], shape: readonly number[]): Plan => {
    const order = orderAxes(views, shape, this.#outputs);
    const space = collapse(
      order.map((d) => shape[d]!),
      views.map((v) => ({ strides: order.map((d) => v.strides[d]!) })),
    );
    const last = space.shape.length - 1;
    const [rows, columns] = [space.shape[last - 1] ?? 1, space.shape[last]!];
    const walks = space.strides.map((s, v) => this.#walk(v, s, rows, columns));
    const expanded = last > 1 && rows * columns < SMALL_PLANE;
    const repeated = walks.slice(this.#outputs).map((w) => w.column === 0);
    const entry = expanded ? this.#flat : this.#entry(repeated);
    return {
      shape: space.shape,
      strides: space.strides,
      rows,
      columns,
      walks,
      outer: space.shape.slice(0, -2),
      expanded,
      tiled: walks.some((w) => w.tiled),
      entry,
    };
  };

  #walk(operand: number, strides: readonly number[], rows: number, columns: number): Walk {
    const [row, column] = [strides.at(-2) ?? 0, strides.at(-1)!];
    const span = (columns - 1) * column + rows;
    const large = operand >= this.#outputs && this.#layouts[operand]!.shift >= 2 && rows * columns >= TURN.least;
    const whole =
      large &&
      row === 1 &&
      column >= rows &&
      span <= 2 * rows * columns &&
      span <= TURN.bytes >> this.#layouts[operand]!.shift;
    const tiled = large && !whole && row !== 0 && Math.abs(row) < Math.abs(column);
    return { row, column, turned: whole ? span : 0, tiled };
  }

  #entry(repeated: readonly boolean[]): Entry {
    if (!repeated.includes(true)) return this.#flat;
    const key = repeated.map(Number).join('');
    let entry = this.#entries.get(key);
    if (!entry)
      this.#entries.set(
        key,
        (entry = instantiate(this.#runtime, mapModule(this.#runtime, this.#desc, this.#program, repeated))),
      );
    return entry;
  }

  #runPlan(plan: Plan, views: readonly View[], scalars: readonly number[]): void {
    if (this.#copies && !plan.tiled && !plan.walks[1]!.turned) {
      const block = (v: number): Block => ({
        array: views[v]!.memory,
        start: views[v]!.offset,
        strides: plan.strides[v]!,
      });
      return copyBlock(block(0), block(1), plan.shape);
    }
    if (plan.expanded) return this.#runExpanded(plan, views, scalars);
    const { rows, columns, outer } = plan;
    const side = TILE >> Math.max(...this.#layouts.map((l) => l.shift));
    const width = plan.tiled ? evenly(columns, side) : Math.min(columns, CHUNK);
    const height = plan.tiled ? evenly(rows, side) : Math.max(1, Math.min(rows, Math.floor(CHUNK / width)));
    this.#allocate(width * height, scalars);
    for (let v = 0; v < views.length; v++) {
      const { turned, tiled } = plan.walks[v]!;
      const elements = tiled ? width * (height + GAP) : turned;
      if (elements) this.#planes[v] = this.#runtime.memory.allocate(elements << this.#layouts[v]!.shift);
    }
    const index = outer.map(() => 0);
    for (let left = sizeOf(outer); left > 0; left--) {
      this.#stagePlanes(plan, views, index);
      for (let r = 0; r < rows; r += height) {
        for (let c = 0; c < columns; c += width) {
          const tile = { index, r, c, height: Math.min(height, rows - r), width: Math.min(width, columns - c) };
          this.#runTile(plan, views, tile);
        }
      }
      for (let d = outer.length - 1; d >= 0 && ++index[d]! === outer[d]; d--) index[d] = 0;
    }
  }

  /** Copies the planes of inputs that lie transposed as they are. */
  #stagePlanes(plan: Plan, views: readonly View[], index: readonly number[]): void {
    for (let v = this.#outputs; v < views.length; v++) {
      const { turned } = plan.walks[v]!;
      if (!turned) continue;
      const { shift } = this.#layouts[v]!;
      const lanes = this.#layouts[v]!.lanes(this.#runtime.memory);
      copyRun(
        lanes,
        this.#planes[v]! >>> shift,
        views[v]!.memory,
        startOf(views[v]!, plan, v, { index, r: 0, c: 0 }),
        turned,
      );
    }
  }

  #runTile(plan: Plan, views: readonly View[], tile: Tile): void {
    const { memory } = this.#runtime;
    const { i32 } = memory;
    for (let v = this.#outputs; v < views.length; v++) this.#stageInput(plan, views[v]!, v, tile);
    for (let v = 0; v < this.#outputs; v++) i32[MAP_BLOCK.step(v) >> 2] = tile.width << this.#layouts[v]!.shift;
    i32[MAP_BLOCK.rows >> 2] = tile.height;
    i32[MAP_BLOCK.columns >> 2] = tile.width;
    plan.entry(0);
    for (let v = 0; v < this.#outputs; v++) {
      const { row, column } = plan.walks[v]!;
      const target = { array: views[v]!.memory, start: startOf(views[v]!, plan, v, tile), row, column };
      const source = { array: this.#layouts[v]!.lanes(memory), start: this.#places[v]!, row: tile.width, column: 1 };
      copyGrid(target, source, tile.height, tile.width);
    }
  }

  #stageInput(plan: Plan, view: View, v: number, tile: Tile): void {
    const { memory, transpose } = this.#runtime;
    const { shift } = this.#layouts[v]!;
    const { row, column, turned, tiled } = plan.walks[v]!;
    const start = this.#places[v]!;
    const width = column === 0 ? 1 : tile.width;
    memory.i32[MAP_BLOCK.step(v) >> 2] = row === 0 ? 0 : width << shift;
    const array = this.#layouts[v]!.lanes(memory);
    const from = { array: view.memory, start: startOf(view, plan, v, tile), row, column };
    if (turned || tiled) {
      const plane = this.#planes[v]!;
      const pitch = tiled ? tile.height + GAP : column;
      if (tiled) {
        const runs = { array, start: plane >>> shift, row: pitch, column: 1 };
        copyGrid(runs, { array: from.array, start: from.start, row: column, column: row }, width, tile.height);
      }
      return transpose(shift as 2 | 3, {
        source: tiled ? plane : plane + ((tile.r + tile.c * column) << shift),
        sourceStride: pitch << shift,
        target: start << shift,
        targetStride: width << shift,
        rows: tile.height,
        columns: width,
      });
    }
    const height = row === 0 ? 1 : tile.height;
    // A single column is copied as a row.
    if (width === 1)
      copyGrid(
        { array, start, row: 0, column: 1 },
        { array: from.array, start: from.start, row: 0, column: row },
        1,
        height,
      );
    else copyGrid({ array, start, row: width, column: 1 }, from, height, width);
  }

  /** Many small planes: slabs of them are copied out to whole rows. */
  #runExpanded({ shape, strides, entry }: Plan, views: readonly View[], scalars: readonly number[]): void {
    const { memory } = this.#runtime;
    const inner = sizeOf(shape.slice(1));
    const height = Math.max(1, Math.min(shape[0]!, Math.floor(CHUNK / inner)));
    this.#allocate(height * inner, scalars);
    for (let from = 0; from < shape[0]!; from += height) {
      const part = [Math.min(height, shape[0]! - from), ...shape.slice(1)];
      const packed = packedStrides(part);
      const staged = (v: number): Block => ({
        array: this.#layouts[v]!.lanes(memory),
        start: this.#places[v]!,
        strides: packed,
      });
      const given = (v: number): Block => ({
        array: views[v]!.memory,
        start: views[v]!.offset + from * strides[v]![0]!,
        strides: strides[v]!,
      });
      for (let v = this.#outputs; v < views.length; v++) copyBlock(staged(v), given(v), part);
      memory.i32[MAP_BLOCK.rows >> 2] = 1;
      memory.i32[MAP_BLOCK.columns >> 2] = sizeOf(part);
      entry(0);
      for (let v = 0; v < this.#outputs; v++) copyBlock(given(v), staged(v), part);
    }
  }
}

/**
 * Axes in the order of the first output's memory, so that operands that all lie transposed count as contiguous; before the last one that
 * along which an input is nearest in memory, if it lies across.
 */
function orderAxes(views: readonly View[], shape: readonly number[], outputs: number): number[] {
  const by = (view: View): number[] =>
    shape.map((_, d) => d).sort((a, b) => Math.abs(view.strides[b]!) - Math.abs(view.strides[a]!));
  const order = by(views[0]!);
  if (order.length < 3) return order;
  for (const view of views.slice(outputs)) {
    const nearest = by(view).findLast((d) => view.strides[d] !== 0 && shape[d]! > 1);
    if (nearest === undefined || nearest === order.at(-1)) continue;
    if (Math.abs(view.strides[nearest]!) >= Math.abs(view.strides[order.at(-1)!]!)) continue;
    order.splice(order.indexOf(nearest), 1);
    order.splice(-1, 0, nearest);
    break;
  }
  return order;
}

/** Size of the parts of a length that are as even as can be, none above a limit. */
function evenly(length: number, limit: number): number {
  return Math.ceil(length / Math.ceil(length / limit));
}

/** An element of a plan: an index of the outer axes, a row and a column. */
interface Corner {
  readonly index: readonly number[];
  readonly r: number;
  readonly c: number;
}

/** A part of the rows and columns of a plan. */
interface Tile extends Corner {
  readonly height: number;
  readonly width: number;
}

function startOf(view: View, { walks, strides }: Plan, v: number, { index, r, c }: Corner): number {
  let start = view.offset + r * walks[v]!.row + c * walks[v]!.column;
  for (let d = 0; d < index.length; d++) start += index[d]! * strides[v]![d]!;
  return start;
}

/** Compiles an element-wise kernel, or gives `undefined` when a step has no code on this device. */
export function compileMap(runtime: Runtime, desc: DescOf<'map'>): Kernel | undefined {
  const program = linearize(desc.outputs);
  if (!isComputable(program)) return undefined;
  return new MapKernel(
    runtime,
    desc,
    program,
    instantiate(
      runtime,
      mapModule(
        runtime,
        desc,
        program,
        desc.inputs.map(() => false),
      ),
    ),
  );
}
