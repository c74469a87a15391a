import {
  type DescOf,
  planWalks,
  type Program,
  type RowPlan,
  type RowWalk,
  type RowWalks,
  subProgram,
} from '@isograd/device';
import type { FunctionBuilder, Local } from '../asm/function-builder.ts';
import { ModuleBuilder } from '../asm/module-builder.ts';
import { f64, i32 } from '../asm/scalar.ts';
import { i32x4, v128 } from '../asm/simd.ts';
import type { Vec } from '../asm/value.ts';
import type { Group } from '../casts.ts';
import { isHeavyStep } from '../float-steps.ts';
import { widenMask } from '../lane-pairs.ts';
import { ScalarFunctions } from '../math/scalar-functions.ts';
import { groupBytes, loadGroup, splatGroup, storeGroup } from '../operands.ts';
import { emitProgram, slowFunctions } from '../program.ts';
import { type ProgramContext, programContext } from '../program-context.ts';
import { importSlow, type Runtime } from '../runtime.ts';
import { RowFolds } from './row-folds.ts';

/**
 * Parameters of a kernel of rows in linear memory: rows, lines of each, columns of a line, then address, bytes from row to row and from line
 * to line of each operand (written stages, outputs of elements, what walks hand on, inputs), all int32; then the run-time scalars as float64.
 */
export const ROWS_BLOCK = {
  rows: 0,
  lines: 4,
  columns: 8,
  address: (operand: number): number => 12 + 12 * operand,
  row: (operand: number): number => 16 + 12 * operand,
  line: (operand: number): number => 20 + 12 * operand,
  scalar: (operands: number, index: number): number => 16 + 8 * Math.ceil((12 * operands) / 8) + 8 * index,
} as const;

/** `rows`: vectors lie along a row. `across`: each lane of a vector is a row of its own. */
export type Along = 'rows' | 'across';

/** A kernel of rows as walks, which hand on steps that are dear and needed again. */
export interface RowsCode extends RowWalks {
  readonly desc: DescOf<'rows'>;
  readonly plan: RowPlan;
}

/** Chooses what is kept of each element for a later walk. */
export function rowsCode(desc: DescOf<'rows'>, plan: RowPlan): RowsCode {
  return { desc, plan, ...planWalks(desc, plan, isHeavyStep) };
}

/** An operand: where its row, its line and its element at hand lie. */
interface Operand {
  /** Whether one element serves all columns. */
  readonly repeated: boolean;
  readonly row: Local<'i32'>;
  readonly line: Local<'i32'>;
  readonly at: Local<'i32'>;
  readonly rowStep: Local<'i32'>;
  readonly lineStep: Local<'i32'>;
}

/** Lines after which sums of rows that lie across vectors are added up in float64; columns for those that lie along. */
const BLOCK = { rows: 1024, across: 128 } as const;

/** Writes the function of one kernel. */
class RowsWriter {
  readonly #f: FunctionBuilder;
  readonly #context: ProgramContext;
  readonly #code: RowsCode;
  readonly #operands: readonly Operand[];
  readonly #block: Local<'i32'>;
  readonly #dtype: 'float32' | 'float64';
  readonly #across: boolean;
  readonly #lines: Local<'i32'>;
  readonly #columns: Local<'i32'>;
  /** The numbers of stages, in all lanes along rows. */
  readonly #stages: (readonly Local<'v128'>[])[] = [];
  /** One element of each operand that serves the columns at hand. */
  #splats: readonly (Group | undefined)[] = [];

  constructor(context: ProgramContext, code: RowsCode, along: Along, repeated: readonly boolean[]) {
    const { f } = context;
    this.#f = f;
    this.#context = context;
    this.#code = code;
    this.#across = along === 'across';
    this.#dtype = code.desc.outputs[0]!.dtype as 'float32' | 'float64';
    this.#block = f.param(0, 'i32');
    this.#lines = f.let(i32.load(this.#block, ROWS_BLOCK.lines));
    this.#columns = f.let(i32.load(this.#block, ROWS_BLOCK.columns));
    const first = this.#inputsFrom;
    const count = first + code.desc.inputs.length;
    this.#operands = Array.from({ length: count }, (_, v): Operand => ({
      repeated: v >= first && repeated[v - first]!,
      row: f.let(i32.load(this.#block, ROWS_BLOCK.address(v))),
      line: f.local('i32'),
      at: f.local('i32'),
      rowStep: f.let(i32.load(this.#block, ROWS_BLOCK.row(v))),
      lineStep: f.let(i32.load(this.#block, ROWS_BLOCK.line(v))),
    }));
  }

  get #elements(): number {
    return this.#code.desc.outputs.length - this.#code.desc.folds.length;
  }

  get #keptFrom(): number {
    return this.#code.desc.written.length + this.#elements;
  }

  get #inputsFrom(): number {
    return this.#keptFrom + this.#code.kept.length;
  }

  get #bytes(): number {
    return groupBytes(this.#dtype);
  }

  write(): void {
    const f = this.#f;
    const rows = f.let(i32.load(this.#block, ROWS_BLOCK.rows));
    f.for(f.local('i32'), { from: 0, to: rows, step: 1 }, () => {
      if (this.#across) this.#groups();
      else this.#row();
      for (const { row, rowStep } of this.#operands) f.set(row, i32.add(row, rowStep));
    });
  }

  /** Rows side by side: four at a time. */
  #groups(): void {
    const f = this.#f;
    const ahead = f.local('i32');
    const end = f.let(i32.mul(i32.shrU(i32.add(this.#columns, 3), 2), this.#bytes));
    f.for(ahead, { from: 0, to: end, step: this.#bytes }, () => this.#row(ahead));
  }

  /** One row, or the four that stand `ahead` bytes further. */
  #row(ahead?: Local<'i32'>): void {
    const f = this.#f;
    const { plan, desc, walks } = this.#code;
    const open = (): void => {
      for (const { line, row, repeated } of this.#operands) f.set(line, ahead && !repeated ? i32.add(row, ahead) : row);
    };
    plan.passes.forEach(({ values, folds }, w) => {
      open();
      if (values.length > 0) this.#values(values);
      if (folds.length > 0) this.#fold(folds, walks[w]!);
    });
    if (this.#elements > 0) {
      open();
      this.#map();
    }
    desc.written.forEach((s, v) => {
      const { row } = this.#operands[v]!;
      if (ahead)
        return storeGroup(this.#context, this.#dtype, this.#stages[s]!, {
          address: f.let(i32.add(row, ahead)),
          offset: 0,
        });
      f.storeLane(row, this.#stages[s]![0]!, { bits: this.#dtype === 'float32' ? 32 : 64, lane: 0 });
    });
  }

  /** The sources of programs: operands `ahead` groups further, stages, what was kept. */
  #emit(program: Program, ahead: number): readonly Group[] {
    const { inputs, folds } = this.#code.desc;
    const load = (v: number): Group =>
      loadGroup(this.#context, this.#dtype, this.#operands[v]!.at, ahead * this.#bytes);
    return emitProgram(this.#context, program, {
      input: (i) => {
        if (i < inputs.length) return this.#splats[i] ?? load(this.#inputsFrom + i);
        if (i < inputs.length + folds.length) return this.#stages[i - inputs.length]!;
        return load(this.#keptFrom + i - inputs.length - folds.length);
      },
      scalar: (i) => f64.load(this.#block, ROWS_BLOCK.scalar(this.#operands.length, i)),
    });
  }

  /** Reads what serves all columns where the operands are at. */
  #readSplats(): void {
    this.#splats = this.#code.desc.inputs.map((dtype, i) => {
      const { repeated, at } = this.#operands[this.#inputsFrom + i]!;
      return repeated ? splatGroup(this.#context, dtype, at).map((x) => this.#f.let(x)) : undefined;
    });
  }

  /** Numbers that follow from others of the row. */
  #values(stages: readonly number[]): void {
    const { plan } = this.#code;
    for (const { at, line } of this.#operands) this.#f.set(at, line);
    this.#readSplats();
    for (const s of stages) {
      const [group] = this.#emit(subProgram(plan.program, [plan.program.outputs[s]!]), 0);
      this.#stages[s] = group!.map((x) => this.#f.let(x));
    }
  }

  /** Calls `body` on each line, with the operands at its start. */
  #eachLine(body: () => void, lines = this.#lines): void {
    const f = this.#f;
    f.for(f.local('i32'), { from: 0, to: lines, step: 1 }, () => {
      for (const { at, line, lineStep } of this.#operands) {
        f.set(at, line);
        f.set(line, i32.add(line, lineStep));
      }
      this.#readSplats();
      body();
    });
  }

  #advance(groups: number): void {
    for (const { at, repeated } of this.#operands) if (!repeated) this.#f.set(at, i32.add(at, groups * this.#bytes));
  }

  /** Stores kept steps of a group. */
  #keep(keeps: readonly number[], groups: readonly Group[], ahead: number): void {
    keeps.forEach((k, i) => {
      const { at } = this.#operands[this.#keptFrom + k]!;
      storeGroup(this.#context, this.#dtype, groups[i]!, { address: at, offset: ahead * this.#bytes });
    });
  }

  #fold(stages: readonly number[], { program, keeps }: RowWalk): void {
    const f = this.#f;
    const { desc } = this.#code;
    const light = program.steps.filter((s) => isHeavyStep(s.op)).length <= 1 && stages.length < 3;
    const copies = !this.#across && light && this.#dtype === 'float32' ? 2 : 1;
    const folds = new RowFolds(this.#context, this.#dtype, {
      ops: stages.map((s) => desc.folds[s] as 'sum' | 'max'),
      copies,
      across: this.#across,
    });
    const step = (copy: number, mask?: readonly Vec[]): void => {
      const groups = this.#emit(program, copy);
      folds.add(copy, groups.slice(0, stages.length), mask);
      this.#keep(keeps, groups.slice(stages.length), copy);
    };
    if (this.#across) {
      const left = f.let(this.#lines);
      this.#inBlocks(left, BLOCK.across, (count) => {
        this.#eachLine(() => step(0), count);
        folds.flush();
      });
    } else {
      this.#eachLine(() => {
        const left = f.let(i32.and(this.#columns, -4));
        this.#inBlocks(left, BLOCK.rows, (count) => {
          const groups = f.let(i32.shrU(count, 2));
          f.for(f.local('i32'), { from: 0, to: copies === 2 ? i32.shrU(groups, 1) : groups, step: 1 }, () => {
            for (let copy = 0; copy < copies; copy++) step(copy);
            this.#advance(copies);
          });
          if (copies === 2)
            f.if(i32.and(groups, 1), () => {
              step(0);
              this.#advance(1);
            });
          folds.flush();
        });
        const rest = f.let(i32.and(this.#columns, 3));
        f.if(rest, () => {
          step(0, this.#mask(rest));
          folds.flush();
        });
      });
    }
    folds.finish().forEach((group, i) => (this.#stages[stages[i]!] = group));
  }

  /** Lanes below a number that is less than four. */
  #mask(rest: Local<'i32'>): readonly Vec[] {
    const lanes = this.#f.hoist('lanes', v128.const(new Uint8Array(Int32Array.of(0, 1, 2, 3).buffer)));
    const mask = this.#f.let(i32x4.lt(lanes, i32x4.splat(rest)));
    return this.#dtype === 'float32' ? [mask] : widenMask(mask).map((x) => this.#f.let(x));
  }

  /** Calls `body` with parts of a count, which is used up. */
  #inBlocks(left: Local<'i32'>, size: number, body: (count: Local<'i32'>) => void): void {
    const f = this.#f;
    const count = f.local('i32');
    f.block((end) =>
      f.loop((again) => {
        f.branchIf(end, i32.leS(left, 0));
        f.set(count, i32.select(size, left, i32.gtS(left, size)));
        body(count);
        f.set(left, i32.sub(left, count));
        f.branchIf(again, i32.const(1));
      }),
    );
  }

  /** The outputs of elements. */
  #map(): void {
    const f = this.#f;
    const { desc, walks } = this.#code;
    const { program } = walks.at(-1)!;
    const step = (): void => {
      const groups = this.#emit(program, 0);
      for (let o = 0; o < this.#elements; o++)
        storeGroup(this.#context, this.#dtype, groups[o]!, {
          address: this.#operands[desc.written.length + o]!.at,
          offset: 0,
        });
    };
    const groups = f.let(i32.shrU(i32.add(this.#columns, 3), 2));
    this.#eachLine(() => {
      if (this.#across) return step();
      f.for(f.local('i32'), { from: 0, to: groups, step: 1 }, () => {
        step();
        this.#advance(1);
      });
    });
  }
}

/** Generates a kernel of rows; `repeated` says of each input whether one element serves all columns. */
export function rowsModule(
  { engine, memory }: Runtime,
  code: RowsCode,
  along: Along,
  repeated: readonly boolean[],
): ModuleBuilder {
  const module = new ModuleBuilder({ shared: memory.shared });
  const slow = importSlow(module, slowFunctions(code.plan.program));
  const scalars = new ScalarFunctions(module);
  module.function(
    { params: ['i32'], results: [] },
    (f) => new RowsWriter(programContext(f, engine.fma, { scalars, slow }), code, along, repeated).write(),
    'run',
  );
  return module;
}
