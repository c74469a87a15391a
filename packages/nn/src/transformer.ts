import { ArgumentError, type DType } from '@isograd/device';
import { type NDArray, where } from '@isograd/ndarray';
import { asTensor, defaultGenerator, type Draw, type Tensor, zeros } from '@isograd/autograd';
import { MultiheadAttention } from './attention.ts';
import { ModuleList } from './containers.ts';
import { Dropout } from './dropout.ts';
import { gelu } from './functional/activations.ts';
import { causalMask } from './functional/attention.ts';
import { xavierUniform_ } from './init.ts';
import { LibraryModule } from './library-module.ts';
import { Linear } from './linear.ts';
import { LayerNorm } from './normalization.ts';

/** Options of the layers of a transformer. */
export interface TransformerLayerOptions extends Draw {
  /** Length of the hidden layer; default 2048. */
  readonly dimFeedforward?: number;
  /** Probability of dropout while training; default 0.1. */
  readonly dropout?: number;
  /** Function between the two linear layers; default `relu`. */
  readonly activation?: 'relu' | 'gelu' | ((x: Tensor) => Tensor);
  /** Added to variances; default 1e-5. */
  readonly layerNormEps?: number;
  /** Whether tensors are `[batch, length, features]` instead of `[length, batch, features]`; default false. */
  readonly batchFirst?: boolean;
  /** Whether normalisation comes before attention and linear layers; default false. */
  readonly normFirst?: boolean;
  /** Whether linear layers and normalisations have biases; default true. */
  readonly bias?: boolean;
  /** Dtype of the parameters; default `float32`. */
  readonly dtype?: DType;
}

/** Masks of a call of an encoder; bools say what is ruled out, numbers are added. */
export interface EncoderMasks {
  readonly srcMask?: NDArray | null | undefined;
  readonly srcKeyPaddingMask?: NDArray | null | undefined;
}

/** Masks of a call of a decoder, see {@link EncoderMasks}. */
export interface DecoderMasks {
  readonly tgtMask?: NDArray | null | undefined;
  readonly memoryMask?: NDArray | null | undefined;
  readonly tgtKeyPaddingMask?: NDArray | null | undefined;
  readonly memoryKeyPaddingMask?: NDArray | null | undefined;
}

const ACTIVATIONS = { relu: (x: Tensor): Tensor => x.relu(), gelu: (x: Tensor): Tensor => gelu(x) } as const;

interface Settings {
  readonly draw: Draw;
  readonly rate: number;
  readonly norm: { readonly eps: number; readonly bias: boolean; readonly dtype: DType };
  readonly linear: { readonly bias: boolean; readonly dtype: DType } & Draw;
  readonly attention: {
    readonly dropout: number;
    readonly batchFirst: boolean;
    readonly bias: boolean;
    readonly dtype: DType;
  } & Draw;
  readonly activation: (x: Tensor) => Tensor;
}

function settingsOf(options: TransformerLayerOptions, where_: string): Settings {
  const { dropout: rate = 0.1, activation = 'relu', layerNormEps: eps = 1e-5, batchFirst = false } = options;
  const { bias = true, dtype = 'float32', generator } = options;
  const draw = generator ? { generator } : {};
  const act = typeof activation === 'function' ? activation : ACTIVATIONS[activation];
  if (act === undefined)
    throw new ArgumentError({
      where: where_,
      what: 'unknown activation',
      got: String(activation),
      expected: "'relu', 'gelu' or a function",
    });
  return {
    draw,
    rate,
    norm: { eps, bias, dtype },
    linear: { bias, dtype, ...draw },
    attention: { dropout: rate, batchFirst, bias, dtype, ...draw },
    activation: act,
  };
}

/**
 * Self-attention and two linear layers, each with a way around it and a normalisation: `[length, batch, dModel]` → the same
 * (PyTorch's `nn.TransformerEncoderLayer`; Vaswani et al. 2017).
 *
 * @throws ArgumentError for an unknown activation, or heads that do not divide `dModel`.
 */
export class TransformerEncoderLayer extends LibraryModule {
  static override readonly name: string = 'TransformerEncoderLayer';
  selfAttn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  norm1: LayerNorm;
  norm2: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  readonly normFirst: boolean;
  readonly #again: () => TransformerEncoderLayer;
  readonly #activation: (x: Tensor) => Tensor;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super();
    const set = settingsOf(options, 'TransformerEncoderLayer');
    this.#again = () => new TransformerEncoderLayer(dModel, nhead, options);
    const { dimFeedforward = 2048 } = options;
    this.selfAttn = new MultiheadAttention(dModel, nhead, set.attention);
    this.linear1 = new Linear(dModel, dimFeedforward, set.linear);
    this.dropout = new Dropout(set.rate, set.draw);
    this.linear2 = new Linear(dimFeedforward, dModel, set.linear);
    this.norm1 = new LayerNorm(dModel, set.norm);
    this.norm2 = new LayerNorm(dModel, set.norm);
    this.dropout1 = new Dropout(set.rate, set.draw);
    this.dropout2 = new Dropout(set.rate, set.draw);
    this.normFirst = options.normFirst ?? false;
    this.#activation = set.activation;
  }

  #attend(x: Tensor, { srcMask, srcKeyPaddingMask }: EncoderMasks): Tensor {
    const options = { attnMask: srcMask, keyPaddingMask: srcKeyPaddingMask, needWeights: false };
    return this.dropout1(this.selfAttn(x, x, x, options)[0]);
  }

  #feed(x: Tensor): Tensor {
    return this.dropout2(this.linear2(this.dropout(this.#activation(this.linear1(x)))));
  }

  /** Another layer with the same weights; nothing is drawn from the shared generator. */
  clone(): TransformerEncoderLayer {
    return copyOf(this, this.#again);
  }

  override forward(src: Tensor, masks: EncoderMasks = {}): Tensor {
    if (this.normFirst) {
      const x = src.add(this.#attend(this.norm1(src), masks));
      return x.add(this.#feed(this.norm2(x)));
    }
    const x = this.norm1(src.add(this.#attend(src, masks)));
    return this.norm2(x.add(this.#feed(x)));
  }
}

/**
 * Self-attention, attention to what an encoder gave, and two linear layers: `tgt` `[length, batch, dModel]`, `memory` `[steps, batch, dModel]` → as `tgt`
 * (PyTorch's `nn.TransformerDecoderLayer`; Vaswani et al. 2017).
 *
 * @throws ArgumentError for an unknown activation, or heads that do not divide `dModel`.
 */
export class TransformerDecoderLayer extends LibraryModule {
  static override readonly name: string = 'TransformerDecoderLayer';
  selfAttn: MultiheadAttention;
  multiheadAttn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  norm1: LayerNorm;
  norm2: LayerNorm;
  norm3: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  dropout3: Dropout;
  readonly normFirst: boolean;
  readonly #again: () => TransformerDecoderLayer;
  readonly #activation: (x: Tensor) => Tensor;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super();
    const set = settingsOf(options, 'TransformerDecoderLayer');
    this.#again = () => new TransformerDecoderLayer(dModel, nhead, options);
    const { dimFeedforward = 2048 } = options;
    this.selfAttn = new MultiheadAttention(dModel, nhead, set.attention);
    this.multiheadAttn = new MultiheadAttention(dModel, nhead, set.attention);
    this.linear1 = new Linear(dModel, dimFeedforward, set.linear);
    this.dropout = new Dropout(set.rate, set.draw);
    this.linear2 = new Linear(dimFeedforward, dModel, set.linear);
    this.norm1 = new LayerNorm(dModel, set.norm);
    this.norm2 = new LayerNorm(dModel, set.norm);
    this.norm3 = new LayerNorm(dModel, set.norm);
    this.dropout1 = new Dropout(set.rate, set.draw);
    this.dropout2 = new Dropout(set.rate, set.draw);
    this.dropout3 = new Dropout(set.rate, set.draw);
    this.normFirst = options.normFirst ?? false;
    this.#activation = set.activation;
  }

  /** Another layer with the same weights; nothing is drawn from the shared generator. */
  clone(): TransformerDecoderLayer {
    return copyOf(this, this.#again);
  }

  override forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    const { tgtMask, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask } = masks;
    const own = { attnMask: tgtMask, keyPaddingMask: tgtKeyPaddingMask, needWeights: false };
    const other = { attnMask: memoryMask, keyPaddingMask: memoryKeyPaddingMask, needWeights: false };
    const parts: readonly (readonly [LayerNorm, (x: Tensor) => Tensor])[] = [
      [this.norm1, (x) => this.dropout1(this.selfAttn(x, x, x, own)[0])],
      [this.norm2, (x) => this.dropout2(this.multiheadAttn(x, memory, memory, other)[0])],
      [this.norm3, (x) => this.dropout3(this.linear2(this.dropout(this.#activation(this.linear1(x)))))],
    ];
    return parts.reduce((x, [norm, part]) => (this.normFirst ? x.add(part(norm(x))) : norm(x.add(part(x)))), tgt);
  }
}

/**
 * Copies of a layer one after another (PyTorch's `nn.TransformerEncoder`).
 */
export class TransformerEncoder extends LibraryModule {
  static override readonly name: string = 'TransformerEncoder';
  layers: ModuleList<TransformerEncoderLayer>;
  norm: LayerNorm | null;

  constructor(layer: TransformerEncoderLayer, numLayers: number, norm: LayerNorm | null = null) {
    super();
    this.layers = new ModuleList(Array.from({ length: numLayers }, () => layer.clone()));
    this.norm = norm;
  }

  override forward(src: Tensor, masks: EncoderMasks = {}): Tensor {
    let x = src;
    for (const layer of this.layers) x = layer(x, masks);
    return this.norm ? this.norm(x) : x;
  }
}

/** Layers of a decoder one after another, see {@link TransformerEncoder} (PyTorch's `nn.TransformerDecoder`). */
export class TransformerDecoder extends LibraryModule {
  static override readonly name: string = 'TransformerDecoder';
  layers: ModuleList<TransformerDecoderLayer>;
  norm: LayerNorm | null;

  constructor(layer: TransformerDecoderLayer, numLayers: number, norm: LayerNorm | null = null) {
    super();
    this.layers = new ModuleList(Array.from({ length: numLayers }, () => layer.clone()));
    this.norm = norm;
  }

  override forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    let x = tgt;
    for (const layer of this.layers) x = layer(x, memory, masks);
    return this.norm ? this.norm(x) : x;
  }
}

/** A layer made again, with the weights of another. */
function copyOf<M extends LibraryModule>(layer: M, make: () => M): M {
  const before = defaultGenerator.getState();
  const copy = make();
  defaultGenerator.setState(before);
  copy.loadStateDict(layer.stateDict());
  return copy;
}

/** Options of {@link Transformer}. */
export interface TransformerOptions extends TransformerLayerOptions {
  /** Length of the features; default 512. */
  readonly dModel?: number;
  /** Number of heads; default 8. */
  readonly nhead?: number;
  /** Default 6. */
  readonly numEncoderLayers?: number;
  /** Default 6. */
  readonly numDecoderLayers?: number;
}

/** An encoder and a decoder (PyTorch's `nn.Transformer`; Vaswani et al. 2017); all matrices start by Glorot's uniform rule. */
export class Transformer extends LibraryModule {
  static override readonly name: string = 'Transformer';
  encoder: TransformerEncoder;
  decoder: TransformerDecoder;
  readonly dModel: number;
  readonly nhead: number;

  constructor(options: TransformerOptions = {}) {
    super();
    const { dModel = 512, nhead = 8, numEncoderLayers = 6, numDecoderLayers = 6, ...layer } = options;
    const { norm, draw } = settingsOf(layer, 'Transformer');
    this.dModel = dModel;
    this.nhead = nhead;
    this.encoder = new TransformerEncoder(
      new TransformerEncoderLayer(dModel, nhead, layer),
      numEncoderLayers,
      new LayerNorm(dModel, norm),
    );
    this.decoder = new TransformerDecoder(
      new TransformerDecoderLayer(dModel, nhead, layer),
      numDecoderLayers,
      new LayerNorm(dModel, norm),
    );
    for (const p of this.parameters()) if (p.ndim > 1) xavierUniform_(p, draw);
  }

  /** Numbers to add to scores: 0 up to the position itself, -Infinity behind it. */
  static generateSquareSubsequentMask(size: number): Tensor {
    return asTensor(where(causalMask(size, size), zeros([size, size]), -Infinity));
  }

  override forward(src: Tensor, tgt: Tensor, masks: EncoderMasks & DecoderMasks = {}): Tensor {
    return this.decoder(tgt, this.encoder(src, masks), masks);
  }
}
