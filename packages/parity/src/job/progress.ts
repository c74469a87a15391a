import { SingleBar } from 'cli-progress';

/** Where progress goes: a terminal, a log. */
export interface ProgressTarget extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
}

/** Shows how far one run is. */
export interface RunProgress {
  /** A step was made. */
  step(step: number, loss: number): void;
  /** The run is over. */
  done(seconds: number): void;
}

/** Begins to show a run: its name and its number of steps. */
export type ShowRun = (name: string, steps: number) => RunProgress;

const NAME_WIDTH = 54;

/** Shows nothing: the default of `runParity` as a library. */
export const silent: ShowRun = () => ({ step: () => undefined, done: () => undefined });

/**
 * Shows a bar for each run on a terminal, and one line for each run elsewhere.
 *
 * @param target - Default `process.stderr`.
 */
export function showRuns(target: ProgressTarget = process.stderr): ShowRun {
  return target.isTTY === true
    ? (name, steps) => barOf(target, name, steps)
    : (name, steps) => lineOf(target, name, steps);
}

function barOf(target: ProgressTarget, name: string, steps: number): RunProgress {
  const bar = new SingleBar({
    stream: target,
    format: `${name.padEnd(NAME_WIDTH)} {bar} {value}/{total}  loss {loss}  {time}`,
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    autopadding: true,
    linewrap: false,
    fps: 10,
  });
  bar.start(steps, 0, { loss: '-', time: '' });
  let last = NaN;
  return {
    step: (step, loss) => {
      last = loss;
      // Rounded here: the bar would print all digits.
      bar.update(step + 1, { loss: loss.toPrecision(5) });
    },
    done: (seconds) => {
      bar.update(steps, { loss: last.toPrecision(5), time: `${seconds.toFixed(1)} s` });
      bar.stop();
    },
  };
}

function lineOf(target: ProgressTarget, name: string, steps: number): RunProgress {
  const [losses, show] = [[NaN, NaN], (x: number): string => x.toPrecision(5)];
  return {
    step: (step, loss) => {
      losses[step === 0 ? 0 : 1] = loss;
    },
    done: (seconds) => {
      const [first = NaN, last = NaN] = losses;
      target.write(
        `${name.padEnd(NAME_WIDTH)} ${steps} steps, loss ${show(first)} to ${show(last)}, ${seconds.toFixed(1)} s\n`,
      );
    },
  };
}
