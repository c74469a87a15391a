import { ArgumentError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import type { KerasShape } from '../../keras-tensor.ts';
import type { LayerOptions, SavedOptions } from '../../layer.ts';
import { type CellCall, RecurrentCell, type ScanOptions, type Scanned, type States } from './cell.ts';

/**
 * Cells one above the other as one cell: each takes the output of the one before (`keras.layers.StackedRNNCells`).
 *
 * Its states are those of the cells in their order, in one list.
 *
 * @throws ArgumentError when there is no cell, or something is none.
 * @example
 * import { zeros } from '@isograd/autograd';
 * const cell = new StackedRNNCells([new layers.LSTMCell(4), new layers.GRUCell(5)]);
 * cell.stateSize // => [ 4, 4, 5 ]
 * new layers.RNN(cell)(zeros([2, 7, 3])).shape // => [ 2, 5 ]
 */
export class StackedRNNCells extends RecurrentCell {
  static override readonly name: string = 'StackedRNNCells';
  static override readonly saved: SavedOptions = { args: ['cells'] };
  readonly cells: readonly RecurrentCell[];

  constructor(cells: readonly RecurrentCell[], options: LayerOptions = {}) {
    super(options);
    if (!Array.isArray(cells) || cells.length === 0 || !cells.every((cell) => cell instanceof RecurrentCell))
      throw new ArgumentError({
        where: 'StackedRNNCells',
        what: 'not a list of cells',
        got: Array.isArray(cells) ? `[${cells.map((cell) => typeof cell).join(', ')}]` : typeof cells,
        expected: 'one RecurrentCell or more',
        hint: 'new layers.StackedRNNCells([new layers.LSTMCell(4), new layers.LSTMCell(4)])',
      });
    this.cells = cells;
  }

  get stateSize(): readonly number[] {
    return this.cells.flatMap((cell) => cell.stateSizes);
  }

  override get outputSize(): number {
    return this.cells.at(-1)!.outputSize;
  }

  override build(inputShape: KerasShape): void {
    let shape = inputShape;
    for (const cell of this.cells) {
      cell.ensureBuilt(shape);
      shape = cell.computeOutputShape(shape)[0]!;
    }
  }

  /** Calls something for each cell, with its part of the states. */
  #each(states: States, f: (cell: RecurrentCell, own: States) => States): States {
    let from = 0;
    return this.cells.flatMap((cell) => f(cell, states.slice(from, (from += cell.stateSizes.length))));
  }

  override call(x: Tensor, { states, training }: CellCall): readonly Tensor[] {
    let input = x;
    const after = this.#each(this.readStates(states, x.shape), (cell, own) => {
      const [output, ...next] = cell.call(input, { states: own, training });
      input = output!;
      return next;
    });
    return [input, ...after];
  }

  /** Runs one cell over all steps after the other, so that each sees them at once. */
  override scan(xs: Tensor, states: States, options: ScanOptions): Scanned {
    let input = xs;
    let last: Scanned | undefined;
    const after = this.#each(states, (cell, own) => {
      if (last) input = last.outputs.all();
      last = cell.scan(input, own, options);
      return last.states;
    });
    return { ...last!, states: after };
  }
}
