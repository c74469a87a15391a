/** Where progress is printed; Node's streams are such, and an array's `push` can be made one. */
export interface Output {
  write(text: string): unknown;
  /** Whether a person looks at it as it is written. */
  readonly isTTY?: boolean | undefined;
}

/** How much is printed: nothing, a bar, a line an epoch; `auto` is a bar in a terminal, a line in a file, nothing in a page. */
export type Verbose = 0 | 1 | 2 | 'auto';

/** Node's standard output, where there is one. */
function standardOutput(): Output | undefined {
  return (globalThis as { readonly process?: { readonly stdout?: Output } }).process?.stdout;
}

/** Gathers text into lines for the console. */
function consoleOutput(): Output {
  let line = '';
  return {
    write(text) {
      const lines = (line + text).split('\n');
      line = lines.pop()!;
      // Only what stands after the last return is seen of a line.
      for (const each of lines) console.log(each.slice(each.lastIndexOf('\r') + 1));
    },
  };
}

/** Where a run prints and how much, from what it was given. */
export function resolveOutput(
  verbose: Verbose,
  output: Output | undefined,
): { readonly output: Output; readonly verbose: 0 | 1 | 2 } {
  const target = output ?? standardOutput();
  if (verbose !== 'auto') return { output: target ?? consoleOutput(), verbose };
  return { output: target ?? consoleOutput(), verbose: target === undefined ? 0 : target.isTTY || output ? 1 : 2 };
}
