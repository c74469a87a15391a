import type { Subscripts } from './einsum-subscripts.ts';

/** One contraction of a path. */
export interface Step {
  /** Where its operands stand, from the last to the first. */
  readonly positions: readonly number[];
  readonly terms: readonly string[];
  readonly result: string;
  /** Terms after it. */
  readonly remaining: readonly string[];
  readonly cost: number;
  /** Number of labels, the exponent of its cost. */
  readonly scaling: number;
  /** Elements of its result. */
  readonly size: number;
}

/** C's `%.3e`: halves go to the even digit, and the exponent has two digits. */
function exponential(x: number): string {
  const [plain, exponent] = x.toExponential(3).split('e') as [string, string];
  const unit = 10 ** (Number(exponent) - 3);
  const below = Math.floor(x / unit);
  const isTie = unit >= 1 && 2 * (x - below * unit) === unit;
  const digits = isTie && below % 2 === 0 ? (below / 1000).toFixed(3) : plain;
  return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/** C's `%.3f`: halves go to the even digit. */
function fixed(x: number): string {
  const thousandths = x * 1000;
  const below = Math.floor(thousandths);
  return thousandths - below === 0.5 && below % 2 === 0 ? (below / 1000).toFixed(3) : x.toFixed(3);
}

/** What a path costs, in the layout of NumPy's report. */
export function pathReport({ terms, output, sizes }: Subscripts, steps: readonly Step[]): string {
  const labels = new Set(terms.join(''));
  const occurrences = terms.reduce((n, term) => n + new Set(term).size, 0);
  const all = [...labels].reduce((n, c) => n * sizes.get(c)!, 1);
  const naive = all * (Math.max(1, terms.length - 1) + (occurrences > labels.size ? 1 : 0));
  const cost = steps.reduce((sum, step) => sum + step.cost, 1);
  const rule = '-'.repeat(74);
  const row = (a: string, b: string, c: string): string => `${a}${b.padStart(24)} ${c.padStart(40)}`;
  return [
    `  Complete contraction:  ${terms.join(',')}->${output}`,
    `         Naive scaling:  ${labels.size}`,
    `     Optimized scaling:  ${Math.max(...steps.map((s) => s.scaling))}`,
    `      Naive FLOP count:  ${exponential(naive)}`,
    `  Optimized FLOP count:  ${exponential(cost)}`,
    `   Theoretical speedup:  ${fixed(naive / cost)}`,
    `  Largest intermediate:  ${exponential(Math.max(...steps.map((s) => s.size)))} elements`,
    rule,
    row('scaling ', 'current', 'remaining'),
    rule,
    ...steps.map((s) =>
      row(
        `${String(s.scaling).padStart(4)}    `,
        `${s.terms.join(',')}->${s.result}`,
        `${s.remaining.join(',')}->${output}`,
      ),
    ),
  ].join('\n');
}
