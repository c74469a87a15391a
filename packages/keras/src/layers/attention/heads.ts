import { ShapeError } from '@isograd/device';
import { einsum, NDArray, type RandomState, where } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { get as getInitializer, type Initializer, type InitializerLike } from '../../initializers.ts';
import { type KerasShape, KerasTensor, showShape } from '../../keras-tensor.ts';
import { type AnyLayer, Layer, type LayerOptions } from '../../layer.ts';
import { defaultSeed, randomState } from '../../session.ts';
import { EinsumDense } from '../einsum-dense.ts';
import { checkProbability, dropoutFactors } from '../seeded.ts';
import type { ScoresCall, SymbolWithScores, WithScores } from './attention.ts';
import { ruleNames, type RuleOptions } from '../../weight-rules.ts';
import { both, bools, causal, seen } from './masks.ts';
import { wholeNumber } from '../../whole-number.ts';

/** Options of attention with several heads. */
export interface HeadsOptions extends LayerOptions, RuleOptions<'kernel' | 'bias'> {
  /** Probability with which weights are dropped while training; default 0. */
  readonly dropout?: number;
  /** Whether the projections have biases; default true. */
  readonly useBias?: boolean;
  /** Whether what was attended to is multiplied by a learned gate of the query; default false. */
  readonly useGate?: boolean;
  /** How far keys may be away: places `|query - key|` below it; default any. */
  readonly slidingWindow?: number | null;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: InitializerLike;
  /** Default `zeros`. */
  readonly biasInitializer?: InitializerLike;
  /** Seed of the dropout; default the shared generator, see {@link setRandomSeed}. */
  readonly seed?: number | null;
}

/** A projection. What its outputs cost, where a regularizer asks, is counted when it is called as a layer. */
function projected(dense: EinsumDense, x: Tensor): Tensor {
  return dense.activityRegularizer ? (dense.run(x, { training: true }) as Tensor) : dense.call(x);
}

/** Kinds of weights of the projections for which there are regularizers and constraints. */
export const HEADS_RULES: readonly string[] = ['kernel', 'bias'];

/** Options of {@link HeadsOptions} with their defaults, as they are saved. */
export const HEADS_DEFAULTS: Readonly<Record<string, unknown>> = {
  dropout: 0,
  useBias: true,
  useGate: false,
  slidingWindow: null,
  kernelInitializer: 'glorotUniform',
  biasInitializer: 'zeros',
  seed: null,
};

/** What attention with several heads is told with its inputs. */
export interface HeadsCall extends ScoresCall {
  /** `[batch, queries]`, true where a query counts; default the mask that travels with it. */
  readonly queryMask?: NDArray | null;
  /** `[batch, keys]`, true where a value may be seen; default the mask that travels with it. */
  readonly valueMask?: NDArray | null;
  /** `[batch, keys]`, true where a key may be seen; default the mask that travels with it. */
  readonly keyMask?: NDArray | null;
  /** `[batch, queries, keys]` or `[batch, heads, queries, keys]`, true where a query may see a key; default everywhere. */
  readonly attentionMask?: NDArray | null;
}

/** Sizes of the heads. */
export interface Heads {
  readonly queries: number;
  /** Heads of keys and values; each serves `queries / keys` heads of queries. */
  readonly keys: number;
  readonly keyDim: number;
  readonly valueDim: number;
}

const letters = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => String.fromCodePoint(97 + from + i));

/** The equation of a projection of `bound` last axes, and the letters of its output's new axes. */
function projection(free: number, bound: number, made: number): { readonly equation: string; readonly added: string } {
  const [kept, gone, added] = [letters(free), letters(bound, free), letters(made, free + bound)].map((list) =>
    list.join(''),
  ) as [string, string, string];
  return { equation: `${kept}${gone},${gone}${added}->${kept}${added}`, added };
}

/** Equations of the scores and of the sum of values, along axes of `[batch, ..., heads, features]`. */
function attentionEquations(ndim: number, axes: readonly number[]): { readonly scores: string; readonly sum: string } {
  const target = letters(ndim);
  const source = target.map((c, d) => (axes.includes(d) ? letters(1, ndim + axes.indexOf(d))[0]! : c));
  const kept = target.filter((_, d) => d !== ndim - 1 && !axes.includes(d));
  const product = [...kept, ...axes.map((d) => target[d]!), ...axes.map((d) => source[d]!)].join('');
  const [from, to] = [source.join(''), target.join('')];
  return { scores: `${from},${to}->${product}`, sum: `${product},${from}->${to}` };
}

/** A length, a whole number from 1. @throws ArgumentError */
export const checkSize = (value: number, where: string, name: string): number =>
  wholeNumber(value, where, `${name} is no length`);

const isTensor = (x: unknown): boolean => x instanceof NDArray || x instanceof KerasTensor;

/** Calls take inputs one by one, or in a list. */
export interface ProjectedAttention {
  (query: NDArray, value: NDArray): Tensor;
  <C extends Partial<HeadsCall>>(query: NDArray, value: NDArray, options: C): WithScores<C>;
  (query: NDArray, value: NDArray, key: NDArray): Tensor;
  <C extends Partial<HeadsCall>>(query: NDArray, value: NDArray, key: NDArray, options: C): WithScores<C>;
  (query: KerasTensor, value: KerasTensor): KerasTensor;
  <C extends Partial<HeadsCall>>(query: KerasTensor, value: KerasTensor, options: C): SymbolWithScores<C>;
  (query: KerasTensor, value: KerasTensor, key: KerasTensor): KerasTensor;
  <C extends Partial<HeadsCall>>(
    query: KerasTensor,
    value: KerasTensor,
    key: KerasTensor,
    options: C,
  ): SymbolWithScores<C>;
}

/** Attention whose queries, keys and values are projected for several heads. */
export abstract class ProjectedAttention extends Layer<readonly Tensor[], Tensor> {
  readonly dropout: number;
  readonly useBias: boolean;
  readonly useGate: boolean;
  readonly slidingWindow: number | null;
  /** Made by `build`, as the others are. */
  queryDense: EinsumDense | null = null;
  keyDense: EinsumDense | null = null;
  /** `null` without `useGate`. */
  gateDense: EinsumDense | null = null;
  valueDense: EinsumDense | null = null;
  outputDense: EinsumDense | null = null;
  readonly #initializers: readonly [kernel: Initializer, bias: Initializer];
  readonly #rules: Pick<LayerOptions, 'activityRegularizer'> & RuleOptions<'kernel' | 'bias'>;
  readonly #state: RandomState | undefined;
  #equations: ReturnType<typeof attentionEquations> | undefined;

  constructor(options: HeadsOptions) {
    super(options);
    const where = this.constructor.name;
    this.dropout = checkProbability(options.dropout ?? 0, where, 'dropout');
    this.useBias = options.useBias ?? true;
    this.useGate = options.useGate ?? false;
    const { slidingWindow = null, seed } = options;
    this.slidingWindow = slidingWindow === null ? null : checkSize(slidingWindow, where, 'slidingWindow');
    this.#initializers = [
      getInitializer(options.kernelInitializer ?? 'glorotUniform'),
      getInitializer(options.biasInitializer ?? 'zeros'),
    ];
    this.#rules = Object.fromEntries(
      ['activityRegularizer', ...ruleNames(HEADS_RULES)].map((name) => [name, this.given[name]]),
    );
    this.#state = typeof seed === 'number' ? randomState(seed) : undefined;
  }

  override get generators(): readonly RandomState[] {
    return this.#state ? [this.#state, ...super.generators] : super.generators;
  }

  /** Sizes of the heads. */
  protected abstract get heads(): Heads;

  /** Shape of one output, behind the axes that are kept. */
  protected abstract outputFeatures(query: KerasShape): readonly number[];

  /** Axes of the inputs along which is attended. */
  protected abstract attendedAxes(query: KerasShape): readonly number[];

  /** Layers take inputs one by one in Keras. */
  override get takesSeveral(): boolean {
    return true;
  }

  protected override invoke(...args: readonly unknown[]): never {
    const inputs = args.filter(isTensor);
    const call = super.invoke.bind(this) as (inputs: unknown, options: unknown) => never;
    return inputs.length === 0 ? call(args[0], args[1]) : call(inputs, args[inputs.length]);
  }

  #check(shapes: readonly KerasShape[]): readonly [query: KerasShape, value: KerasShape, key: KerasShape] {
    const [query, value, key = value] = shapes as readonly [KerasShape, KerasShape, KerasShape?];
    const isList = Array.isArray(query) && (shapes.length === 2 || shapes.length === 3);
    if (isList && value.slice(1, -1).join() === key.slice(1, -1).join()) return [query, value, key];
    throw new ShapeError({
      where: this.label,
      what: isList ? 'keys and values have other lengths' : 'takes two or three inputs',
      got: isList ? `value ${showShape(value)}, key ${showShape(key)}` : String(shapes.length),
      expected: 'query [batch, queries, ...], value [batch, keys, ...], key [batch, keys, ...]',
      hint: 'layer(query, value)',
    });
  }

  #dense(name: string, input: KerasShape, features: readonly number[], activation?: 'sigmoid'): EinsumDense {
    const bound = name === 'attention_output' ? 2 : 1;
    const { equation, added } = projection(input.length - bound, bound, features.length);
    const [kernelInitializer, biasInitializer] = this.#initializers.map((f) => f.again?.() ?? f) as [
      Initializer,
      Initializer,
    ];
    const open = Array<null>(input.length - bound - 1).fill(null);
    const layer = new EinsumDense(equation, [...open, ...features], {
      name,
      dtype: this.dtype,
      biasAxes: this.useBias ? added : null,
      kernelInitializer,
      biasInitializer,
      ...this.#rules,
      ...(activation && { activation }),
    });
    layer.ensureBuilt(input);
    return layer;
  }

  override build(shapes: readonly KerasShape[]): void {
    const [query, value, key] = this.#check(shapes);
    const { queries, keys, keyDim, valueDim } = this.heads;
    this.queryDense = this.#dense('query', query, [queries, keyDim]);
    this.keyDense = this.#dense('key', key, [keys, keyDim]);
    if (this.useGate) this.gateDense = this.#dense('gate', query, [queries, valueDim], 'sigmoid');
    this.valueDense = this.#dense('value', value, [keys, valueDim]);
    this.#equations = attentionEquations(query.length + 1, this.attendedAxes(query));
    // Keras draws a seed here; without it weights that are made later would not be Keras's.
    if (this.dropout > 0 && !this.#state) defaultSeed();
    this.outputDense = this.#dense(
      'attention_output',
      [...query.slice(0, -1), queries, valueDim],
      this.outputFeatures(query),
    );
  }

  override namedSublayers(): readonly (readonly [field: string, layers: AnyLayer | readonly AnyLayer[]])[] {
    return super.namedSublayers().map(([field, layer]) => [this.savedField(field), layer]);
  }

  /** The name that Keras has for a field with a layer. */
  protected abstract savedField(field: string): string;

  /** Which queries may see which keys, by all masks. */
  #allowed(shapes: readonly (readonly number[])[], options: HeadsCall): Tensor | undefined {
    const [query, value] = shapes as readonly [readonly number[], readonly number[]];
    const [queryMask, valueMask, keyMask] = (['queryMask', 'valueMask', 'keyMask'] as const).map((name, i) =>
      bools(options[name] ?? options.mask?.[i]),
    );
    const [queries, keys, reach] = [query[1]!, value[1]!, this.slidingWindow];
    const order = options.useCausalMask ? causal(queries, keys) : undefined;
    const near = reach === null ? undefined : seen(queries, keys, (q, k) => Math.abs(q - k) < reach);
    const own = [queryMask?.expandDims(-1), valueMask?.expandDims(-2), keyMask?.expandDims(-2), order, near];
    return own.reduce(both, bools(options.attentionMask));
  }

  /** Weights of keys, `[batch, ..., heads, ...queries, ...keys]`. */
  #weights(scores: Tensor, mask: Tensor | undefined, axes: number, isPlain: boolean): Tensor {
    const heads = mask && Array<number>(scores.ndim - mask.ndim).fill(1);
    const wide = mask && mask.reshape([...mask.shape.slice(0, -2 * axes), ...heads!, ...mask.shape.slice(-2 * axes)]);
    const open = wide ? asTensor(where(wide, scores, -1e9)) : scores;
    const flat = [...open.shape.slice(0, -axes), -1];
    const weights = open.reshape(flat).softmax(-1).reshape(open.shape);
    // A query that may see nothing gets nothing, but of Keras's fused kernel the mean of all values.
    return wide && !isPlain ? asTensor(where(wide, weights, 0)) : weights;
  }

  override call(inputs: readonly Tensor[], options: HeadsCall): Tensor {
    const shapes = inputs.map((x) => x.shape);
    this.#check(shapes);
    const [query, value, key = value] = inputs as readonly [Tensor, Tensor, Tensor?];
    const { queries, keys, keyDim } = this.heads;
    const shared = (x: Tensor): Tensor => (queries === keys ? x : x.repeat(queries / keys, 2));
    const q = projected(this.queryDense!, query).mul(1 / Math.sqrt(keyDim));
    const scores = asTensor(einsum(this.#equations!.scores, shared(projected(this.keyDense!, key)), q));
    const isPlain = this.dropout === 0 && !options.returnAttentionScores && query.ndim === 3;
    const axes = this.attendedAxes(query.shape).length;
    const weights = this.#weights(scores, this.#allowed(shapes, options), axes, isPlain);
    const dropped = options.training && this.dropout > 0 ? this.#drop(weights) : weights;
    const mixed = asTensor(einsum(this.#equations!.sum, dropped, shared(projected(this.valueDense!, value))));
    const output = projected(this.outputDense!, this.gateDense ? mixed.mul(projected(this.gateDense, query)) : mixed);
    return (options.returnAttentionScores ? [output, weights] : output) as Tensor;
  }

  #drop(weights: Tensor): Tensor {
    return weights.mul(dropoutFactors(this.#state ?? randomState(), this.dropout, weights.shape, weights.dtype));
  }

  override computeMask(_inputs: readonly Tensor[], masks?: readonly (NDArray | null)[]): NDArray | null {
    return masks?.[0] ?? null;
  }

  override computeOutputShape(
    shapes: readonly KerasShape[],
    { returnAttentionScores = false }: Partial<HeadsCall> = {},
  ): KerasShape {
    const [query, value] = this.#check(shapes);
    const output = [...query.slice(0, -1), ...this.outputFeatures(query)];
    if (!returnAttentionScores) return output;
    const axes = this.attendedAxes(query);
    const kept = query.slice(0, -1).filter((_, d) => !axes.includes(d));
    const scores = [...kept, this.heads.queries, ...axes.map((d) => query[d]!), ...axes.map((d) => value[d]!)];
    return [output, scores] as readonly KerasShape[] as unknown as KerasShape;
  }
}
