import { ArgumentError, type DType } from '@isograd/device';
import { concatenate, type NDArray, where } from '@isograd/ndarray';
import { asTensor, type Draw, type Tensor, zeros } from '@isograd/autograd';
import { attentionWeights } from './functional/attention.ts';
import { dropout } from './functional/dropout.ts';
import { linear } from './functional/linear.ts';
import { zeros_, xavierNormal_, xavierUniform_ } from './init.ts';
import { LibraryModule } from './library-module.ts';
import { Linear } from './linear.ts';
import { Parameter } from './parameter.ts';

/** Options of {@link MultiheadAttention}. */
export interface MultiheadAttentionOptions extends Draw {
  /** Probability of dropout of weights while training; default 0. */
  readonly dropout?: number;
  /** Whether the projections have biases; default true. */
  readonly bias?: boolean;
  /** Whether one learned key and value is added; default false. */
  readonly addBiasKv?: boolean;
  /** Whether a key and a value of zeros are added; default false. */
  readonly addZeroAttn?: boolean;
  /** Lengths of keys and values where they are not `embedDim`. */
  readonly kdim?: number;
  readonly vdim?: number;
  /** Whether tensors are `[batch, length, features]` instead of `[length, batch, features]`; default false. */
  readonly batchFirst?: boolean;
  /** Dtype of the parameters; default `float32`. */
  readonly dtype?: DType;
}

/** Options of a call of {@link MultiheadAttention}. */
export interface AttentionCall {
  /** Bools, true where a key is to be ignored, or numbers that are added: `[batch, keys]`. */
  readonly keyPaddingMask?: NDArray | null | undefined;
  /** Bools, true where attention is not allowed, or numbers that are added: `[queries, keys]` or `[batch heads, queries, keys]`. */
  readonly attnMask?: NDArray | null | undefined;
  /** Whether the weights are given back; default true. */
  readonly needWeights?: boolean;
  /** Whether those are the mean over heads; default true. */
  readonly averageAttnWeights?: boolean;
}

/** A mask of PyTorch's attention as numbers to add: bools say what is ruled out. */
const toAdded = (mask: NDArray, dtype: DType): Tensor =>
  mask.dtype === 'bool' ? asTensor(where(mask, -Infinity, zeros([], { dtype }))) : asTensor(mask);

/**
 * Attention with several heads: `query` `[queries, batch, embedDim]`, `key` and `value` `[keys, batch, ...]` → the output, shaped as the query, and
 * the weights `[batch, queries, keys]` (PyTorch's `nn.MultiheadAttention`; Vaswani et al. 2017).
 *
 * @throws ArgumentError when `embedDim` cannot be divided by `numHeads`.
 * @example
 * import { zeros } from '@isograd/autograd';
 * const x = zeros([3, 2, 4]);
 * new MultiheadAttention(4, 2)(x, x, x)[0].shape // => [ 3, 2, 4 ]
 */
export class MultiheadAttention extends LibraryModule {
  static override readonly name: string = 'MultiheadAttention';
  readonly embedDim: number;
  readonly numHeads: number;
  readonly dropout: number;
  readonly batchFirst: boolean;
  readonly addZeroAttn: boolean;
  inProjWeight: Parameter | null = null;
  qProjWeight: Parameter | null = null;
  kProjWeight: Parameter | null = null;
  vProjWeight: Parameter | null = null;
  inProjBias: Parameter | null = null;
  outProj: Linear;
  biasK: Parameter | null = null;
  biasV: Parameter | null = null;
  readonly #draw: Draw;

  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    const { bias = true, dtype = 'float32', kdim = embedDim, vdim = embedDim } = options;
    if (!(embedDim > 0 && numHeads > 0 && embedDim % numHeads === 0))
      throw new ArgumentError({
        where: 'MultiheadAttention',
        what: 'embedDim cannot be divided by numHeads',
        got: `${embedDim} and ${numHeads}`,
        expected: 'a multiple',
      });
    this.embedDim = embedDim;
    this.numHeads = numHeads;
    this.dropout = options.dropout ?? 0;
    this.batchFirst = options.batchFirst ?? false;
    this.addZeroAttn = options.addZeroAttn ?? false;
    this.#draw = options.generator ? { generator: options.generator } : {};
    const make = (...shape: readonly number[]): Parameter => new Parameter(zeros(shape, { dtype }));
    if (kdim === embedDim && vdim === embedDim) this.inProjWeight = make(3 * embedDim, embedDim);
    else {
      this.qProjWeight = make(embedDim, embedDim);
      this.kProjWeight = make(embedDim, kdim);
      this.vProjWeight = make(embedDim, vdim);
    }
    this.inProjBias = bias ? make(3 * embedDim) : null;
    this.outProj = new NonDynamicallyQuantizableLinear(embedDim, embedDim, { bias, dtype, ...this.#draw });
    if (options.addBiasKv) {
      this.biasK = make(1, 1, embedDim);
      this.biasV = make(1, 1, embedDim);
    }
    this.#reset();
  }

  #reset(): void {
    for (const weight of [this.inProjWeight, this.qProjWeight, this.kProjWeight, this.vProjWeight])
      if (weight) xavierUniform_(weight, this.#draw);
    if (this.inProjBias) {
      zeros_(this.inProjBias);
      if (this.outProj.bias) zeros_(this.outProj.bias);
    }
    for (const bias of [this.biasK, this.biasV]) if (bias) xavierNormal_(bias, this.#draw);
  }

  /** Queries, keys and values, each projected. */
  #project(inputs: readonly [Tensor, Tensor, Tensor]): Tensor[] {
    const n = this.embedDim;
    const own = [this.qProjWeight, this.kProjWeight, this.vProjWeight];
    return inputs.map((x, i) => {
      const weight = own[i] ?? this.inProjWeight!.at(`${i * n}:${(i + 1) * n}`);
      const bias = this.inProjBias ? this.inProjBias.at(`${i * n}:${(i + 1) * n}`) : null;
      return linear(x, weight, bias);
    });
  }

  override forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options: AttentionCall = {},
  ): [output: Tensor, weights: Tensor | null] {
    const single = query.ndim === 2;
    const ordered = [query, key, value].map((x) => {
      const wide = single ? x.expandDims(1) : x;
      return this.batchFirst && !single ? wide.transpose([1, 0, 2]) : wide;
    }) as [Tensor, Tensor, Tensor];
    const { output, weights } = this.#attend(ordered, options);
    const { needWeights = true, averageAttnWeights = true } = options;
    const y = single ? output.squeeze(1) : this.batchFirst ? output.transpose([1, 0, 2]) : output;
    if (!needWeights) return [y, null];
    const shown = averageAttnWeights ? weights.mean(1) : weights;
    return [y, single ? shown.squeeze(0) : shown];
  }

  #attend(
    inputs: readonly [Tensor, Tensor, Tensor],
    options: AttentionCall,
  ): { readonly output: Tensor; readonly weights: Tensor } {
    const [q, k0, v0] = this.#project(inputs) as [Tensor, Tensor, Tensor];
    const [length, batch] = q.shape as [number, number];
    const extended = (x: Tensor, row: Tensor | null): Tensor =>
      row ? asTensor(concatenate([x, row.broadcastTo([1, batch, this.embedDim])], 0)) : x;
    const zero = this.addZeroAttn ? zeros([1, 1, this.embedDim], { dtype: q.dtype }) : null;
    const k = extended(extended(k0, this.biasK), zero);
    const v = extended(extended(v0, this.biasV), zero);
    // [length, batch, heads size] → [batch, heads, length, size]
    const heads = (x: Tensor): Tensor =>
      x.reshape([x.shape[0]!, batch, this.numHeads, this.embedDim / this.numHeads]).transpose([1, 2, 0, 3]);
    const attnMask = this.#mask(options, q, { batch, added: k.shape[0]! - k0.shape[0]! });
    // PyTorch computes weights that are asked for by another function, in which what sees nothing is NaN.
    const unseen = options.needWeights === false ? 0 : NaN;
    const weights = dropout(attentionWeights(heads(q), heads(k), { attnMask }, unseen), {
      p: this.dropout,
      training: this.training,
      ...this.#draw,
    });
    const mixed = weights.matmul(heads(v)).transpose([2, 0, 1, 3]).reshape([length, batch, this.embedDim]);
    return { output: this.outProj(mixed), weights };
  }

  /** Both masks as numbers to add, `[batch, heads, queries, keys]` or what is broadcast to it. */
  #mask(
    { attnMask, keyPaddingMask }: AttentionCall,
    q: Tensor,
    { batch, added }: { readonly batch: number; readonly added: number },
  ): Tensor | null {
    const grow = (mask: Tensor): Tensor =>
      added === 0
        ? mask
        : asTensor(concatenate([mask, zeros([...mask.shape.slice(0, -1), added], { dtype: q.dtype })], -1));
    const own = attnMask && grow(toAdded(attnMask, q.dtype));
    const wide = own && (own.ndim === 3 ? own.reshape([batch, -1, own.shape[1]!, own.shape[2]!]) : own);
    const padding = keyPaddingMask && grow(toAdded(keyPaddingMask, q.dtype)).reshape([batch, 1, 1, -1]);
    if (!wide) return padding ?? null;
    return padding ? wide.add(padding) : wide;
  }
}

/** The output projection of attention, which PyTorch prints by this name. */
export class NonDynamicallyQuantizableLinear extends Linear {
  static override readonly name: string = 'NonDynamicallyQuantizableLinear';
}
