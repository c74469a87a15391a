import { DTypeError, type TypedArray } from '@isograd/device';
import { NDArray, type NestedList, type Scalar } from './array.ts';
import { readArray } from './creation.ts';
import { isScalar } from './elements.ts';
import type { Composed, ComposedSpec, Interpreter, Op, OpSpec, RecordedCall, SeveralSpec } from './op.ts';
import { byParts, hasComplex } from './parts.ts';
import { NUMPY, type Promotion } from './promotion.ts';
import { readingOneByOne } from './unreadable.ts';
import { WeakScalar } from './weak-scalar.ts';

/** What functions take for an array: an array, a bare number that takes the dtype of the arrays beside it, nested lists, a typed array. */
export type ArrayLike = NDArray | Scalar | readonly NestedList[] | TypedArray;

/** Reads what an op takes as an operand; lists and typed arrays become plain arrays. @throws DTypeError for anything else. */
export function operand(x: ArrayLike, where: string): NDArray {
  if (x instanceof NDArray) return x;
  if (isScalar(x)) return new WeakScalar(x);
  if (Array.isArray(x) || ArrayBuffer.isView(x))
    return readArray(x as readonly NestedList[] | TypedArray, {}, NUMPY, where);
  throw new DTypeError({
    where,
    what: 'not an array',
    got: x === null ? 'null' : typeof x,
    expected: 'an NDArray, a number, nested lists or a typed array',
    hint: 'make one with array(...)',
  });
}

/** Stands around every call of an op, for tools that watch: `run` computes it. */
export type Observer = <Y extends NDArray | readonly NDArray[]>(call: RecordedCall, run: () => Y) => Y;

let observer: Observer | undefined;

/** Runs `fn` with an observer around every call; it stands inside those that are there already. */
export function withObserver<T>(watch: Observer, fn: () => T): T {
  const outer = observer;
  observer = outer === undefined ? watch : (call, run) => outer(call, () => watch(call, run));
  try {
    return fn();
  } finally {
    observer = outer;
  }
}

/**
 * Runs an op: computes on plain arrays, then lets the kind of array among the inputs adopt the result with its history.
 *
 * The one place through which every op goes.
 */
export function dispatch<A>(spec: OpSpec<A>, inputs: readonly NDArray[], attrs: A): NDArray {
  if (observer === undefined) return compute(spec, inputs, attrs);
  return observer({ op: spec as OpSpec, inputs, attrs: attrs as never }, () => compute(spec, inputs, attrs));
}

function compute<A>(spec: OpSpec<A>, inputs: readonly NDArray[], attrs: A): NDArray {
  for (let i = 0; i < inputs.length; i++) {
    const x = inputs[i]!;
    if (x.differentiable) return dispatchFor(x, spec, inputs, attrs);
  }
  return forward(spec, inputs, attrs, NUMPY);
}

function forward<A>(spec: OpSpec<A>, inputs: readonly NDArray[], attrs: A, rule: Promotion): NDArray {
  if (!spec.byParts || !hasComplex(inputs)) return spec.forward(inputs, attrs, rule);
  return byParts(
    inputs.map((x) => x.plain()),
    (parts) => spec.forward(parts, attrs, rule),
  );
}

// Until the first transform runs there is nothing to look for.
let interpreting = false;

/** Tells dispatch that arrays with an {@link Interpreter} exist from now on. */
export function allowInterpreters(): void {
  interpreting = true;
}

/** The interpreter of the highest level among the inputs. */
function innermost(inputs: readonly NDArray[]): Interpreter | undefined {
  let found: Interpreter | undefined;
  for (let i = 0; i < inputs.length; i++) {
    const { interpreter } = inputs[i]!;
    if (interpreter && (!found || interpreter.level > found.level)) found = interpreter;
  }
  return found;
}

function dispatchFor<A>(owner: NDArray, spec: OpSpec<A>, inputs: readonly NDArray[], attrs: A): NDArray {
  const interpreter = interpreting ? innermost(inputs) : undefined;
  if (interpreter) return interpreter.run({ op: spec as OpSpec, inputs, attrs: attrs as never });
  const target = (attrs as { readonly out?: NDArray } | undefined)?.out;
  if (target?.differentiable) target.checkTarget(spec.name, inputs);
  const plain = spec.readsLayout ? inputs : inputs.map((x) => x.plain());
  const out = forward(spec, plain, attrs, owner.promotion);
  return owner.adopt(out, { op: spec as OpSpec, inputs, attrs: attrs as never });
}

/** Runs an op of several results, as {@link dispatch} runs one of a single one. */
export function dispatchSeveral<A>(spec: SeveralSpec<A>, inputs: readonly NDArray[], attrs: A): readonly NDArray[] {
  if (observer === undefined) return computeSeveral(spec, inputs, attrs);
  const call = { op: spec as SeveralSpec, inputs, attrs: attrs as never };
  return observer(call, () => computeSeveral(spec, inputs, attrs));
}

function computeSeveral<A>(spec: SeveralSpec<A>, inputs: readonly NDArray[], attrs: A): readonly NDArray[] {
  const owner = inputs.find((x) => x.differentiable);
  if (!owner) return spec.several(inputs, attrs, NUMPY);
  const interpreter = interpreting ? innermost(inputs) : undefined;
  if (interpreter) return interpreter.runSeveral({ op: spec as SeveralSpec, inputs, attrs: attrs as never });
  const outs = spec.several(
    inputs.map((x) => x.plain()),
    attrs,
    owner.promotion,
  );
  return owner.adoptAll(outs, { op: spec as SeveralSpec, inputs, attrs: attrs as never });
}

function named<F, S>(call: F, spec: S & { readonly name: string }): F & { readonly spec: S } {
  Object.defineProperty(call, 'name', { value: spec.name });
  return Object.assign(call as F & object, { spec });
}

/** Makes the callable of a primitive; `call` reads a user's arguments and dispatches. Its type is that of what it is assigned to. */
export function defineOp<F, A = never>(
  spec: OpSpec<A> | SeveralSpec<A>,
  call: (...args: never[]) => NDArray | readonly NDArray[],
): Op<F> {
  return named(call as F, spec as OpSpec | SeveralSpec) as Op<F>;
}

/** Makes the callable of a function that is composed of ops; its type is that of what it is assigned to. */
export function composed<F>(
  spec: Omit<ComposedSpec, 'family'>,
  call: (...args: never[]) => NDArray | readonly NDArray[],
): Composed<F> {
  return named(
    readingOneByOne(spec.name, call, spec.batchReading) as F,
    { ...spec, family: 'composed' } as ComposedSpec,
  );
}
