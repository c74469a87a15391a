import { ArgumentError } from '@isograd/device';
import {
  array,
  type Composed,
  composed,
  dispatch,
  type NDArray,
  type OpRecord,
  type OpSpec,
  sort,
} from '@isograd/ndarray';
import { asTensor, type Tensor } from '../tensor.ts';
import { alongAxis } from './places.ts';

/** Values and where they stand along the axis, as a list of two or by name. */
export type ValuesAndIndices = readonly [values: Tensor, indices: Tensor] & {
  readonly values: Tensor;
  readonly indices: Tensor;
};

/** PyTorch's named tuple. */
function pair(values: Tensor, indices: Tensor): ValuesAndIndices {
  return Object.defineProperties([values, indices] as const, {
    values: { value: values },
    indices: { value: indices },
  }) as ValuesAndIndices;
}

/** Picks elements at positions along an axis: what has a gradient of all that orders. */
function picked(x: Tensor, indices: NDArray, axis: number, like: NDArray): ValuesAndIndices {
  const shape = like.ndim === 0 ? [] : indices.shape;
  return pair(x.takeAlongAxis(indices, axis).reshape(shape) as Tensor, asTensor(indices).reshape(shape) as Tensor);
}

/** The positions of the largest elements first; NaN counts as the largest, of equal elements the first stands first. */
function descending(x: Tensor, axis: number): NDArray {
  const from = x.flip(axis).argsort(axis).flip(axis);
  return from.rsub(x.shape[axis]! - 1);
}

function checkCount(k: number, [low, high]: readonly [number, number], where: string): void {
  if (Number.isInteger(k) && k >= low && k <= high) return;
  throw new ArgumentError({
    where,
    what: 'selected number k out of range for dimension',
    got: String(k),
    expected: `${low} to ${high}`,
    hint: 'k counts elements along the axis',
  });
}

const range = (n: number): NDArray => array(BigInt64Array.from({ length: n }, (_, i) => BigInt(i)));

/** Options of {@link topk}. */
export interface TopkOptions {
  /** The largest elements, or the smallest; default true. */
  readonly largest?: boolean;
  /** Accepted as in PyTorch; the result is in order either way. */
  readonly sorted?: boolean;
}

const NO_TIES = { shape: [2, 4], values: [0.5, -1.25, 2, 1, -0.5, 3, 0.25, -2] } as const;
const WITH_NAN = { shape: [4], values: [1, NaN, 3, 2], differentiable: false } as const;

/**
 * The `k` largest (or smallest) elements along an axis in order, and where they stand: [..., n, ...] → two of [..., k, ...] (PyTorch's `torch.topk`).
 *
 * NaN counts as the largest; of equal elements the first stands first.
 *
 * @throws ArgumentError unless `k` is from 0 to the length of the axis; IndexError outside the axes; DTypeError for complex numbers.
 * @example
 * const { values, indices } = topk(tensor([3, 1, 4, 1, 5]), 2);
 * values.tolist() // => [ 5, 4 ]
 * indices.tolist() // => [ 4, 2 ]
 */
export const topk: Composed<(x: NDArray, k: number, dim?: number, options?: TopkOptions) => ValuesAndIndices> =
  composed(
    {
      name: 'topk',
      domain: [-2, 2],
      samples: [
        { inputs: [[5]], args: [2], attrs: { k: 2, dim: -1, largest: true } },
        { inputs: [NO_TIES], args: [3, 1, { largest: false }], attrs: { k: 3, dim: 1, largest: false } },
        { inputs: [NO_TIES], args: [1, 0], attrs: { k: 1, dim: 0, largest: true } },
        { inputs: [WITH_NAN], args: [2], attrs: { k: 2, dim: -1, largest: true } },
        { inputs: [[]], args: [1], attrs: { k: 1, dim: -1, largest: true } },
        { inputs: [[0, 3]], args: [2], attrs: { k: 2, dim: -1, largest: true } },
      ],
      errors: [
        { inputs: [[3]], args: [4], throws: 'out of range' },
        { inputs: [[3]], args: [1, 1], throws: 'Dimension out of range' },
      ],
      parity: {
        numpy: null,
        torch: 'torch.topk(x1, k, dim, largest)',
        why: 'NumPy has partition, tfjs positions in int32',
      },
    },
    (x: NDArray, k: number, dim = -1, { largest = true }: TopkOptions = {}): ValuesAndIndices => {
      const [given, axis] = alongAxis(x, dim, 'topk');
      checkCount(k, [0, given.shape[axis]!], 'topk');
      const order = largest ? descending(given, axis) : given.argsort(axis);
      return picked(given, order.take(range(k), axis), axis, x);
    },
  );

/** Options of reductions along one axis. */
export interface KeepdimOption {
  /** Whether the axis stays, of length 1; default false. */
  readonly keepdim?: boolean;
}

function reduced(
  x: Tensor,
  indices: NDArray,
  [axis, like]: readonly [number, NDArray],
  keepdim: boolean,
): ValuesAndIndices {
  const all = picked(x, indices, axis, like);
  if (keepdim || like.ndim === 0) return all;
  return pair(all.values.squeeze(axis) as Tensor, all.indices.squeeze(axis) as Tensor);
}

/**
 * The `k`-th smallest element along an axis, counted from 1, and where it stands (PyTorch's `torch.kthvalue`); NaN counts as the largest.
 *
 * @throws ArgumentError unless `k` is from 1 to the length of the axis; IndexError outside the axes.
 * @example
 * kthvalue(tensor([3, 1, 4, 1, 5]), 3).values.item() // => 3
 */
export const kthvalue: Composed<(x: NDArray, k: number, dim?: number, options?: KeepdimOption) => ValuesAndIndices> =
  composed(
    {
      name: 'kthvalue',
      domain: [-2, 2],
      samples: [
        { inputs: [[5]], args: [2], attrs: { k: 2, dim: -1, keepdim: false } },
        { inputs: [NO_TIES], args: [2, 0, { keepdim: true }], attrs: { k: 2, dim: 0, keepdim: true } },
        { inputs: [NO_TIES], args: [4, -1], attrs: { k: 4, dim: -1, keepdim: false } },
        { inputs: [WITH_NAN], args: [4], attrs: { k: 4, dim: -1, keepdim: false } },
        { inputs: [[]], args: [1], attrs: { k: 1, dim: -1, keepdim: false } },
      ],
      errors: [{ inputs: [[3]], args: [0], throws: 'out of range' }],
      parity: { numpy: null, torch: 'torch.kthvalue(x1, k, dim, keepdim)', why: 'NumPy has partition' },
    },
    (x: NDArray, k: number, dim = -1, { keepdim = false }: KeepdimOption = {}): ValuesAndIndices => {
      const [given, axis] = alongAxis(x, dim, 'kthvalue');
      checkCount(k, [1, given.shape[axis]!], 'kthvalue');
      const at = given.argsort(axis).take(array(BigInt64Array.of(BigInt(k - 1))), axis);
      return reduced(given, at, [axis, x], keepdim);
    },
  );

interface AxisAttrs {
  readonly axis: number;
}

/** For each line along an axis the positions that a function gives. */
function linePositions(
  name: string,
  run: (line: readonly number[]) => readonly number[],
  widthOf: (n: number) => number,
): (x: NDArray, axis: number) => NDArray {
  const spec: OpSpec<AxisAttrs> = {
    name,
    family: 'indexed',
    batch: 'alongAxes',
    forward: ([x], { axis }) => {
      const lines = x!.moveaxis(axis, -1);
      const n = lines.shape.at(-1)!;
      const flat = Array.from(lines.copy().reshape([-1]).data as Iterable<number | bigint>, Number);
      const rows: number[][] = [];
      for (let i = 0; i + n <= flat.length && n > 0; i += n) rows.push([...run(flat.slice(i, i + n))]);
      const found = array(BigInt64Array.from(rows.flat(), BigInt));
      return found.reshape([...lines.shape.slice(0, -1), widthOf(n)]).moveaxis(-1, axis);
    },
    vjp: { nonDifferentiable: 'the result is positions' },
    domain: [-2, 2],
    samples: [],
    errors: [],
    parity: { numpy: null, torch: null },
  };
  return (x, axis) => dispatch(spec, [x], { axis });
}

/** Positions of the best so far: of equal ones the last, of NaN the last from the first on. */
const running = (better: (a: number, b: number) => boolean) => (line: readonly number[]) => {
  let best = 0;
  return Array.from(line, (value, i) => {
    const so = line[best]!;
    if (Number.isNaN(value) || (!Number.isNaN(so) && better(value, so))) best = i;
    return best;
  });
};

type Running = Composed<(x: NDArray, dim: number) => ValuesAndIndices>;

function runningOp(name: string, better: (a: number, b: number) => boolean, record: Pick<OpRecord, 'parity'>): Running {
  const positions = linePositions(`${name}Positions`, running(better), (n) => n);
  return composed(
    {
      name,
      domain: [-2, 2],
      samples: [
        { inputs: [[5]], args: [0], attrs: { dim: 0 } },
        { inputs: [NO_TIES], args: [-1], attrs: { dim: -1 } },
        { inputs: [{ shape: [5], values: [1, 1, 0, 2, 2], differentiable: false }], args: [0], attrs: { dim: 0 } },
        { inputs: [WITH_NAN], args: [0], attrs: { dim: 0 } },
        { inputs: [[2, 0]], args: [1], attrs: { dim: 1 } },
      ],
      errors: [{ inputs: [[3]], args: [1], throws: 'Dimension out of range' }],
      ...record,
    },
    (x: NDArray, dim: number): ValuesAndIndices => {
      const [given, axis] = alongAxis(x, dim, name);
      return picked(given, positions(given, axis), axis, x);
    },
  );
}

const NO_POSITIONS = 'the others give no positions';

/**
 * The largest elements so far along an axis and where they stand, of equal ones the last (PyTorch's `torch.cummax`).
 *
 * @throws IndexError outside the axes.
 * @example
 * cummax(tensor([1, 3, 2, 3]), 0).indices.tolist() // => [ 0, 1, 1, 3 ]
 */
export const cummax: Running = runningOp('cummax', (a, b) => a >= b, {
  parity: { numpy: null, torch: 'torch.cummax(x1, dim)', why: NO_POSITIONS },
});

/**
 * The smallest elements so far along an axis and where they stand, of equal ones the last (PyTorch's `torch.cummin`).
 *
 * @throws IndexError outside the axes.
 * @example
 * cummin(tensor([3, 1, 2, 1]), 0).values.tolist() // => [ 3, 1, 1, 1 ]
 */
export const cummin: Running = runningOp('cummin', (a, b) => a <= b, {
  parity: { numpy: null, torch: 'torch.cummin(x1, dim)', why: NO_POSITIONS },
});

/** Where the most frequent value stands last; of equally frequent ones the smallest. */
function modePosition(line: readonly number[]): readonly number[] {
  const seen = new Map<number, { count: number; last: number }>();
  line.forEach((value, last) => seen.set(value, { count: (seen.get(value)?.count ?? 0) + 1, last }));
  const ranked = [...seen].sort(([a, x], [b, y]) => y.count - x.count || a - b);
  return [ranked[0]?.[1].last ?? 0];
}

const modePositions = linePositions('modePositions', modePosition, (n) => Math.min(n, 1));

/**
 * The most frequent value along an axis, of several the smallest, and where it stands last (PyTorch's `torch.mode`).
 *
 * @throws IndexError outside the axes.
 * @example
 * mode(tensor([2, 1, 2, 3, 1])).values.item() // => 1
 */
export const mode: Composed<(x: NDArray, dim?: number, options?: KeepdimOption) => ValuesAndIndices> = composed(
  {
    name: 'mode',
    domain: [-2, 2],
    samples: [
      {
        inputs: [{ shape: [6], values: [2, 1, 2, 3, 1, 1], differentiable: false }],
        attrs: { dim: -1, keepdim: false },
      },
      { inputs: [NO_TIES], args: [0, { keepdim: true }], attrs: { dim: 0, keepdim: true } },
      { inputs: [NO_TIES], args: [-1], attrs: { dim: -1, keepdim: false } },
    ],
    errors: [{ inputs: [[3]], args: [1], throws: 'Dimension out of range' }],
    parity: { numpy: null, torch: 'torch.mode(x1, dim, keepdim)', why: 'SciPy has it, without positions' },
  },
  (x: NDArray, dim = -1, { keepdim = false }: KeepdimOption = {}): ValuesAndIndices => {
    const [given, axis] = alongAxis(x, dim, 'mode');
    return reduced(given, modePositions(given, axis), [axis, x], keepdim);
  },
);

/**
 * The elements in ascending order along the first axis; a tensor without axes stays as it is (PyTorch's `torch.msort`).
 *
 * @throws DTypeError for complex numbers.
 * @example
 * msort(tensor([[3, 1], [2, 4]])).tolist() // => [ [ 2, 1 ], [ 3, 4 ] ]
 */
export const msort: Composed<(x: NDArray) => Tensor> = composed(
  {
    name: 'msort',
    domain: [-2, 2],
    samples: [
      { inputs: [[4]] },
      { inputs: [NO_TIES] },
      {
        inputs: [[]],
        without: { numpy: 'it has no axis to sort along', jax: 'it has no axis to sort along' },
      },
    ],
    errors: [{ inputs: [{ shape: [2], dtype: 'complex64' }], throws: 'complex' }],
    parity: { numpy: 'np.sort(x1, axis=0)', torch: 'torch.msort(x1)', jax: 'jnp.sort(x1, axis=0)' },
  },
  (x: NDArray): Tensor => {
    const [given, axis] = alongAxis(x, 0, 'msort');
    return sort(given, axis).reshape(x.shape) as Tensor;
  },
);
