import { type DescOf, type Kernel, planRows, sizeOf, type View } from '@isograd/device';
import { type Layout, LAYOUTS } from '../operands.ts';
import { PlanCache } from '../plan-cache.ts';
import { isComputable } from '../program.ts';
import { type Entry, instantiate, type Runtime } from '../runtime.ts';
import { copyBlock, copyRun } from '../staging.ts';
import { ROWS_BLOCK, type RowsCode, rowsCode, rowsModule } from './rows-code.ts';
import { makeSlab, planSpace, type Role, type Slab, type Space } from './rows-plan.ts';

interface Plan {
  readonly space: Space;
  readonly entry: Entry;
  readonly slabs: Map<string, Slab>;
}

/** One part of a call. */
interface Part {
  readonly plan: Plan;
  readonly slab: Slab;
  /** Where it starts along the first and the last axis. */
  readonly top: number;
  readonly left: number;
}

class RowsKernel implements Kernel {
  readonly #runtime: Runtime;
  readonly #code: RowsCode;
  readonly #layout: Layout;
  readonly #kinds: readonly Role['kind'][];
  readonly #entries: Map<string, Entry> = new Map();
  readonly #plans: PlanCache<Plan> = new PlanCache();
  /** Operands of the generated code: those of calls and what walks hand on. */
  readonly #operands: number;
  /** Views that are written. */
  readonly #outputs: number;

  constructor(runtime: Runtime, code: RowsCode) {
    const { desc, kept } = code;
    this.#runtime = runtime;
    this.#code = code;
    this.#layout = LAYOUTS[desc.outputs[0]!.dtype];
    this.#outputs = desc.written.length + desc.outputs.length - desc.folds.length;
    this.#kinds = [
      ...desc.written.map(() => 'written' as const),
      ...desc.outputs.slice(desc.folds.length).map(() => 'element' as const),
      ...desc.inputs.map(() => 'input' as const),
    ];
    this.#operands = this.#kinds.length + kept.length;
  }

  run(views: readonly View[], shape: readonly number[], scalars: readonly number[]): void {
    const kept = scalars.at(-1)!;
    if (sizeOf(shape.slice(0, kept)) === 0) return;
    const plan = this.#plans.get(views, [...shape, kept], this.#makePlan);
    const { shape: sizes, height, width, along, from } = plan.space;
    const [first, last] = [from > 0 ? sizes[0]! : 1, along === 'across' ? sizes.at(-1)! : 1];
    for (let top = 0; top < first; top += height) {
      for (let left = 0; left < last; left += width) {
        const slab = this.#slab(
          plan,
          Math.min(height, first - top),
          Math.min(width, along === 'across' ? last - left : width),
        );
        this.#part({ plan, slab, top, left }, views, scalars);
      }
    }
  }

  readonly #makePlan = (views: readonly View[], key: readonly number[]): Plan => {
    const space = planSpace(views, key.slice(0, -1), key.at(-1)!, this.#kinds);
    const repeated = space.packings.slice(this.#outputs).map((p) => p.repeated);
    const name = `${space.along} ${repeated.join()}`;
    let entry = this.#entries.get(name);
    if (!entry) {
      entry = instantiate(this.#runtime, rowsModule(this.#runtime, this.#code, space.along, repeated));
      this.#entries.set(name, entry);
    }
    return { space, entry, slabs: new Map() };
  };

  #slab({ space, slabs }: Plan, height: number, width: number): Slab {
    const key = `${height},${width}`;
    let slab = slabs.get(key);
    if (!slab) slabs.set(key, (slab = makeSlab(space, height, width)));
    return slab;
  }

  #part(part: Part, views: readonly View[], scalars: readonly number[]): void {
    const { memory } = this.#runtime;
    const { pieces, rows, lines, columns } = part.slab;
    const { shift } = this.#layout;
    memory.reset();
    const kept = this.#code.kept.length;
    // What walks hand on is laid out like the first output of elements.
    const like = this.#code.desc.written.length;
    for (let o = 0; o < this.#operands; o++) {
      const v = o < this.#outputs ? o : o < this.#outputs + kept ? like : o - kept;
      const { elements, row, line } = pieces[v]!;
      const address = memory.allocate(elements << shift);
      memory.i32[ROWS_BLOCK.address(o) >> 2] = address;
      memory.i32[ROWS_BLOCK.row(o) >> 2] = row << shift;
      memory.i32[ROWS_BLOCK.line(o) >> 2] = line << shift;
    }
    for (let v = this.#outputs; v < views.length; v++) this.#copy(part, views[v]!, v, true);
    memory.i32[ROWS_BLOCK.rows >> 2] = rows;
    memory.i32[ROWS_BLOCK.lines >> 2] = lines;
    memory.i32[ROWS_BLOCK.columns >> 2] = columns;
    for (let i = 0; i < scalars.length - 1; i++) memory.f64[ROWS_BLOCK.scalar(this.#operands, i) >> 3] = scalars[i]!;
    part.plan.entry(0);
    for (let v = 0; v < this.#outputs; v++) this.#copy(part, views[v]!, v, false);
  }

  /** Copies the part of an operand into linear memory, or out of it. */
  #copy({ plan, slab, top, left }: Part, { memory: array, offset }: View, v: number, into: boolean): void {
    const { memory } = this.#runtime;
    const { size, from, to, contiguous } = slab.pieces[v]!;
    const strides = plan.space.strides[v]!;
    const start = offset + top * (plan.space.from > 0 ? strides[0]! : 0) + left * strides.at(-1)!;
    const operand = v < this.#outputs ? v : v + this.#code.kept.length;
    const lanes = this.#layout.lanes(memory);
    const at = memory.i32[ROWS_BLOCK.address(operand) >> 2]! >>> this.#layout.shift;
    if (contiguous) {
      if (into) copyRun(lanes, at, array, start, size[0]!);
      else copyRun(array, start, lanes, at, size[0]!);
      return;
    }
    const [inside, outside] = [
      { array: lanes, start: at, strides: to },
      { array, start, strides: from },
    ];
    if (into) copyBlock(inside, outside, size);
    else copyBlock(outside, inside, size);
  }
}

/** Compiles a kernel of rows, or gives `undefined` when a step of it has no code on this device. */
export function compileRows(runtime: Runtime, desc: DescOf<'rows'>): Kernel | undefined {
  const plan = planRows(desc);
  const float = desc.outputs.every(({ dtype }) => dtype === 'float32' || dtype === 'float64');
  return float && isComputable(plan.program) ? new RowsKernel(runtime, rowsCode(desc, plan)) : undefined;
}
