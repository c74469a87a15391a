import { expect, test } from 'vitest';
import { progressLine } from './progress.ts';

test('redraws one line on a terminal', () => {
  const written: string[] = [];
  const show = progressLine({ isTTY: true, write: (text) => written.push(text) });
  show({ file: 'a.gz', received: 0, total: 9_912_422 });
  show({ file: 'a.gz', received: 4_500_000, total: 9_912_422 });
  show({ file: 'a.gz', received: 9_912_422, total: 9_912_422 });
  expect(written).toEqual([
    '\ra.gz    0%  0.0/9.9 MB\u001b[K',
    '\ra.gz   45%  4.5/9.9 MB\u001b[K',
    '\ra.gz  100%  9.9/9.9 MB\u001b[K\n',
  ]);
});

test('writes one line per file into a log', () => {
  const written: string[] = [];
  const show = progressLine({ write: (text) => written.push(text) });
  for (const received of [0, 1_000_000, 2_000_000]) show({ file: 'a.gz', received, total: 2_000_000 });
  expect(written).toEqual(['a.gz  100%  2.0/2.0 MB\n']);
});
