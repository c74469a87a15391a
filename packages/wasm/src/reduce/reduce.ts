import {
  collapse,
  type DescOf,
  isFloat,
  type Kernel,
  linearize,
  type Program,
  reducedDType,
  sizeOf,
  type View,
} from '@isograd/device';
import { LAYOUTS } from '../operands.ts';
import { PlanCache } from '../plan-cache.ts';
import { isComputable } from '../program.ts';
import { combineOf, identityOf, REDUCE_BLOCK } from './fold.ts';
import { reduceModule } from './reduce-code.ts';
import { type Entry, instantiate, type Runtime } from '../runtime.ts';
import { copyBlock, packedStrides } from '../staging.ts';

/** Elements of an operand that are staged at once where the reduction can be cut. */
const CHUNK = 65536;

/** How one input is staged: the axes that are copied, and how the kernel walks them. */
interface Staged {
  /** Which of the collapsed axes vary and are copied. */
  readonly axes: readonly number[];
  /** Whether one element serves a whole row. */
  readonly repeated: boolean;
  /** Elements from row to row. */
  readonly step: number;
}

/** Everything about a call but its memory. */
interface Plan {
  /** Axes as the kernel takes them: kept ones first for rows, reduced ones first for columns. */
  readonly shape: readonly number[];
  readonly strides: readonly (readonly number[])[];
  readonly inputs: readonly Staged[];
  readonly entry: Entry;
  readonly along: 'columns' | 'rows';
  /** Number of leading axes that are kept (rows) or reduced (columns). */
  readonly split: number;
  /** Rows of one result, and columns of a row. */
  readonly rows: number;
  readonly columns: number;
}

/** Whether the reduced axis has the smallest stride, as the reference decides it: by the first input. */
function isInnermost(strides: readonly (readonly number[])[], kept: number): boolean {
  const input = strides[1];
  if (!input || kept === 0) return true;
  const last = Math.abs(input.at(-1)!);
  return input.slice(0, kept).every((s) => s === 0 || Math.abs(s) >= last);
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(to - from, 0) }, (_, i) => from + i);

class ReduceKernel implements Kernel {
  readonly #runtime: Runtime;
  readonly #desc: DescOf<'reduce'>;
  readonly #program: Program;
  readonly #position: boolean;
  readonly #entries: Map<string, Entry> = new Map();
  readonly #plans: PlanCache<Plan> = new PlanCache();

  constructor(runtime: Runtime, desc: DescOf<'reduce'>, program: Program) {
    this.#runtime = runtime;
    this.#desc = desc;
    this.#program = program;
    this.#position = desc.op === 'argmax' || desc.op === 'argmin';
  }

  run(views: readonly View[], shape: readonly number[], scalars: readonly number[]): void {
    if (sizeOf(shape.slice(0, views[0]!.strides.length)) === 0) return;
    const plan = this.#plans.get(views, shape, this.#makePlan);
    const call = { plan, views, scalars };
    if (plan.along === 'rows') this.#foldColumns(call);
    else if (plan.split === 0 && plan.shape.length === 1 && plan.columns > CHUNK && !this.#position)
      this.#foldLong(call);
    else this.#foldRows(call);
  }

  readonly #makePlan = (views: readonly View[], shape: readonly number[]): Plan => {
    const { op, pre } = this.#desc;
    const space = collapse(shape, views, views[0]!.strides.length);
    const innermost = isInnermost(space.strides, space.split);
    const ordered = isFloat(pre.dtype) && (op === 'prod' || (op === 'sum' && !innermost));
    const rows = this.#position || (innermost && !ordered);
    return rows ? this.#planRows(space) : this.#planColumns(space);
  };

  /** Each row is folded along its columns; the rows of one result in order. */
  #planRows({ shape, strides, split }: ReturnType<typeof collapse>): Plan {
    // The position of an extreme counts through all reduced axes, so they form one row.
    const inner = this.#position ? split : shape.length - 1;
    const inputs = strides.slice(1).map((s): Staged => {
      const outer = range(0, inner);
      const varies = range(0, shape.length).some((d) => s[d] !== 0);
      const alongRow = range(inner, shape.length).some((d) => s[d] !== 0);
      const alongRows = outer.some((d) => s[d] !== 0);
      if (!varies) return { axes: [], repeated: true, step: 0 };
      if (!alongRow) return { axes: outer, repeated: true, step: 1 };
      if (!alongRows) return { axes: range(inner, shape.length), repeated: false, step: 0 };
      return { axes: range(0, shape.length), repeated: false, step: sizeOf(shape.slice(inner)) };
    });
    const entry = this.#entry(
      inputs.map((i) => i.repeated),
      'columns',
    );
    return {
      shape,
      strides,
      inputs,
      entry,
      along: 'columns',
      split,
      rows: sizeOf(shape.slice(split, inner)),
      columns: sizeOf(shape.slice(inner)),
    };
  }

  /** All rows are folded onto one another, element by element. */
  #planColumns(space: ReturnType<typeof collapse>): Plan {
    const order = [...range(space.split, space.shape.length), ...range(0, space.split)];
    const shape = order.map((d) => space.shape[d]!);
    const strides = space.strides.map((s) => order.map((d) => s[d]!));
    const split = shape.length - space.split;
    const columns = sizeOf(shape.slice(split));
    const inputs = strides.slice(1).map((s): Staged => {
      const across = range(split, shape.length).some((d) => s[d] !== 0);
      const down = range(0, split).some((d) => s[d] !== 0);
      if (!across) return { axes: down ? range(0, split) : [], repeated: true, step: down ? 1 : 0 };
      return {
        axes: down ? range(0, shape.length) : range(split, shape.length),
        repeated: false,
        step: down ? columns : 0,
      };
    });
    const entry = this.#entry(
      inputs.map((i) => i.repeated),
      'rows',
    );
    return { shape, strides, inputs, entry, along: 'rows', split, rows: sizeOf(shape.slice(0, split)), columns };
  }

  #entry(repeated: readonly boolean[], along: Plan['along']): Entry {
    const key = `${along}${repeated.map(Number).join('')}`;
    let entry = this.#entries.get(key);
    if (!entry)
      this.#entries.set(
        key,
        (entry = instantiate(
          this.#runtime,
          reduceModule(this.#runtime, this.#desc, this.#program, { repeated, along }),
        )),
      );
    return entry;
  }

  #foldRows(call: Call): void {
    const { shape, split, rows, columns } = call.plan;
    const first = split ? shape[0]! : 1;
    const results = sizeOf(shape.slice(1, split));
    const height = Math.max(1, Math.min(first, Math.floor(CHUNK / Math.max(results * rows * columns, 1))));
    for (let from = 0; from < first; from += height) {
      const count = Math.min(height, first - from);
      const part: Part = { from, shape: split ? [count, ...shape.slice(1)] : shape };
      const out = this.#stage(call, part, { results: count * results, rows: this.#position ? 1 : rows, columns });
      call.plan.entry(0);
      this.#collect(call, out, {
        from,
        shape: part.shape.slice(0, split),
        strides: call.plan.strides[0]!.slice(0, split),
      });
    }
  }

  #foldColumns(call: Call): void {
    const { shape, split, columns, strides } = call.plan;
    const kept = shape.slice(split);
    const inner = sizeOf(shape.slice(1, split));
    const height = Math.max(1, Math.min(shape[0]!, Math.floor(CHUNK / Math.max(inner * columns, 1))));
    let out = 0;
    for (let from = 0; from === 0 || from < shape[0]!; from += height) {
      const part: Part = { from, shape: [Math.min(height, shape[0]! - from), ...shape.slice(1)] };
      out = this.#stage(call, part, {
        results: columns,
        rows: sizeOf(part.shape.slice(0, split)),
        columns,
        keep: from > 0,
      });
      call.plan.entry(0);
    }
    this.#collect(call, out, { from: 0, shape: kept, strides: strides[0]!.slice(split) });
  }

  /** One long row: a sum in halves as far as they are worth a call, anything else piece by piece. */
  #foldLong(call: Call): void {
    const { op, pre } = this.#desc;
    const total = call.plan.columns;
    const fold = (from: number, n: number, keep: boolean): number => {
      const out = this.#stage(call, { from, shape: [n] }, { results: 1, rows: 1, columns: n, keep });
      call.plan.entry(0);
      return out;
    };
    let out = 0;
    if (op === 'sum' && isFloat(pre.dtype)) {
      const lanes = (): { [i: number]: number } => LAYOUTS[pre.dtype].lanes(this.#runtime.memory) as Float64Array;
      const round = pre.dtype === 'float32' ? Math.fround : (x: number): number => x;
      const halve = (from: number, n: number): number => {
        if (n <= CHUNK) return lanes()[(out = fold(from, n, false))]!;
        const half = (n >> 1) - ((n >> 1) % 8);
        return round(halve(from, half) + halve(from + half, n - half));
      };
      const sum = halve(0, total);
      lanes()[out] = sum;
    } else {
      for (let from = 0; from < total; from += CHUNK) out = fold(from, Math.min(CHUNK, total - from), from > 0);
    }
    this.#collect(call, out, { from: 0, shape: [], strides: [] });
  }

  /** Copies a part of the inputs into linear memory and writes the parameters; gives the place of the results in elements. */
  #stage(
    { plan, views, scalars }: Call,
    { from, shape }: Part,
    { results, rows, columns, keep = false }: Sizes,
  ): number {
    const { memory } = this.#runtime;
    const { desc, layout } = { desc: this.#desc, layout: LAYOUTS[reducedDType(this.#desc.op, this.#desc.pre.dtype)] };
    memory.reset();
    const out = memory.allocate(results << layout.shift);
    const addresses = plan.inputs.map(({ axes }, v) =>
      memory.allocate(sizeOf(axes.map((d) => shape[d]!)) << LAYOUTS[desc.inputs[v]!].shift),
    );
    if (!keep && !this.#position) {
      // The sum of nothing is 0; -0 is only where sums start.
      const identity =
        desc.op === 'sum' && rows * columns === 0 && isFloat(desc.pre.dtype) ? 0 : identityOf(desc.op, desc.pre.dtype);
      (layout.lanes(memory) as { fill(x: number | bigint, from: number, to: number): unknown }).fill(
        identity,
        out >> layout.shift,
        (out >> layout.shift) + results,
      );
    }
    plan.inputs.forEach(({ axes, step }, v) => {
      const { shift, lanes } = LAYOUTS[desc.inputs[v]!];
      const size = axes.map((d) => shape[d]!);
      const strides = plan.strides[v + 1]!;
      const view = views[v + 1]!;
      copyBlock(
        { array: lanes(memory), start: addresses[v]! >>> shift, strides: packedStrides(size) },
        { array: view.memory, start: view.offset + from * strides[0]!, strides: axes.map((d) => strides[d]!) },
        size,
      );
      memory.i32[REDUCE_BLOCK.address(v) >> 2] = addresses[v]!;
      memory.i32[REDUCE_BLOCK.step(v) >> 2] = step << shift;
    });
    memory.i32.set([results, rows, columns, out], 0);
    desc.scalars.forEach((_, i) => (memory.f64[REDUCE_BLOCK.scalar(desc.inputs.length, i) >> 3] = scalars[i]!));
    return out >>> layout.shift;
  }

  #collect({ views, plan }: Call, at: number, { from, shape, strides }: Target): void {
    const { memory } = this.#runtime;
    const out = views[0]!;
    const lanes = LAYOUTS[reducedDType(this.#desc.op, this.#desc.pre.dtype)].lanes(memory);
    copyBlock(
      { array: out.memory, start: out.offset + (from ? from * plan.strides[0]![0]! : 0), strides },
      { array: lanes, start: at, strides: packedStrides(shape) },
      shape,
    );
  }
}

interface Call {
  readonly plan: Plan;
  readonly views: readonly View[];
  readonly scalars: readonly number[];
}

/** A run of indices of the first axis, with all of the others. */
interface Part {
  readonly from: number;
  readonly shape: readonly number[];
}

/** Where results go: from an index of the first kept axis on. */
interface Target {
  readonly from: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

interface Sizes {
  readonly results: number;
  readonly rows: number;
  readonly columns: number;
  /** Whether to fold onto the results that stand in memory already. */
  readonly keep?: boolean;
}

/** Compiles a reduction, or gives `undefined` when it or a step before it has no code on this device. */
export function compileReduce(runtime: Runtime, desc: DescOf<'reduce'>): Kernel | undefined {
  const program = linearize([desc.pre]);
  if (!combineOf(desc.op, desc.pre.dtype) || !isComputable(program)) return undefined;
  return new ReduceKernel(runtime, desc, program);
}
