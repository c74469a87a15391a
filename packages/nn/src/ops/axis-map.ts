import { DTypeError, isFloat, ShapeError, sizeOf, type View } from '@isograd/device';
import { addPooling as addToJs } from '@isograd/device/pool';
import { addPooling as addToWasm } from '@isograd/wasm/pool';
import { allocate, type As, defineOp, dispatch, kernelTable, NDArray, type Op, type OpSpec } from '@isograd/ndarray';

/** A sparse matrix: output `o` of an axis is the sum of `weights[t] x[at[t]]` over t from `starts[o]` to `starts[o + 1]`. */
export interface Taps {
  /** Length of the axis that is read. */
  readonly from: number;
  /** One more than the length of the axis that is written. */
  readonly starts: Int32Array;
  readonly at: Int32Array;
  readonly weights: Float64Array;
}

/** One output of a linear map along an axis: positions and their weights. */
export interface Tap {
  readonly at: readonly number[];
  readonly weights: readonly number[];
}

/** Taps from one entry for each output. */
export function tapsOf(from: number, outputs: readonly Tap[]): Taps {
  const starts = new Int32Array(outputs.length + 1);
  outputs.forEach(({ at }, o) => (starts[o + 1] = starts[o]! + at.length));
  return {
    from,
    starts,
    at: Int32Array.from(outputs.flatMap(({ at }) => at)),
    weights: Float64Array.from(outputs.flatMap(({ weights }) => weights)),
  };
}

const transposes = new WeakMap<Taps, Taps>();

/** The transposed matrix, whose transpose is the given one again. */
function transposed(taps: Taps): Taps {
  const before = transposes.get(taps);
  if (before) return before;
  const rows: { at: number[]; weights: number[] }[] = Array.from({ length: taps.from }, () => ({
    at: [],
    weights: [],
  }));
  for (let o = 0; o + 1 < taps.starts.length; o++)
    for (let t = taps.starts[o]!; t < taps.starts[o + 1]!; t++) {
      rows[taps.at[t]!]!.at.push(o);
      rows[taps.at[t]!]!.weights.push(taps.weights[t]!);
    }
  const back = tapsOf(taps.starts.length - 1, rows);
  transposes.set(taps, back);
  transposes.set(back, taps);
  return back;
}

/** Asked for when the first one runs, as in max-pool.ts. */
const kernels = kernelTable((dtype) => {
  addToJs();
  addToWasm();
  return { kind: 'taps', dtype };
});

const run = (memory: Int32Array | Float64Array): View => ({ memory, offset: 0, strides: [1], contiguous: true });

interface Attrs {
  readonly axis: number;
  readonly taps: Taps;
}

const MATRIX = [
  [0.5, 0.5, 0],
  [0, 0.25, 0.75],
  [0, 0, 0],
  [1, -2, 3],
];

const spec: OpSpec<Attrs> = {
  name: 'axisMap',
  family: 'neural',
  forward: ([x], { axis, taps }) => {
    const count = taps.starts.length - 1;
    const source = x!.contiguous ? x! : x!.copy();
    const shape = x!.shape.map((n, d) => (d === axis ? count : n));
    const out = new NDArray(allocate(x!.dtype, sizeOf(shape)), x!.dtype, shape);
    const inner = sizeOf(shape.slice(axis + 1));
    const three = ({ memory, offset }: NDArray, n: number): View => ({
      memory,
      offset,
      strides: [n * inner, inner, 1],
      contiguous: false,
    });
    kernels(x!.dtype).run(
      [three(out, count), three(source, taps.from), run(taps.starts), run(taps.at), run(taps.weights)],
      [sizeOf(shape.slice(0, axis)), count, inner, taps.from],
      [],
    );
    return out;
  },
  vjp: (g, { attrs: { axis, taps } }) => [dispatch(spec, [g], { axis, taps: transposed(taps) })],
  linear: 'each',
  batch: 'alongAxes',
  domain: [-2, 2],
  samples: [
    { inputs: [[3]], args: [MATRIX, 0], attrs: { matrix: MATRIX, axis: 0 } },
    { inputs: [[2, 3]], args: [MATRIX, 1], attrs: { matrix: MATRIX, axis: 1 } },
    { inputs: [[2, 3, 2]], args: [MATRIX, 1], attrs: { matrix: MATRIX, axis: 1 } },
    { inputs: [[3, 0]], args: [MATRIX, 0], attrs: { matrix: MATRIX, axis: 0 } },
  ],
  errors: [
    { inputs: [[2]], args: [MATRIX, 0], throws: 'the axis has another length' },
    { inputs: [{ shape: [3], dtype: 'int64' }], args: [MATRIX, 0], throws: 'takes floats only' },
  ],
  parity: {
    numpy: null,
    torch: 'torch.movedim(torch.tensordot(x1, torch.tensor(matrix, dtype=x1.dtype), dims=([axis], [1])), -1, axis)',
    jax: 'jnp.moveaxis(jnp.tensordot(x1, jnp.array(matrix, dtype=x1.dtype), axes=([axis], [1])), -1, axis)',
    why: 'it is what pooling and resizing are made of',
  },
};

/**
 * A linear map along one axis, `x [..., from, ...]` → `[..., to, ...]`: what averages over windows and resizing are made of, axis by axis.
 *
 * @param matrix `[to, from]` as nested lists, or its taps.
 * @throws ShapeError when the axis has another length; DTypeError for integers.
 */
export const axisMap: Op<
  <T extends NDArray>(x: T, matrix: Taps | readonly (readonly number[])[], axis: number) => As<T>
> = defineOp(spec, (x: NDArray, matrix: Taps | readonly (readonly number[])[], axis: number) => {
  const taps = 'starts' in matrix ? matrix : denseTaps(matrix);
  if (x.shape[axis] !== taps.from)
    throw new ShapeError({
      where: 'axisMap',
      what: 'the axis has another length than the matrix',
      got: `[${x.shape.join(', ')}], axis ${axis}`,
      expected: `${taps.from} elements`,
    });
  if (!isFloat(x.dtype))
    throw new DTypeError({
      where: 'axisMap',
      what: 'takes floats only',
      got: x.dtype,
      expected: 'float32 or float64',
      hint: "convert with x.astype('float32')",
    });
  if (x.dtype === 'float16') return axisMap(x.astype('float32'), taps, axis).astype('float16');
  return dispatch(spec, [x], { axis, taps });
});

function denseTaps(matrix: readonly (readonly number[])[]): Taps {
  const rows = matrix.map((row) => {
    const at = row.flatMap((w, i) => (w === 0 ? [] : [i]));
    return { at, weights: at.map((i) => row[i]!) };
  });
  return tapsOf(matrix[0]?.length ?? 0, rows);
}
