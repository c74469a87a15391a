import { ShapeError } from '@isograd/device';
import { type NDArray, stack, where } from '@isograd/ndarray';
import { asTensor, type Tensor, zeros } from '@isograd/autograd';
import type { KerasShape } from '../../keras-tensor.ts';
import { type CallOptions, Layer } from '../../layer.ts';
import { stepsOf } from './pieces.ts';

/** What is carried from step to step, the output's part first. */
export type States = readonly Tensor[];

/** What a cell is told with its input. */
export interface CellCall extends CallOptions {
  /** What the step before gave; default zeros. */
  readonly states?: readonly NDArray[];
}

/** How a cell runs over steps. */
export interface ScanOptions {
  readonly training: boolean;
  /** Bools `[steps, batch]`, false where a sample skips a step. */
  readonly mask: Tensor | undefined;
}

/** Outputs of steps: the last one, and all, `[steps, batch, ...]`. */
export interface Series {
  readonly last: Tensor;
  all(): Tensor;
}

/** What a cell gave over steps. */
export interface Scanned {
  /** Where a sample skips a step its output is that of the step before. */
  readonly outputs: Series;
  /** What is carried on behind the last step. */
  readonly states: States;
}

/** One step of a cell: the states behind it, and its output where that is not the first of them. */
type Step = (x: Tensor, states: States) => { readonly output: Tensor; readonly next: States };

/** A mask with axes behind it, as many as another tensor has. */
function wide(mask: Tensor, x: Tensor): Tensor {
  return mask.reshape([...mask.shape, ...Array<number>(x.ndim - mask.ndim).fill(1)]);
}

/** `x` where a mask is true, else `otherwise`. */
export function choose(mask: Tensor, x: Tensor, otherwise: Tensor | number): Tensor {
  return asTensor(where(wide(mask, x), x, otherwise));
}

/** Runs a step over `[steps, batch, ...]`; samples keep their states where the mask is false. */
export function scanSteps(step: Step, xs: Tensor, first: States, mask: Tensor | undefined): Scanned {
  const masks = mask && stepsOf(mask);
  const outputs: Tensor[] = [];
  let states = first;
  stepsOf(xs).forEach((x, t) => {
    const { output, next } = step(x, states);
    const now = masks?.[t];
    const before = states;
    states = now ? next.map((after, i) => choose(now, after, before[i]!)) : next;
    if (!now) outputs.push(output);
    else outputs.push(output === next[0] ? states[0]! : choose(now, output, before[0]!));
  });
  return { outputs: { last: outputs.at(-1)!, all: () => asTensor(stack(outputs)) }, states };
}

/**
 * Base of cells, which {@link RNN} runs over the steps of sequences: `call` takes one step `[batch, features]` and the states, and gives a list of
 * the output and the states behind it.
 *
 * @example
 * import { ones } from '@isograd/autograd';
 * class Sum extends layers.RecurrentCell {
 *   stateSize = 2;
 *   call(x, { states: [before] }) {
 *     const after = before.add(x);
 *     return [after, after];
 *   }
 * }
 * new layers.RNN(new Sum())(ones([1, 3, 2])).tolist() // => [ [ 3, 3 ] ]
 */
export abstract class RecurrentCell extends Layer<Tensor, readonly Tensor[]> {
  /** Lengths of the states `[batch, length]`; one number where there is one. */
  abstract readonly stateSize: number | readonly number[];

  abstract override call(x: Tensor, options: CellCall): readonly Tensor[];

  /** Lengths of the states, in a list. */
  get stateSizes(): readonly number[] {
    const { stateSize } = this;
    return typeof stateSize === 'number' ? [stateSize] : stateSize;
  }

  /** Length of the output; by default that of the first state. */
  get outputSize(): number {
    return this.stateSizes[0]!;
  }

  /** Shapes of the output and of the states, for the shape of one step. */
  override computeOutputShape([batch = null]: KerasShape): readonly KerasShape[] {
    return [this.outputSize, ...this.stateSizes].map((size) => [batch, size]);
  }

  /** States before the first step, for the shape of one step: zeros. */
  getInitialState(stepShape: KerasShape): Tensor[] {
    return this.computeOutputShape(stepShape)
      .slice(1)
      .map((shape) => zeros(shape as readonly number[], { dtype: this.dtype }));
  }

  /** States as tensors of the dtype of the cell. @throws ShapeError when they do not fit the shape of one step. */
  readStates(given: readonly NDArray[] | undefined, stepShape: KerasShape): States {
    if (!given) return this.getInitialState(stepShape);
    const wanted = this.computeOutputShape(stepShape).slice(1);
    const shown = (shapes: readonly KerasShape[]): string => shapes.map((s) => `[${s.join(', ')}]`).join(', ');
    if (given.length !== wanted.length || given.some((h, i) => h.shape.join() !== wanted[i]!.join()))
      throw new ShapeError({
        where: this.label,
        what: 'the states do not fit',
        got: shown(given.map((h) => h.shape)),
        expected: shown(wanted),
      });
    return given.map((h) => this.convert(h));
  }

  /** Runs over all steps `[steps, batch, ...]`. */
  scan(xs: Tensor, states: States, { training, mask }: ScanOptions): Scanned {
    const step: Step = (x, before) => {
      const [output, ...next] = this.call(x, { states: before, training });
      return { output: output!, next };
    };
    return scanSteps(step, xs, states, mask);
  }
}
