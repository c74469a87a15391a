import type { DescOf, DType, Program } from '@isograd/device';
import type { FunctionBuilder, Local } from '../asm/function-builder.ts';
import { ModuleBuilder } from '../asm/module-builder.ts';
import { f64, i32 } from '../asm/scalar.ts';
import { type Group, isWide } from '../casts.ts';
import { isHeavyStep } from '../float-steps.ts';
import { ScalarFunctions } from '../math/scalar-functions.ts';
import { groupBytes, loadGroup, splatGroup, storeGroup } from '../operands.ts';
import { emitProgram, slowFunctions } from '../program.ts';
import { type ProgramContext, programContext } from '../program-context.ts';
import { importSlow, type Runtime } from '../runtime.ts';

/**
 * Parameters of an element-wise kernel in linear memory: rows, columns, then address and bytes from row to row of each operand
 * (outputs first), all int32; then the run-time scalars as float64.
 */
export const MAP_BLOCK = {
  rows: 0,
  columns: 4,
  address: (operand: number): number => 8 + 8 * operand,
  step: (operand: number): number => 12 + 8 * operand,
  scalar: (operands: number, index: number): number => 8 + 8 * operands + 8 * index,
} as const;

function unrolling(program: Program): 1 | 2 {
  const heavy = program.steps.filter((s) => isHeavyStep(s.op)).length;
  return heavy > 1 || program.steps.length > 24 || program.steps.some((s) => isWide(s.dtype)) ? 1 : 2;
}

interface Operand {
  readonly dtype: DType;
  readonly output: boolean;
  /** Whether one element serves a whole row. */
  readonly repeated: boolean;
  /** Address of the row, and within it. */
  readonly row: Local<'i32'>;
  readonly at: Local<'i32'>;
  readonly step: Local<'i32'>;
}

interface Row {
  readonly context: ProgramContext;
  readonly program: Program;
  readonly operands: readonly Operand[];
  readonly block: Local<'i32'>;
}

/** Writes the code of `count` neighbouring groups of four elements and moves on; all are computed before any is stored. */
function emitGroups(
  { context, program, operands, block }: Row,
  splats: readonly (Group | undefined)[],
  count: number,
): void {
  const { f } = context;
  const outs = program.outputs.length;
  const results: Group[] = [];
  for (let u = 0; u < count; u++) {
    const groups = emitProgram(context, program, {
      input: (index) =>
        splats[outs + index] ??
        loadGroup(
          context,
          operands[outs + index]!.dtype,
          operands[outs + index]!.at,
          u * groupBytes(operands[outs + index]!.dtype),
        ),
      scalar: (index) => f64.load(block, MAP_BLOCK.scalar(operands.length, index)),
    });
    results.push(...groups);
  }
  results.forEach((group, i) => {
    const { dtype, at } = operands[i % outs]!;
    storeGroup(context, dtype, group, { address: at, offset: Math.floor(i / outs) * groupBytes(dtype) });
  });
  for (const { repeated, at, dtype } of operands) if (!repeated) f.set(at, i32.add(at, count * groupBytes(dtype)));
}

function emitRows(row: Row): void {
  const { context, operands, program, block } = row;
  const { f } = context;
  const unroll = unrolling(program);
  const rows = f.let(i32.load(block, MAP_BLOCK.rows));
  const groups = f.let(i32.shrU(i32.add(i32.load(block, MAP_BLOCK.columns), 3), 2));
  const whole = unroll === 2 ? f.let(i32.shrU(groups, 1)) : groups;
  const [r, g] = [f.local('i32'), f.local('i32')];
  f.for(r, { from: 0, to: rows, step: 1 }, () => {
    for (const { at, row: start } of operands) f.set(at, start);
    const splats = operands.map((o) =>
      o.repeated ? splatGroup(context, o.dtype, o.row).map((x) => f.let(x)) : undefined,
    );
    f.for(g, { from: 0, to: whole, step: 1 }, () => emitGroups(row, splats, unroll));
    if (unroll === 2) f.if(i32.and(groups, 1), () => emitGroups(row, splats, 1));
    for (const { row: start, step } of operands) f.set(start, i32.add(start, step));
  });
}

/**
 * Generates an element-wise kernel over rows and columns.
 *
 * Stores are whole groups of four: the last one of a row runs into the next row, which is written after it, so that no element is
 * computed by other code than its neighbours.
 *
 * @param repeated - For each input, whether one element serves a whole row.
 */
export function mapModule(
  { engine, memory }: Runtime,
  desc: DescOf<'map'>,
  program: Program,
  repeated: readonly boolean[],
): ModuleBuilder {
  const module = new ModuleBuilder({ shared: memory.shared });
  const slow = importSlow(module, slowFunctions(program));
  const scalars = new ScalarFunctions(module);
  const body = (f: FunctionBuilder): void => {
    const block = f.param(0, 'i32');
    const context = programContext(f, engine.fma, { scalars, slow });
    const dtypes = [...desc.outputs.map((o) => o.dtype), ...desc.inputs];
    const operands = dtypes.map((dtype, v): Operand => {
      const output = v < desc.outputs.length;
      return {
        dtype,
        output,
        repeated: !output && repeated[v - desc.outputs.length]!,
        row: f.let(i32.load(block, MAP_BLOCK.address(v))),
        at: f.local('i32'),
        step: f.let(i32.load(block, MAP_BLOCK.step(v))),
      };
    });
    emitRows({ context, program, operands, block });
  };
  module.function({ params: ['i32'], results: [] }, body, 'run');
  return module;
}
