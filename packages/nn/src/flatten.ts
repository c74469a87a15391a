import { AxisError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { Module } from './module.ts';

/**
 * Makes one axis of several, by default of all but the first (PyTorch's `nn.Flatten`): `[batch, ...]` → `[batch, features]`.
 *
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Flatten()(zeros([2, 3, 4])).shape // => [ 2, 12 ]
 */
export class Flatten extends Module {
  static override readonly name: string = 'Flatten';
  readonly startDim: number;
  readonly endDim: number;

  constructor(startDim = 1, endDim = -1) {
    super();
    this.startDim = startDim;
    this.endDim = endDim;
  }

  override forward(x: Tensor): Tensor {
    const [start, end] = [this.startDim, this.endDim].map((d) => (d < 0 ? d + x.ndim : d)) as [number, number];
    if (!(start >= 0 && start <= end && end < x.ndim)) {
      throw new AxisError({
        where: 'Flatten',
        what: 'the tensor has no such range of axes',
        got: `${this.startDim} to ${this.endDim} of [${x.shape.join(', ')}]`,
        expected: 'a start axis that is not behind the end axis',
      });
    }
    const length = x.shape.slice(start, end + 1).reduce((a, b) => a * b, 1);
    return x.reshape([...x.shape.slice(0, start), length, ...x.shape.slice(end + 1)]);
  }

  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`;
  }
}
