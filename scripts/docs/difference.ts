/** Lines that one text has and the other lacks, the first few of each: what a reader needs to see why a page is out of date. */
export function firstDifference(before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const show = (sign: string, lines: readonly string[]): string[] =>
    lines.slice(0, 3).map((line) => `\n  ${sign} ${line.slice(0, 160)}`);
  const [had, has] = [new Set(old), new Set(now)];
  const removed = old.filter((line) => !has.has(line));
  const added = now.filter((line) => !had.has(line));
  if (removed.length + added.length === 0) return 'out of date: its lines stand in another order';
  return `out of date (${removed.length} lines go, ${added.length} come)${[...show('-', removed), ...show('+', added)].join('')}`;
}
