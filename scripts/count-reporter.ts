import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/** How many tests of a run passed, failed and were skipped. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, each as its file, its name and the start of its message. */
  readonly failures: readonly string[];
}

/** Lines of a message that are shown where all failures of a run stand together. */
const MESSAGE_LINES = 16;

function failure(where: string, errors: readonly SerializedError[]): string {
  const text = errors
    .map(({ message, diff }) => (typeof diff === 'string' ? `${message}\n${diff}` : message))
    .join('\n');
  const lines = stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, MESSAGE_LINES);
  return [where, ...lines].join('\n    ');
}

/** Counts the tests of a run; a file that cannot be loaded, a failing hook and a stray rejection each fail once. */
export function countTests(modules: readonly TestModule[], strayErrors: readonly SerializedError[]): Counts {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const broken = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  const failures = [
    ...tests
      .filter((test) => test.result().state === 'failed')
      .map((test) =>
        failure(`${test.project.name} ${test.module.relativeModuleId} > ${test.fullName}`, test.result().errors ?? []),
      ),
    ...broken
      .filter((item) => item.errors().length > 0)
      .map((item) =>
        failure(`${item.project.name} ${item.type === 'suite' ? item.fullName : item.relativeModuleId}`, item.errors()),
      ),
    ...strayErrors.map((error) => failure('outside every test', [error])),
  ];
  const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
  return {
    passed: count('passed'),
    failed: failures.length,
    skipped: count('skipped') + count('pending'),
    failures,
  };
}

/** A vitest reporter that writes the counts, and what failed, as JSON to the file that `ISOGRAD_COUNTS` names. */
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
