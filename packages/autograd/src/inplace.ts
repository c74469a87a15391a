import { GradientError } from '@isograd/device';
import {
  add,
  type ArrayLike,
  divide,
  maximum,
  minimum,
  multiply,
  type NDArray,
  type Op,
  operand,
  subtract,
  TORCH,
} from '@isograd/ndarray';
import { isGradEnabled } from './grad-mode.ts';
import { noteWriter } from './node.ts';
import { hasViews, Tensor } from './tensor.ts';

type Elementwise = Op<(x1: ArrayLike, x2: ArrayLike) => NDArray>;

/** Names of the in-place methods and the ops they run. */
type InPlaceName = 'add_' | 'sub_' | 'mul_' | 'div_';
const IN_PLACE: { readonly [K in InPlaceName]: Elementwise } = {
  add_: add,
  sub_: subtract,
  mul_: multiply,
  div_: divide,
};

/** In-place methods; each returns the tensor itself. */
export type InPlaceMethods<Self> = { [K in InPlaceName]: (x2: ArrayLike) => Self } & {
  /** Sets every element to 0. */
  zero_(): Self;
  /** Sets every element to a value. */
  fill_(value: number): Self;
  /** Copies an array, broadcast to this shape and cast to this dtype. */
  copy_(source: ArrayLike): Self;
  /** Limits every element from below and above; a bound that is left out does not limit. */
  clamp_(bounds: { readonly min?: number; readonly max?: number }): Self;
};

/** Refuses a write that would make a recorded history wrong. */
function checkInPlace(x: Tensor, where: string): void {
  if (!isGradEnabled() || !x.node) return;
  if (x.isLeaf)
    throw new GradientError({
      where,
      what: 'a leaf that requires a gradient cannot be written in place',
      hint: 'wrap the update in noGrad(() => ...)',
    });
  if (hasViews(x.storage))
    throw new GradientError({
      where,
      what: 'a tensor with history that has views, or is one, cannot be written in place while recording',
      got: `the result of ${x.gradFn}`,
      hint: 'use the op that makes a new tensor, or x.clone() first',
    });
}

/** Runs a binary op into its first operand; the old state stays in the history. */
function writeOp(x: Tensor, name: string, op: Elementwise, x2: NDArray): Tensor {
  checkInPlace(x, name);
  const tracked = isGradEnabled() && [x, x2].some((t) => t instanceof Tensor && t.node);
  // The rule may need what is overwritten, so the history keeps a copy of it.
  const before = tracked ? x.alias(x.plain().copy().storage) : x;
  const forward = op.spec.forward as (
    inputs: readonly NDArray[],
    attrs: { readonly out: NDArray },
    rule: typeof TORCH,
  ) => NDArray;
  forward([x.plain(), x2.plain()], { out: x.plain() }, TORCH);
  noteWriter(x.storage, name);
  if (tracked) x.record({ op: op.spec, inputs: [before, x2], attrs: {} as never });
  return x;
}

function overwrite(x: Tensor, name: string, source: ArrayLike): Tensor {
  checkInPlace(x, name);
  const from = operand(source, name);
  if (isGradEnabled() && ((from instanceof Tensor && from.node) || x.node)) {
    throw new GradientError({
      where: name,
      what: 'overwriting is not recorded, the gradient would be lost',
      hint: 'use the value itself, or noGrad(() => ...)',
    });
  }
  x.plain().set(['...'], from.plain());
  x.touch();
  noteWriter(x.storage, name);
  return x;
}

function clamp(x: Tensor, { min, max }: { readonly min?: number; readonly max?: number }): Tensor {
  if (min !== undefined) writeOp(x, 'clamp_', maximum, operand(min, 'clamp_'));
  if (max !== undefined) writeOp(x, 'clamp_', minimum, operand(max, 'clamp_'));
  return x;
}

/** Puts the in-place methods on the prototype; called once when the package is loaded. */
export function attachInPlace(): void {
  const methods: Record<string, (this: Tensor, ...args: never[]) => Tensor> = {
    zero_() {
      return overwrite(this, 'zero_', 0);
    },
    fill_(value: number) {
      return overwrite(this, 'fill_', value);
    },
    copy_(source: ArrayLike) {
      return overwrite(this, 'copy_', source);
    },
    clamp_(bounds: { readonly min?: number; readonly max?: number }) {
      return clamp(this, bounds);
    },
  };
  for (const [name, op] of Object.entries(IN_PLACE)) {
    methods[name] = function (this: Tensor, x2: ArrayLike) {
      return writeOp(this, name, op, operand(x2, name));
    };
  }
  for (const [name, value] of Object.entries(methods))
    Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
}
