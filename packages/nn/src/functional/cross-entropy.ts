import { ArgumentError, DataError, type DType, DTypeError, DTYPES, isFloat, ShapeError, sizeOf } from '@isograd/device';
import { arange, NDArray, sameShape, type Shape, Storage, where } from '@isograd/ndarray';
import { asTensor, ones, type Tensor } from '@isograd/autograd';
import { labelledCrossEntropy, softmaxCrossEntropy } from '../ops/cross-entropy.ts';
import { lookedAt } from './looked-at.ts';
import { checkReduction, type Reduction, type ReductionOption } from './reduction.ts';

/** Options of {@link nllLoss}. */
export interface NLLOptions extends ReductionOption {
  /** Factor of each class, `[classes]`; `mean` divides by the sum of the factors. */
  readonly weight?: NDArray | undefined;
  /** A class that counts nothing; default -100. */
  readonly ignoreIndex?: number;
}

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions extends NLLOptions {
  /** Share of the target that is spread evenly over all classes, from 0 to 1; default 0. */
  readonly labelSmoothing?: number;
}

const show = (x: NDArray): string => `${x.dtype} [${x.shape.join(', ')}]`;

/** Axis of the classes: the second, or the only one. */
const classAxis = (x: NDArray): number => (x.ndim === 1 ? 0 : 1);

const isIndices = (target: NDArray): boolean => !isFloat(target.dtype) && target.dtype !== 'bool';

/** Shape of class indices for an input: all its axes but that of the classes. */
const indexShape = (x: NDArray): Shape => x.shape.filter((_, d) => d !== classAxis(x));

/** The classes moved last, everything else in rows: `[rows, classes]`. */
function toRows(x: Tensor): Tensor {
  const axis = classAxis(x);
  const classes = x.shape[axis]!;
  if (axis === x.ndim - 1) return x.reshape([-1, classes]);
  const others = x.shape.map((_, d) => d).filter((d) => d !== axis);
  return x.transpose([...others, axis]).reshape([-1, classes]);
}

function checkInput(x: Tensor, weight: NDArray | undefined, where: string): void {
  if (!isFloat(x.dtype))
    throw new DTypeError({
      where,
      what: 'the input is not floating-point',
      got: x.dtype,
      expected: 'float32 or float64',
      hint: 'convert with x.float()',
    });
  const classes = x.shape[classAxis(x)];
  if (x.ndim === 0 || classes === 0)
    throw new ShapeError({
      where,
      what: 'the input has no classes',
      got: show(x),
      expected: '[classes], [batch, classes] or [batch, classes, ...]',
    });
  if (weight && !(weight.ndim === 1 && weight.size === classes))
    throw new ShapeError({
      where,
      what: 'there is not one weight for each class',
      got: `weight ${show(weight)}, input ${show(x)}`,
      expected: `[${classes}]`,
    });
}

function checkIndices(x: Tensor, target: NDArray, where: string): void {
  if (!isIndices(target))
    throw new DTypeError({
      where,
      what: 'class indices are not integers',
      got: show(target),
      expected: `int64 [${indexShape(x).join(', ')}]`,
      hint: 'convert with target.long()',
    });
  if (!sameShape(target.shape, indexShape(x)))
    throw new ShapeError({
      where,
      what: 'the class indices do not fit the input',
      got: `input ${show(x)}, target ${show(target)}`,
      expected: `target [${indexShape(x).join(', ')}]`,
    });
}

/** Class indices in C order as numbers, checked. */
function readIndices(target: NDArray, classes: number, ignore: number, where: string): Float64Array {
  const indices = Float64Array.from(target.data as Int32Array, Number);
  const bad = indices.findIndex((k) => k !== ignore && !(k >= 0 && k < classes));
  if (bad === -1) return indices;
  throw new DataError({
    where,
    what: 'a class index is out of range',
    got: `${indices[bad]} at position ${bad}`,
    expected: `0 to ${classes - 1}, or ${ignore} to be ignored`,
    hint: 'labels count from 0',
  });
}

/** Weights of all classes in each row where labels cannot be read, as they are those of many examples; and what `mean` divides by. */
function weightsByOps(
  x: Tensor,
  target: NDArray,
  { weight, ignoreIndex = -100, labelSmoothing = 0 }: CrossEntropyOptions,
  name: string,
): { readonly q: Tensor; readonly total: Tensor } {
  const classes = x.shape[classAxis(x)]!;
  const labels = lookedAt(target, (all) => void readIndices(all, classes, ignoreIndex, name)).reshape([-1, 1]);
  const kept = labels.notEqual(ignoreIndex);
  const factors = weight ? asTensor(weight).detach().to(x.dtype) : ones([classes], { dtype: x.dtype });
  const one = where(arange(classes).equal(labels).logicalAnd(kept), factors, 0);
  const spread = labelSmoothing / classes;
  const q = spread === 0 ? one : one.mul(1 - labelSmoothing).add(where(kept, factors.mul(spread), 0));
  return { q: asTensor(q), total: asTensor(one.sum()) };
}

const isReadable = (target: NDArray, weight: NDArray | undefined): boolean =>
  target.readable && weight?.readable !== false;

const numbers = (x: NDArray): ArrayLike<number> => x.data as Float32Array;

/** Losses of rows that count one class each, and what `mean` divides by. */
function lossesOf(
  x: Tensor,
  indices: Float64Array,
  options: CrossEntropyOptions,
): { readonly losses: Tensor; readonly total: number } {
  const { weight, ignoreIndex = -100 } = options;
  const factors = weight ? numbers(weight) : undefined;
  const column = (): Float32Array => new DTYPES[x.dtype].Array(indices.length) as Float32Array;
  const [places, scales] = [column(), column()];
  let total = 0;
  indices.forEach((label, i) => {
    if (label === ignoreIndex) return;
    const factor = factors?.[label] ?? 1;
    places[i] = label;
    scales[i] = factor;
    total += factor;
  });
  const [labels, kept] = [places, scales].map(
    (memory) => new NDArray(new Storage(memory), x.dtype, [indices.length, 1]),
  ) as [NDArray, NDArray];
  return { losses: labelledCrossEntropy(x, { labels, factors: kept }), total };
}

/** Weights of all classes in each row for labels with smoothing, and what `mean` divides by. */
function targetRows(
  indices: Float64Array,
  shape: readonly [number, number],
  dtype: DType,
  options: CrossEntropyOptions,
): { readonly q: NDArray; readonly total: number } {
  const [n, classes] = shape;
  const { weight, ignoreIndex = -100, labelSmoothing = 0 } = options;
  const factors = weight ? numbers(weight) : undefined;
  const memory = new DTYPES[dtype].Array(n * classes) as Float32Array;
  const spread = labelSmoothing / classes;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const label = indices[i]!;
    if (label === ignoreIndex) continue;
    const at = i * classes;
    if (spread > 0) for (let k = 0; k < classes; k++) memory[at + k] = spread * (factors?.[k] ?? 1);
    const factor = factors?.[label] ?? 1;
    memory[at + label]! += (1 - labelSmoothing) * factor;
    total += factor;
  }
  return { q: new NDArray(new Storage(memory), dtype, shape), total };
}

function finish(losses: Tensor, shape: Shape, reduction: Reduction, total: number | Tensor): Tensor {
  if (reduction === 'none') return losses.reshape(shape);
  if (reduction === 'sum') return losses.sum();
  // The mean of nothing is NaN, and moves nothing.
  if (typeof total !== 'number') {
    const isNothing = total.equal(0);
    return losses
      .sum()
      .div(where(isNothing, 1, total))
      .add(where(isNothing, Number.NaN, total.mul(0)));
  }
  return total === 0 ? losses.sum().add(Number.NaN) : losses.sum().div(total);
}

/** Weights of all classes in each row for probabilities. @throws ArgumentError when one of them is to be ignored. */
function probabilities(target: NDArray, input: Tensor, options: CrossEntropyOptions): Tensor {
  const { weight, ignoreIndex, labelSmoothing = 0 } = options;
  if (ignoreIndex !== undefined && ignoreIndex >= 0)
    throw new ArgumentError({
      where: 'crossEntropy',
      what: 'ignoreIndex has no meaning for probabilities',
      got: String(ignoreIndex),
      expected: 'class indices as target',
    });
  let q = toRows(asTensor(target));
  if (labelSmoothing > 0) q = q.mul(1 - labelSmoothing).add(labelSmoothing / q.shape[1]!);
  if (weight) q = q.mul(weight);
  return q.to(input.dtype);
}

/**
 * Cross-entropy between the softmax of logits and classes, computed without overflow (PyTorch's `F.cross_entropy`).
 *
 * @param input Logits, `[classes]`, `[batch, classes]` or `[batch, classes, ...]`.
 * @param target Class indices without the axis of the classes, of an integer dtype; or probabilities of all classes, shaped as the input.
 * @throws ShapeError or DTypeError when the target does not fit; DataError for an index out of range; ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * crossEntropy(tensor([[2.5, 0.5], [0.5, 2.5]]), tensor([0, 1])).item().toFixed(6) // => 0.126928
 * crossEntropy(tensor([[0.5, 0.5]]), tensor([[0.25, 0.75]])).item() // => 0.6931471824645996
 */
export function crossEntropy(input: Tensor, target: NDArray, options: CrossEntropyOptions = {}): Tensor {
  const name = 'crossEntropy';
  const { weight, labelSmoothing = 0, ignoreIndex = -100 } = options;
  const reduction = checkReduction(options.reduction ?? 'mean', name);
  checkInput(input, weight, name);
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
    throw new ArgumentError({
      where: name,
      what: 'labelSmoothing is out of range',
      got: String(labelSmoothing),
      expected: 'a number from 0 to 1',
    });
  const classes = input.shape[classAxis(input)]!;
  const shape = indexShape(input);
  if (isFloat(target.dtype) && sameShape(target.shape, input.shape)) {
    const q = probabilities(target, input, options);
    return finish(softmaxCrossEntropy(toRows(input), q), shape, reduction, sizeOf(shape));
  }
  checkIndices(input, target, name);
  if (!isReadable(target, weight)) {
    const { q, total } = weightsByOps(input, target, options, name);
    return finish(softmaxCrossEntropy(toRows(input), q), shape, reduction, total);
  }
  const indices = readIndices(target, classes, ignoreIndex, name);
  // Whole numbers of float16 are exact up to 2048.
  if (labelSmoothing === 0 && input.dtype !== 'float16') {
    const { losses, total } = lossesOf(toRows(input), indices, options);
    return finish(losses, shape, reduction, total);
  }
  const { q, total } = targetRows(indices, [indices.length, classes], input.dtype, options);
  return finish(softmaxCrossEntropy(toRows(input), asTensor(q)), shape, reduction, total);
}

/**
 * Negative log-likelihood of classes, `-input[class]` (PyTorch's `F.nll_loss`).
 *
 * @param input Log-probabilities, `[classes]`, `[batch, classes]` or `[batch, classes, ...]`.
 * @param target Class indices without the axis of the classes, of an integer dtype.
 * @throws ShapeError or DTypeError when the target does not fit; DataError for an index out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * nllLoss(tensor([[-0.5, -1]]), tensor([0])).item() // => 0.5
 */
export function nllLoss(input: Tensor, target: NDArray, options: NLLOptions = {}): Tensor {
  const name = 'nllLoss';
  const { weight, ignoreIndex = -100 } = options;
  const reduction = checkReduction(options.reduction ?? 'mean', name);
  checkInput(input, weight, name);
  checkIndices(input, target, name);
  const classes = input.shape[classAxis(input)]!;
  if (!isReadable(target, weight)) {
    const { q, total } = weightsByOps(input, target, { weight, ignoreIndex }, name);
    // A class that does not count counts nothing, also where its value is -inf.
    const losses = asTensor(where(q.equal(0), 0, toRows(input).mul(q)))
      .sum(1)
      .neg();
    return finish(losses, indexShape(input), reduction, total);
  }
  const indices = readIndices(target, classes, ignoreIndex, name);
  const factors = weight ? numbers(weight) : undefined;
  const scale = new DTYPES[input.dtype].Array(indices.length) as Float32Array;
  const places = new BigInt64Array(indices.length);
  let total = 0;
  indices.forEach((k, i) => {
    if (k === ignoreIndex) return;
    places[i] = BigInt(k);
    total += factors?.[k] ?? 1;
    scale[i] = -(factors?.[k] ?? 1);
  });
  const column = [indices.length, 1];
  const picked = toRows(input).takeAlongAxis(new NDArray(new Storage(places), 'int64', column), 1);
  const factor = new NDArray(new Storage(scale), input.dtype, column);
  // A row that is ignored counts nothing, also where its value is -inf.
  const losses = asTensor(where(factor.equal(0), 0, picked.mul(factor)));
  return finish(losses, indexShape(input), reduction, total);
}
