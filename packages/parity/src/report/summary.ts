import type { ParityResult } from '../job/run-parity.ts';
import type { RowVerdict } from '../job/row.ts';
import { type Paint, plain, textTable } from './table.ts';

/** How many rows have each verdict. */
export function countVerdicts({ rows }: Pick<ParityResult, 'rows'>): { readonly [V in RowVerdict]: number } {
  const count = (verdict: RowVerdict): number => rows.filter((row) => row.verdict === verdict).length;
  return {
    agrees: count('agrees'),
    'agrees within drift': count('agrees within drift'),
    'known difference': count('known difference'),
    disagrees: count('disagrees'),
  };
}

/**
 * What came out, in one sentence.
 *
 * @example
 * verdictLine({ rows: [], agrees: true, opponent: 'tfjs-wasm' }) // => isograd agrees with tfjs-wasm: 0 of 0 comparisons
 */
export function verdictLine(result: Pick<ParityResult, 'rows' | 'agrees' | 'opponent'>): string {
  const { rows, agrees, opponent } = result;
  const counts = countVerdicts(result);
  const known = counts['known difference'];
  const good = counts.agrees + counts['agrees within drift'];
  const rest = known === 0 ? '' : `, ${known} known difference${known === 1 ? '' : 's'}`;
  if (agrees) return `isograd agrees with ${opponent}: ${good} of ${rows.length} comparisons${rest}`;
  return `isograd disagrees with ${opponent} in ${counts.disagrees} of ${rows.length} comparisons`;
}

const DRIFT =
  'agrees within drift: once a loss fell to what rounding leaves of it, runs of one library that differ by rounding alone stand as far apart; the report shows each';

/** The whole result for a terminal: the setting, the table, what it means, and the notes of rows that are not plain. */
export function textSummary(result: ParityResult, paint: Paint = plain): string {
  const { rows, opponent, setting, agrees } = result;
  const versions = Object.entries(setting.versions).map(([name, version]) => `${name} ${version}`);
  const remarks = rows
    .filter(({ verdict }) => verdict === 'known difference' || verdict === 'disagrees')
    .map(({ group, what, verdict, note }) => `${group}, ${what}: ${verdict}; ${note}`);
  if (rows.some(({ verdict }) => verdict === 'agrees within drift')) remarks.push(DRIFT);
  return [
    paint(`${setting.data}; seed ${setting.seed}`, 'dim'),
    paint(`${versions.join(', ')}; device ${setting.device}; ${setting.processor}, ${setting.cores} cores`, 'dim'),
    '',
    textTable(rows, opponent, paint),
    '',
    ...(remarks.length === 0 ? [] : [...remarks.map((remark) => paint(`  ${remark}`, 'dim')), '']),
    paint(`${verdictLine(result)} (${result.seconds.toFixed(0)} s)`, agrees ? 'good' : 'bad'),
  ].join('\n');
}
