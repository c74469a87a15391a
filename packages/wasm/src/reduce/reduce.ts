import {
  collapse,
  type DescOf,
  isFloat,
  type Kernel,
  linearize,
  type Program,
  reducedDType,
  type TypedArray,
  type View,
} from '@isograd/device';
import { isWide } from '../casts.ts';
import type { DeviceMemory } from '../memory.ts';
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
/** The same for one long row: what was copied is then read from the first cache. */
const PIECE = 8192;

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
  /** What results start from, and what the reduction of nothing gives: of a sum of floats -0 and 0. */
  readonly #identity: number | bigint;
  readonly #empty: number | bigint;
  readonly #entries: Map<string, Entry> = new Map();
  readonly #plans: PlanCache<Plan> = new PlanCache();

  constructor(runtime: Runtime, desc: DescOf<'reduce'>, program: Program) {
    this.#runtime = runtime;
    this.#desc = desc;
    this.#program = program;
    this.#layout = LAYOUTS[reducedDType(desc.op, desc.pre.dtype)];
    this.#inputs = desc.inputs.map((dtype) => LAYOUTS[dtype]);
    this.#position = desc.op === 'argmax' || desc.op === 'argmin';
    this.#identity = identityOf(desc.op, desc.pre.dtype);
    this.#empty = Object.is(this.#identity, -0) ? 0 : this.#identity;
  }

  run(views: readonly View[], shape: readonly number[], scalars: readonly number[]): void {
    const kept = views[0]!.strides.length;
    for (let d = 0; d < kept; d++) if (shape[d] === 0) return;
    const plan = this.#plans.get(views, shape, this.#makePlan);
    const call = { plan, views, scalars };
    if (plan.along === 'rows') this.#foldOnto(call);
    else if (!plan.slab.inputs.length || plan.shape.length > 1 || plan.slab.columns <= PIECE) this.#foldEach(call);
    else if (this.#position) this.#findLong(call);
    else this.#foldLong(call);
  }

  readonly #makePlan = (views: readonly View[], shape: readonly number[]): Plan => {
    const { op, pre } = this.#desc;
    const space = collapse(shape, views, views[0]!.strides.length);
    const innermost = isInnermost(space);
    const ordered = isFloat(pre.dtype) && (op === 'prod' || (op === 'sum' && !innermost));
    const byColumns = this.#position || (innermost && !ordered);
    const geometry = byColumns ? alongColumns(space, this.#position) : alongRows(space);
    const height = slabHeight(geometry, CHUNK);
    return { ...geometry, entry: this.#entry(geometry), height, slab: makeSlab(geometry, height), pieces: new Map() };
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
        if (n <= PIECE) return lanes()[(at = this.#fold(call, this.#piece(plan, n), from, true))]!;
        const half = (n >> 1) - ((n >> 1) % 8);
        return round(halve(from, half) + halve(from + half, n - half));
      };
      const sum = halve(0, total);
      lanes()[at] = sum;
    } else {
      for (let from = 0; from < total; from += PIECE)
        at = this.#fold(call, this.#piece(plan, Math.min(PIECE, total - from)), from, from === 0);
    }
    this.#collect(call, plan.slab, at, 0);
  }

  /** The position of the extreme of one long row, piece by piece up to the first NaN. */
  #findLong(call: Call): void {
    const { plan } = call;
    const { memory } = this.#runtime;
    const total = plan.shape[0]!;
    const largest = this.#desc.op === 'argmax';
    let [at, found] = [0, 0];
    let best: number | bigint | undefined;
    for (let from = 0; from < total && best === best; from += PIECE) {
      at = this.#fold(call, this.#piece(plan, Math.min(PIECE, total - from)), from, true);
      const extreme = this.#extremes(memory)[0]!;
      if (best !== undefined && extreme === extreme && !(largest ? extreme > best : extreme < best)) continue;
      best = extreme;
      found = from + Number(memory.i64[at]);
    }
    memory.i64[at] = BigInt(found);
    this.#collect(call, plan.slab, at, 0);
  }

  /** The extreme that the kernel left behind, in lanes of its own width. */
  #extremes({ f32, f64, i32, i64, u32, u64 }: DeviceMemory): TypedArray {
    const { dtype } = this.#desc.pre;
    const place = REDUCE_BLOCK.extreme;
    if (dtype === 'float32') return f32.subarray(place >> 2);
    if (dtype === 'uint32') return u32.subarray(place >> 2);
    if (!isWide(dtype)) return i32.subarray(place >> 2);
    return (dtype === 'float64' ? f64 : dtype === 'int64' ? i64 : u64).subarray(place >> 3);
  }

  #piece(plan: Plan, count: number): Slab {
    let slab = plan.pieces.get(count);
    if (!slab) plan.pieces.set(count, (slab = makeSlab(plan, count)));
    return slab;
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
    const lanes = this.#layout.lanes(this.#runtime.memory) as Float64Array;
    const identity = (empty ? this.#empty : this.#identity) as number;
    if (results === 1) lanes[at] = identity;
    else lanes.fill(identity, at, at + results);
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
