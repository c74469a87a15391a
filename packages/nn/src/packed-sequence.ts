import { ArgumentError, ShapeError } from '@isograd/device';
import { array, concatenate, pad, stack } from '@isograd/ndarray';
import { asTensor, type Tensor, tensor } from '@isograd/autograd';

/**
 * Sequences of several lengths without padding, step by step: the rows of step 0 of all sequences, the longest first, then of step 1 of
 * those that go on (PyTorch's `nn.utils.rnn.PackedSequence`). {@link packPaddedSequence} and {@link packSequence} make them; recurrent
 * layers take them and give them back.
 */
export class PackedSequence {
  /** The rows, `[total, ...]`. */
  readonly data: Tensor;
  /** How many sequences each step has, `[steps]` int64. */
  readonly batchSizes: Tensor;
  /** Place of each sequence before it was sorted, `[batch]` int64; `null` when they were sorted already. */
  readonly sortedIndices: Tensor | null;
  /** Place of each sequence among the sorted ones, `[batch]` int64. */
  readonly unsortedIndices: Tensor | null;

  constructor(
    data: Tensor,
    batchSizes: Tensor,
    sortedIndices: Tensor | null = null,
    unsortedIndices: Tensor | null = null,
  ) {
    this.data = data;
    this.batchSizes = batchSizes;
    this.sortedIndices = sortedIndices;
    this.unsortedIndices = unsortedIndices;
  }
}

/** Options of {@link packSequence}. */
export interface PackOptions {
  /** Whether the sequences must stand with the longest first, instead of being sorted here; default true. */
  readonly enforceSorted?: boolean;
}

/** Whether the batch is the first axis of what is padded, instead of the steps. */
export interface BatchFirstOptions {
  /** Default false. */
  readonly batchFirst?: boolean;
}

/** Options of {@link padPackedSequence}. */
export interface PadPackedOptions extends BatchFirstOptions {
  /** What stands where a sequence is over; default 0. */
  readonly paddingValue?: number;
  /** Number of steps of the result, at least those of the longest sequence; default so many. */
  readonly totalLength?: number;
}

/** Options of {@link padSequence}. */
export interface PadOptions extends BatchFirstOptions {
  /** What stands where a sequence is over; default 0. */
  readonly paddingValue?: number;
  /** On which side shorter sequences are filled up; default `right`. */
  readonly paddingSide?: 'right' | 'left';
}

const integers = (values: readonly number[]): Tensor => tensor(array([...values], { dtype: 'int64' }));

/** Lengths as numbers. */
function readLengths(lengths: Tensor | readonly number[], batch: number, most: number, where: string): number[] {
  const list = Array.isArray(lengths) ? [...(lengths as number[])] : Array.from((lengths as Tensor).data, Number);
  if (list.length === batch && list.every((n) => Number.isInteger(n) && n > 0 && n <= most)) return list;
  throw new ArgumentError({
    where,
    what: 'the lengths do not fit the sequences',
    got: `[${list.join(', ')}]`,
    expected: `${batch} whole numbers from 1 to ${most}`,
    hint: 'sequences without a step have to be left out',
  });
}

/** Places that put lengths in order, the longest first; equal ones keep theirs. */
function sortOrder(lengths: readonly number[], enforceSorted: boolean, where: string): number[] | undefined {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  if (!enforceSorted) return order;
  if (order.every((place, i) => lengths[place] === lengths[i])) return undefined;
  throw new ArgumentError({
    where,
    what: 'the sequences are not sorted by length, the longest first',
    got: `lengths [${lengths.join(', ')}]`,
    expected: `[${order.map((place) => lengths[place]).join(', ')}]`,
    hint: 'sort them, or say enforceSorted: false',
  });
}

/** How many sequences of sorted lengths go on at each step. */
const sizesOf = (sorted: readonly number[]): number[] =>
  Array.from({ length: sorted[0]! }, (_, t) => sorted.filter((n) => n > t).length);

/**
 * Packs padded sequences `[steps, batch, ...]` (PyTorch's `nn.utils.rnn.pack_padded_sequence`).
 *
 * @param lengths Steps of each sequence, `[batch]`.
 * @throws ShapeError for fewer than two axes; ArgumentError for lengths that do not fit, or that are not sorted though they must be.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const packed = packPaddedSequence(tensor([[1, 4], [2, 5], [3, 0]]), [3, 2]);
 * packed.data.tolist() // => [ 1, 4, 2, 5, 3 ]
 * packed.batchSizes.tolist() // => [ 2, 2, 1 ]
 */
export function packPaddedSequence(
  input: Tensor,
  lengths: Tensor | readonly number[],
  options: BatchFirstOptions & PackOptions = {},
): PackedSequence {
  const where = 'packPaddedSequence';
  const { batchFirst = false, enforceSorted = true } = options;
  if (input.ndim < 2)
    throw new ShapeError({
      where,
      what: 'the input has too few axes',
      got: `[${input.shape.join(', ')}]`,
      expected: batchFirst ? '[batch, steps, ...]' : '[steps, batch, ...]',
    });
  const steps = batchFirst ? input.swapaxes(0, 1) : input;
  const list = readLengths(lengths, steps.shape[1]!, steps.shape[0]!, where);
  return pack(steps, list, sortOrder(list, enforceSorted, where));
}

function pack(steps: Tensor, lengths: readonly number[], order: readonly number[] | undefined): PackedSequence {
  const sortedIndices = order ? integers(order) : null;
  const sizes = sizesOf(order ? order.map((place) => lengths[place]!) : lengths);
  const rows = sortedIndices ? steps.take(sortedIndices, 1) : steps;
  const data = asTensor(concatenate(sizes.map((size, t) => rows.at(t, `:${size}`))));
  const places = order && integers(order.map((_, i) => order.indexOf(i)));
  return new PackedSequence(data, integers(sizes), sortedIndices, places ?? null);
}

/**
 * The padded sequences of packed ones, and their lengths `[batch]` (PyTorch's `nn.utils.rnn.pad_packed_sequence`).
 *
 * @throws ArgumentError when `totalLength` is below the longest sequence.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const [padded, lengths] = padPackedSequence(packSequence([tensor([1, 2, 3]), tensor([4, 5])]), { batchFirst: true });
 * padded.tolist() // => [ [ 1, 2, 3 ], [ 4, 5, 0 ] ]
 * lengths.tolist() // => [ 3, 2 ]
 */
export function padPackedSequence(
  sequence: PackedSequence,
  options: PadPackedOptions = {},
): [padded: Tensor, lengths: Tensor] {
  const { batchFirst = false, paddingValue = 0 } = options;
  const { data, batchSizes, unsortedIndices } = sequence;
  const sizes = Array.from(batchSizes.data, Number);
  const { totalLength = sizes.length } = options;
  if (!Number.isInteger(totalLength) || totalLength < sizes.length)
    throw new ArgumentError({
      where: 'padPackedSequence',
      what: 'totalLength is below the longest sequence',
      got: String(totalLength),
      expected: `${sizes.length} or more`,
    });
  const batch = sizes[0]!;
  let at = 0;
  const steps = sizes.map((size) => filled(data.at(`${at}:${(at += size)}`), 0, [0, batch - size], paddingValue));
  const whole = filled(asTensor(stack(steps)), 0, [0, totalLength - sizes.length], paddingValue);
  const lengths = Array.from({ length: batch }, (_, i) => sizes.filter((size) => size > i).length);
  const [places, sorted] = [unsortedIndices, integers(lengths)];
  const padded = places ? whole.take(places, 1) : whole;
  return [batchFirst ? padded.swapaxes(0, 1) : padded, places ? sorted.take(places) : sorted];
}

/** Adds a value before and after along an axis. */
function filled(x: Tensor, axis: number, widths: readonly [number, number], value: number): Tensor {
  if (widths[0] === 0 && widths[1] === 0) return x;
  const all = x.shape.map((_, d): readonly [number, number] => (d === axis ? widths : [0, 0]));
  return asTensor(pad(x, all, { constantValues: value }));
}

function checkSequences(sequences: readonly Tensor[], where: string): void {
  const first = sequences[0]?.shape.slice(1).join();
  if (sequences.length > 0 && sequences.every(({ ndim, shape }) => ndim > 0 && shape.slice(1).join() === first)) return;
  throw new ShapeError({
    where,
    what: 'the sequences do not fit together',
    got: sequences.map(({ shape }) => `[${shape.join(', ')}]`).join(', ') || 'none',
    expected: 'one or more, [steps, ...] each, equal but for their steps',
  });
}

/**
 * Puts sequences `[steps, ...]` of several lengths together, shorter ones filled up: `[steps, batch, ...]` (PyTorch's `nn.utils.rnn.pad_sequence`).
 *
 * @throws ShapeError when there are none, or they differ in more than their steps.
 * @example
 * import { tensor } from '@isograd/autograd';
 * padSequence([tensor([1, 2, 3]), tensor([4])], { batchFirst: true, paddingValue: 9 }).tolist() // => [ [ 1, 2, 3 ], [ 4, 9, 9 ] ]
 */
export function padSequence(sequences: readonly Tensor[], options: PadOptions = {}): Tensor {
  const { batchFirst = false, paddingValue = 0, paddingSide = 'right' } = options;
  checkSequences(sequences, 'padSequence');
  if (paddingSide !== 'right' && paddingSide !== 'left')
    throw new ArgumentError({
      where: 'padSequence',
      what: 'paddingSide is no side',
      got: String(paddingSide),
      expected: "'right' or 'left'",
    });
  const longest = Math.max(...sequences.map(({ shape }) => shape[0]!));
  const long = sequences.map((x) => {
    const missing = longest - x.shape[0]!;
    return filled(x, 0, paddingSide === 'right' ? [0, missing] : [missing, 0], paddingValue);
  });
  return asTensor(stack(long, batchFirst ? 0 : 1));
}

/**
 * Packs sequences `[steps, ...]` of several lengths (PyTorch's `nn.utils.rnn.pack_sequence`).
 *
 * @throws ShapeError when there are none, or they differ in more than their steps; ArgumentError when they are not sorted though they must be, or one has no step.
 * @example
 * import { tensor } from '@isograd/autograd';
 * packSequence([tensor([4, 5]), tensor([1, 2, 3])], { enforceSorted: false }).data.tolist() // => [ 1, 4, 2, 5, 3 ]
 */
export function packSequence(sequences: readonly Tensor[], options: PackOptions = {}): PackedSequence {
  checkSequences(sequences, 'packSequence');
  const lengths = sequences.map(({ shape }) => shape[0]!);
  readLengths(lengths, lengths.length, Infinity, 'packSequence');
  return pack(padSequence(sequences), lengths, sortOrder(lengths, options.enforceSorted ?? true, 'packSequence'));
}

/**
 * The sequences of packed ones, each in its length (PyTorch's `nn.utils.rnn.unpack_sequence`).
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * unpackSequence(packSequence([tensor([1, 2, 3]), tensor([4, 5])])).map((x) => x.tolist()) // => [ [ 1, 2, 3 ], [ 4, 5 ] ]
 */
export function unpackSequence(sequence: PackedSequence): Tensor[] {
  const [padded, lengths] = padPackedSequence(sequence, { batchFirst: true });
  return unpadSequence(padded, lengths, { batchFirst: true });
}

/**
 * The sequences of padded ones `[steps, batch, ...]`, each in its length (PyTorch's `nn.utils.rnn.unpad_sequence`).
 *
 * @throws ArgumentError for lengths that do not fit.
 * @example
 * import { tensor } from '@isograd/autograd';
 * unpadSequence(tensor([[1, 4], [2, 5], [3, 0]]), [3, 2]).map((x) => x.tolist()) // => [ [ 1, 2, 3 ], [ 4, 5 ] ]
 */
export function unpadSequence(
  padded: Tensor,
  lengths: Tensor | readonly number[],
  options: BatchFirstOptions = {},
): Tensor[] {
  const sequences = options.batchFirst ? padded : padded.swapaxes(0, 1);
  const list = readLengths(lengths, sequences.shape[0]!, sequences.shape[1]!, 'unpadSequence');
  return list.map((length, i) => sequences.at(i, `:${length}`));
}
