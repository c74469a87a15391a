import { ArgumentError } from '@isograd/device';

/** Numbers that an option may take: from `low` to below `high`, or up to it. */
export type Range = readonly [low: number, high: number, ends?: 'included' | 'both excluded'];

/** Refuses an option that is not a number in a range. */
export function checkRange(where: string, name: string, value: number, [low, high, ends]: Range): void {
  const fromLow = ends === 'both excluded' ? value > low : value >= low;
  if (typeof value === 'number' && fromLow && (value < high || (ends === 'included' && value === high))) return;
  const start = `a number ${ends === 'both excluded' ? 'above' : 'from'} ${low}`;
  throw new ArgumentError({
    where,
    what: `${name} is out of range`,
    got: String(value),
    expected: high === Infinity ? start : `${start} to ${ends === 'included' ? '' : 'below '}${high}`,
  });
}

const FROM_ZERO: Range = [0, Infinity];

/** The options of PyTorch's optimizers: one name, one range; those of pairs hold for both numbers. */
const RANGES: Readonly<Record<string, Range>> = {
  lr: FROM_ZERO,
  momentum: FROM_ZERO,
  weightDecay: FROM_ZERO,
  eps: FROM_ZERO,
  betas: [0, 1],
  rho: [0, 1, 'included'],
  alpha: FROM_ZERO,
  lrDecay: FROM_ZERO,
  initialAccumulatorValue: FROM_ZERO,
  lambd: FROM_ZERO,
  momentumDecay: FROM_ZERO,
  d: [1, Infinity],
  beta2Decay: [-Infinity, 0, 'included'],
};

/** Refuses every option that is out of the range of its name; `own` has the ranges that differ for one optimizer. */
export function checkOptions(
  where: string,
  options: object,
  own: Readonly<Record<string, Range | undefined>> = {},
): void {
  for (const [name, value] of Object.entries(options)) {
    const range = Object.hasOwn(own, name) ? own[name] : RANGES[name];
    if (!range) continue;
    if (Array.isArray(value)) value.forEach((x: number, i) => checkRange(where, `${name}[${i}]`, x, range));
    else checkRange(where, name, value as number, range);
  }
}
