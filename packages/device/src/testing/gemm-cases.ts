import type { DType } from '../dtype.ts';
import { ParityError } from '../errors.ts';
import { sizeOf } from '../geometry.ts';
import { type Device, type Kernel, kernelKey, type View } from '../kernel.ts';
import { type Call, Comparison, type DeviceCase } from './device-case.ts';
import { cloneView, type Draw, type Layout, layOut, pick, PLAIN_LAYOUTS, seeded } from './samples.ts';
import { dotBound } from './tolerances.ts';

type Size = readonly [m: number, n: number, k: number];

/** Around register tiles, panel widths and the depth of a block of k. */
const SIZES: readonly Size[] = [
  [1, 1, 1],
  [1, 1, 300],
  [4, 2, 8],
  [2, 3, 4],
  [5, 1, 17],
  [1, 9, 33],
  [6, 8, 16],
  [7, 9, 5],
  [13, 17, 19],
  [12, 16, 256],
  [31, 33, 257],
  [64, 10, 100],
  [3, 70, 520],
  [70, 3, 260],
  [65, 66, 67],
  [0, 3, 4],
  [3, 0, 4],
  [3, 4, 0],
  [0, 0, 0],
];

/** A product to check: its operands and their sizes. */
interface Product {
  readonly dtype: DType;
  readonly batch: readonly number[];
  readonly size: Size;
  /** `out`, `a`, `b`. */
  readonly views: readonly View[];
}

type Layouts = readonly [out: Layout, a: Layout, b: Layout];
const IN_ORDER: Layouts = ['contiguous', 'contiguous', 'contiguous'];

function shapesOf({ batch, size: [m, n, k] }: Pick<Product, 'batch' | 'size'>): readonly number[][] {
  return [
    [...batch, m, n],
    [...batch, m, k],
    [...batch, k, n],
  ];
}

function draft(problem: Omit<Product, 'views'>, layouts: Layouts, value: () => number): Product {
  const shapes = shapesOf(problem);
  const views = layouts.map((layout, o) => layOut(problem.dtype, shapes[o]!, layout, o === 0 ? () => 7 : value));
  return { ...problem, views };
}

function multiply(kernel: Kernel, { views, batch, size }: Product): void {
  kernel.run(views, [...batch, ...size], []);
}

function describe({ dtype, batch, size }: Product, what: string): string {
  return `gemm ${dtype} [${[...batch, ...size].join(', ')}] ${what}`;
}

function read(view: View, at: readonly number[], row: number, column: number): number {
  let place = view.offset + row * view.strides[at.length]! + column * view.strides[at.length + 1]!;
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

/** Visits the matrices of a batch element by element. */
function forEachElement(
  { batch, size: [m, n] }: Product,
  visit: (at: readonly number[], i: number, j: number) => void,
): void {
  for (const at of indices(batch)) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) visit(at, i, j);
    }
  }
}

/** Checks every element against a float64 sum, within the classical bound; gives the number of elements. */
function checkProduct(product: Product, what: string): number {
  const { dtype, batch, size, views } = product;
  const [out, a, b] = views as readonly [View, View, View];
  const [m, n, k] = size;
  const bound = dotBound(k, dtype);
  forEachElement(product, (at, i, j) => {
    let [sum, absolute] = [0, 0];
    for (let p = 0; p < k; p++) {
      const term = read(a, at, i, p) * read(b, at, p, j);
      sum += term;
      absolute += Math.abs(term);
    }
    const got = read(out, at, i, j);
    if (Number.isFinite(sum) ? Math.abs(got - sum) <= bound * absolute : Object.is(got, sum)) return;
    const expected = `${sum} within ${bound * absolute}`;
    const where = describe(product, what);
    throw new ParityError({
      where,
      what: `element [${[...at, i, j].join(', ')}] is outside the error bound of a product`,
      got: String(got),
      expected,
    });
  });
  return sizeOf(batch) * m * n;
}

/** Runs a product and compares its bits with those of the same numbers in another layout. */
function checkBits(kernel: Kernel, product: Product, want: View, what: string): void {
  multiply(kernel, product);
  forEachElement(product, (at, i, j) => {
    const [got, expected] = [read(product.views[0]!, at, i, j), read(want, at, i, j)];
    if (Object.is(got, expected)) return;
    throw new ParityError({
      where: describe(product, what),
      what: 'a product depends on how its operands lie in memory',
      got: String(got),
      expected: `${expected}, as for operands in C order`,
    });
  });
}

/** The same numbers in other layouts. */
function relaid(product: Product, layouts: readonly Layout[]): Product {
  const shapes = shapesOf(product);
  const views = product.views.map((view, o) => {
    const copy = layOut(product.dtype, shapes[o]!, layouts[o]!, () => 0);
    for (const index of indices(shapes[o]!)) {
      let [to, from] = [copy.offset, view.offset];
      for (let d = 0; d < index.length; d++) {
        to += index[d]! * copy.strides[d]!;
        from += index[d]! * view.strides[d]!;
      }
      copy.memory[to] = view.memory[from]!;
    }
    return copy;
  });
  return { ...product, views };
}

const moderate = (draw: Draw) => (): number => draw() * 2 - 1;

type Float = 'float32' | 'float64';

/** A case for the product kernel of a float dtype; `check` gives the number of elements compared. */
function floatCase(dtype: Float, what: string, check: (kernel: Kernel, draw: Draw) => number): DeviceCase {
  return {
    name: `gemm ${dtype} ${what}`,
    check(device) {
      const kernel = device.compile({ kind: 'gemm', dtype });
      return kernel
        ? { compared: check(kernel, seeded(what.length)), absent: [] }
        : { compared: 0, absent: [kernelKey({ kind: 'gemm', dtype })] };
    },
  };
}

function sizeCase(dtype: Float): DeviceCase {
  return floatCase(dtype, 'of every size', (kernel, draw) =>
    SIZES.reduce((compared, size) => {
      const product = draft({ dtype, batch: [], size }, IN_ORDER, moderate(draw));
      multiply(kernel, product);
      return compared + checkProduct(product, 'in C order');
    }, 0),
  );
}

const LAYOUT_SIZES: readonly Size[] = [
  [4, 2, 8],
  [5, 7, 9],
  [1, 6, 40],
  [40, 1, 6],
  [14, 18, 270],
];

function layoutCase(dtype: Float): DeviceCase {
  return floatCase(dtype, 'does not depend on layout or batch', (kernel, draw) =>
    LAYOUT_SIZES.reduce((compared, size) => {
      const product = draft({ dtype, batch: [2, 2], size }, IN_ORDER, moderate(draw));
      const [want] = product.views as [View];
      multiply(kernel, product);
      PLAIN_LAYOUTS.forEach((layout, i) => {
        const layouts = [
          layout,
          PLAIN_LAYOUTS[pick(draw, PLAIN_LAYOUTS.length)]!,
          PLAIN_LAYOUTS[(i * 2 + 1) % PLAIN_LAYOUTS.length]!,
        ];
        checkBits(kernel, relaid(product, layouts), want, `as ${layouts.join()}`);
      });
      const first = product.views.map((v): View => ({ ...cloneView(v), strides: v.strides.slice(2) }));
      checkBits(kernel, { ...product, batch: [], views: first }, { ...want, strides: want.strides.slice(2) }, 'alone');
      return compared + checkProduct(product, 'in C order');
    }, 0),
  );
}

function transposedCase(dtype: Float): DeviceCase {
  return floatCase(
    dtype,
    'of a matrix with its own transpose, of a broadcast batch, of infinities and NaN',
    (kernel, draw) => {
      const value = moderate(draw);
      const x = layOut(dtype, [11, 21], 'contiguous', value);
      const flipped: View = { ...x, strides: [1, 21], contiguous: false };
      const shared: View = { ...layOut(dtype, [6, 5], 'contiguous', value), strides: [0, 5, 1], contiguous: false };
      const odd = [NaN, Infinity, -Infinity, 0, 1, 2, -1];
      const special = (): number => (draw() < 0.8 ? 1 : odd[Math.floor(draw() ** 3 * odd.length)]!);
      const products: Product[] = [
        { dtype, batch: [], size: [21, 21, 11], views: [layOut(dtype, [21, 21], 'contiguous', () => 7), flipped, x] },
        {
          dtype,
          batch: [3],
          size: [4, 5, 6],
          views: [
            layOut(dtype, [3, 4, 5], 'contiguous', () => 7),
            layOut(dtype, [3, 4, 6], 'contiguous', value),
            shared,
          ],
        },
        draft({ dtype, batch: [], size: [9, 11, 3] }, IN_ORDER, special),
      ];
      return products.reduce((compared, product) => {
        multiply(kernel, product);
        return compared + checkProduct(product, 'special');
      }, 0);
    },
  );
}

function integerCase(dtype: DType, reference: Device): DeviceCase {
  return {
    name: `gemm ${dtype}`,
    check(device) {
      const comparison = new Comparison(device, reference);
      const draw = seeded(8);
      const value = dtype === 'bool' ? (): number => pick(draw, 2) : (): number => pick(draw, 2 ** 20);
      const calls = SIZES.filter(([m, n, k]) => m * n * k < 20000).map((size): Call => ({
        label: 'integers',
        views: draft({ dtype, batch: [], size }, ['contiguous', 'transposed', 'contiguous'], value).views,
        shape: size,
      }));
      comparison.kernel({ kind: 'gemm', dtype }, calls);
      return comparison.result;
    },
  };
}

/** Cases of matrix products: floats within the error bound and equal bits whatever the layout and the batch, integers exact. */
export function gemmCases(reference: Device): DeviceCase[] {
  const floats = (['float32', 'float64'] as const).flatMap((dtype) => [
    sizeCase(dtype),
    layoutCase(dtype),
    transposedCase(dtype),
  ]);
  return [...floats, ...(['bool', 'uint8', 'int32', 'int64'] as const).map((dtype) => integerCase(dtype, reference))];
}
