import type { DType } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { type Draw, noGrad, type Tensor, zeros } from '@isograd/autograd';
import * as F from './functional/embedding.ts';
import { normal_ } from './init.ts';
import { LibraryModule } from './library-module.ts';
import { Parameter } from './parameter.ts';
import { pythonArguments, pythonFloat } from './python-text.ts';

/** Options of {@link Embedding}. */
export interface EmbeddingLayerOptions extends F.EmbeddingOptions, Draw {
  /** Dtype of the table; default `float32`. */
  readonly dtype?: DType;
}

/** A table of rows that are looked up. */
abstract class Table<O extends F.EmbeddingOptions> extends LibraryModule {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly options: O;
  weight: Parameter;

  constructor(numEmbeddings: number, embeddingDim: number, options: O & EmbeddingLayerOptions) {
    super();
    const { dtype = 'float32', generator, ...rest } = options;
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.options = rest as unknown as O;
    this.weight = new Parameter(zeros([numEmbeddings, embeddingDim], { dtype }));
    this.resetParameters(generator ? { generator } : {});
  }

  /** Draws the table anew, normal values; the row of the padding is 0. */
  resetParameters(draw: Draw = {}): void {
    normal_(this.weight, 0, 1, draw);
    const { paddingIdx } = this.options;
    if (paddingIdx !== undefined) noGrad(() => this.weight.detach().at(paddingIdx).fill_(0));
  }

  protected rowText(): string {
    const { paddingIdx, maxNorm, normType = 2, scaleGradByFreq } = this.options;
    const parts = [`${this.numEmbeddings}, ${this.embeddingDim}`];
    const rows = this.numEmbeddings;
    if (paddingIdx !== undefined)
      parts.push(pythonArguments({ padding_idx: paddingIdx < 0 ? paddingIdx + rows : paddingIdx }));
    if (maxNorm !== undefined) parts.push(`max_norm=${pythonFloat(maxNorm)}`);
    if (normType !== 2) parts.push(`norm_type=${pythonFloat(normType)}`);
    if (scaleGradByFreq) parts.push('scale_grad_by_freq=True');
    return parts.join(', ');
  }
}

/**
 * Rows of a learned table: indices `[...]` → `[..., embeddingDim]` (PyTorch's `nn.Embedding`).
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * new Embedding(10, 3)(tensor([1, 2])).shape // => [ 2, 3 ]
 */
export class Embedding extends Table<F.EmbeddingOptions> {
  static override readonly name: string = 'Embedding';

  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingLayerOptions = {}) {
    super(numEmbeddings, embeddingDim, options);
  }

  override forward(indices: NDArray): Tensor {
    return F.embedding(indices, this.weight, this.options);
  }

  override extraRepr(): string {
    return this.rowText();
  }
}

/** Options of {@link EmbeddingBag}. */
export interface EmbeddingBagLayerOptions extends EmbeddingLayerOptions {
  /** What becomes of the rows of a bag; default `mean`. */
  readonly mode?: 'sum' | 'mean' | 'max';
  /** Whether the last offset is the end of the last bag; default false. */
  readonly includeLastOffset?: boolean;
}

/** Sums, means or largest elements of rows of a learned table, bag by bag: `[bags, embeddingDim]` (PyTorch's `nn.EmbeddingBag`). */
export class EmbeddingBag extends Table<Omit<F.EmbeddingBagOptions, 'offsets' | 'perSampleWeights'>> {
  static override readonly name: string = 'EmbeddingBag';

  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingBagLayerOptions = {}) {
    super(numEmbeddings, embeddingDim, options);
  }

  override forward(indices: NDArray, offsets?: NDArray, perSampleWeights?: NDArray): Tensor {
    return F.embeddingBag(indices, this.weight, { ...this.options, offsets, perSampleWeights });
  }

  override extraRepr(): string {
    const { mode = 'mean', paddingIdx, ...rest } = this.options;
    const own = { ...this.options };
    Reflect.deleteProperty(own, 'paddingIdx');
    const text = Object.keys(rest).length > 0 ? this.rowText() : `${this.numEmbeddings}, ${this.embeddingDim}`;
    const padding = paddingIdx === undefined ? '' : `, padding_idx=${paddingIdx}`;
    return `${text}, mode='${mode}'${padding}`;
  }
}
