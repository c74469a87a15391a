import { ArgumentError, isFloat } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { array } from '../creation.ts';
import { percentile } from './quantiles.ts';

/** Name of a rule that finds the number of bins. */
export type BinRule = 'auto' | 'fd' | 'doane' | 'scott' | 'stone' | 'rice' | 'sturges' | 'sqrt';

/** Counts the elements in a number of equal bins. */
export type CountBins = (bins: number) => readonly number[];

const scalar = (value: number): NDArray => array(value, { dtype: 'float64' });

/** Largest less smallest element; the difference of signed integers is unsigned, so that it fits. */
function spread(x: NDArray): NDArray {
  if (isFloat(x.dtype)) return x.max().sub(x.min());
  return scalar(Number(x.max().item()) - Number(x.min().item()));
}

function doane(x: NDArray): NDArray {
  const n = x.size;
  const sigma = x.std();
  if (n <= 2 || !(Number(sigma.item()) > 0)) return scalar(0);
  const scale = scalar(Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3))));
  const skewness = x.sub(x.mean()).div(sigma).pow(3).mean();
  const crooked = skewness.abs().div(scale).add(scalar(1)).item();
  return spread(x).div(scalar(1 + Math.log2(n) + Math.log2(Number(crooked))));
}

/** The width of a bin, from the data; a 0-d array in the precision in which NumPy has it. */
type Width = (x: NDArray, count: CountBins) => NDArray;

/** Leave-one-out estimate of the squared error (Stone, An Asymptotically Optimal Histogram Selection Rule, 1984). */
const stone: Width = (x, count) => {
  const n = x.size;
  const apart = spread(x);
  if (n <= 1 || Number(apart.item()) === 0) return scalar(0);
  let best = { bins: 1, loss: Infinity };
  for (let bins = 1; bins <= Math.max(100, Math.floor(Math.sqrt(n))); bins++) {
    const width = Number(apart.item()) / bins;
    let squares = 0;
    for (const c of count(bins)) squares += (c / n) ** 2;
    const loss = (2 - (n + 1) * squares) / width;
    if (loss < best.loss) best = { bins, loss };
  }
  return apart.div(scalar(best.bins));
};

const WIDTHS: { readonly [R in BinRule]: Width } = {
  sqrt: (x) => spread(x).div(scalar(Math.sqrt(x.size))),
  sturges: (x) => spread(x).div(scalar(Math.log2(x.size) + 1)),
  rice: (x) => spread(x).div(2 * x.size ** (1 / 3)),
  scott: (x) => x.std().mul(((24 * Math.PI ** 0.5) / x.size) ** (1 / 3)),
  stone,
  doane: (x) => doane(x),
  fd: (x) => {
    const [high, low] = percentile(x, [75, 25]);
    return high!
      .sub(low!)
      .mul(2)
      .mul(x.size ** (-1 / 3));
  },
  auto: (x, count) => {
    const value = (rule: BinRule): number => Number(WIDTHS[rule](x, count).item());
    return scalar(Math.min(Math.max(value('fd'), value('sqrt') / 2), value('sturges')));
  },
};

/** The rule of a name. @throws ArgumentError for a name that is none. */
export function binRule(name: string, where: string): Width {
  if (Object.hasOwn(WIDTHS, name)) return WIDTHS[name as BinRule];
  throw new ArgumentError({
    where,
    what: `'${name}' is not a valid estimator for \`bins\``,
    got: name,
    expected: Object.keys(WIDTHS).join(', '),
    hint: "leave it out for 10 bins, or say 'auto'",
  });
}
