import { type Expr, linearize } from '../expr.ts';
import { collapse, sizeOf } from '../geometry.ts';
import type { DescOf, Kernel, RowFold } from '../kernel.ts';
import { evaluate, isComputable, programSource, WRAP } from './map.ts';
import { dot, forEachIndex } from './reduce.ts';

/** A row on its way: the numbers of its stages so far, scalars, and what was found of the stage at hand. */
interface Row {
  readonly r: number[];
  readonly c: readonly number[];
  found: number;
}

/** Operands along one line, outputs first. */
interface Span {
  readonly memories: readonly unknown[];
  readonly steps: readonly number[];
  readonly n: number;
}

/** A loop over one line from these places on. */
type Line = (span: Span, places: readonly number[], row: Row) => void;

// Sums are of float64 and rounded once, at the end.
const FINDS: { readonly [F in RowFold]: (x: string) => string } = {
  sum: (x) => `found + ${x}`,
  max: (x) => `Math.max(found, ${x})`,
  value: (x) => x,
};
const START: { readonly [F in RowFold]: number } = { sum: 0, max: -Infinity, value: 0 };

/** Compiles a loop over one line that finds something by a fold, or writes its outputs. */
function compileLine(exprs: readonly Expr[], inputs: number, fold?: RowFold): Line | undefined {
  const program = linearize(exprs);
  if (!isComputable(program)) return undefined;
  const outs = fold ? 0 : exprs.length;
  const each = (text: (v: number) => string): string =>
    Array.from({ length: outs + inputs }, (_, v) => text(v)).join(' ');
  const load = (i: number): string => (i < inputs ? `m${outs + i}[p${outs + i}]` : `r[${i - inputs}]`);
  const ends = program.outputs.map((t, o) => (fold ? `found = ${FINDS[fold](`t${t}`)};` : `m${o}[p${o}] = t${t};`));
  return evaluate<Line>(`function ({ memories: m, steps: s, n }, p, row) {
const { r, c } = row;
let { found } = row;
${each((v) => `const m${v} = m[${v}], s${v} = s[${v}]; let p${v} = p[${v}];`)}
for (let i = 0; i < n; i++) {
${programSource(program, load)}
${ends.join(' ')}
${each((v) => `p${v} += s${v};`)}
}
row.found = found;
}`);
}

/** Kernel of rows: row by row, stage by stage, line by line. */
export function compileRows({ inputs, folds, outputs, written }: DescOf<'rows'>): Kernel | undefined {
  const stages = folds.map((fold, s) => compileLine([outputs[s]!], inputs.length, fold));
  const elements = outputs.slice(folds.length);
  const write = compileLine(elements, inputs.length);
  if (!write || !stages.every((line) => line !== undefined)) return undefined;
  const round = evaluate<(x: number) => number>(`(x) => ${WRAP[outputs[0]!.dtype as 'float32' | 'float64']('x')}`);
  return {
    run(views, shape, scalars) {
      const { shape: sizes, strides, split } = collapse(shape, views, scalars.at(-1));
      const lines = sizes.slice(split, -1);
      const n = sizeOf(shape) === 0 ? 0 : sizes.at(-1)!;
      const first = views.length - inputs.length;
      const spanFrom = (v: number, count: number): Span => ({
        memories: views.slice(v).map(({ memory }) => memory),
        steps: strides.slice(v).map((s) => s.at(-1)!),
        n: count,
      });
      const [along, single, all] = [spanFrom(first, n), spanFrom(first, 1), spanFrom(written.length, n)];
      forEachIndex(sizes.slice(0, split), (index) => {
        const start = views.map(({ offset }, v) => offset + dot(index, strides[v]!, 0));
        const row: Row = { r: [], c: scalars, found: 0 };
        /** Walks operands from one on along all lines of the row. */
        const walk = (line: Line, v: number, span: Span): void =>
          forEachIndex(lines, (at) => {
            const places = start.slice(v).map((p, i) => p + dot(at, strides[v + i]!, split));
            line(span, places, row);
          });
        stages.forEach((line, s) => {
          row.found = START[folds[s]!];
          if (folds[s] === 'value') line(single, start.slice(first), row);
          else walk(line, first, along);
          row.r.push(round(row.found));
        });
        written.forEach((s, v) => ((views[v]!.memory as Float64Array)[start[v]!] = row.r[s]!));
        if (elements.length > 0) walk(write, written.length, all);
      });
    },
  };
}
