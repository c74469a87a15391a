/** What the check finds about one thing. */
export type RowVerdict = 'agrees' | 'agrees within drift' | 'known difference' | 'disagrees';

/** One line of the table: one thing that was compared. */
export interface Row {
  /** Net or part of the job: `784-100-10`. */
  readonly group: string;
  /** What was compared: `loss of the first 100 steps`. */
  readonly what: string;
  /** Our value, as short text. */
  readonly ours: string;
  /** The value of the library that we are held against. */
  readonly theirs: string;
  /** Largest difference, in the unit of `allowed`. */
  readonly difference: number;
  /** What is allowed where the difference is largest measured against it. */
  readonly allowed: number;
  readonly verdict: RowVerdict;
  /** How many times as long the other library took. */
  readonly timeRatio?: number;
  /** What the difference is relative to, where it stands, and what else a reader should know. */
  readonly note: string;
}

/** Whether nothing disagrees. */
export function allAgree(rows: readonly Row[]): boolean {
  return rows.every(({ verdict }) => verdict !== 'disagrees');
}

/**
 * A number with few digits, for tables.
 *
 * @example
 * [0, 0.5, 12.345, 3.21e-7, 1234567].map((x) => short(x)) // => [ '0', '0.5', '12', '3.2e-7', '1.2e+6' ]
 */
export function short(x: number, digits = 2): string {
  if (!Number.isFinite(x)) return String(x);
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return x.toExponential(digits - 1);
  return String(Number(x.toPrecision(digits)));
}
