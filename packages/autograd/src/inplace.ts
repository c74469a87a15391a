import { GradientError } from '@isograd/device';
import {
  type ArrayLike,
  dispatch,
  type Index,
  NDArray,
  operand,
  type OpMethods,
  type OpSpec,
  type Scalar,
  type Writable,
  zeros,
} from '@isograd/ndarray';
import { isGradEnabled, isInferenceModeEnabled } from './grad-mode.ts';
import { COPIED, ELEMENTWISE } from './inplace-names.ts';
import type { TorchMethods } from './torch-methods.ts';
import { indexPut } from './ops/index-ops.ts';
import { INDEX_OPS } from './ops/methods.ts';
import { noteWriter } from './saved.ts';
import { asTensor, Tensor } from './tensor.ts';

/** Options of {@link InPlaceMethods.add_} and `sub_`. */
export interface ScaledOptions {
  /** What the other operand is multiplied with; default 1. */
  readonly alpha?: number;
}

/** Bounds of `clamp_`; one that is left out does not limit. */
export interface Bounds {
  readonly min?: ArrayLike | null;
  readonly max?: ArrayLike | null;
}

type Named = keyof typeof ELEMENTWISE;
type MethodOf<K extends Named> = OpMethods<Tensor>[(typeof ELEMENTWISE)[K]];
// Methods that can be called without arguments have nothing but options.
type Operands<F> = F extends (...args: infer P) => unknown ? (0 extends P['length'] ? [] : [x2: ArrayLike]) : never;

type Products = 'addcdiv' | 'addcmul' | 'addmm' | 'addmv' | 'addr' | 'baddbmm';

/** In-place methods; each returns the tensor itself, and is recorded as PyTorch records it. */
export type InPlaceMethods<Self> = {
  [K in Exclude<Named, 'add' | 'sub' | 'subtract' | 'round'> as `${K}_`]: (...args: Operands<MethodOf<K>>) => Self;
} & {
  [K in Products as `${K}_`]: (...args: Parameters<TorchMethods[K]>) => Self;
} & {
  /** Replaces the elements by their products so far along an axis. */
  cumprod_(axis: number): Self;
  /** Replaces the elements by their sums so far along an axis. */
  cumsum_(axis: number): Self;
  /** Raises to a power, computed in float64. */
  floatPower_(x2: ArrayLike): Self;
  /** Multiplies by 2 to the power of whole numbers. */
  ldexp_(x2: ArrayLike): Self;
  /** Adds a tensor or a number, times `alpha`. */
  add_(x2: ArrayLike, options?: ScaledOptions): Self;
  /** Subtracts a tensor or a number, times `alpha`. */
  sub_(x2: ArrayLike, options?: ScaledOptions): Self;
  /** As `sub_`. */
  subtract_(x2: ArrayLike, options?: ScaledOptions): Self;
  /** Rounds to so many decimals, 0 by default. */
  round_(options?: { readonly decimals?: number }): Self;
  /** Sets every element to 0. */
  zero_(): Self;
  /** Sets every element to a value, which may be a tensor without axes. */
  fill_(value: ArrayLike): Self;
  /** Copies an array, broadcast to this shape and cast to this dtype. */
  copy_(source: ArrayLike): Self;
  /** Limits every element from below and above; a bound that is left out does not limit. */
  clamp_(min?: ArrayLike | null | Bounds, max?: ArrayLike | null): Self;
  /** As `clamp_`. */
  clip_(min?: ArrayLike | null | Bounds, max?: ArrayLike | null): Self;
  /** Limits every element from below. */
  clampMin_(min: ArrayLike): Self;
  /** Limits every element from above. */
  clampMax_(max: ArrayLike): Self;
};

const hasHistory = (x: unknown): boolean => x instanceof Tensor && x.node !== undefined;

/** Whether a write is part of a history: that of the tensor, of the one that it looks at, or of what is written. */
const isTracked = (x: Tensor, sources: readonly unknown[]): boolean =>
  isGradEnabled() && (x.node !== undefined || x.viewOf?.base.node !== undefined || sources.some(hasHistory));

/** Refuses a write that would make a recorded history wrong. */
function checkInPlace(x: Tensor, where: string, tracked: boolean): void {
  if (x.interpreter) x.checkWritable(where);
  if (x.isInference() && !isInferenceModeEnabled())
    throw new GradientError({
      where,
      what: 'a tensor made in inferenceMode cannot be written in place outside it',
      got: `shape [${x.shape.join(', ')}]`,
      hint: 'take a copy first, x.clone()',
    });
  if (!tracked) return;
  const view = x.viewOf;
  if (view && !view.recorded)
    throw new GradientError({
      where,
      what: 'a view that was taken without recording is written in place while recording',
      got: `a view of a tensor of shape [${view.base.shape.join(', ')}]`,
      hint: 'take the view outside noGrad, or write inside',
    });
  const owner = view?.base ?? x;
  if (!owner.requiresGrad || !owner.isLeaf) return;
  throw new GradientError({
    where,
    what: `a ${view ? 'view of a ' : ''}leaf that requires a gradient cannot be written in place`,
    got: `shape [${x.shape.join(', ')}]`,
    hint: 'wrap the update in noGrad(() => ...)',
  });
}

/** The state of a tensor before it is written, for the history. `readable`: with a copy of its elements. */
function stateBefore(x: Tensor, readable: boolean): Tensor {
  return x.withHistory(x.node, x.slot, readable ? x.plain().copy() : x);
}

/** An operand that keeps its elements when `x` is written: one that shares its memory is copied. */
function kept(arg: unknown, x: Tensor, before: Tensor): unknown {
  if (arg === x) return before;
  if (arg instanceof Tensor && arg.storage === x.storage) return stateBefore(arg, true);
  return arg;
}

/** Hangs the history of what was written on the tensor; ops without a gradient give it a flat one. */
function remember(x: Tensor, name: string, before: Tensor, made: Tensor): void {
  const flat = before.node !== undefined && made.node === undefined;
  x.rewrite(flat ? (dispatch(overwrittenBy(name), [before, made], undefined) as Tensor) : made);
}

type Method = (this: Tensor, ...args: readonly unknown[]) => Tensor;
type Methods = Readonly<Record<string, (...args: readonly unknown[]) => Tensor>>;
const call = (x: Tensor, method: string, args: readonly unknown[]): Tensor =>
  (x as unknown as Methods)[method]!(...args);

/** Runs an element-wise method into its tensor. */
function writeElementwise(x: Tensor, name: string, method: string, args: readonly unknown[]): Tensor {
  const tracked = isTracked(x, args);
  checkInPlace(x, name, tracked);
  const out = { out: x.plain() };
  if (!tracked) call(x, method, [...args, out]);
  else {
    // The rule may need what is overwritten, so the history keeps a copy of it.
    const before = stateBefore(x, true);
    const operands = args.map((arg) => kept(arg, x, before));
    remember(x, name, before, call(before, method, [...operands, out]));
  }
  noteWriter(x.storage, name);
  return x;
}

/** Writes what an op makes of the tensor over it; `readable` when its rule reads the elements that are overwritten. */
export function writeResult(
  x: Tensor,
  name: string,
  make: (before: Tensor) => NDArray,
  { sources, readable }: { readonly sources: readonly unknown[]; readonly readable: boolean },
): Tensor {
  const tracked = isTracked(x, sources);
  checkInPlace(x, name, tracked);
  const before = tracked ? stateBefore(x, readable) : x;
  const made = make(before) as Tensor;
  x.plain().set(['...'], made.plain());
  noteWriter(x.storage, name);
  if (tracked) remember(x, name, before, made);
  return x;
}

/** What overwrites all elements: the gradient goes to the value alone. */
function overwrittenBy(name: string): OpSpec<undefined> {
  return {
    name: name.replace(/_$/, ''),
    family: 'indexed',
    forward: ([x, value]) => value!.astype(x!.dtype).broadcastTo(x!.shape),
    vjp: (g, { inputs: [x, value] }) => [asTensor(zeros(x!.shape, { dtype: x!.dtype })), g.sumTo(value!.shape)],
    domain: [-2, 2],
    samples: [],
    errors: [],
    parity: { numpy: null, torch: null, why: 'it is recorded by methods that write in place' },
  };
}

const ZERO = overwrittenBy('zero_');
const FILL = overwrittenBy('fill_');
const COPY = overwrittenBy('copy_');

function overwrite(x: Tensor, spec: OpSpec<undefined>, source: ArrayLike): Tensor {
  const name = `${spec.name}_`;
  const from = operand(source, name);
  const tracked = isTracked(x, [from]);
  checkInPlace(x, name, tracked);
  const before = tracked ? stateBefore(x, false) : x;
  x.plain().set(['...'], from.plain());
  noteWriter(x.storage, name);
  if (tracked) x.rewrite(dispatch(spec, [before, from], undefined) as Tensor);
  return x;
}

const isBasic = (index: readonly Index[]): boolean =>
  index.every((part) => part === null || typeof part === 'number' || typeof part === 'string');

type SetArguments = readonly [index: readonly Index[] | Exclude<Index, readonly unknown[]>, value: Writable];

/** `x[index] = value`: through a view where the index gives one, as PyTorch does it. */
function assign(x: Tensor, ...[given, value]: SetArguments): Tensor {
  const index = Array.isArray(given) ? given : [given];
  const tracked = isTracked(x, [value]);
  checkInPlace(x, 'set', tracked);
  if (!tracked) {
    NDArray.prototype.set.call(x.plain(), index, value);
    noteWriter(x.storage, 'set');
  } else if (isBasic(index)) x.at(...index).copy_(value as ArrayLike);
  else
    writeResult(x, 'set', (before) => indexPut(before, index, value as ArrayLike), {
      sources: [value],
      readable: false,
    });
  return x;
}

function scaled(x2: ArrayLike, options: ScaledOptions | undefined, name: string): ArrayLike {
  return options?.alpha === undefined || options.alpha === 1 ? x2 : operand(x2, name).mul(options.alpha);
}

const isBounds = (min: unknown): min is Bounds =>
  typeof min === 'object' && min !== null && ('min' in min || 'max' in min) && !(min instanceof NDArray);

function clamp(x: Tensor, name: string, min?: ArrayLike | null | Bounds, max?: ArrayLike | null): Tensor {
  const bounds = isBounds(min) ? [min.min ?? null, min.max ?? null] : [min ?? null, max ?? null];
  return bounds.every((bound) => bound === null) ? x : writeElementwise(x, name, 'clip', bounds);
}

/** Methods that are no row of a table. */
const OTHERS: ThisType<Tensor> & Readonly<Record<string, (...args: never[]) => Tensor>> = {
  add_(x2: ArrayLike, options?: ScaledOptions) {
    return writeElementwise(this, 'add_', 'add', [scaled(x2, options, 'add_')]);
  },
  sub_(x2: ArrayLike, options?: ScaledOptions) {
    return writeElementwise(this, 'sub_', 'sub', [scaled(x2, options, 'sub_')]);
  },
  subtract_(x2: ArrayLike, options?: ScaledOptions) {
    return this.sub_(x2, options);
  },
  round_({ decimals = 0 }: { readonly decimals?: number } = {}) {
    return writeElementwise(this, 'round_', 'round', [decimals]);
  },
  zero_() {
    return overwrite(this, ZERO, 0);
  },
  fill_(value: ArrayLike) {
    return overwrite(this, FILL, value);
  },
  fill(value: Scalar) {
    return overwrite(this, FILL, value);
  },
  copy_(source: ArrayLike) {
    return overwrite(this, COPY, source);
  },
  clamp_(min?: ArrayLike | null | Bounds, max?: ArrayLike | null) {
    return clamp(this, 'clamp_', min, max);
  },
  clip_(min?: ArrayLike | null | Bounds, max?: ArrayLike | null) {
    return clamp(this, 'clip_', min, max);
  },
  clampMin_(min: ArrayLike) {
    return clamp(this, 'clampMin_', min, null);
  },
  clampMax_(max: ArrayLike) {
    return clamp(this, 'clampMax_', null, max);
  },
  set(...args: SetArguments) {
    return assign(this, ...args);
  },
};

/** Python's in-place operators of plain arrays, which for tensors are PyTorch's methods. */
const OPERATORS = {
  iadd: 'add_',
  isub: 'sub_',
  imul: 'mul_',
  idiv: 'div_',
  ifloordiv: 'floorDivide_',
  imod: 'remainder_',
  ipow: 'pow_',
  iand: 'bitwiseAnd_',
  ior: 'bitwiseOr_',
  ixor: 'bitwiseXor_',
  ilshift: 'bitwiseLeftShift_',
  irshift: 'bitwiseRightShift_',
} as const;

/** Puts the in-place methods on the prototype; called once when the package is loaded. */
export function attachInPlace(): void {
  const methods: Record<string, Method> = {};
  for (const [name, method] of Object.entries(ELEMENTWISE))
    methods[`${name}_`] = function (...args) {
      return writeElementwise(this, `${name}_`, method, args);
    };
  for (const [name, method] of Object.entries(COPIED))
    methods[`${name}_`] = function (...args) {
      return writeResult(this, `${name}_`, (x) => call(x, method, args), { sources: args, readable: true });
    };
  for (const [name, { op, copies }] of Object.entries(INDEX_OPS)) {
    const run = op as (x: Tensor, ...args: readonly unknown[]) => Tensor;
    if (copies)
      methods[name] = function (...args) {
        return run(this, ...args);
      };
    methods[`${name}_`] = function (...args) {
      return writeResult(this, `${name}_`, (x) => run(x, ...args), { sources: args, readable: false });
    };
  }
  Object.assign(methods, OTHERS);
  for (const [name, target] of Object.entries(OPERATORS)) methods[name] = methods[target]!;
  for (const [name, value] of Object.entries(methods))
    Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
}
