import { ArgumentError, ShapeError } from '@isograd/device';
import { einsum, type Shape } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { type Activation, type ActivationLike, get as getActivation } from '../activations.ts';
import type { UnitAxes } from '../initializer.ts';
import { get as getInitializer, type Initializer, type InitializerLike } from '../initializers.ts';
import { type KerasShape, showShape } from '../keras-tensor.ts';
import { Layer, type LayerOptions, type SavedOptions } from '../layer.ts';
import type { RuleOptions } from '../weight-rules.ts';

/** Options of {@link EinsumDense}. */
export interface EinsumDenseOptions extends LayerOptions, RuleOptions<'kernel' | 'bias'> {
  /** Default none. */
  readonly activation?: ActivationLike;
  /** Letters of the output's axes that the bias has; default none, which is no bias. */
  readonly biasAxes?: string | null;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: InitializerLike;
  /** Default `zeros`. */
  readonly biasInitializer?: InitializerLike;
}

/** What an equation says of one input shape. */
interface Analysis {
  readonly kernel: Shape;
  readonly bias: Shape | null;
  readonly output: KerasShape;
  readonly units: UnitAxes;
}

/** The parts of an equation; `front` and `behind` say where its dots stand. */
interface Equation {
  readonly input: string;
  readonly kernel: string;
  readonly output: string;
  readonly front: boolean;
  readonly behind: boolean;
}

function refuse(what: string, got: string, expected: string): never {
  throw new ArgumentError({ where: 'EinsumDense', what, got, expected });
}

/** Reads an equation. @throws ArgumentError for another form, or letters that come from nowhere. */
function readEquation(equation: string): Equation {
  const found = /^(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?$/.exec(
    equation.replaceAll(' ', ''),
  );
  const [, front, input = '', behind, kernel = '', front2, output = '', behind2] = found ?? [];
  if (!found || front !== front2 || behind !== behind2 || (front && behind))
    refuse('not an equation that it can compute', `'${equation}'`, "'ab,bc->ac', '...a,ab->...b' or 'ab...,bc->ac...'");
  const stray =
    [...output].find((c) => !input.includes(c) && !kernel.includes(c)) ??
    [...kernel].find((c) => !input.includes(c) && !output.includes(c));
  if (stray) refuse('a letter comes from nowhere', `'${stray}' of '${equation}'`, 'letters that stand in two parts');
  return { input, kernel, output, front: front !== undefined, behind: behind !== undefined };
}

/** The output shape, with the axes that the equation leaves out. */
function wholeOutput({ input, front, behind }: Equation, shape: KerasShape, partial: KerasShape): KerasShape {
  const elided = shape.length - input.length;
  if (elided < 0 || (elided > 0 && !front && !behind))
    throw new ShapeError({
      where: 'EinsumDense',
      what: 'the input has another number of axes',
      got: showShape(shape),
      expected: `${input.length} axes${front || behind ? ' or more' : ''}, as in '${input}'`,
    });
  const [batch = null] = shape;
  if (front) return [batch, ...shape.slice(1, elided), ...partial];
  return [batch, ...partial, ...shape.slice(input.length)];
}

/**
 * `activation(einsum(equation, x, kernel) + bias)` (`keras.layers.EinsumDense`).
 *
 * The equation names the axes of the input, of the kernel and of the output: `'abc,cd->abd'`; dots stand for axes in front or behind that stay.
 * `outputShape` is that of the output without the batch, `null` where the input says the length.
 *
 * @throws ArgumentError for an equation of another form; ShapeError for inputs that do not fit it.
 * @example
 * import { zeros } from '@isograd/autograd';
 * const layer = new EinsumDense('abc,cd->abd', [null, 4], { biasAxes: 'd' });
 * layer(zeros([2, 5, 3])).shape // => [ 2, 5, 4 ]
 * layer.kernel.shape // => [ 3, 4 ]
 */
export class EinsumDense extends Layer {
  static override readonly name: string = 'EinsumDense';
  static override readonly saved: SavedOptions = {
    args: ['equation', 'outputShape'],
    options: {
      activation: 'linear',
      biasAxes: null,
      kernelInitializer: 'glorotUniform',
      biasInitializer: 'zeros',
    },
    rules: ['kernel', 'bias'],
  };
  readonly equation: string;
  readonly outputShape: KerasShape;
  readonly biasAxes: string | null;
  readonly activation: Activation;
  /** Made by `build`. */
  kernel: Tensor | null = null;
  /** Made by `build`; `null` without `biasAxes`. */
  bias: Tensor | null = null;
  readonly #parts: Equation;
  readonly #initializers: readonly [kernel: Initializer, bias: Initializer];

  constructor(equation: string, outputShape: number | KerasShape, options: EinsumDenseOptions = {}) {
    super(options);
    this.#parts = readEquation(equation);
    this.equation = equation;
    this.outputShape = typeof outputShape === 'number' ? [outputShape] : outputShape;
    this.biasAxes = options.biasAxes ?? null;
    const stray = [...(this.biasAxes ?? '')].find((c) => !this.#parts.output.includes(c));
    if (stray)
      refuse('the bias has an axis that the output lacks', `'${stray}' of '${this.biasAxes}'`, this.#parts.output);
    this.activation = getActivation(options.activation);
    this.#initializers = [
      getInitializer(options.kernelInitializer ?? 'glorotUniform'),
      getInitializer(options.biasInitializer ?? 'zeros'),
    ];
  }

  /** What the equation says of an input shape. @throws ShapeError when they do not go together. */
  #analyse(shape: KerasShape): Analysis {
    const { input, kernel, output, front } = this.#parts;
    const whole = wholeOutput(this.#parts, shape, this.outputShape);
    const elided = front ? shape.length - input.length : 0;
    const outputAt = (c: string): number | null | undefined =>
      output.includes(c) ? whole[output.indexOf(c) + elided] : undefined;
    const inputAt = (c: string): number | null | undefined => shape[input.indexOf(c) + elided];
    const clash = [...input].find((c) => {
      const n = outputAt(c);
      return n !== undefined && n !== null && n !== inputAt(c);
    });
    if (clash || whole.length !== output.length + shape.length - input.length)
      throw new ShapeError({
        where: this.label,
        what: clash ? `input and output have other lengths along '${clash}'` : 'outputShape does not fit the equation',
        got: `input ${showShape(shape)}, output ${showShape(whole)}`,
        expected: `shapes as in '${this.equation}'`,
      });
    const lengthOf = (c: string): number => {
      const n = output.includes(c) ? outputAt(c) : inputAt(c);
      if (typeof n === 'number') return n;
      throw new ShapeError({
        where: this.label,
        what: `the length along '${c}' must be known`,
        got: `input ${showShape(shape)}, output ${showShape(whole)}`,
        expected: 'a number: the kernel has this axis',
      });
    };
    const axes = [...kernel].map((c, i): readonly [boolean, number] => [output.includes(c), i]);
    return {
      kernel: [...kernel].map(lengthOf),
      bias: this.biasAxes === null ? null : this.#biasShape(this.biasAxes, lengthOf, shape.length - input.length),
      output: whole,
      units: {
        inputAxes: axes.flatMap(([isOutput, i]) => (isOutput ? [] : [i])),
        outputAxes: axes.flatMap(([isOutput, i]) => (isOutput ? [i] : [])),
      },
    };
  }

  /** Lengths along the axes that the bias has, 1 along those behind the first of them that it lacks. */
  #biasShape(axes: string, lengthOf: (c: string) => number, elided: number): Shape {
    const { output, behind } = this.#parts;
    const first = Math.min(...[...axes].map((c) => output.indexOf(c)));
    const own = Array.from(output.slice(first)).map((c) => (axes.includes(c) ? lengthOf(c) : 1));
    return behind ? [...own, ...Array<number>(elided).fill(1)] : own;
  }

  override build(inputShape: KerasShape): void {
    const { kernel, bias, units } = this.#analyse(inputShape);
    const [first, second] = this.#initializers;
    this.kernel = this.addWeight('kernel', kernel, (shape, dtype) => first(shape, dtype, units));
    if (bias) this.bias = this.addWeight('bias', bias, second);
  }

  override call(x: Tensor): Tensor {
    const { kernel } = this.#analyse(x.shape);
    if (kernel.join() !== this.kernel!.shape.join())
      throw new ShapeError({
        where: this.label,
        what: 'the input does not fit the layer',
        got: `[${x.shape.join(', ')}], which takes a kernel [${kernel.join(', ')}]`,
        expected: `an input for the kernel [${this.kernel!.shape.join(', ')}]`,
      });
    const y = asTensor(einsum(this.equation, x, this.kernel!));
    return this.activation(this.bias ? y.add(this.bias) : y);
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return this.#analyse(inputShape).output;
  }
}
