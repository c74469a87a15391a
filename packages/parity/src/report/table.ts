import { type Row, type RowVerdict, short } from '../job/row.ts';

/** How text is made to stand out; each takes a text and gives it back with marks around it. */
export type Paint = (text: string, tone: 'good' | 'fair' | 'bad' | 'dim' | 'strong') => string;

const CODES = { good: 32, fair: 33, bad: 31, dim: 2, strong: 1 } as const;

/** Colours for a terminal. */
export const colored: Paint = (text, tone) => `\u001b[${CODES[tone]}m${text}\u001b[0m`;

/** No colours. */
export const plain: Paint = (text) => text;

/** How good a verdict is. */
export const TONES: { readonly [V in RowVerdict]: 'good' | 'fair' | 'bad' } = {
  agrees: 'good',
  'agrees within drift': 'good',
  'known difference': 'fair',
  disagrees: 'bad',
};

/**
 * The time ratio as people say it.
 *
 * @example
 * ratioText(3.26) // => 3.3x
 */
export function ratioText(ratio: number | undefined): string {
  return ratio === undefined ? '' : `${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(1)}x`;
}

/**
 * Lays the rows out for a terminal: a heading for each group, one line for each row.
 *
 * @param opponent - Name of the column of the other library.
 */
export function textTable(rows: readonly Row[], opponent: string, paint: Paint = plain): string {
  const heads = ['', 'isograd', opponent, 'largest diff', 'allowed', 'verdict', 'time ratio'];
  const cells = rows.map(({ what, ours, theirs, difference, allowed, verdict, timeRatio }) => [
    what,
    ours,
    theirs,
    short(difference),
    short(allowed),
    verdict,
    ratioText(timeRatio),
  ]);
  const widths = heads.map((head, column) => Math.max(head.length, ...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string[] =>
    row.map((text, column) =>
      column === 0 || column === 5 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!),
    );
  const groups = [...new Set(rows.map(({ group }) => group))];
  const lines = groups.flatMap((group) => [
    '',
    paint(group, 'strong'),
    ...rows.flatMap((row, i) => {
      if (row.group !== group) return [];
      const texts = line(cells[i]!);
      texts[5] = paint(texts[5]!, TONES[row.verdict]);
      return [`  ${texts.join('  ').trimEnd()}`];
    }),
  ]);
  return [paint(`  ${line(heads).join('  ').trimEnd()}`, 'dim'), ...lines].join('\n');
}
