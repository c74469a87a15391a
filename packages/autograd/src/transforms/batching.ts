import { ArgumentError, AxisError, ShapeError } from '@isograd/device';
import { type NDArray } from '@isograd/ndarray';
import { type Randomness, withLevel } from './drawing.ts';
import { asTensor, Tensor } from '../tensor.ts';
import { type AnyFunction, asLeaf, outputLeaves } from './record.ts';
import { leafCount, type TreeDef, treeFlatten, treeUnflatten } from './tree.ts';
import type { Given } from './types.ts';
import { BatchTrace, Example } from './vmap.ts';

/** Which axis holds the examples: of all leaves, or leaf by leaf in a tree that is built like the argument as far as it goes; `null` for none. */
export type Axes = number | null | readonly Axes[] | { readonly [name: string]: Axes };

/** Options of {@link vmap}. */
export interface VmapOptions {
  /** Axis of the examples in each argument, or one for all; `null` where all examples share it. Default 0. */
  readonly inAxes?: number | null | readonly Axes[];
  /** Axis of the examples in the result; `null` where it is the same for all. Default 0. */
  readonly outAxes?: Axes;
  /** Number of examples; needed where no argument has them. */
  readonly axisSize?: number;
  /**
   * What random numbers that are drawn inside are: `error` refuses them, as PyTorch does by default; `same` draws once for all examples, `different` for each.
   */
  readonly randomness?: Randomness;
}

/** One axis a leaf. @throws ArgumentError where the axes are built differently. */
function axesFor(axes: Axes, def: TreeDef, where: string): (number | null)[] {
  if (axes === null || typeof axes === 'number') return new Array<number | null>(leafCount(def)).fill(axes);
  if (def.kind === 'list' && Array.isArray(axes) && axes.length === def.items.length)
    return def.items.flatMap((item, i) => axesFor((axes as readonly Axes[])[i]!, item, where));
  if (def.kind === 'object' && !Array.isArray(axes)) {
    const named = axes as { readonly [name: string]: Axes };
    if (def.names.every((name) => name in named))
      return def.items.flatMap((item, i) => axesFor(named[def.names[i]!]!, item, where));
  }
  throw new ArgumentError({
    where: 'vmap',
    what: `${where} is built differently from what it describes`,
    got: JSON.stringify(axes),
    expected: 'an axis, null, or a tree of them',
    hint: 'a list has one entry for each argument: { inAxes: [null, 0] }',
  });
}

/** An axis as a position from 0. @throws AxisError outside the array. */
function placeOf(axis: number, ndim: number, what: string): number {
  if (Number.isInteger(axis) && axis >= -ndim && axis < ndim) return axis < 0 ? axis + ndim : axis;
  throw new AxisError({
    where: 'vmap',
    what: `axis ${axis} is out of bounds for ${what} of dimension ${ndim}`,
    got: String(axis),
    expected: ndim === 0 ? 'null: there is no axis' : `${-ndim} to ${ndim - 1}`,
    hint: 'inAxes has null for arguments that all examples share',
  });
}

interface Argument {
  readonly leaves: readonly unknown[];
  readonly def: TreeDef;
  readonly axes: readonly (number | null)[];
}

function readArguments(args: readonly unknown[], { inAxes = 0 }: VmapOptions): Argument[] {
  if (Array.isArray(inAxes) && inAxes.length !== args.length)
    throw new ArgumentError({
      where: 'vmap',
      what: 'inAxes has another length than there are arguments',
      got: `${inAxes.length} for ${args.length}`,
      expected: 'one for each argument, or one number for all',
      hint: 'null for arguments that all examples share',
    });
  return args.map((arg, i) => {
    const [given, def] = treeFlatten(arg);
    const axes = axesFor(Array.isArray(inAxes) ? (inAxes[i] as Axes) : (inAxes as number | null), def, 'inAxes');
    const leaves = given.map((leaf, k) => (axes[k] === null ? asLeaf(leaf) : checkedExample(asLeaf(leaf), axes[k]!)));
    return {
      leaves,
      def,
      axes: leaves.map((leaf, k) =>
        axes[k] === null ? null : placeOf(axes[k]!, (leaf as Tensor).ndim, 'an argument'),
      ),
    };
  });
}

function checkedExample(leaf: unknown, axis: number): Tensor {
  if (leaf instanceof Tensor) return leaf;
  throw new ArgumentError({
    where: 'vmap',
    what: 'an argument with examples has a leaf that is no array',
    got: typeof leaf,
    expected: `an array with an axis ${axis}`,
    hint: 'null in inAxes hands it to all examples',
  });
}

function sizeOf(args: readonly Argument[], { axisSize }: VmapOptions): number {
  const sizes = args.flatMap(({ leaves, axes }) =>
    leaves.flatMap((leaf, k) => (axes[k] === null ? [] : [(leaf as Tensor).shape[axes[k]!]!])),
  );
  const size = axisSize ?? sizes[0];
  if (size === undefined)
    throw new ArgumentError({
      where: 'vmap',
      what: 'no argument has examples',
      got: 'null for all of them',
      expected: 'an axis in inAxes, or axisSize',
      hint: 'say how many examples: { axisSize: 3 }',
    });
  if (sizes.every((n) => n === size)) return size;
  throw new ShapeError({
    where: 'vmap',
    what: 'arguments have different numbers of examples',
    got: `${axisSize === undefined ? '' : `axisSize ${axisSize}, `}axes of length ${sizes.join(', ')}`,
    expected: 'one length',
    hint: 'null in inAxes for arguments that all examples share',
  });
}

/** The result of all examples with their axis where it was asked for. */
function placed(y: Tensor, axis: number | null, trace: BatchTrace): Tensor {
  const examples = trace.examplesOf(y);
  if (axis === null) {
    if (!examples) return y;
    throw new ArgumentError({
      where: 'vmap',
      what: 'a result that differs from example to example has no axis in outAxes',
      got: 'null',
      expected: 'an axis',
      hint: 'reduce it first, or give it an axis',
    });
  }
  const whole = examples ?? asTensor(y.broadcastTo([trace.size, ...y.shape]));
  const place = placeOf(axis, whole.ndim, 'a result');
  return place === 0 ? whole : whole.moveaxis(0, place);
}

function checkedRandomness(randomness: Randomness): Randomness {
  if (randomness === 'error' || randomness === 'same' || randomness === 'different') return randomness;
  throw new ArgumentError({
    where: 'vmap',
    what: 'randomness is unknown',
    got: String(randomness),
    expected: "'error', 'same' or 'different'",
  });
}

/** Runs a function once for all examples of its arguments. */
export function mapExamples(f: AnyFunction, args: readonly unknown[], options: VmapOptions): unknown {
  const given = readArguments(args, options);
  const trace = new BatchTrace(sizeOf(given, options), checkedRandomness(options.randomness ?? 'error'));
  const entered = given.map(({ leaves, def, axes }) =>
    treeUnflatten(
      def,
      leaves.map((leaf, k) => {
        const axis = axes[k]!;
        if (axis === null) return leaf;
        return new Example(trace, axis === 0 ? (leaf as Tensor) : (leaf as Tensor).moveaxis(axis, 0));
      }),
    ),
  );
  const [ys, def] = outputLeaves(
    trace.within(() => withLevel(trace, () => f(...(entered as never[])))),
    'vmap',
  );
  const axes = axesFor(options.outAxes === undefined ? 0 : options.outAxes, def, 'outAxes');
  return treeUnflatten(
    def,
    ys.map((y, k) => placed(y, axes[k]!, trace)),
  );
}

/**
 * A function of one example as a function of many: every op runs once on all of them (JAX's `vmap`, PyTorch's `torch.func.vmap`).
 *
 * Inside, a tensor has the shape of one example and its elements cannot be read. Arguments and results may be trees. Random numbers that are
 * drawn inside are refused unless `randomness` says what they are: with `different` those of all examples are drawn at once, as PyTorch draws them. Nested with `grad` it gives per-sample gradients.
 *
 * @throws AxisError for an axis that an argument lacks; ShapeError where arguments have different numbers of examples; ArgumentError for axes
 * that are built differently; GradientError where the function reads elements, writes in place, draws random numbers unasked, or needs a shape that depends on values.
 * @example
 * const x = tensor([[1, 2], [3, 4]], { dtype: 'float32' });
 * vmap((row) => row.mul(row).sum())(x).tolist() // => [ 5, 25 ]
 * vmap((column, w) => column.dot(w), { inAxes: [1, null] })(x, tensor([1, 10], { dtype: 'float32' })).tolist() // => [ 31, 42 ]
 */
export function vmap<Y>(f: (...xs: Tensor[]) => Y, options?: VmapOptions): (...xs: (NDArray | number)[]) => Y;
export function vmap<A extends readonly unknown[], Y>(
  f: (...args: A) => Y,
  options?: VmapOptions,
): (...args: Given<A>) => Y;
export function vmap(f: AnyFunction, options: VmapOptions = {}): (...args: never[]) => unknown {
  return (...args) => mapExamples(f, args, options);
}
