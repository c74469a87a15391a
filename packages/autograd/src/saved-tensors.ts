import { GradientError } from '@isograd/device';
import type { Tensor } from './tensor.ts';

/** Tensors that a rule of a user keeps for its backward pass, with their versions. */
export class SavedTensors {
  readonly #tensors: readonly Tensor[];
  readonly #versions: readonly number[];

  constructor(tensors: readonly Tensor[]) {
    this.#tensors = tensors;
    this.#versions = tensors.map((x) => x.storage.version);
  }

  /** @throws GradientError when one of them was written in place since. */
  get tensors(): readonly Tensor[] {
    this.#tensors.forEach((x, i) => {
      if (x.storage.version === this.#versions[i]) return;
      throw new GradientError({
        where: 'backward',
        what: `saved tensor ${i} was changed in place`,
        got: `version ${x.storage.version}, shape [${x.shape.join(', ')}]`,
        expected: `version ${this.#versions[i]}, as it was saved`,
        hint: 'write into a copy, x.clone()',
      });
    });
    return this.#tensors;
  }
}
