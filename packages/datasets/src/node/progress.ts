/** How far a download is. */
export interface Progress {
  /** Name of the file. */
  readonly file: string;
  /** Bytes that have arrived. */
  readonly received: number;
  /** Bytes of the whole file. */
  readonly total: number;
}

/** Is told how far a download is, at the start, about ten times a second, and at the end. */
export type OnProgress = (progress: Progress) => void;

/** Where progress lines go: a terminal, a log file. */
export interface ProgressTarget {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const MEGABYTE = 1e6;

/**
 * Writes progress in one line per file: redrawn in place on a terminal, once at the end in a log.
 *
 * @param target Default `process.stderr`.
 * @example
 * const lines = [];
 * const show = progressLine({ write: (text) => lines.push(text) });
 * show({ file: 'train.gz', received: 4_000_000, total: 8_000_000 });
 * show({ file: 'train.gz', received: 8_000_000, total: 8_000_000 });
 * lines // => [ 'train.gz  100%  8.0/8.0 MB\n' ]
 */
export function progressLine(target: ProgressTarget = process.stderr): OnProgress {
  return ({ file, received, total }) => {
    const done = received >= total;
    const percent = `${Math.floor((100 * received) / total)}%`.padStart(4);
    const line = `${file}  ${percent}  ${(received / MEGABYTE).toFixed(1)}/${(total / MEGABYTE).toFixed(1)} MB`;
    if (target.isTTY) target.write(`\r${line}\u001b[K${done ? '\n' : ''}`);
    else if (done) target.write(`${line}\n`);
  };
}
