import { ArgumentError } from '@isograd/device';
import type { ComplexParts } from './float-string.ts';

/** How digits behind the point are chosen; see {@link PrintOptions.floatmode}. */
export type FloatMode = 'fixed' | 'unique' | 'maxprec' | 'maxprec_equal';

/** Functions that print one element, by the kind of the array's dtype; a dtype's own key goes before `...Kind`, that before `all`. */
export interface Formatter {
  readonly all?: (value: number | bigint | boolean | ComplexParts) => string;
  readonly bool?: (value: boolean) => string;
  readonly int?: (value: number | bigint) => string;
  readonly intKind?: (value: number | bigint) => string;
  readonly float?: (value: number) => string;
  readonly floatKind?: (value: number) => string;
  readonly complexfloat?: (value: ComplexParts) => string;
  readonly complexKind?: (value: ComplexParts) => string;
}

/** How arrays are printed; the names, defaults and meanings of NumPy's `set_printoptions`. */
export interface PrintOptions {
  /** Digits behind the decimal point, at most; default 8. */
  readonly precision: number;
  /** Arrays with more elements than this are abbreviated with `...`; default 1000. */
  readonly threshold: number;
  /** Items shown at each end of an abbreviated axis; default 3. */
  readonly edgeitems: number;
  /** Characters in a line; default 75. */
  readonly linewidth: number;
  /** Whether small numbers print as zero instead of turning the array to scientific notation; default false. */
  readonly suppress: boolean;
  /** How NaN prints. */
  readonly nanstr: string;
  /** How infinity prints. */
  readonly infstr: string;
  /** `'+'` prints the sign of positive values, `' '` a space in its place, `'-'` nothing; default `'-'`. */
  readonly sign: '-' | '+' | ' ';
  /**
   * `'maxprec'` (default): as many digits as a value needs, at most `precision`; `'maxprec_equal'`: the same number for all;
   * `'fixed'`: exactly `precision`; `'unique'`: as many as needed without limit.
   */
  readonly floatmode: FloatMode;
  /** Functions that take over for a kind of element; default none. */
  readonly formatter: Formatter | null;
}

const DEFAULTS: PrintOptions = {
  precision: 8,
  threshold: 1000,
  edgeitems: 3,
  linewidth: 75,
  suppress: false,
  nanstr: 'nan',
  infstr: 'inf',
  sign: '-',
  floatmode: 'maxprec',
  formatter: null,
};

let current: PrintOptions = DEFAULTS;

const LEAST = { precision: 0, edgeitems: 1, linewidth: 1 } as const;
const CHOICES = { sign: ['-', '+', ' '], floatmode: ['fixed', 'unique', 'maxprec', 'maxprec_equal'] } as const;

function refuse(where: string, name: string, got: unknown, expected: string): never {
  const hint = name === 'threshold' ? 'Infinity prints every array in full' : 'leave it out to keep the present value';
  throw new ArgumentError({ where, what: `bad ${name}`, got: String(got), expected, hint });
}

/** Options with the given ones in place of the present ones; refuses what has no meaning. */
export function mergePrintOptions(options: Partial<PrintOptions>, where: string): PrintOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  if ('legacy' in given) refuse(where, 'legacy printing is not supported', given['legacy'], "today's NumPy alone");
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(DEFAULTS, name))
      refuse(where, `option '${name}'`, `'${name}'`, `one of ${Object.keys(DEFAULTS).join(', ')}`);
  }
  const merged: PrintOptions = { ...current, ...given };
  for (const name of ['precision', 'edgeitems', 'linewidth'] as const) {
    if (!(merged[name] === Infinity || (Number.isInteger(merged[name]) && merged[name] >= LEAST[name])))
      refuse(where, name, merged[name], `an integer, at least ${LEAST[name]}`);
  }
  if (Number.isNaN(Number(merged.threshold))) refuse(where, 'threshold', merged.threshold, 'a number');
  for (const name of ['sign', 'floatmode'] as const) {
    const choices: readonly string[] = CHOICES[name];
    if (!choices.includes(merged[name]))
      refuse(where, name, `'${merged[name]}'`, choices.map((choice) => `'${choice}'`).join(', '));
  }
  return merged;
}

/**
 * Sets how arrays are printed from now on.
 *
 * Source: NumPy reference, `numpy.set_printoptions`.
 *
 * @throws ArgumentError for an unknown option or a value without meaning.
 * @example
 * setPrintoptions({ precision: 3 });
 * getPrintoptions().precision // => 3
 * setPrintoptions({ precision: 8 });
 */
export function setPrintoptions(options: Partial<PrintOptions>): void {
  current = mergePrintOptions(options, 'setPrintoptions');
}

/**
 * How arrays are printed at present.
 *
 * @example
 * getPrintoptions().linewidth // => 75
 */
export function getPrintoptions(): PrintOptions {
  return current;
}

/**
 * Runs `body` with other print options and puts the present ones back, whether it returns or throws.
 *
 * @returns What `body` returns.
 * @throws ArgumentError as {@link setPrintoptions}.
 * @example
 * printoptions({ precision: 3 }, () => getPrintoptions().precision) // => 3
 * getPrintoptions().precision // => 8
 */
export function printoptions<T>(options: Partial<PrintOptions>, body: () => T): T {
  const before = current;
  current = mergePrintOptions(options, 'printoptions');
  try {
    return body();
  } finally {
    current = before;
  }
}
