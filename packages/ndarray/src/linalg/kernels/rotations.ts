import { block, product } from './gemm.ts';

/** Rows of numbers that are rotated along. */
export interface Rows {
  readonly memory: Float64Array;
  readonly width: number;
}

/** Sweeps that are gathered before they are applied, and rotations of each that are applied together. */
const SWEEPS = 32;
const WINDOW = 32;
// Below this, turning the rows one after the other costs less.
const LONG = 80;

interface Sweep {
  /** First rows of the pairs that are turned, one after the other. */
  readonly rows: number[];
  readonly cosines: number[];
  readonly sines: number[];
}

/**
 * Plane rotations of neighbouring rows, in sweeps that run up or down.
 *
 * The rotations of several sweeps are multiplied together in windows that lean with the sweeps, so that most of the work becomes matrix
 * products (Van Zee, van de Geijn & Quintana-Ortí 2014).
 */
export class Rotations {
  readonly #rows: Rows;
  readonly #isLong: boolean;
  #sweeps: Sweep[] = [];
  #step = 0;

  constructor(rows: Rows) {
    this.#rows = rows;
    this.#isLong = rows.width >= LONG;
  }

  /** Begins a sweep whose pairs move down the rows (1) or up (-1). */
  begin(step: 1 | -1): void {
    if (!this.#isLong) return;
    if (step !== this.#step || this.#sweeps.length === SWEEPS) this.flush();
    this.#step = step;
    this.#sweeps.push({ rows: [], cosines: [], sines: [] });
  }

  /** Row i to c·i + s·(i + 1), row i + 1 to c·(i + 1) - s·i. */
  turn(i: number, c: number, s: number): void {
    if (!this.#isLong) {
      rotateRows(this.#rows, i, c, s);
      return;
    }
    const sweep = this.#sweeps.at(-1)!;
    sweep.rows.push(i);
    sweep.cosines.push(c);
    sweep.sines.push(s);
  }

  /** Applies what has been gathered. */
  flush(): void {
    const [sweeps, step] = [this.#sweeps, this.#step];
    this.#sweeps = [];
    // A rotation has to come after those of earlier sweeps on its rows: along i - step * sweep it does.
    const lean = (i: number, k: number): number => Math.floor((i + step * k) / WINDOW);
    const windows = new Set(
      sweeps.flatMap(({ rows }, k) => (rows.length > 0 ? [lean(rows[0]!, k), lean(rows.at(-1)!, k)] : [])),
    );
    const [low, high] = [Math.min(...windows), Math.max(...windows)];
    if (windows.size === 0) return;
    const places = sweeps.map(() => 0);
    const count = high - low + 1;
    for (let at = 0; at < count; at++) this.#applyWindow(sweeps, step === 1 ? low + at : high - at, places, lean);
  }

  #applyWindow(
    sweeps: readonly Sweep[],
    window: number,
    places: number[],
    lean: (i: number, k: number) => number,
  ): void {
    let [first, last] = [Infinity, -1];
    const ends = sweeps.map(({ rows }, k) => {
      let end = places[k]!;
      for (; end < rows.length && lean(rows[end]!, k) === window; end++) {
        first = Math.min(first, rows[end]!);
        last = Math.max(last, rows[end]! + 1);
      }
      return end;
    });
    if (last < 0) return;
    const size = last - first + 1;
    const turned = { memory: new Float64Array(size * size), width: size };
    for (let i = 0; i < size; i++) turned.memory[i * size + i] = 1;
    sweeps.forEach(({ rows, cosines, sines }, k) => {
      for (let p = places[k]!; p < ends[k]!; p++) rotateRows(turned, rows[p]! - first, cosines[p]!, sines[p]!);
      places[k] = ends[k]!;
    });
    const { memory, width } = this.#rows;
    const y = product(block(turned.memory, size, 0, 0), block(memory, width, first, 0), [size, width, size]);
    memory.set(y, first * width);
  }
}

function rotateRows({ memory, width }: Rows, i: number, c: number, s: number): void {
  for (let p = i * width, q = p + width, end = q; p < end; p++, q++) {
    const a = memory[p]!;
    const b = memory[q]!;
    memory[p] = c * a + s * b;
    memory[q] = c * b - s * a;
  }
}
