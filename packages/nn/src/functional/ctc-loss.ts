import { ArgumentError, DataError, ShapeError } from '@isograd/device';
import { array, type NDArray, where } from '@isograd/ndarray';
import { asTensor, type Tensor, tensor } from '@isograd/autograd';
import { pad } from './pad.ts';
import { checkReduction, type ReductionOption } from './reduction.ts';

/** Options of {@link ctcLoss}. */
export interface CTCOptions extends ReductionOption {
  /** Class that stands for nothing; default 0. */
  readonly blank?: number;
  /** Whether losses of targets that are too long for their input are 0 instead of infinite; default false. */
  readonly zeroInfinity?: boolean;
}

/** Lengths, one an example. */
export type Lengths = NDArray | readonly number[];

const numbers = (list: NDArray | readonly number[]): number[] =>
  Array.isArray(list) ? [...(list as readonly number[])] : Array.from((list as NDArray).data as Int32Array, Number);

// Stands for log 0: infinities would make NaN of their differences. Nothing that can happen comes near it.
const NEVER = -1e30;

/** Labels with blanks between and around them, one row an example, padded with blanks. */
interface Paths {
  readonly labels: readonly (readonly number[])[];
  readonly width: number;
  /** Number of labels and blanks of each example. */
  readonly lengths: readonly number[];
}

function pathsOf(targets: NDArray, lengths: readonly number[], blank: number): Paths {
  const all = numbers(targets);
  const step = targets.ndim === 2 ? targets.shape[1]! : undefined;
  let at = 0;
  const rows = lengths.map((n, i) => {
    const start = step === undefined ? at : i * step;
    at += n;
    return all.slice(start, start + n);
  });
  const width = 2 * Math.max(0, ...lengths) + 1;
  const labels = rows.map((row) =>
    Array.from({ length: width }, (_, s) => (s % 2 === 1 ? (row[(s - 1) / 2] ?? blank) : blank)),
  );
  return { labels, width, lengths: lengths.map((n) => 2 * n + 1) };
}

function checkCTC(x: Tensor, targets: NDArray, lengths: readonly [number[], number[]], blank: number): void {
  const [T, N, C] = x.shape as [number, number, number];
  const [inputs, labels] = lengths;
  const fail = (what: string, got: string, expected: string): never => {
    throw new ShapeError({ where: 'ctcLoss', what, got, expected });
  };
  if (inputs.length !== N || labels.length !== N)
    fail('there is not one length for each example', `${inputs.length} and ${labels.length}`, `${N} each`);
  if (inputs.some((n) => !(n >= 0 && n <= T)))
    fail('an input is longer than there are steps', inputs.join(', '), `0 to ${T}`);
  const room = targets.ndim === 2 ? targets.shape[1]! : targets.size;
  const longest = targets.ndim === 2 ? Math.max(0, ...labels) : labels.reduce((a, b) => a + b, 0);
  if (targets.ndim > 2 || longest > room || (targets.ndim === 2 && targets.shape[0] !== N))
    fail(
      'the targets do not fit their lengths',
      `[${targets.shape.join(', ')}], lengths ${labels.join(', ')}`,
      `[${N}, longest] or their sum`,
    );
  if (!(Number.isInteger(blank) && blank >= 0 && blank < C))
    throw new ArgumentError({
      where: 'ctcLoss',
      what: 'blank is no class',
      got: String(blank),
      expected: `0 to ${C - 1}`,
    });
  const bad = numbers(targets).find((k) => !(k >= 0 && k < C));
  if (bad !== undefined)
    throw new DataError({
      where: 'ctcLoss',
      what: 'a label is out of range',
      got: String(bad),
      expected: `0 to ${C - 1}`,
    });
}

/** Logarithm of the sum of three exponentials. */
function logAddExp3(a: Tensor, b: Tensor, c: Tensor): Tensor {
  const m = asTensor(a.detach().maximum(b.detach()).maximum(c.detach()));
  return a.sub(m).exp().add(b.sub(m).exp()).add(c.sub(m).exp()).log().add(m);
}

/** Log-probability of each example's labels, by the forward recursion over all alignments. */
function logLikelihood(x: Tensor, paths: Paths, inputs: readonly number[], blank: number): Tensor {
  const [T, N] = x.shape as [number, number];
  const { labels, width, lengths } = paths;
  const index = array(labels.flat(), { dtype: 'int64', shape: [1, N, width] }).broadcastTo([T, N, width]);
  const emitted = x.takeAlongAxis(index, 2);
  const bools = (f: (n: number, s: number) => boolean): NDArray =>
    array(
      Array.from({ length: N * width }, (_, i) => f(Math.floor(i / width), i % width)),
      { dtype: 'bool', shape: [N, width] },
    );
  // A blank may be left out between two different labels.
  const skips = bools((n, s) => s >= 2 && labels[n]![s] !== blank && labels[n]![s] !== labels[n]![s - 2]);
  const starts = bools((n, s) => s < Math.min(2, lengths[n]!));
  let alpha = asTensor(where(starts, emitted.at(0), NEVER));
  for (let t = 1; t < T; t++) {
    const one = pad(alpha, [1, -1], { value: NEVER });
    const two = asTensor(where(skips, width < 2 ? alpha : pad(alpha, [2, -2], { value: NEVER }), NEVER));
    const next = logAddExp3(alpha, one, two).add(emitted.at(t));
    const running = bools((n) => t < inputs[n]!);
    alpha = asTensor(where(running, next, alpha));
  }
  const ends = bools((n, s) => s === lengths[n]! - 1 || s === lengths[n]! - 2);
  const last = asTensor(where(ends, alpha, NEVER));
  return last.logsumexp(1);
}

/**
 * Connectionist temporal classification: the negative log-likelihood of label sequences under all alignments (PyTorch's `F.ctc_loss`; Graves et al. 2006).
 *
 * The gradient is that of the log-probabilities as they are. PyTorch's has `exp(logProbs)` added, which makes no difference behind a `logSoftmax`.
 *
 * @param logProbs `[steps, batch, classes]` or `[steps, classes]`, as `logSoftmax` gives them.
 * @param targets Labels, `[batch, longest]`, or all in one row.
 * @param lengths Numbers of steps, and numbers of labels, of each example.
 * @throws ShapeError, ArgumentError or DataError where lengths, labels or the blank do not fit.
 */
export function ctcLoss(
  logProbs: Tensor,
  targets: NDArray,
  lengths: readonly [inputLengths: Lengths, targetLengths: Lengths],
  options: CTCOptions = {},
): Tensor {
  const { blank = 0, zeroInfinity = false } = options;
  const reduction = checkReduction(options.reduction ?? 'mean', 'ctcLoss');
  const single = logProbs.ndim === 2;
  const x = single ? logProbs.expandDims(1) : logProbs;
  const [inputs, labels] = [numbers(lengths[0]), numbers(lengths[1])];
  checkCTC(x, targets, [inputs, labels], blank);
  const likelihood = logLikelihood(x, pathsOf(targets, labels, blank), inputs, blank);
  const impossible = likelihood.detach().less(NEVER / 2);
  const losses = asTensor(where(impossible, zeroInfinity ? 0 : Infinity, likelihood.neg()));
  if (reduction === 'sum') return losses.sum();
  if (reduction === 'none') return single ? losses.reshape([]) : losses;
  const shares = tensor(
    labels.map((n) => Math.max(n, 1)),
    { dtype: x.dtype },
  );
  return losses.div(shares).mean();
}
