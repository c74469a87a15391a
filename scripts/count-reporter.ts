import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/** How many tests of a run passed, failed and were skipped. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts the tests of a run; a file that cannot be loaded, a failing hook and a stray rejection each fail once. */
export function countTests(modules: readonly TestModule[], strayErrors: readonly SerializedError[]): Counts {
  const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
  const broken = modules
    .flatMap((module) => [module, ...module.children.allSuites()])
    .filter((item) => item.errors().length > 0);
  const count = (state: string): number => states.filter((item) => item === state).length;
  return {
    passed: count('passed'),
    failed: count('failed') + broken.length + strayErrors.length,
    skipped: count('skipped') + count('pending'),
  };
}

/** A vitest reporter that writes the counts as JSON to the file that `ISOGRAD_COUNTS` names. */
// vitest loads a reporter by its default export.
// oxlint-disable-next-line import/no-default-export
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], strayErrors: readonly SerializedError[]): void {
    const file = process.env['ISOGRAD_COUNTS'];
    if (file === undefined) return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(countTests(modules, strayErrors)));
  }
}
