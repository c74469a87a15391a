import { ArgumentError, DTypeError, IndexError, isInteger } from '@isograd/device';
import { array, firstOutside, type NDArray, readingOneByOne, stack } from '@isograd/ndarray';
import { asTensor, noGrad, type Tensor, tensor } from '@isograd/autograd';
import { lookedAt } from './looked-at.ts';

/** Options of {@link embedding}. */
export interface EmbeddingOptions {
  /** Row whose gradient is always 0; negative ones count from the last. */
  readonly paddingIdx?: number | undefined;
  /** Rows that are used are first scaled down, in place, to this norm. */
  readonly maxNorm?: number | undefined;
  /** Exponent of that norm; default 2. */
  readonly normType?: number;
  /** Whether gradients are divided by how often the row is used; default false. */
  readonly scaleGradByFreq?: boolean;
}

const numbersOf = (x: NDArray): Float64Array => x.astype('float64').data as Float64Array;

function checkRows(indices: NDArray, weight: NDArray, where: string): void {
  if (!isInteger(indices.dtype))
    throw new DTypeError({
      where,
      what: 'indices are not integers',
      got: indices.dtype,
      expected: 'int64',
      hint: 'convert with x.long()',
    });
  const rows = weight.shape[0]!;
  const positions = indices.plain().astype('int64');
  const at = firstOutside(positions, rows);
  if (at < 0) return;
  const bad = String(positions.data[at]);
  throw new IndexError({ where, what: 'an index is out of range', got: bad, expected: `0 to ${rows - 1}` });
}

/** Scales rows that are used down to a norm, in place (PyTorch's `embedding_renorm_`). */
function renormalise(weight: Tensor, rows: Iterable<number>, maxNorm: number, p: number): void {
  const data = weight.plain();
  for (const i of new Set(rows)) {
    const row = data.at(i);
    const norm = p === 2 ? Number(row.square().sum().sqrt().item()) : Number(row.abs().pow(p).sum().item()) ** (1 / p);
    if (norm > maxNorm) noGrad(() => weight.at(i).mul_(maxNorm / (norm + 1e-7)));
  }
}

/** Factor of the gradient of each looked-up row: 0 for padding, 1 / count where asked for. */
function gradientFactors(indices: NDArray, rows: number, options: EmbeddingOptions): Float64Array | undefined {
  const { paddingIdx, scaleGradByFreq } = options;
  if (paddingIdx === undefined && !scaleGradByFreq) return undefined;
  const list = numbersOf(indices.plain());
  const padding = paddingIdx === undefined ? -1 : paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
  const counts = new Map<number, number>();
  if (scaleGradByFreq) for (const i of list) counts.set(i, (counts.get(i) ?? 0) + 1);
  return Float64Array.from(list, (i) => (i === padding ? 0 : 1 / (counts.get(i) ?? 1)));
}

function checkPadding(weight: NDArray, paddingIdx: number | undefined, where: string): void {
  const rows = weight.shape[0]!;
  if (paddingIdx === undefined || (paddingIdx >= -rows && paddingIdx < rows)) return;
  throw new ArgumentError({
    where,
    what: 'paddingIdx is no row',
    got: String(paddingIdx),
    expected: `${-rows} to ${rows - 1}`,
  });
}

/**
 * Rows of a table: `indices` `[...]`, `weight` `[rows, features]` → `[..., features]` (PyTorch's `F.embedding`).
 *
 * @throws DTypeError for indices that are no integers; IndexError for those out of range; ArgumentError for a padding row that is not there.
 * @example
 * import { tensor } from '@isograd/autograd';
 * embedding(tensor([1, 0, 1]), tensor([[0.5, 1], [2, 3]])).tolist() // => [ [ 2, 3 ], [ 0.5, 1 ], [ 2, 3 ] ]
 */
export function embedding(indices: NDArray, weight: Tensor, options: EmbeddingOptions = {}): Tensor {
  return embeddingOne(indices, weight, options);
}

function embeddingOf(indices: NDArray, weight: Tensor, options: EmbeddingOptions): Tensor {
  const { maxNorm, normType = 2, paddingIdx, scaleGradByFreq } = options;
  checkPadding(weight, paddingIdx, 'embedding');
  if (!indices.readable && maxNorm === undefined && !scaleGradByFreq)
    return embeddingByOps(indices, weight, paddingIdx);
  checkRows(indices, weight, 'embedding');
  if (maxNorm !== undefined) renormalise(weight, numbersOf(indices.plain()), maxNorm, normType);
  const rows = weight.take(indices, 0);
  const factors = rows.requiresGrad ? gradientFactors(indices, weight.shape[0]!, options) : undefined;
  if (!factors) return rows;
  return withGradientFactors(rows, tensor(factors, { dtype: weight.dtype, shape: [...indices.shape, 1] }));
}

/** The values stay, the gradient is multiplied. */
const withGradientFactors = (rows: Tensor, factors: Tensor): Tensor =>
  rows.mul(factors).add(rows.detach().mul(factors.rsub(1)));

/** The same of indices that cannot be read, as they are those of many examples. */
function embeddingByOps(indices: NDArray, weight: Tensor, paddingIdx: number | undefined): Tensor {
  const rows = weight.take(
    lookedAt(indices, (all) => checkRows(all, weight, 'embedding')),
    0,
  );
  if (paddingIdx === undefined) return rows;
  const padding = paddingIdx < 0 ? paddingIdx + weight.shape[0]! : paddingIdx;
  return withGradientFactors(rows, asTensor(indices.notEqual(padding)).to(weight.dtype).expandDims(-1));
}

/** Options of {@link embeddingBag}. */
export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** Where each bag begins in a list of indices, `[bags]`. */
  readonly offsets?: NDArray | undefined;
  /** What becomes of the rows of a bag; default `mean`. */
  readonly mode?: 'sum' | 'mean' | 'max';
  /** Factor of each row, shaped as the indices; with `sum` only. */
  readonly perSampleWeights?: NDArray | undefined;
  /** Whether the last offset is the end of the last bag; default false. */
  readonly includeLastOffset?: boolean;
}

/** First and one past the last position of each bag. */
function bagsOf(
  indices: NDArray,
  { offsets, includeLastOffset }: EmbeddingBagOptions,
): readonly (readonly [number, number])[] {
  if (indices.ndim === 2) {
    const [n, length] = indices.shape as [number, number];
    return Array.from({ length: n }, (_, i) => [i * length, (i + 1) * length]);
  }
  if (!offsets || indices.ndim !== 1)
    throw new ArgumentError({
      where: 'embeddingBag',
      what: 'there is nothing that says where bags begin',
      got: `indices [${indices.shape.join(', ')}]`,
      expected: 'indices [bags, length], or a list of indices with offsets',
    });
  const starts = numbersOf(offsets.plain());
  const ends = [...starts.slice(1), ...(includeLastOffset ? [] : [indices.size])];
  return ends.map((end, i) => [starts[i]!, end]);
}

/**
 * Sums, means or largest elements of rows of a table, bag by bag: `[bags, features]` (PyTorch's `F.embedding_bag`). A bag of nothing is 0.
 *
 * @param indices `[bags, length]`, or all bags in a row with `offsets`.
 * @throws IndexError for indices out of range; ArgumentError for options that do not go together.
 */
export function embeddingBag(indices: NDArray, weight: Tensor, options: EmbeddingBagOptions = {}): Tensor {
  return embeddingBagOne(indices, weight, options);
}

function embeddingBagOf(indices: NDArray, weight: Tensor, options: EmbeddingBagOptions): Tensor {
  const { mode = 'mean', perSampleWeights, paddingIdx } = options;
  if (perSampleWeights && mode !== 'sum')
    throw new ArgumentError({
      where: 'embeddingBag',
      what: 'perSampleWeights go with sums only',
      got: mode,
      expected: "mode: 'sum'",
    });
  const flat = indices.reshape([-1]);
  const rows = embedding(flat, weight, options);
  const list = numbersOf(flat.plain());
  const padding = paddingIdx === undefined ? -1 : paddingIdx < 0 ? paddingIdx + weight.shape[0]! : paddingIdx;
  const scaled = perSampleWeights ? rows.mul(perSampleWeights.reshape([-1, 1])) : rows;
  const bags = bagsOf(indices, options).map(([start, end]) => {
    const kept = Array.from(list.subarray(start, end)).flatMap((row, i) => (row === padding ? [] : [start + i]));
    if (kept.length === 0) return weight.at('0:1').mul(0).sum(0);
    const picked = scaled.take(array(kept, { dtype: 'int64' }), 0);
    if (mode === 'max') return firstLargest(picked);
    return mode === 'sum' ? picked.sum(0) : picked.mean(0);
  });
  return stackRows(bags, weight);
}

/** The largest of each column; of equal ones the first has the gradient. */
function firstLargest(x: Tensor): Tensor {
  return x.takeAlongAxis(x.detach().argmax(0, { keepdims: true }), 0).squeeze(0);
}

function stackRows(rows: readonly Tensor[], weight: Tensor): Tensor {
  if (rows.length === 0) return weight.at('0:0');
  return asTensor(rows.length === 1 ? rows[0]!.expandDims(0) : stack(rows));
}

/**
 * Ones at class indices: `[...]` → `[..., classes]`, int64 (PyTorch's `F.one_hot`).
 *
 * @param numClasses Default one more than the largest index.
 * @throws IndexError for an index out of range; DTypeError for indices that are no integers.
 * @example
 * import { tensor } from '@isograd/autograd';
 * oneHot(tensor([1, 0]), 3).tolist() // => [ [ 0, 1, 0 ], [ 1, 0, 0 ] ]
 */
export function oneHot(indices: NDArray, numClasses = -1): Tensor {
  const classes = numClasses === -1 ? Math.max(-1, ...numbersOf(indices.plain())) + 1 : numClasses;
  checkRows(indices, asTensor(array([], { shape: [classes, 0] })), 'oneHot');
  const list = numbersOf(indices.plain());
  const values = new BigInt64Array(list.length * classes);
  list.forEach((k, i) => (values[i * classes + k] = 1n));
  return tensor(values, { shape: [...indices.shape, classes] });
}

const embeddingOne = readingOneByOne('embedding', embeddingOf);

const embeddingBagOne = readingOneByOne('embeddingBag', embeddingBagOf);
