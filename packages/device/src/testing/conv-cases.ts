import { type ConvAxis, type ConvShape } from '../conv-shape.ts';
import type { DType } from '../dtype.ts';
import { ParityError } from '../errors.ts';
import { sizeOf } from '../geometry.ts';
import { addConvolutions } from '../conv.ts';
import { shapesOf } from '../js/conv.ts';
import { type ConvRole, type Device, type Kernel, kernelKey, type View } from '../kernel.ts';
import type { DeviceCase } from './device-case.ts';
import { type Draw, type Layout, layOut, pick, PLAIN_LAYOUTS, seeded } from './samples.ts';
import { dotBound } from './tolerances.ts';

const ROLES: readonly ConvRole[] = ['output', 'input', 'weight'];

type Axis = readonly [input: number, kernel: number, options?: Partial<ConvAxis>];

/** An axis of an input of a length; the output has what fits unless it is said. */
function axis([input, kernel, given = {}]: Axis): ConvAxis {
  const { stride = 1, dilation = 1, pad = 0 } = given;
  const output = Math.max(0, Math.floor((input + 2 * pad - dilation * (kernel - 1) - 1) / stride) + 1);
  return { input, kernel, stride, dilation, pad, output, ...given };
}

function geometry(counts: readonly [number, number, number, number], axes: readonly Axis[]): ConvShape {
  const [groups, batch, outputs, inputs] = counts;
  const all = [...Array<Axis>(3 - axes.length).fill([1, 1]), ...axes].map(axis);
  return { groups, batch, outputs, inputs, axes: all as unknown as ConvShape['axes'] };
}

const STRIDED = geometry(
  [2, 2, 3, 2],
  [
    [9, 2, { stride: 2 }],
    [10, 3, { stride: 3, pad: 1 }],
  ],
);

const DILATED = geometry(
  [1, 1, 4, 3],
  [
    [11, 3, { dilation: 2, pad: 2 }],
    [12, 2, { dilation: 3, stride: 2 }],
  ],
);

/** Groups, batch, channels of output and input; around register tiles, blocks of sums, strips of images, phases of strides. */
const GEOMETRIES: readonly ConvShape[] = [
  geometry([1, 1, 1, 1], [[1, 1]]),
  geometry([1, 2, 3, 2], [[9, 3]]),
  geometry(
    [1, 2, 5, 3],
    [
      [7, 3, { pad: 1 }],
      [8, 3, { pad: 1 }],
    ],
  ),
  geometry(
    [1, 1, 13, 33],
    [
      [9, 3, { pad: 1 }],
      [31, 3, { pad: 1 }],
    ],
  ),
  STRIDED,
  DILATED,
  geometry(
    [5, 2, 1, 1],
    [
      [8, 3, { pad: 1 }],
      [26, 5, { pad: 2 }],
    ],
  ),
  geometry(
    [1, 2, 17, 9],
    [
      [5, 1],
      [6, 1],
    ],
  ),
  geometry(
    [1, 1, 6, 4],
    [
      [8, 1, { stride: 2 }],
      [7, 1, { stride: 3 }],
    ],
  ),
  geometry(
    [1, 2, 3, 2],
    [
      [4, 2, { pad: 1 }],
      [5, 3, { stride: 2, pad: 1 }],
      [6, 2],
    ],
  ),
  geometry(
    [1, 2, 2, 40],
    [
      [70, 3, { pad: 1 }],
      [34, 5, { pad: 2 }],
    ],
  ),
  geometry(
    [1, 1, 2, 3],
    [
      [6, 2, { stride: 4 }],
      [9, 2, { stride: 5, pad: 1 }],
    ],
  ),
  geometry(
    [1, 1, 3, 2],
    [
      [6, 3, { pad: -1, output: 3 }],
      [7, 2, { pad: -2, output: 5 }],
    ],
  ),
  geometry(
    [1, 1, 2, 2],
    [
      [5, 2, { output: 7 }],
      [4, 3, { pad: 3, output: 6 }],
    ],
  ),
  geometry([1, 0, 3, 2], [[5, 3]]),
  geometry([1, 1, 3, 2], [[2, 3, { output: 0 }]]),
];

/** A convolution to check: the arrays by role. */
interface Problem {
  readonly dtype: DType;
  readonly shape: ConvShape;
  readonly role: ConvRole;
  readonly views: Readonly<Record<ConvRole, View>>;
  readonly bias: View | undefined;
}

function describe({ shape: { groups, batch, outputs, inputs, axes } }: Problem): string {
  const each = axes.map((a) => `${a.input}*${a.kernel}/${a.stride} dilation ${a.dilation} pad ${a.pad}`);
  return `[${[groups, batch, outputs, inputs].join(', ')}] ${each.join(', ')}`;
}

function run(kernel: Kernel, { shape, role, views, bias }: Problem, out: View): void {
  const others = ROLES.filter((name) => name !== role).map((name) => views[name]);
  const { groups, batch, outputs, inputs, axes } = shape;
  const of = (name: 'output' | 'input' | 'kernel' | 'stride' | 'dilation' | 'pad'): number[] =>
    axes.map((a) => a[name]);
  kernel.run(
    [out, ...others, ...(bias ? [bias] : [])],
    [groups, batch, outputs, inputs, ...of('output'), ...of('input'), ...of('kernel')],
    [...of('stride'), ...of('dilation'), ...of('pad')],
  );
}

/** Elements of a view in C order. */
function read({ memory, offset, strides }: View, shape: readonly number[]): number[] {
  const index = shape.map(() => 0);
  return Array.from({ length: sizeOf(shape) }, () => {
    const value = Number(memory[index.reduce((at, i, d) => at + i * strides[d]!, offset)]);
    for (let d = shape.length - 1; d >= 0 && ++index[d]! === shape[d]; d--) index[d] = 0;
    return value;
  });
}

/** A view of the same shape in another layout, with the same elements. */
function relaid(
  view: View,
  shape: readonly number[],
  { dtype, layout }: { readonly dtype: DType; readonly layout: Layout },
): View {
  const values = read(view, shape);
  const copy = layOut(dtype, shape, layout, () => 7);
  const index = shape.map(() => 0);
  for (const value of values) {
    copy.memory[index.reduce((at, i, d) => at + i * copy.strides[d]!, copy.offset)] = value;
    for (let d = shape.length - 1; d >= 0 && ++index[d]! === shape[d]; d--) index[d] = 0;
  }
  return copy;
}

/** Channels behind the spatial axes, as Keras has them. */
function channelsLast(dtype: DType, shape: readonly number[], value: () => number): View {
  const order = [1, 3, 4, 5, 0, 2];
  const packed = layOut(
    dtype,
    order.map((d) => shape[d]!),
    'contiguous',
    value,
  );
  return { ...packed, strides: shape.map((_, d) => packed.strides[order.indexOf(d)]!), contiguous: false };
}

function draft(
  shape: ConvShape,
  role: ConvRole,
  { dtype, draw }: { readonly dtype: DType; readonly draw: Draw },
): Problem {
  const value = (): number => draw() * 2 - 1;
  const shapes = shapesOf(shape);
  const last = draw() < 0.4;
  const make = (name: ConvRole): View =>
    last && name !== 'weight'
      ? channelsLast(dtype, shapes[name], value)
      : layOut(dtype, shapes[name], 'contiguous', value);
  const channels = role === 'output' ? shape.outputs : shape.inputs;
  const bias =
    role !== 'weight' && draw() < 0.5 ? layOut(dtype, [shape.groups, channels], 'strided', value) : undefined;
  return { dtype, shape, role, bias, views: { output: make('output'), input: make('input'), weight: make('weight') } };
}

/** The sum of the absolute products of each element: what its error is measured against. */
function magnitude(reference: Device, problem: Problem): number[] {
  const positive = (view: View): View => ({
    ...view,
    memory: Float64Array.from(view.memory as Float64Array, Math.abs),
  });
  const { role, views, bias } = problem;
  const absolute: Problem = {
    ...problem,
    bias: bias && positive(bias),
    views: { output: positive(views.output), input: positive(views.input), weight: positive(views.weight) },
  };
  const out = absolute.views[role];
  run(reference.compile({ kind: 'conv', dtype: 'float64', role, bias: bias !== undefined })!, absolute, out);
  return read(out, shapesOf(problem.shape)[role]);
}

/** Number of products of one element at most. */
function terms(role: ConvRole, { batch, outputs, inputs, axes }: ConvShape): number {
  const size = (name: 'output' | 'kernel'): number => sizeOf(axes.map((a) => a[name]));
  return role === 'weight' ? batch * size('output') : size('kernel') * (role === 'output' ? inputs : outputs);
}

/** Compares with the reference within the error bound, and with the same numbers in other layouts to the bit. */
function check(kernels: readonly [Kernel, Kernel], problem: Problem, draw: Draw, reference: Device): number {
  const { role, shape, dtype, views } = problem;
  const outShape = shapesOf(shape)[role];
  const [out, want] = [0, 1].map(() => ({ ...views[role], memory: views[role].memory.slice() })) as [View, View];
  run(kernels[0], problem, out);
  run(kernels[1], problem, want);
  const [got, expected, absolute] = [read(out, outShape), read(want, outShape), magnitude(reference, problem)];
  const bound = dotBound(terms(role, shape) + 1, dtype);
  const refuse = (i: number, what: string, value: string): never => {
    throw new ParityError({
      where: `conv.${role} ${dtype} ${describe(problem)}`,
      what: `element ${i} ${what}`,
      got: String(got[i]),
      expected: value,
    });
  };
  got.forEach((y, i) => {
    if (!(Math.abs(y - expected[i]!) <= bound * absolute[i]!))
      refuse(i, 'is outside the error bound of its sum', `${expected[i]} within ${bound * absolute[i]!}`);
  });
  const shapes = shapesOf(shape);
  const other = (name: ConvRole): View =>
    relaid(views[name], shapes[name], { dtype, layout: PLAIN_LAYOUTS[pick(draw, PLAIN_LAYOUTS.length)]! });
  const again: Problem = {
    ...problem,
    views: { output: other('output'), input: other('input'), weight: other('weight') },
  };
  run(kernels[0], again, again.views[role]);
  read(again.views[role], outShape).forEach((y, i) => {
    if (!Object.is(y, got[i])) refuse(i, 'depends on how the operands lie in memory', `${y}, as in another layout`);
  });
  return got.length;
}

/** Operands that lie packed, of numbers from 0.5 to 1.5. */
function plain(shape: ConvShape, role: ConvRole, dtype: DType): Problem {
  const shapes = shapesOf(shape);
  const draw = seeded(1);
  const make = (name: ConvRole): View => layOut(dtype, shapes[name], 'contiguous', () => draw() + 0.5);
  const views = { output: make('output'), input: make('input'), weight: make('weight') };
  return { dtype, shape, role, bias: undefined, views };
}

/** Geometries with padding, strides, dilation and groups, over one, two and three axes. */
const PADDED: readonly ConvShape[] = [
  geometry([1, 2, 3, 2], [[9, 3, { pad: 1 }]]),
  STRIDED,
  DILATED,
  geometry(
    [1, 2, 3, 2],
    [
      [4, 2, { pad: 1 }],
      [5, 3, { stride: 2, pad: 1 }],
      [6, 2],
    ],
  ),
];

/** Plants a number that is not finite in the first and in the last element of each array in turn: it reaches the same places as in the reference. */
function checkReach([kernel, expected]: readonly [Kernel, Kernel], problem: Problem): number {
  const { role, shape, dtype } = problem;
  const shapes = shapesOf(shape);
  const planted = ROLES.filter((name) => name !== role).flatMap((name) =>
    [NaN, Infinity].flatMap((value) => [0, sizeOf(shapes[name]) - 1].map((at) => ({ name, value, at }))),
  );
  for (const { name, value, at } of planted) {
    const memory = problem.views[name].memory.slice();
    memory[problem.views[name].offset + at] = value;
    const given: Problem = {
      ...problem,
      views: { ...problem.views, [name]: { ...problem.views[name], memory } },
    };
    const [got, want] = [kernel, expected].map((one) => {
      const out = { ...given.views[role], memory: given.views[role].memory.slice() };
      run(one, given, out);
      return read(out, shapes[role]);
    }) as [number[], number[]];
    const kind = (x: number): string => (Number.isFinite(x) ? 'finite' : String(x));
    got.forEach((y, i) => {
      if (kind(y) !== kind(want[i]!))
        throw new ParityError({
          where: `conv.${role} ${dtype} ${describe(problem)}`,
          what: `element ${i} with ${value} at ${at} of the ${name}`,
          got: String(y),
          expected: String(want[i]),
        });
    });
  }
  return planted.length * sizeOf(shapes[role]);
}

/** Cases of convolutions and their gradients: within the error bound of their sums, equal to the bit in every layout. */
export function convCases(reference: Device): DeviceCase[] {
  addConvolutions();
  return (['float32', 'float64'] as const).flatMap((dtype) =>
    ROLES.map((role): DeviceCase => ({
      name: `conv ${role} ${dtype}`,
      check(device) {
        const draw = seeded(role.length);
        const descs = [false, true].map((bias) => ({ kind: 'conv', dtype, role, bias }) as const);
        const kernels = descs.map((desc) => device.compile(desc));
        const absent = descs.filter((_, i) => !kernels[i]).map(kernelKey);
        if (absent.length > 0) return { compared: 0, absent };
        let compared = 0;
        for (const shape of GEOMETRIES) {
          const problem = draft(shape, role, { dtype, draw });
          const at = Number(problem.bias !== undefined);
          compared += check([kernels[at]!, reference.compile(descs[at]!)!], problem, draw, reference);
        }
        for (const shape of PADDED)
          compared += checkReach([kernels[0]!, reference.compile(descs[0]!)!], plain(shape, role, dtype));
        return { compared, absent };
      },
    })),
  );
}
