import { collapse, type DescOf, type Kernel, linearize, type Program, sizeOf, type View } from '@isograd/device';
import { MAP_BLOCK, mapModule } from './map-code.ts';
import { type Layout, LAYOUTS } from '../operands.ts';
import { PlanCache } from '../plan-cache.ts';
import { isComputable } from '../program.ts';
import { type Entry, instantiate, type Runtime } from '../runtime.ts';
import { copyGrid, copyRun } from '../staging.ts';

/** Elements of each operand that are staged at once: together they stay in the second-level cache. */
const CHUNK = 16384;

/** How one operand is walked: along the columns of a row, then from row to row. */
interface Walk {
  readonly row: number;
  readonly column: number;
}

/** Everything about a call but its memory: the same for all calls with equal shape and strides. */
interface Plan {
  readonly rows: number;
  readonly columns: number;
  readonly walks: readonly Walk[];
  /** Axes before the last two, and the distances of each operand along them. */
  readonly outer: readonly number[];
  readonly outerStrides: readonly (readonly number[])[];
  readonly entry: Entry;
}

class MapKernel implements Kernel {
  readonly #runtime: Runtime;
  readonly #desc: DescOf<'map'>;
  readonly #program: Program;
  readonly #layouts: readonly Layout[];
  readonly #outputs: number;
  readonly #entries: Map<string, Entry> = new Map();
  readonly #flat: Entry;
  readonly #plans: PlanCache<Plan> = new PlanCache();
  readonly #places: number[];

  constructor(runtime: Runtime, desc: DescOf<'map'>, program: Program, flat: Entry) {
    this.#runtime = runtime;
    this.#desc = desc;
    this.#program = program;
    this.#flat = flat;
    this.#outputs = desc.outputs.length;
    this.#layouts = [...desc.outputs.map((o) => o.dtype), ...desc.inputs].map((d) => LAYOUTS[d]);
    this.#places = this.#layouts.map(() => 0);
  }

  run(views: readonly View[], shape: readonly number[], scalars: readonly number[]): void {
    let contiguous = true;
    for (let v = 0; v < views.length; v++) contiguous &&= views[v]!.contiguous;
    const size = sizeOf(shape);
    if (size === 0) return;
    if (contiguous) this.#runFlat(views, size, scalars);
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
    // Axes in the order of the first output's memory, so that operands that all lie transposed count as contiguous.
    const order = shape
      .map((_, d) => d)
      .sort((a, b) => Math.abs(views[0]!.strides[b]!) - Math.abs(views[0]!.strides[a]!));
    const space = collapse(
      order.map((d) => shape[d]!),
      views.map((v) => ({ strides: order.map((d) => v.strides[d]!) })),
    );
    const last = space.shape.length - 1;
    const walks = space.strides.map((s): Walk => ({ row: s[last - 1] ?? 0, column: s[last]! }));
    return {
      rows: space.shape[last - 1] ?? 1,
      columns: space.shape[last]!,
      walks,
      outer: space.shape.slice(0, Math.max(last - 1, 0)),
      outerStrides: space.strides,
      entry: this.#entry(walks.slice(this.#outputs).map((w) => w.column === 0)),
    };
  };

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
    const { rows, columns, outer } = plan;
    const width = Math.min(columns, CHUNK);
    const height = Math.max(1, Math.min(rows, Math.floor(CHUNK / width)));
    this.#allocate(width * height, scalars);
    const index = outer.map(() => 0);
    for (let left = sizeOf(outer); left > 0; left--) {
      for (let r = 0; r < rows; r += height) {
        for (let c = 0; c < columns; c += width)
          this.#runTile(plan, views, {
            index,
            r,
            c,
            height: Math.min(height, rows - r),
            width: Math.min(width, columns - c),
          });
      }
      for (let d = outer.length - 1; d >= 0 && ++index[d]! === outer[d]; d--) index[d] = 0;
    }
  }

  #runTile(plan: Plan, views: readonly View[], tile: Tile): void {
    const { memory } = this.#runtime;
    const { i32 } = memory;
    for (let v = 0; v < views.length; v++) {
      const { row, column } = plan.walks[v]!;
      const output = v < this.#outputs;
      const start = startOf(views[v]!, plan, v, tile);
      const lanes = this.#layouts[v]!.lanes(memory);
      const at = this.#places[v]!;
      const width = column === 0 && !output ? 1 : tile.width;
      if (!output) {
        if (width === 1)
          copyGrid(
            { array: lanes, start: at, row: 0, column: 1 },
            { array: views[v]!.memory, start, row: 0, column: row },
            1,
            row === 0 ? 1 : tile.height,
          );
        else
          copyGrid(
            { array: lanes, start: at, row: width, column: 1 },
            { array: views[v]!.memory, start, row, column },
            row === 0 ? 1 : tile.height,
            width,
          );
      }
      i32[MAP_BLOCK.step(v) >> 2] = row === 0 && !output ? 0 : width << this.#layouts[v]!.shift;
    }
    i32[MAP_BLOCK.rows >> 2] = tile.height;
    i32[MAP_BLOCK.columns >> 2] = tile.width;
    plan.entry(0);
    for (let v = 0; v < this.#outputs; v++) {
      const { row, column } = plan.walks[v]!;
      copyGrid(
        { array: views[v]!.memory, start: startOf(views[v]!, plan, v, tile), row, column },
        { array: this.#layouts[v]!.lanes(memory), start: this.#places[v]!, row: tile.width, column: 1 },
        tile.height,
        tile.width,
      );
    }
  }
}

/** A part of the rows and columns of a plan, at an index of the outer axes. */
interface Tile {
  readonly index: readonly number[];
  readonly r: number;
  readonly c: number;
  readonly height: number;
  readonly width: number;
}

function startOf(view: View, { walks, outerStrides }: Plan, v: number, { index, r, c }: Tile): number {
  let start = view.offset + r * walks[v]!.row + c * walks[v]!.column;
  for (let d = 0; d < index.length; d++) start += index[d]! * outerStrides[v]![d]!;
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
