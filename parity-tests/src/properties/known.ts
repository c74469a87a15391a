import { type DType, DTYPES, halfToNumber } from '@isograd/device';
import type { ArraySpec } from './array-spec.ts';
import type { PropertyCase } from './property.ts';

/** A difference that is meant, or that NumPy leaves to the processor. */
export interface Known {
  readonly rows: RegExp;
  /** What the judge says about it. */
  readonly what: RegExp;
  readonly when?: (item: PropertyCase) => boolean;
  /** How far apart two numbers may be, of the larger one. */
  readonly within?: number;
  readonly why: string;
}

const numbersOf = ({ memory, dtype }: ArraySpec): number[] =>
  Array.from(memory as Iterable<number | bigint>, (v) => (dtype === 'float16' ? halfToNumber(Number(v)) : Number(v)));

const some = (test: (spec: ArraySpec) => boolean) => (item: PropertyCase) => item.inputs.some(test);
const kindIs = (kinds: string) => some(({ dtype }) => kinds.includes(DTYPES[dtype].kind));
const isHalf = some(({ dtype }) => dtype === 'float16');
const isComplex = kindIs('c');

function leavesRange(item: PropertyCase): boolean {
  const to = DTYPES[item.attrs['to'] as DType];
  if (to === undefined || !'iu'.includes(to.kind)) return false;
  const bits = 8 * to.itemsize;
  const [low, high] = to.kind === 'u' ? [0, 2 ** bits] : [-(2 ** (bits - 1)), 2 ** (bits - 1)];
  return numbersOf(item.inputs[0]!).some((v) => !(Math.trunc(v) >= low && Math.trunc(v) < high));
}

const ZERO = /got -?0, want -?0$/;

/** All of them; the first that fits counts. */
export const KNOWN: readonly Known[] = [
  {
    rows: /^(f?max|f?min|maximum|minimum|nanmax|nanmin|ptp|clip|pad)( with options)?$/,
    what: ZERO,
    why: 'which of 0 and -0 is the smaller one depends on the vector instructions that NumPy was built with',
  },
  {
    rows: /^(prod|cumprod|nanprod|nancumprod|square|multiply|divide|outer|dot|matmul)$/,
    what: /(Infinity|NaN)|got -?0, want/,
    when: isComplex,
    why: 'near the largest and smallest numbers the parts of complex products overflow or vanish in the order of the instructions',
  },
  {
    rows: /^(nan)?(cum)?prod$/,
    what: /element/,
    when: isComplex,
    within: 2 ** -18,
    why: 'NumPy fuses complex products where the processor can',
  },
  {
    rows: /^astype$/,
    what: /element/,
    when: leavesRange,
    why: 'C leaves it open what a float outside the range of an integer type becomes',
  },
  {
    rows: /^take$/,
    what: /refuses what NumPy takes: take: index/,
    when: some(({ base }) => base.includes(0)),
    why: 'NumPy does not look at positions where there is nothing to take',
  },
  {
    rows: /quantile|percentile|median/,
    what: /takes what NumPy refuses: ValueError: cannot reshape array of size 0/,
    why: 'NumPy cannot join several axes where an axis that stays is empty',
  },
  {
    rows: /^nan(quantile|percentile)$/,
    what: /got \w+ \[/,
    when: ({ attrs }) => Array.isArray(attrs['q']) && Array.isArray(attrs['q'][0]),
    why: 'NumPy puts the axes of a table of quantiles behind those of the array',
  },
  {
    rows: /^nan(var|std)$/,
    what: /element/,
    when: isComplex,
    within: 2 ** -20,
    why: 'NumPy multiplies complex numbers with their conjugates, fused where the processor can',
  },
  {
    rows: /^average$/,
    what: /ZeroDivisionError: division by zero/,
    why: 'NumPy counts the weights of nothing by a division of Python integers',
  },
  {
    rows: /^nanmedian$/,
    what: /want -?Infinity$/,
    why: 'NumPy adds the number in the middle to itself, which overflows near the largest numbers',
  },
  {
    rows: /^(unique|union1d|intersect1d|setdiff1d|setxor1d|sortComplex|partition)|quantile|percentile/,
    what: ZERO,
    why: 'which of 0 and -0 NumPy finds first depends on the vector instructions of its sort',
  },
  {
    rows: /^histogram$/,
    what: /takes what NumPy refuses: ValueError: 'list' argument must have no negative elements/,
    when: isHalf,
    why: 'the positions of bins overflow in float16',
  },
  {
    rows: /^mean into an array$/,
    what: /element/,
    when: isHalf,
    why: 'NumPy rounds the sum of float16 before it divides it where it writes into an array',
  },
  {
    rows: /^(irfft|hfft|irfftn)$/,
    what: /element/,
    when: some(({ base }) => base.includes(0)),
    why: 'NumPy gives memory as it finds it for transforms of nothing',
  },
  {
    rows: /^i?fftshift$/,
    what: /takes what NumPy refuses: ValueError: not enough values to unpack/,
    why: 'NumPy cannot shift an array without axes',
  },
  {
    rows: /^(isin|setdiff1d)$/,
    what: /element|got \w+ \[/,
    when: ({ inputs: [a, b] }) => a!.dtype !== b!.dtype && [a!, b!].some(({ dtype }) => /^u?int64$/.test(dtype)),
    why: "NumPy's table wraps around for uint64 beside signed numbers, and its sort takes rounded neighbours for the same",
  },
];

function areWithin(what: string, bound: number): boolean {
  const [got, want] = (/got (\S+), want (\S+)$/.exec(what) ?? []).slice(1).map(Number);
  return got !== undefined && Math.abs(got - want!) <= bound * Math.max(Math.abs(got), Math.abs(want!));
}

/** The entry for a difference that is none to report; undefined for any other one. */
export function knownFor(item: PropertyCase, what: string): Known | undefined {
  return KNOWN.find(
    (k) =>
      k.rows.test(item.row.name) &&
      k.what.test(what) &&
      (k.when?.(item) ?? true) &&
      (k.within === undefined || areWithin(what, k.within)),
  );
}
