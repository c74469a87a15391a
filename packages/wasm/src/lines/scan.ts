import type { DescOf, Kernel, View } from '@isograd/device';
import { type Layout, LAYOUTS } from '../operands.ts';
import type { Runtime } from '../runtime.ts';
import { copyGrid } from '../staging.ts';
import { columnsFrom, forEachGrid, type Lines, rowsFrom } from './lines.ts';
import { compileScans, type Scan } from './scan-code.ts';

/** Elements that are staged at once. */
const CHUNK = 16384;
/** With at least so many rows side by side lines are scanned from row to row of memory. */
const ACROSS = 16;

class ScanKernel implements Kernel {
  readonly #runtime: Runtime;
  readonly #layout: Layout;
  readonly #scan: Scan;

  constructor(runtime: Runtime, layout: Layout, scan: Scan) {
    this.#runtime = runtime;
    this.#layout = layout;
    this.#scan = scan;
  }

  run(views: readonly View[], shape: readonly number[]): void {
    forEachGrid(views as [View, View], shape, (lines) => {
      const side = Math.abs(lines.from.row) < Math.abs(lines.from.column);
      if (side && lines.rows >= ACROSS && this.#layout.shift >= 2) this.#across(lines);
      else if (lines.columns > CHUNK) this.#long(lines);
      else this.#short(lines);
    });
  }

  /** Many short lines at a time. */
  #short({ to, from, rows, columns }: Lines): void {
    const { memory } = this.#runtime;
    const { shift } = this.#layout;
    const height = Math.min(rows, Math.floor(CHUNK / columns));
    memory.reset();
    const at = memory.allocate((height * columns) << shift);
    const staged = { array: this.#layout.lanes(memory), start: at >>> shift, row: columns, column: 1 };
    for (let r = 0; r < rows; r += height) {
      const count = Math.min(height, rows - r);
      copyGrid(staged, rowsFrom(from, r), count, columns);
      this.#scan.along(at, count, columns);
      copyGrid(rowsFrom(to, r), staged, count, columns);
    }
  }

  /** Long lines piece by piece: each begins with the last result of the one before. */
  #long({ to, from, rows, columns }: Lines): void {
    const { memory } = this.#runtime;
    const { shift } = this.#layout;
    memory.reset();
    const at = memory.allocate((CHUNK + 1) << shift);
    const array = this.#layout.lanes(memory) as Float64Array;
    const first = at >>> shift;
    const staged = { array, start: first + 1, row: 0, column: 1 };
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c += CHUNK) {
        const count = Math.min(CHUNK, columns - c);
        copyGrid(staged, columnsFrom(rowsFrom(from, r), c), 1, count);
        this.#scan.along(c ? at : at + (1 << shift), 1, c ? count + 1 : count);
        copyGrid(columnsFrom(rowsFrom(to, r), c), staged, 1, count);
        array[first] = array[first + count]!;
      }
    }
  }

  /** Lines that lie side by side, some of them and some steps at a time. */
  #across({ to, from, rows, columns }: Lines): void {
    const { memory } = this.#runtime;
    const { shift } = this.#layout;
    const width = Math.min(rows, 1024);
    const pitch = (((width << shift) + 15) & -16) >>> shift;
    const height = Math.min(columns, Math.floor(CHUNK / pitch));
    memory.reset();
    const at = memory.allocate(((height + 1) * pitch) << shift);
    const array = this.#layout.lanes(memory);
    const first = at >>> shift;
    const staged = { array, start: first + pitch, row: pitch, column: 1 };
    const turned = (grid: Lines['to'], r: number, c: number): Lines['to'] => ({
      array: grid.array,
      start: grid.start + r * grid.row + c * grid.column,
      row: grid.column,
      column: grid.row,
    });
    for (let r = 0; r < rows; r += width) {
      const w = Math.min(width, rows - r);
      for (let c = 0; c < columns; c += height) {
        const h = Math.min(height, columns - c);
        copyGrid(staged, turned(from, r, c), h, w);
        this.#scan.across(c ? at : at + (pitch << shift), c ? h + 1 : h, pitch << shift);
        copyGrid(turned(to, r, c), staged, h, w);
        array.copyWithin(first, first + h * pitch, first + (h + 1) * pitch);
      }
    }
  }
}

/** Compiles running sums or products; bools and float16 have none on this device. */
export function compileScan(runtime: Runtime, { dtype, op }: DescOf<'scan'>): Kernel | undefined {
  if (dtype === 'bool' || dtype === 'float16') return undefined;
  return new ScanKernel(runtime, LAYOUTS[dtype], compileScans(runtime, dtype, op === 'sum' ? 'add' : 'mul'));
}
