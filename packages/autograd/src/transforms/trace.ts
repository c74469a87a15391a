import { GradientError, isComplex, isFloat } from '@isograd/device';
import { allowInterpreters, type Interpreter, type Layout, NDArray, type RecordedCall, where } from '@isograd/ndarray';
import { isGradEnabled } from '../grad-mode.ts';
import { Tensor } from '../tensor.ts';
import { whileTracing } from './running.ts';

let levels = 0;

/** Attributes of a call that name other arrays. */
interface ArrayAttrs {
  readonly out?: unknown;
  readonly where?: unknown;
}

/** One running transform: it runs the ops on the tensors that it made, by ops on what they stand for. */
export abstract class Trace implements Interpreter {
  readonly level: number = ++levels;
  /** Name of the transform, for messages. */
  readonly name: string;
  #ended = false;

  constructor(name: string) {
    this.name = name;
    allowInterpreters();
  }

  /** Runs a function of the traced arguments; afterwards its tensors are refused. */
  within<T>(fn: () => T): T {
    try {
      return whileTracing(fn);
    } finally {
      this.#ended = true;
    }
  }

  run(call: RecordedCall): NDArray {
    this.#check(call);
    const { attrs } = call as { readonly attrs: ArrayAttrs | undefined };
    if (attrs?.where instanceof NDArray)
      return where(attrs.where, this.run({ ...call, attrs: { ...attrs, where: undefined } as never }), 0);
    const y = this.apply(call);
    if (y instanceof TracedTensor && recordable(call, y)) y.record(call);
    return y;
  }

  runSeveral(call: RecordedCall): readonly NDArray[] {
    this.#check(call);
    const ys = this.applySeveral(call);
    const first = ys.find((y) => y instanceof TracedTensor);
    return first ? first.adoptAll(ys, call) : ys;
  }

  /** Runs a call by calls on what its inputs stand for. */
  protected abstract apply(call: RecordedCall): NDArray;
  /** As {@link apply}, for several results. */
  protected abstract applySeveral(call: RecordedCall): readonly NDArray[];

  #check({ op, attrs }: RecordedCall): void {
    if (this.#ended)
      throw new GradientError({
        where: op.name,
        what: `a tensor from inside ${this.name}() was used after it had returned`,
        got: `a tensor of a ${this.name}() that is over`,
        expected: 'a tensor that the function returned',
        hint: 'return what is needed later from the function, also beside its result (hasAux)',
      });
    if ((attrs as ArrayAttrs | undefined)?.out instanceof NDArray) refuseWrite(op.name, this.name);
  }
}

const recordable = ({ op }: RecordedCall, y: Tensor): boolean =>
  isGradEnabled() && !('nonDifferentiable' in op.vjp) && isDifferentiable(y);

/** Whether derivatives of an array mean anything. */
export const isDifferentiable = (x: NDArray): boolean => isFloat(x.dtype) || isComplex(x.dtype);

function refuseWrite(where_: string, transform: string): never {
  throw new GradientError({
    where: where_,
    what: `tensors inside ${transform}() cannot be written in place`,
    got: 'an in-place write',
    expected: 'an op that makes a new tensor',
    hint: 'use where, add, scatterAdd or concatenate',
  });
}

/** A tensor that stands for others while a transform runs. */
export abstract class TracedTensor extends Tensor {
  abstract override get interpreter(): Trace;

  /** What it stands for, of the level below. */
  abstract get below(): readonly Tensor[];

  override checkWritable(where_: string): void {
    refuseWrite(where_, this.interpreter.name);
  }

  override viewAs(_layout: Layout): this {
    throw new GradientError({
      where: 'viewAs',
      what: `a tensor inside ${this.interpreter.name}() has no memory to view`,
      got: `shape [${this.shape.join(', ')}]`,
      expected: 'an op that gives a view',
      hint: 'use x.at(...)',
    });
  }

  override backward(): void {
    throw new GradientError({
      where: 'backward',
      what: `backward() writes gradients into leaves, which outlive ${this.interpreter.name}()`,
      got: `a tensor inside ${this.interpreter.name}()`,
      expected: 'a transform',
      hint: 'use grad(f) or vjp(f, x)',
    });
  }
}
