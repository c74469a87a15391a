import type { Counts } from './count-reporter.ts';

/** What came of one stage of `pnpm check`. */
export interface StageReport {
  readonly name: string;
  readonly outcome: 'ok' | 'failed' | 'not run';
  readonly seconds: number;
  /** Counts of a stage that runs tests; undefined for the others, and where the run broke off before it could count. */
  readonly counts: Counts | undefined;
}

function remark({ counts }: StageReport): string {
  if (counts === undefined) return '';
  const parts = [`${counts.passed} passed`, `${counts.failed} failed`];
  return [...parts, ...(counts.skipped > 0 ? [`${counts.skipped} skipped`] : [])].join(', ');
}

/** A table with one line per stage. */
export function stageTable(reports: readonly StageReport[]): string {
  const rows = reports.map((report) => {
    const time = report.outcome === 'not run' ? '' : `${report.seconds.toFixed(1)} s`;
    return [report.name.padEnd(12), report.outcome.padEnd(8), time.padStart(8), `  ${remark(report)}`]
      .join(' ')
      .trimEnd();
  });
  return [['stage'.padEnd(12), 'result'.padEnd(8), 'time'.padStart(8)].join(' '), ...rows].join('\n');
}

/** `N passed, N failed` over all stages; a stage that failed without a failing test to its name counts as one failure. */
export function closingLine(reports: readonly StageReport[]): string {
  const passed = reports.reduce((sum, { counts }) => sum + (counts?.passed ?? 0), 0);
  const failed = reports.reduce((sum, { counts, outcome }) => {
    const own = counts?.failed ?? 0;
    return sum + (outcome === 'failed' ? Math.max(own, 1) : own);
  }, 0);
  return `${passed} passed, ${failed} failed`;
}

/** What failed, by stage: the last lines of a log are often all that is kept of it. */
export function failedTests(reports: readonly StageReport[]): string {
  return reports
    .flatMap(({ name, counts }) => (counts?.failures ?? []).map((failure) => `failed in ${name}: ${failure}\n`))
    .join('');
}
