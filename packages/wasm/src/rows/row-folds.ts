import type { Local } from '../asm/function-builder.ts';
import { f32, f64, i32 } from '../asm/scalar.ts';
import { f32x4, f64x2, i32x4, i64x2, v128 } from '../asm/simd.ts';
import type { Vec } from '../asm/value.ts';
import type { Group } from '../casts.ts';
import { demote, promote } from '../lane-pairs.ts';
import type { FloatLanes } from '../lanes.ts';
import type { ProgramContext } from '../program-context.ts';

type Locals = readonly Local<'v128'>[];

/** What is to be found in one walk. */
interface Wanted {
  readonly ops: readonly ('sum' | 'max')[];
  /** Running results side by side. */
  readonly copies: 1 | 2;
  /** Whether each lane is a row of its own. */
  readonly across: boolean;
}

interface Fold {
  readonly op: 'sum' | 'max';
  readonly running: readonly Locals[];
  /** Of a sum: float64 that blocks are added to. Of a maximum: where NaN was met. */
  readonly total: Locals;
}

/** Sums and largest elements on their way through a walk. Sums of blocks are added up in float64. */
export class RowFolds {
  readonly #context: ProgramContext;
  readonly #lanes: FloatLanes;
  readonly #folds: readonly Fold[];
  readonly #wanted: Wanted;

  constructor(context: ProgramContext, dtype: 'float32' | 'float64', wanted: Wanted) {
    const { f, narrowLanes, wideLanes } = context;
    this.#context = context;
    this.#wanted = wanted;
    this.#lanes = dtype === 'float32' ? narrowLanes : wideLanes;
    const parts = dtype === 'float32' ? 1 : 2;
    const fresh = (n: number, x: Vec): Locals => Array.from({ length: n }, () => f.let(x));
    this.#folds = wanted.ops.map((op): Fold => {
      const start = this.#lanes.number(op === 'sum' ? 0 : -Infinity);
      return {
        op,
        running: Array.from({ length: wanted.copies }, () => fresh(parts, start)),
        total: fresh(op === 'max' ? parts : wanted.across ? 2 : 1, narrowLanes.integer(0)),
      };
    });
  }

  /** Adds a group for each fold; lanes outside of the mask do not count. */
  add(copy: number, groups: readonly Group[], mask?: readonly Vec[]): void {
    const { f } = this.#context;
    const { float } = this.#lanes;
    this.#folds.forEach(({ op, running, total }, i) =>
      running[copy]!.forEach((acc, part) => {
        const given = groups[i]![part]!;
        const start = this.#lanes.number(op === 'sum' ? 0 : -Infinity);
        const x = mask ? f.let(this.#lanes.select(mask[part]!, given, start)) : (given as Local<'v128'>);
        f.set(acc, op === 'sum' ? float.add(acc, x) : float.pmax(acc, x));
        // `pmax` passes over NaN.
        if (op === 'max') f.set(total[part]!, v128.or(total[part]!, float.ne(x, x)));
      }),
    );
  }

  /** Adds the running sums to the totals. */
  flush(): void {
    const { f } = this.#context;
    for (const { op, running, total } of this.#folds) {
      if (op === 'max') continue;
      for (const group of running) {
        const wide = this.#lanes.bits === 32 ? promote(group[0]!) : group;
        const sums = this.#wanted.across ? wide : [f64x2.add(wide[0]!, wide[1]!)];
        sums.forEach((x, part) => f.set(total[part]!, f64x2.add(total[part]!, x)));
        for (const acc of group) f.set(acc, this.#lanes.number(0));
      }
    }
  }

  /** What was found: in all lanes, or in each that of its row. */
  finish(): readonly Locals[] {
    return this.#folds.map((fold) => (fold.op === 'sum' ? this.#sum(fold) : this.#largest(fold)));
  }

  #sum({ total }: Fold): Locals {
    const { f } = this.#context;
    const narrow = this.#lanes.bits === 32;
    if (this.#wanted.across) return narrow ? [f.let(demote(total))] : total;
    const sum = f64.add(f64x2.extract(total[0]!, 0), f64x2.extract(total[0]!, 1));
    if (narrow) return [f.let(f32x4.splat(f32.demote(sum)))];
    const both = f.let(f64x2.splat(sum));
    return [both, both];
  }

  #largest({ running, total }: Fold): Locals {
    const { f, narrowLanes } = this.#context;
    const { float } = this.#lanes;
    const missing = this.#lanes.number(Number.NaN);
    const parts = running[0]!.map((acc, part) =>
      running.slice(1).reduce<Vec>((x, other) => float.pmax(x, other[part]!), acc),
    );
    if (this.#wanted.across) return parts.map((x, part) => f.let(v128.bitselect(missing, x, total[part]!)));
    let best = f.let(parts.reduce((x, y) => float.pmax(x, y)));
    const turn = (x: Vec, by: 1 | 2): Vec =>
      by === 2 ? i64x2.shuffle(x, x, [1, 0]) : i32x4.shuffle(x, x, [1, 0, 3, 2]);
    best = f.let(float.pmax(best, turn(best, 2)));
    if (this.#lanes.bits === 32) best = f.let(float.pmax(best, turn(best, 1)));
    const met = v128.anyTrue(total.reduce<Vec>((x, y) => v128.or(x, y), narrowLanes.integer(0)));
    const result = f.let(v128.bitselect(missing, best, i32x4.splat(i32.sub(0, met))));
    return parts.map(() => result);
  }
}
