import type { Known } from './known.ts';
import type { FamilyResult } from './run.ts';

/** A whole run: every family under every seed. */
export interface Run {
  readonly seeds: readonly number[];
  readonly runs: number;
  readonly devices: readonly string[];
  readonly numpy: string;
  readonly seconds: number;
  readonly results: readonly FamilyResult[];
}

/** What runs found and what was mended since; the tests of the parts hold it. */
const MENDED: readonly (readonly [where: string, what: string])[] = [
  ['sum, mean', 'sums of -0 alone are 0; the first row of float16 is rounded like the others'],
  [
    'sum, prod, var, std, mean, nan...',
    'several axes of transposed, reversed and gapped arrays follow the memory as NumPy does; what it converts or cannot walk in one run is packed first',
  ],
  [
    'sum, mean of more than 8192 elements',
    "in the parts in which NumPy's buffer takes them where they are converted or have gaps",
  ],
  ['isin', 'tells fractions from whole numbers, and 64-bit integers of both signs apart'],
  ['fmax, fmin, max, min of complex', 'of several numbers with NaN the one that NumPy gives'],
  ['matmul over nothing (wasm)', 'no longer reads beyond its memory'],
  ['casts to uint64 (native)', 'of floats from 2^64 on give 0'],
  ['prod, var, std of float16', 'rounded once a row, deviations in float16 throughout'],
  ['mean, average of complex', 'divided as complex numbers: a NaN in one part makes the other NaN'],
  ['max, min, argmax, argmin, ptp', 'refused over an axis of length 0 even where the result is empty'],
  [
    'complex exp, log, sqrt, sin, ..., arctanh',
    "values at infinities, NaN, signed zeros and near the largest and smallest numbers as C's; complex64 computed in float64; arctanh beside -1",
  ],
  ['complex expm1, log1p, sign, reciprocal, power', "NumPy's own formulas; whole powers by squaring; powers of 0"],
  ['floorDivide', "float32 and float16 in NumPy's steps"],
  ['lcm', 'of absolute values, wraps around as in NumPy'],
  ['spacing, nextafter', 'spacing at -0 is positive, at infinite float16 NaN; nextafter of float16 zeros'],
  ['reciprocal', 'of an unsigned 0 is 0 on every device'],
  ['pad', 'means of Fortran arrays are summed in their order'],
  ['set', 'one element takes no array with axes, but for a bool, which takes an array of one element'],
  ['at, set', 'positions beside an index array of no elements are not looked at'],
  [
    'sum, prod, max, min with initial',
    'the value has the dtype of what is reduced; over nothing the named axis is reduced',
  ],
  ['sum, mean of complex in a real dtype', 'gives that dtype'],
  ['einsum with a path', 'each step has the dtype of its own factors'],
  ['setxor1d', 'complex numbers with NaN in a part have their order'],
  ['mean, var, std, nan..., median, quantile, histogram', 'take where, dtype, out, complex weights'],
  ['reshape(), contiguous', 'no lengths for one element; zero-size views are contiguous'],
];

const TOLERANCES = `| What | How near |
|---|---|
| indexing, shapes, order, sets, casts, integers, comparisons, rounding, text, files | the same bits |
| \`+ - * / sqrt\` and other arithmetic, sums, means, deviations, products of real numbers | the same bits |
| the same of complex numbers | 4 units in the last place of their magnitude, because NumPy fuses products where the processor can |
| exp, log, sin, cos, tan and their relatives, real and complex, of every float dtype | 4 units in the last place |
| matrix products, einsum, convolutions, Fourier transforms, polynomials, reductions under a mask | some units in the last place of the largest element or product, because the order of sums is the library's |`;

function familyTable({ results }: Run): string {
  const names = [...new Set(results.map((r) => r.family))];
  const lines = names.map((name) => {
    const own = results.filter((r) => r.family === name);
    const total = (of: (r: FamilyResult) => number): number => own.reduce((sum, r) => sum + of(r), 0);
    const aside = total((r) => [...r.known.values()].reduce((sum, n) => sum + n, 0));
    return `| ${name} | ${own[0]!.functions} | ${total((r) => r.runs).toLocaleString('en')} | ${aside} | ${total((r) => r.failures.length)} |`;
  });
  return ['| Family | Functions | Cases | Explained | Other differences |', '|---|---|---|---|---|', ...lines].join(
    '\n',
  );
}

function knownTable({ results }: Run, entries: readonly Known[]): string {
  const lines = entries.map(({ rows, why }) => {
    const count = results.reduce((sum, r) => sum + (r.known.get(why) ?? 0), 0);
    return `| \`${rows.source.replaceAll('|', '\\|')}\` | ${count} | ${why} |`;
  });
  return ['| Functions | Cases | Why |', '|---|---|---|', ...lines].join('\n');
}

/** The page of a run. */
export function pageOf(run: Run, entries: readonly Known[]): string {
  const cases = run.results.reduce((sum, r) => sum + r.runs, 0);
  const differ = run.results.reduce((sum, r) => sum + r.failures.length, 0);
  const command = `pnpm properties --runs ${run.runs} --seeds ${run.seeds.join(',')} --devices ${run.devices.join(',')} --page`;
  return `# Random calls against NumPy

Written by \`${command}\`; do not edit.

Random calls of ${new Set(run.results.map((r) => r.family)).size} families of functions, with arrays of every dtype, shape and layout (transposed, reversed, with gaps, of no elements,
without axes) and with edge values (NaN, infinities, -0, largest and smallest numbers, subnormal ones), were answered by NumPy ${run.numpy} in a live process and by
\`@isograd/ndarray\` on the devices ${run.devices.join(', ')}. dtype and shape must be equal, refusals must be refusals on both sides, values as near as said below.

**${cases.toLocaleString('en')} cases** under the seeds ${run.seeds.join(', ')}, ${Math.round(run.seconds / 60)} minutes. ${differ === 0 ? 'Nothing differs but for what is explained below.' : `${differ} functions differ.`}

${familyTable(run)}

## How near

${TOLERANCES}

## What it found

Mended since the first run:

| Where | What |
|---|---|
${MENDED.map(([where, what]) => `| ${where} | ${what} |`).join('\n')}

## What is left

Differences that are meant, or that NumPy leaves to the processor; their conditions stand in \`parity-tests/src/properties/known.ts\`.

${knownTable(run, entries)}

Two things that no call of this run shows: results of element-wise functions lie in C order here, in the order of their operands in NumPy, so that a sum of
\`x.T + 1\` may be taken in another order; and sums beyond NumPy's buffer of 8192 elements are taken in its parts where all axes are summed in float32 or float64
(tested up to 80,000 elements), but not where some axes of converted elements are, nor in float16 and complex numbers with gaps.
`;
}
