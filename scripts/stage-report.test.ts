import { expect, test } from 'vitest';
import { closingLine, failedTests, stageTable, type StageReport } from './stage-report.ts';

const tests = (passed: number, failed: number, skipped = 0): StageReport => ({
  name: 'tests',
  outcome: failed === 0 ? 'ok' : 'failed',
  seconds: 12.34,
  counts: { passed, failed, skipped, failures: Array.from({ length: failed }, (_, i) => `a.test.ts > test ${i}`) },
});
const lint = (outcome: StageReport['outcome']): StageReport => ({
  name: 'lint',
  outcome,
  seconds: 0.5,
  counts: undefined,
});

test.each<[readonly StageReport[], string]>([
  [[lint('ok'), tests(3, 0), tests(4, 0)], '7 passed, 0 failed'],
  [[lint('ok'), tests(3, 2)], '3 passed, 2 failed'],
  [[lint('failed'), tests(3, 2)], '3 passed, 3 failed'],
  [[lint('failed'), lint('not run')], '0 passed, 1 failed'],
  [[{ ...tests(5, 0), outcome: 'failed' }], '5 passed, 1 failed'],
  [[{ ...tests(0, 0), outcome: 'failed', counts: undefined }], '0 passed, 1 failed'],
])('the closing line counts what was run', (reports, line) => {
  expect(closingLine(reports)).toBe(line);
});

test('the table has a line for each stage', () => {
  expect(stageTable([lint('ok'), tests(3, 1, 2), lint('not run')]).split('\n')).toEqual([
    'stage        result       time',
    'lint         ok          0.5 s',
    'tests        failed     12.3 s   3 passed, 1 failed, 2 skipped',
    'lint         not run',
  ]);
});

test('what failed is named once more, with its stage', () => {
  expect(failedTests([lint('failed'), tests(3, 2)])).toBe(
    'failed in tests: a.test.ts > test 0\nfailed in tests: a.test.ts > test 1\n',
  );
  expect(failedTests([lint('ok'), tests(3, 0)])).toBe('');
});
