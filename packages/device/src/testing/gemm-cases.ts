import type { DType } from '../dtype.ts';
import { ParityError } from '../errors.ts';
import { sizeOf } from '../geometry.ts';
import type { Device, Kernel, View } from '../kernel.ts';
import { type Call, Comparison, type DeviceCase } from './device-case.ts';
import { cloneView, type Draw, type Layout, layOut, pick, PLAIN_LAYOUTS, seeded } from './samples.ts';
import { dotBound } from './tolerances.ts';

type Size = readonly [m: number, n: number, k: number];

/** Around register tiles, panel widths and the depth of a block of k. */
const SIZES: readonly Size[] = [
  [1, 1, 1], [1, 1, 300], [4, 2, 8], [2, 3, 4], [5, 1, 17], [1, 9, 33], [6, 8, 16], [7, 9, 5], [13, 17, 19], [12, 16, 256], [31, 33, 257], [64, 10, 100], [3, 70, 520], [70, 3, 260], [65, 66, 67],
  [0, 3, 4], [3, 0, 4], [3, 4, 0], [0, 0, 0],
];

function operands(dtype: DType, size: Size, batch: readonly number[], layouts: readonly [Layout, Layout, Layout], value: () => number): View[] {
  const [m, n, k] = size;
  const of = (rows: number, columns: number, layout: Layout, v: () => number): View => layOut(dtype, [...batch, rows, columns], layout, v);
  return [of(m, n, layouts[0], () => 7), of(m, k, layouts[1], value), of(k, n, layouts[2], value)];
}

function read(view: View, batch: readonly number[], at: readonly number[], row: number, column: number): number {
  let place = view.offset + row * view.strides[batch.length]! + column * view.strides[batch.length + 1]!;
  for (let d = 0; d < at.length; d++) place += at[d]! * view.strides[d]!;
  return Number(view.memory[place]);
}

/** Every index of a shape in C order; the array is reused. */
function* indices(shape: readonly number[]): Generator<readonly number[]> {
  const index = shape.map(() => 0);
  for (let left = sizeOf(shape); left > 0; left--) {
    yield index;
    for (let d = shape.length - 1; d >= 0 && ++index[d]! === shape[d]; d--) index[d] = 0;
  }
}

/** Checks every element against a float64 sum, within the classical bound. */
function checkProduct(where: string, dtype: DType, [out, a, b]: readonly View[], batch: readonly number[], [m, n, k]: Size): number {
  for (const at of indices(batch)) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let [sum, size] = [0, 0];
        for (let p = 0; p < k; p++) {
          const term = read(a!, batch, at, i, p) * read(b!, batch, at, p, j);
          sum += term;
          size += Math.abs(term);
        }
        const got = read(out!, batch, at, i, j);
        const close = Number.isFinite(sum) ? Math.abs(got - sum) <= dotBound(k, dtype) * size : Object.is(got, sum);
        if (!close) throw new ParityError({ where, what: `element [${[...at, i, j].join(', ')}] is outside the error bound of a product`, got: String(got), expected: `${sum} within ${dotBound(k, dtype) * size}` });
      }
    }
  }
  return sizeOf(batch) * m * n;
}

function sameBits(where: string, kernel: Kernel, [out, a, b]: readonly View[], shape: readonly number[], want: View, batch: readonly number[]): void {
  kernel.run([out!, a!, b!], shape, []);
  const [m, n] = shape.slice(-3) as [number, number, number];
  for (const at of indices(batch)) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        const [got, expected] = [read(out!, batch, at, i, j), read(want, batch, at, i, j)];
        if (!Object.is(got, expected)) throw new ParityError({ where, what: 'a product depends on how its operands lie in memory', got: String(got), expected: `${expected}, as for operands in C order` });
      }
    }
  }
}

/** The same numbers in another layout. */
function relaid(dtype: DType, view: View, shape: readonly number[], layout: Layout): View {
  const copy = layOut(dtype, shape, layout, () => 0);
  for (const index of indices(shape)) {
    let [to, from] = [copy.offset, view.offset];
    for (let d = 0; d < index.length; d++) {
      to += index[d]! * copy.strides[d]!;
      from += index[d]! * view.strides[d]!;
    }
    copy.memory[to] = view.memory[from]!;
  }
  return copy;
}

const moderate = (draw: Draw) => (): number => draw() * 2 - 1;

function sizeCase(dtype: 'float32' | 'float64'): DeviceCase {
  return {
    name: `gemm ${dtype} of every size`,
    check(device) {
      const kernel = device.compile({ kind: 'gemm', dtype });
      if (!kernel) return { compared: 0, absent: [`gemm|${dtype}`] };
      const draw = seeded(5);
      let compared = 0;
      for (const size of SIZES) {
        const views = operands(dtype, size, [], ['contiguous', 'contiguous', 'contiguous'], moderate(draw));
        kernel.run(views, size, []);
        compared += checkProduct(`gemm ${dtype} [${size.join(', ')}]`, dtype, views, [], size);
      }
      return { compared, absent: [] };
    },
  };
}

function layoutCase(dtype: 'float32' | 'float64'): DeviceCase {
  return {
    name: `gemm ${dtype} does not depend on layout or batch`,
    check(device) {
      const kernel = device.compile({ kind: 'gemm', dtype });
      if (!kernel) return { compared: 0, absent: [`gemm|${dtype}`] };
      const draw = seeded(6);
      let compared = 0;
      for (const size of [[4, 2, 8], [5, 7, 9], [1, 6, 40], [40, 1, 6], [14, 18, 270]] as const) {
        const [m, n, k] = size;
        const batch = [2, 2];
        const views = operands(dtype, size, batch, ['contiguous', 'contiguous', 'contiguous'], moderate(draw));
        kernel.run(views, [...batch, ...size], []);
        compared += checkProduct(`gemm ${dtype} batch of [${size.join(', ')}]`, dtype, views, batch, size);
        const shapes = [[...batch, m, n], [...batch, m, k], [...batch, k, n]];
        for (const [i, layout] of PLAIN_LAYOUTS.entries()) {
          const layouts = [layout, PLAIN_LAYOUTS[pick(draw, PLAIN_LAYOUTS.length)]!, PLAIN_LAYOUTS[(i * 2 + 1) % PLAIN_LAYOUTS.length]!];
          const others = views.map((v, o) => relaid(dtype, v, shapes[o]!, layouts[o]!));
          sameBits(`gemm ${dtype} [${size.join(', ')}] as ${layouts.join()}`, kernel, others, [...batch, ...size], views[0]!, batch);
        }
        const single = views.map((v) => ({ ...cloneView(v), strides: v.strides.slice(2), contiguous: true }));
        sameBits(`gemm ${dtype} [${size.join(', ')}] alone`, kernel, single, size, { ...views[0]!, strides: views[0]!.strides.slice(2) }, []);
      }
      return { compared, absent: [] };
    },
  };
}

function transposedCase(dtype: 'float32' | 'float64'): DeviceCase {
  return {
    name: `gemm ${dtype} of a matrix with its own transpose, of a broadcast batch, of infinities and NaN`,
    check(device) {
      const kernel = device.compile({ kind: 'gemm', dtype });
      if (!kernel) return { compared: 0, absent: [`gemm|${dtype}`] };
      const draw = seeded(9);
      const x = layOut(dtype, [11, 21], 'contiguous', moderate(draw));
      const gram = [layOut(dtype, [21, 21], 'contiguous', () => 7), { ...x, strides: [1, 21], contiguous: false }, x];
      kernel.run(gram, [21, 21, 11], []);
      let compared = checkProduct(`gemm ${dtype} x.T @ x`, dtype, gram, [], [21, 21, 11]);
      const many = [layOut(dtype, [3, 4, 5], 'contiguous', () => 7), layOut(dtype, [3, 4, 6], 'contiguous', moderate(draw)), { ...layOut(dtype, [6, 5], 'contiguous', moderate(draw)), strides: [0, 5, 1], contiguous: false }];
      kernel.run(many, [3, 4, 5, 6], []);
      compared += checkProduct(`gemm ${dtype} broadcast batch`, dtype, many, [3], [4, 5, 6]);
      const odd = [NaN, Infinity, -Infinity, 0, 1, 2, -1];
      const special = operands(dtype, [9, 11, 3], [], ['contiguous', 'contiguous', 'contiguous'], () => odd[Math.floor(draw() ** 3 * odd.length)]!);
      special.forEach((v) => v.memory.forEach((_, i) => draw() < 0.8 && (v.memory[i] = 1)));
      kernel.run(special, [9, 11, 3], []);
      return { compared: compared + checkProduct(`gemm ${dtype} special values`, dtype, special, [], [9, 11, 3]), absent: [] };
    },
  };
}

function integerCase(dtype: DType, reference: Device): DeviceCase {
  return {
    name: `gemm ${dtype}`,
    check(device) {
      const comparison = new Comparison(device, reference);
      const draw = seeded(8);
      const value = dtype === 'bool' ? (): number => pick(draw, 2) : (): number => pick(draw, 2 ** 20);
      const calls = SIZES.filter(([m, n, k]) => m * n * k < 20000).map((size): Call => ({ label: 'integers', views: operands(dtype, size, [], ['contiguous', 'transposed', 'contiguous'], value), shape: size }));
      comparison.kernel({ kind: 'gemm', dtype }, calls);
      return comparison.result;
    },
  };
}

/** Cases of matrix products: floats within the error bound and equal bits whatever the layout and the batch, integers exact. */
export function gemmCases(reference: Device): DeviceCase[] {
  const floats = (['float32', 'float64'] as const).flatMap((dtype) => [sizeCase(dtype), layoutCase(dtype), transposedCase(dtype)]);
  return [...floats, ...(['bool', 'uint8', 'int32', 'int64'] as const).map((dtype) => integerCase(dtype, reference))];
}
