import { ArgumentError, ShapeError } from '@isograd/device';
import {
  broadcastTo,
  concatenate as join,
  einsum,
  logicalOr,
  maximum as larger,
  minimum as smaller,
  type NDArray,
  ones,
  where,
} from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { normalize } from '@isograd/nn/functional';
import { type KerasShape, type KerasTensor, showShape } from '../keras-tensor.ts';
import { type CallOptions, Layer, type LayerOptions, type SavedOptions } from '../layer.ts';
import { setMask, spreadMask } from '../masking.ts';

type Many = readonly Tensor[];

/** A layer that makes one output of several inputs. */
abstract class Several extends Layer<Many, Tensor> {
  override supportsMasking: boolean = true;

  protected refuse(what: string, shapes: readonly KerasShape[], expected: string): never {
    throw new ShapeError({
      where: this.label,
      what,
      got: shapes.map(showShape).join(', '),
      expected,
    });
  }

  override build(shapes: readonly KerasShape[]): void {
    if (!Array.isArray(shapes[0]))
      throw new ArgumentError({
        where: this.label,
        what: 'takes a list of inputs',
        got: 'one input',
        expected: 'a list',
        hint: 'layer([a, b])',
      });
    this.computeOutputShape(shapes);
  }
}

/** Length of an axis of two that are broadcast; `undefined` where they cannot be. */
function together(a: number | null, b: number | null): number | null | undefined {
  if (a === 1 && b !== null) return b;
  if (b === 1 && a !== null) return a;
  if (a === null || b === null) return null;
  return a === b ? a : undefined;
}

type ManyMasks = readonly (NDArray | null)[];

const either = (a: NDArray, b: NDArray): NDArray => logicalOr(a, b);

/** A mask that has a value for each element of an input. */
const elementMask = (mask: NDArray | null | undefined, x: Tensor): NDArray | null =>
  mask ? broadcastTo(spreadMask(mask.astype('bool'), x.ndim), x.shape) : null;

const allThere = (masks: ManyMasks): masks is readonly NDArray[] => !masks.includes(null);

/** A layer of inputs that are taken together element by element, two at a time; axes are added behind the batch where one has fewer. */
abstract class Merge extends Several {
  protected abstract pair(a: Tensor, b: Tensor): Tensor;

  override computeOutputShape(shapes: readonly KerasShape[]): KerasShape {
    const ndim = Math.max(...shapes.map((shape) => shape.length));
    const wide = shapes.map(([batch = null, ...rest]) => [
      batch,
      ...Array<number>(ndim - 1 - rest.length).fill(1),
      ...rest,
    ]);
    const batch = wide.map(([n]) => n!).find((n) => n !== null) ?? null;
    if (wide.some(([n]) => n !== null && n !== batch))
      this.refuse('the inputs have other numbers of samples', shapes, 'one length of the first axis');
    return wide.reduce((a, b) =>
      a.map((n, d): number | null => {
        if (d === 0) return batch;
        const found = together(n, b[d]!);
        return found === undefined
          ? this.refuse('the inputs cannot be broadcast', shapes, 'equal lengths, or 1')
          : found;
      }),
    );
  }

  /** An output counts where one of the inputs does; without a mask where one of them has none. */
  override computeMask(_inputs: Many, masks?: ManyMasks): NDArray | undefined {
    return masks && allThere(masks) ? masks.reduce(either) : undefined;
  }

  /** Takes together what counts; asked where an input has a mask. */
  protected masked?(inputs: Many, masks: ManyMasks): Tensor;

  override call(inputs: Many, { mask }: CallOptions<Many>): Tensor {
    const ndim = Math.max(...inputs.map((x) => x.ndim));
    const wide = inputs.map((x) =>
      x.ndim === ndim ? x : x.reshape([x.shape[0]!, ...Array<number>(ndim - x.ndim).fill(1), ...x.shape.slice(1)]),
    );
    if (mask && this.masked) {
      // As in Keras, what is given more axes loses its mask.
      const masks = inputs.map((x, i) => (x.ndim === ndim ? mask[i]! : null));
      return this.masked(wide, masks);
    }
    return wide.reduce((a, b) => this.pair(a, b));
  }
}

/**
 * The sum of inputs of equal shapes, or of such as can be broadcast (`keras.layers.Add`).
 *
 * @throws ShapeError when they cannot; ArgumentError for an input that is no list.
 * @example
 * import { ones } from '@isograd/autograd';
 * new Add()([ones([1, 2]), ones([1, 2])]).tolist() // => [ [ 2, 2 ] ]
 */
export class Add extends Merge {
  static override readonly name: string = 'Add';

  protected override pair(a: Tensor, b: Tensor): Tensor {
    return a.add(b);
  }
}

/** The first input minus the second (`keras.layers.Subtract`). @throws ShapeError unless there are two that can be broadcast. */
export class Subtract extends Merge {
  static override readonly name: string = 'Subtract';

  override build(shapes: readonly KerasShape[]): void {
    super.build(shapes);
    if (shapes.length !== 2) this.refuse('takes two inputs', shapes, 'a list of two');
  }

  protected override pair(a: Tensor, b: Tensor): Tensor {
    return a.sub(b);
  }
}

/** The product of inputs, see {@link Add} (`keras.layers.Multiply`). @throws ShapeError when they cannot be broadcast. */
export class Multiply extends Merge {
  static override readonly name: string = 'Multiply';

  protected override pair(a: Tensor, b: Tensor): Tensor {
    return a.mul(b);
  }

  /** What does not count is a 1 among the factors, and 0 where no factor counts. */
  protected override masked(inputs: Many, masks: ManyMasks): Tensor {
    const full = inputs.map((x, i) => elementMask(masks[i], x));
    const product = inputs.map((x, i) => (full[i] ? asTensor(where(full[i], x, 1)) : x)).reduce((a, b) => a.mul(b));
    if (!allThere(full)) return product;
    const counts = full.reduce(either);
    const y = asTensor(where(counts, product, 0));
    setMask(y, counts.any(-1));
    return y;
  }
}

/** The mean of inputs, see {@link Add} (`keras.layers.Average`). @throws ShapeError when they cannot be broadcast. */
export class Average extends Merge {
  static override readonly name: string = 'Average';

  protected override pair(a: Tensor, b: Tensor): Tensor {
    return a.add(b);
  }

  override call(inputs: Many, options: CallOptions<Many>): Tensor {
    return super.call(inputs, options).div(inputs.length);
  }
}

/** A choice among inputs: of what counts, if anything does. */
abstract class Extreme extends Merge {
  protected override masked(inputs: Many, masks: ManyMasks): Tensor {
    let [y, counts] = [inputs[0]!, elementMask(masks[0], inputs[0]!)];
    for (let i = 1; i < inputs.length; i++) {
      const own = elementMask(masks[i], inputs[i]!);
      const b = own ? asTensor(where(own, inputs[i]!, y)) : inputs[i]!;
      const a = counts ? asTensor(where(counts, y, b)) : y;
      counts = own && counts ? either(counts, own) : null;
      y = this.pair(a, b);
    }
    if (counts) setMask(y, counts.any(-1));
    return y;
  }
}

/** The largest of inputs, see {@link Add} (`keras.layers.Maximum`). @throws ShapeError when they cannot be broadcast. */
export class Maximum extends Extreme {
  static override readonly name: string = 'Maximum';

  protected override pair(a: Tensor, b: Tensor): Tensor {
    return asTensor(larger(a, b));
  }
}

/** The smallest of inputs, see {@link Add} (`keras.layers.Minimum`). @throws ShapeError when they cannot be broadcast. */
export class Minimum extends Extreme {
  static override readonly name: string = 'Minimum';

  protected override pair(a: Tensor, b: Tensor): Tensor {
    return asTensor(smaller(a, b));
  }
}

/** Options of {@link Concatenate}. */
export interface ConcatenateOptions extends LayerOptions {
  /** Default the last. */
  readonly axis?: number;
}

/** Inputs one after another along an axis (`keras.layers.Concatenate`). @throws ShapeError when another axis differs. */
export class Concatenate extends Several {
  static override readonly name: string = 'Concatenate';
  static override readonly saved: SavedOptions = { options: { axis: -1 } };
  readonly axis: number;

  constructor(options: ConcatenateOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
  }

  override computeOutputShape(shapes: readonly KerasShape[]): KerasShape {
    const [first = []] = shapes;
    const axis = this.axis < 0 ? this.axis + first.length : this.axis;
    const fits = (shape: KerasShape): boolean =>
      shape.length === first.length &&
      shape.every((n, d) => d === axis || n === null || first[d] === null || n === first[d]);
    if (first[axis] === undefined || !shapes.every(fits))
      this.refuse('the inputs do not fit together', shapes, `equal lengths but along axis ${this.axis}`);
    return first.map((n, d) =>
      d === axis
        ? shapes.reduce<number | null>((sum, s) => (sum === null || s[axis] === null ? null : sum + s[axis]!), 0)
        : n,
    );
  }

  /** Masks one after another; what has none counts. */
  override computeMask(inputs: Many, masks?: ManyMasks): NDArray | undefined {
    if (!masks) return undefined;
    const parts = inputs.map((x, i) => elementMask(masks[i], x) ?? ones(x.shape, { dtype: 'bool' }));
    return join(parts, this.axis).any(-1);
  }

  override call(inputs: Many): Tensor {
    return asTensor(join([...inputs], this.axis));
  }
}

/** Options of {@link Dot}. */
export interface DotOptions extends LayerOptions {
  /** Whether vectors are divided by their lengths first; default false. */
  readonly normalize?: boolean;
}

/**
 * Products of two inputs, sample by sample, summed along one axis of each (`keras.layers.Dot`): `[batch, ...a]`, `[batch, ...b]` → `[batch, ...a, ...b]` without those axes.
 *
 * @throws ArgumentError for axes that are not one number or two; ShapeError when the lengths along them differ.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new Dot(1)([tensor([[1, 2]]), tensor([[3, 4]])]).tolist() // => [ [ 11 ] ]
 */
export class Dot extends Several {
  static override readonly name: string = 'Dot';
  static override readonly saved: SavedOptions = { args: ['axes'], options: { normalize: false } };
  readonly axes: number | readonly number[];
  readonly normalize: boolean;

  constructor(axes: number | readonly [number, number], options: DotOptions = {}) {
    super(options);
    const list: readonly number[] = typeof axes === 'number' ? [axes, axes] : axes;
    if (list.length !== 2 || !list.every(Number.isInteger))
      throw new ArgumentError({
        where: 'Dot',
        what: 'axes are not one axis of each input',
        got: JSON.stringify(axes),
        expected: 'a whole number, or two',
      });
    this.axes = axes;
    this.normalize = options.normalize ?? false;
  }

  /** The axis of each input, counted from the front. */
  #axesOf(shapes: readonly KerasShape[]): readonly [number, number] {
    if (shapes.length !== 2) this.refuse('takes two inputs', shapes, 'a list of two');
    const [a, b] = (typeof this.axes === 'number' ? [this.axes, this.axes] : this.axes).map((axis, i) =>
      axis < 0 ? axis + shapes[i]!.length : axis,
    ) as [number, number];
    const [n, m] = [shapes[0]![a], shapes[1]![b]];
    if (a < 1 || b < 1 || n === undefined || m === undefined || (n !== null && m !== null && n !== m))
      this.refuse('the inputs do not fit', shapes, `equal lengths along axis ${a} and axis ${b}, behind the batch`);
    return [a, b];
  }

  override computeOutputShape(shapes: readonly KerasShape[]): KerasShape {
    const [a, b] = this.#axesOf(shapes);
    const left = [...shapes[0]!.toSpliced(a, 1), ...shapes[1]!.toSpliced(b, 1).slice(1)];
    return left.length === 1 ? [...left, 1] : left;
  }

  /** Masks end here. */
  override computeMask(): undefined {}

  override call(inputs: Many): Tensor {
    const [a, b] = this.#axesOf(inputs.map((x) => x.shape));
    const [x, y] = inputs.map((input, i) => (this.normalize ? normalize(input, { dim: i === 0 ? a : b }) : input)) as [
      Tensor,
      Tensor,
    ];
    const letters = (ndim: number, from: number, axis: number): string[] =>
      Array.from({ length: ndim }, (_, d) => (d === 0 ? 'z' : d === axis ? 'y' : String.fromCodePoint(from + d)));
    const [left, right] = [letters(x.ndim, 96, a), letters(y.ndim, 64, b)];
    const out = [...left.filter((c) => c !== 'y'), ...right.filter((c) => c !== 'y' && c !== 'z')];
    const product = asTensor(einsum(`${left.join('')},${right.join('')}->${out.join('')}`, x, y));
    return product.ndim === 1 ? product.reshape([-1, 1]) : product;
  }
}

/** A function of symbolic tensors, or of values, that makes a layer and calls it. */
interface MergeFunction<O extends LayerOptions> {
  (inputs: readonly KerasTensor[], options?: O): KerasTensor;
  (inputs: readonly NDArray[], options?: O): Tensor;
}

const merging = <O extends LayerOptions>(make: (options?: O) => Several): MergeFunction<O> =>
  ((inputs: readonly KerasTensor[], options?: O) => make(options)(inputs)) as MergeFunction<O>;

/** {@link Add} as a function (`keras.layers.add`). */
export const add: MergeFunction<LayerOptions> = merging((options) => new Add(options));
/** {@link Subtract} as a function (`keras.layers.subtract`). */
export const subtract: MergeFunction<LayerOptions> = merging((options) => new Subtract(options));
/** {@link Multiply} as a function (`keras.layers.multiply`). */
export const multiply: MergeFunction<LayerOptions> = merging((options) => new Multiply(options));
/** {@link Average} as a function (`keras.layers.average`). */
export const average: MergeFunction<LayerOptions> = merging((options) => new Average(options));
/** {@link Maximum} as a function (`keras.layers.maximum`). */
export const maximum: MergeFunction<LayerOptions> = merging((options) => new Maximum(options));
/** {@link Minimum} as a function (`keras.layers.minimum`). */
export const minimum: MergeFunction<LayerOptions> = merging((options) => new Minimum(options));
/** {@link Concatenate} as a function (`keras.layers.concatenate`). */
export const concatenate: MergeFunction<ConcatenateOptions> = merging((options) => new Concatenate(options));
/** {@link Dot} as a function (`keras.layers.dot`). */
export const dot: MergeFunction<DotOptions & { readonly axes: number | readonly [number, number] }> = merging(
  (options) => new Dot(options?.axes ?? -1, options),
);
