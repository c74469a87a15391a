import type { Draw, Tensor } from '@isograd/autograd';
import { checkDropout, dropout } from './functional/dropout.ts';
import { Module } from './module.ts';

/**
 * Sets elements to 0 with probability `p` while training, and scales the others by 1 / (1 - p) (PyTorch's `nn.Dropout`; Hinton et al. 2012).
 *
 * @throws ArgumentError when `p` is outside [0, 1].
 */
export class Dropout extends Module {
  static override readonly name: string = 'Dropout';
  readonly p: number;
  readonly #draw: Draw;

  constructor(p = 0.5, options: Draw = {}) {
    super();
    this.p = checkDropout(p, 'Dropout');
    this.#draw = options;
  }

  override forward(x: Tensor): Tensor {
    return dropout(x, { p: this.p, training: this.training, ...this.#draw });
  }

  override extraRepr(): string {
    return `p=${this.p}, inplace=False`;
  }
}
