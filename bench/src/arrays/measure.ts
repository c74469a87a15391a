import { createInterface } from 'node:readline';
import { type ArrayReply, type ArrayRequest, type Row, rowName } from './rows.ts';

/** Best time of one call in nanoseconds, over rounds that share about `ms` milliseconds. */
function best(call: () => unknown, ms: number): number {
  let count = 1;
  const round = (): number => {
    const start = performance.now();
    for (let i = 0; i < count; i++) call();
    return performance.now() - start;
  };
  const first = round();
  if (first > ms) return Math.min(first, round()) * 1e6;
  while (round() < ms / 10) count *= 2;
  return (Math.min(...Array.from({ length: 8 }, round)) / count) * 1e6;
}

/** Calls before the clock runs, so that the compilers of JavaScript have seen the loop. */
const WARM_UP_MS = 60;

/** Serves requests on standard input; the calls of a row are made once and kept while rows of its size are asked for. */
export async function serveRows(info: string, make: (row: Row) => () => unknown): Promise<void> {
  process.stdout.write(`${JSON.stringify({ info })}\n`);
  let kept: { readonly name: string; readonly call: () => unknown } | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    const { row, ms } = JSON.parse(line) as ArrayRequest;
    const name = rowName(row);
    let reply: ArrayReply;
    try {
      if (kept?.name !== name) {
        kept = { name, call: make(row) };
        const until = performance.now() + WARM_UP_MS;
        do kept.call();
        while (performance.now() < until);
      }
      reply = { ns: best(kept.call, ms) };
    } catch (error) {
      reply = { error: error instanceof Error ? error.message.split('\n')[0]! : String(error) };
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}
