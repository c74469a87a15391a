import type { Local } from '../asm/function-builder.ts';
import type { ModuleBuilder } from '../asm/module-builder.ts';
import { i32 } from '../asm/scalar.ts';
import { v128 } from '../asm/simd.ts';
import type { Width } from '../gemm/tile.ts';

type Int = Local<'i32'>;

/** Lines of several channels in linear memory, and where they shall stand; addresses and distances in bytes. */
export interface Lines {
  readonly source: number;
  readonly sourceLine: number;
  readonly sourceChannel: number;
  readonly target: number;
  readonly targetLine: number;
  readonly targetChannel: number;
  readonly lines: number;
  readonly channels: number;
  /** Bytes of a line, a multiple of 4. */
  readonly bytes: number;
}

/** Numbers in the order of the parameters of the generated function. */
export function linesArguments(l: Lines): readonly number[] {
  return [
    l.source,
    l.sourceLine,
    l.sourceChannel,
    l.target,
    l.targetLine,
    l.targetChannel,
    l.lines,
    l.channels,
    l.bytes,
  ];
}

/** Copies {@link Lines}, nothing beside them is written. */
export function lineCopy(module: ModuleBuilder): void {
  module.function(
    { params: Array<'i32'>(9).fill('i32'), results: [] },
    (f) => {
      const p = (index: number): Int => f.param(index, 'i32');
      const [source, sourceLine, sourceChannel, target, targetLine] = [p(0), p(1), p(2), p(3), p(4)];
      const [targetChannel, lines, channels, bytes] = [p(5), p(6), p(7), p(8)];
      const [c, y, x, from, to] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
      const whole = f.let(i32.and(bytes, -16));
      f.for(c, { from: 0, to: channels, step: 1 }, () => {
        f.set(from, source);
        f.set(to, target);
        f.for(y, { from: 0, to: lines, step: 1 }, () => {
          f.for(x, { from: 0, to: whole, step: 16 }, () => f.storeVector(i32.add(to, x), v128.load(i32.add(from, x))));
          f.for(x, { from: whole, to: bytes, step: 4 }, () => f.store(i32.add(to, x), i32.load(i32.add(from, x))));
          f.set(from, i32.add(from, sourceLine));
          f.set(to, i32.add(to, targetLine));
        });
        f.set(source, i32.add(source, sourceChannel));
        f.set(target, i32.add(target, targetChannel));
      });
    },
    'copyLines',
  );
}

/** Adds one number to each row of a matrix. Parameters: the matrix, its rows, bytes of a row (whole vectors), the numbers. */
export function biasAddition(module: ModuleBuilder, width: Width): void {
  module.function(
    { params: Array<'i32'>(4).fill('i32'), results: [] },
    (f) => {
      const [at, rows, bytes, bias] = [f.param(0, 'i32'), f.param(1, 'i32'), f.param(2, 'i32'), f.param(3, 'i32')];
      const [row, x, value] = [f.local('i32'), f.local('i32'), f.local('v128')];
      f.for(row, { from: 0, to: rows, step: 1 }, () => {
        f.set(value, width.splat(bias, 0));
        f.set(bias, i32.add(bias, width.bytes));
        f.for(x, { from: 0, to: bytes, step: 16 }, () => {
          f.storeVector(at, width.add(v128.load(at), value));
          f.set(at, i32.add(at, 16));
        });
      });
    },
    'addBias',
  );
}
