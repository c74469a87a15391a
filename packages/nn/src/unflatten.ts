import { AxisError, ShapeError } from '@isograd/device';
import type { Shape } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { Module } from './module.ts';
import { pythonText } from './python-text.ts';

/**
 * Makes several axes of one (PyTorch's `nn.Unflatten`), what {@link Flatten} undoes.
 *
 * @param dim The axis; negative ones count from the last.
 * @param unflattenedSize Lengths of the axes that it becomes; one of them may be -1, which takes what is left.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Unflatten(1, [2, -1])(zeros([5, 6])).shape // => [ 5, 2, 3 ]
 */
export class Unflatten extends Module {
  static override readonly name: string = 'Unflatten';
  readonly dim: number;
  readonly unflattenedSize: Shape;

  constructor(dim: number, unflattenedSize: Shape) {
    super();
    this.dim = dim;
    this.unflattenedSize = unflattenedSize;
  }

  override forward(x: Tensor): Tensor {
    const d = this.dim < 0 ? this.dim + x.ndim : this.dim;
    const n = x.shape[d];
    if (n === undefined)
      throw new AxisError({
        where: 'Unflatten',
        what: 'the tensor has no such axis',
        got: `${this.dim} of [${x.shape.join(', ')}]`,
        expected: `${-x.ndim} to ${x.ndim - 1}`,
      });
    const known = this.unflattenedSize.filter((m) => m !== -1).reduce((a, b) => a * b, 1);
    const open = this.unflattenedSize.filter((m) => m === -1).length;
    if (open > 1 || (open === 1 ? n % known !== 0 : known !== n))
      throw new ShapeError({
        where: 'Unflatten',
        what: 'the axis cannot be divided so',
        got: `${n} elements as [${this.unflattenedSize.join(', ')}]`,
        expected: 'lengths whose product is that of the axis',
      });
    const inner = this.unflattenedSize.map((m) => (m === -1 ? n / known : m));
    return x.reshape([...x.shape.slice(0, d), ...inner, ...x.shape.slice(d + 1)]);
  }

  override extraRepr(): string {
    return `dim=${this.dim}, unflattened_size=${pythonText(this.unflattenedSize)}`;
  }
}
