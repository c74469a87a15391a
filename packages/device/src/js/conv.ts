import { type ConvAxis, type ConvShape, convShape } from '../conv-shape.ts';
import { sizeOf } from '../geometry.ts';
import type { ConvRole, DescOf, Kernel, View } from '../kernel.ts';
import { forEachIndex } from './reduce.ts';

/** Where elements of an array lie in float64 memory. */
interface Walk {
  readonly memory: ArrayLike<number>;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** The arrays of a convolution by their names; the one that is computed is a float64 array of sums. */
type Walks = { readonly [R in ConvRole]: Walk };

const place = ({ offset, strides }: Walk, index: readonly number[]): number =>
  index.reduce((at, i, d) => at + i * strides[d]!, offset);

type Span = readonly [from: number, to: number];

/** Elements `from` up to `to` of the output meet an element of the input at step `k` of the weight. */
function met({ output, input, stride, dilation, pad }: ConvAxis, k: number): Span {
  const shift = k * dilation - pad;
  const from = Math.max(0, Math.ceil(-shift / stride));
  return [from, Math.min(output, Math.floor((input - 1 - shift) / stride) + 1)];
}

/** A call: the arrays by name, which one is computed, and into what. */
interface Job {
  readonly role: ConvRole;
  readonly walks: Walks;
  readonly sums: Float64Array;
  readonly shape: ConvShape;
}

const NAMES = ['output', 'input', 'weight'] as const;

/** Adds the products of one element of the weight, of one group and one image, with elements of the input. */
function accumulate({ role, walks, sums, shape: { axes } }: Job, index: readonly number[]): void {
  const [g, n, o, c, ...k] = index as [number, number, number, number, ...number[]];
  const [depth, height, width] = axes.map((axis, d) => met(axis, k[d]!)) as [Span, Span, Span];
  const { output: y, input: x, weight: w } = walks;
  const step = { output: y.strides[5]!, input: x.strides[5]! * axes[2].stride, weight: 0 };
  const [first, second] = NAMES.filter((name) => name !== role) as [ConvRole, ConvRole];
  const [a, b] = [walks[first].memory, walks[second].memory];
  for (let d = depth[0]; d < depth[1]; d++) {
    for (let h = height[0]; h < height[1]; h++) {
      const reached = [d, h, width[0]];
      const at = {
        output: place(y, [g, n, o, ...reached]),
        input: place(x, [
          g,
          n,
          c,
          ...axes.map(({ stride, dilation, pad }, e) => reached[e]! * stride + k[e]! * dilation - pad),
        ]),
        weight: place(w, [g, o, c, ...k]),
      };
      let [s, p, q] = [at[role], at[first], at[second]];
      for (let i = width[0]; i < width[1]; i++, s += step[role], p += step[first], q += step[second])
        sums[s]! += a[p]! * b[q]!;
    }
  }
}

/** Makes NaN of the sums in which the zeros of a padding meet NaN or an infinity, by one element of the weight as above. */
function accumulatePadding({ role, walks, sums, shape: { axes } }: Job, index: readonly number[]): void {
  const [g, n, o, c, ...k] = index as [number, number, number, number, ...number[]];
  const inside = axes.map((axis, d) => met(axis, k[d]!));
  const { output: y, weight: w } = walks;
  forEachIndex(
    axes.map((axis) => axis.output),
    (reached) => {
      if (reached.every((i, d) => i >= inside[d]![0] && i < inside[d]![1])) return;
      const at = { output: place(y, [g, n, o, ...reached]), weight: place(w, [g, o, c, ...k]) };
      const other = role === 'output' ? w.memory[at.weight]! : y.memory[at.output]!;
      if (!Number.isFinite(other)) sums[role === 'output' ? at.output : at.weight] = Number.NaN;
    },
  );
}

/** Whether an array has neither NaN nor infinities. */
function isFinite({ walks, shape }: Job, name: ConvRole): boolean {
  let finite = true;
  forEachIndex(
    shapesOf(shape)[name],
    (index) => (finite &&= Number.isFinite(walks[name].memory[place(walks[name], index)])),
  );
  return finite;
}

/** The three arrays' shapes as the kernel walks them. */
export function shapesOf({ groups, batch, outputs, inputs, axes }: ConvShape): {
  readonly [R in ConvRole]: readonly number[];
} {
  return {
    output: [groups, batch, outputs, ...axes.map((a) => a.output)],
    input: [groups, batch, inputs, ...axes.map((a) => a.input)],
    weight: [groups, outputs, inputs, ...axes.map((a) => a.kernel)],
  };
}

function packed(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let d = shape.length - 2; d >= 0; d--) strides[d] = strides[d + 1]! * shape[d + 1]!;
  return strides;
}

const walkOf = ({ memory, offset, strides }: View): Walk => ({ memory: memory as Float64Array, offset, strides });

/** A convolution or one of its gradients: sums in float64, rounded once. */
export function compileConv({ role, bias }: DescOf<'conv'>): Kernel {
  return {
    run(views, shape, scalars) {
      const geometry = convShape(shape, scalars);
      const computed = shapesOf(geometry)[role];
      const sums: Walk & { readonly memory: Float64Array } = {
        memory: new Float64Array(sizeOf(computed)),
        offset: 0,
        strides: packed(computed),
      };
      const [first, second] = views.slice(1).map(walkOf) as [Walk, Walk];
      const walks: Walks = {
        output: role === 'output' ? sums : first,
        input: role === 'input' ? sums : role === 'output' ? first : second,
        weight: role === 'weight' ? sums : second,
      };
      const { groups, batch, outputs, inputs, axes } = geometry;
      const loops = [groups, batch, outputs, inputs, ...axes.map((a) => a.kernel)];
      const job: Job = { role, walks, sums: sums.memory, shape: geometry };
      forEachIndex(loops, (index) => accumulate(job, index));
      // As in PyTorch the zeros of a padding are multiplied; the gradient of the input has no padding.
      if (role !== 'input' && !isFinite(job, role === 'output' ? 'weight' : 'output'))
        forEachIndex(loops, (index) => accumulatePadding(job, index));
      const out = walkOf(views[0]!);
      const target = views[0]!.memory;
      const start = bias ? walkOf(views[3]!) : undefined;
      forEachIndex(computed, (index) => {
        const base = start ? start.memory[place(start, [index[0]!, index[2]!])]! : 0;
        target[place(out, index)] = base + sums.memory[place(sums, index)]!;
      });
    },
  };
}
