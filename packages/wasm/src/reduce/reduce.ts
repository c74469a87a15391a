import {
  collapse,
  type DescOf,
  isFloat,
  type Kernel,
  linearize,
  type Program,
  reducedDType,
  type View,
} from '@isograd/device';
import { type Layout, LAYOUTS } from '../operands.ts';
import { PlanCache } from '../plan-cache.ts';
import { isComputable } from '../program.ts';
import { type Entry, instantiate, type Runtime } from '../runtime.ts';
import { copyBlock, copyRun } from '../staging.ts';
import { hasFold, identityOf, REDUCE_BLOCK } from './fold.ts';
import { reduceModule } from './reduce-code.ts';
import {
  alongColumns,
  alongRows,
  type Geometry,
  isInnermost,
  makeSlab,
  type Plan,
  type Slab,
  slabHeight,
} from './reduce-plan.ts';

/** Elements of an operand that are staged at once where the reduction can be cut. */
const CHUNK = 65536;

interface Call {
  readonly plan: Plan;
  readonly views: readonly View[];
  readonly scalars: readonly number[];
}

class ReduceKernel implements Kernel {
  readonly #runtime: Runtime;
  readonly #desc: DescOf<'reduce'>;
  readonly #program: Program;
  readonly #layout: Layout;
  readonly #inputs: readonly Layout[];
  readonly #position: boolean;
  readonly #entries: Map<string, Entry> = new Map();
  readonly #plans: PlanCache<Plan> = new PlanCache();

  constructor(runtime: Runtime, desc: DescOf<'reduce'>, program: Program) {
    this.#runtime = runtime;
    this.#desc = desc;
    this.#program = program;
    this.#layout = LAYOUTS[reducedDType(desc.op, desc.pre.dtype)];
    this.#inputs = desc.inputs.map((dtype) => LAYOUTS[dtype]);
    this.#position = desc.op === 'argmax' || desc.op === 'argmin';
  }

  run(views: readonly View[], shape: readonly number[], scalars: readonly number[]): void {
    const kept = views[0]!.strides.length;
    for (let d = 0; d < kept; d++) if (shape[d] === 0) return;
    const plan = this.#plans.get(views, shape, this.#makePlan);
    const call = { plan, views, scalars };
    if (plan.along === 'rows') this.#foldOnto(call);
    else if (plan.slab.inputs.length && plan.shape.length === 1 && plan.slab.columns > CHUNK && !this.#position)
      this.#foldLong(call);
    else this.#foldEach(call);
  }

  readonly #makePlan = (views: readonly View[], shape: readonly number[]): Plan => {
    const { op, pre } = this.#desc;
    const space = collapse(shape, views, views[0]!.strides.length);
    const innermost = isInnermost(space);
    const ordered = isFloat(pre.dtype) && (op === 'prod' || (op === 'sum' && !innermost));
    const byColumns = this.#position || (innermost && !ordered);
    const geometry = byColumns ? alongColumns(space, this.#position) : alongRows(space);
    const height = slabHeight(geometry, CHUNK);
    return { ...geometry, entry: this.#entry(geometry), height, slab: makeSlab(geometry, height) };
  };

  #entry({ inputs, along }: Geometry): Entry {
    const repeated = inputs.map((i) => i.repeated);
    const key = `${along} ${repeated.join()}`;
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = instantiate(this.#runtime, reduceModule(this.#runtime, this.#desc, this.#program, { repeated, along }));
      this.#entries.set(key, entry);
    }
    return entry;
  }

  /** Each result from rows of its own. */
  #foldEach(call: Call): void {
    const { plan } = call;
    if (plan.split === 0) return this.#collect(call, plan.slab, this.#fold(call, plan.slab, 0, true), 0);
    const first = plan.shape[0]!;
    for (let from = 0; from < first; from += plan.height) {
      const slab = first - from >= plan.height ? plan.slab : makeSlab(plan, first - from);
      this.#collect(call, slab, this.#fold(call, slab, from, true), from);
    }
  }

  /** All results from the same rows, which are staged part by part. */
  #foldOnto(call: Call): void {
    const { plan } = call;
    const first = plan.shape[0]!;
    let at = 0;
    for (let from = 0; from === 0 || from < first; from += Math.max(plan.height, 1)) {
      const slab = first - from >= plan.height ? plan.slab : makeSlab(plan, first - from);
      at = this.#fold(call, slab, from, from === 0);
    }
    this.#collect(call, plan.slab, at, 0);
  }

  /** One long row: a sum in halves as far as they are worth a call, anything else piece by piece. */
  #foldLong(call: Call): void {
    const { plan } = call;
    const { op, pre } = this.#desc;
    const total = plan.shape[0]!;
    let at = 0;
    if (op === 'sum' && isFloat(pre.dtype)) {
      const lanes = (): Float64Array => this.#layout.lanes(this.#runtime.memory) as Float64Array;
      const round = pre.dtype === 'float32' ? Math.fround : (x: number): number => x;
      const halve = (from: number, n: number): number => {
        if (n <= CHUNK) return lanes()[(at = this.#fold(call, makeSlab(plan, n), from, true))]!;
        const half = (n >> 1) - ((n >> 1) % 8);
        return round(halve(from, half) + halve(from + half, n - half));
      };
      const sum = halve(0, total);
      lanes()[at] = sum;
    } else {
      for (let from = 0; from < total; from += CHUNK)
        at = this.#fold(call, makeSlab(plan, Math.min(CHUNK, total - from)), from, from === 0);
    }
    this.#collect(call, plan.slab, at, 0);
  }

  /** Stages a slab and folds it onto nothing, or onto the results that stand in memory; gives the place of the results. */
  #fold({ plan, views, scalars }: Call, slab: Slab, from: number, afresh: boolean): number {
    const { memory } = this.#runtime;
    const { results, rows, columns, inputs } = slab;
    memory.reset();
    const out = memory.allocate(results << this.#layout.shift);
    for (let v = 0; v < inputs.length; v++) {
      const { shift } = this.#inputs[v]!;
      memory.i32[REDUCE_BLOCK.address(v) >> 2] = memory.allocate(inputs[v]!.elements << shift);
      memory.i32[REDUCE_BLOCK.step(v) >> 2] = plan.inputs[v]!.step << shift;
    }
    const { i32 } = memory;
    const at = out >>> this.#layout.shift;
    for (let v = 0; v < inputs.length; v++) {
      const { shift } = this.#inputs[v]!;
      const { elements, contiguous, size, from: strides, to } = inputs[v]!;
      const { memory: array, offset } = views[v + 1]!;
      const source = offset + from * plan.strides[v + 1]![0]!;
      const [lanes, target] = [this.#inputs[v]!.lanes(memory), i32[REDUCE_BLOCK.address(v) >> 2]! >>> shift];
      if (contiguous) copyRun(lanes, target, array, source, elements);
      else copyBlock({ array: lanes, start: target, strides: to }, { array, start: source, strides }, size);
    }
    if (afresh && !this.#position) this.#clear(at, results, rows * columns === 0);
    i32[REDUCE_BLOCK.results >> 2] = results;
    i32[REDUCE_BLOCK.rows >> 2] = rows;
    i32[REDUCE_BLOCK.columns >> 2] = columns;
    i32[REDUCE_BLOCK.out >> 2] = out;
    for (let i = 0; i < scalars.length; i++) memory.f64[REDUCE_BLOCK.scalar(inputs.length, i) >> 3] = scalars[i]!;
    plan.entry(0);
    return at;
  }

  #clear(at: number, results: number, empty: boolean): void {
    const { op, pre } = this.#desc;
    // The sum of nothing is 0; -0 is only where sums start.
    const identity = op === 'sum' && empty && isFloat(pre.dtype) ? 0 : identityOf(op, pre.dtype);
    const lanes = this.#layout.lanes(this.#runtime.memory) as { [i: number]: number | bigint };
    for (let i = at; i < at + results; i++) lanes[i] = identity;
  }

  #collect({ views, plan }: Call, { out, results }: Slab, at: number, from: number): void {
    const { memory: array, offset } = views[0]!;
    const lanes = this.#layout.lanes(this.#runtime.memory);
    const start = from ? offset + from * plan.strides[0]![0]! : offset;
    if (out.contiguous) copyRun(array, start, lanes, at, results);
    else copyBlock({ array, start, strides: out.to }, { array: lanes, start: at, strides: out.from }, out.shape);
  }
}

/** Compiles a reduction, or gives `undefined` when it or a step before it has no code on this device. */
export function compileReduce(runtime: Runtime, desc: DescOf<'reduce'>): Kernel | undefined {
  const program = linearize([desc.pre]);
  if (!hasFold(desc.op, desc.pre.dtype) || !isComputable(program)) return undefined;
  return new ReduceKernel(runtime, desc, program);
}
