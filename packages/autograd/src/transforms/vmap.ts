import { ShapeError } from '@isograd/device';
import {
  BATCH_RULES,
  type BatchRule,
  dispatch,
  dispatchSeveral,
  isElementwise,
  NDArray,
  type OpSpec,
  type ReadingCall,
  type RecordedCall,
  type SeveralSpec,
  stack,
  Storage,
  UnreadableError,
  withExamples,
} from '@isograd/ndarray';
import { ones, zeros } from '../creation.ts';
import { belowLevel, type DrawingLevel, type Randomness } from './drawing.ts';
import { asTensor, type Tensor } from '../tensor.ts';
import { countFallback } from './fallbacks.ts';
import { type ListFunction, opaqueOp } from './opaque.ts';
import { Trace, TracedTensor } from './trace.ts';
import { type TreeDef, treeFlatten, treeUnflatten } from './tree.ts';

const NOTHING = new Float64Array(0);

/** Stands for an array with examples of its own. */
const OWN = Symbol('examples');

/** Memory of one example among many: there is nothing to read. */
class ExampleStorage extends Storage {
  readonly #trace: BatchTrace;
  readonly #examples: NDArray;

  constructor(trace: BatchTrace, examples: NDArray) {
    super(NOTHING);
    this.#trace = trace;
    this.#examples = examples;
  }

  override get memory(): Storage['memory'] {
    const [size, ...shape] = this.#examples.shape;
    throw new UnreadableError(
      {
        where: 'vmap',
        what: 'elements inside vmap() cannot be read or written, they are many at once',
        got: `${size} tensors of shape [${shape.join(', ')}] at once`,
        expected: 'ops on whole tensors',
        hint: 'choose with where(condition, a, b), not with if; read the result after vmap',
      },
      this.#trace,
    );
  }
}

/** One example of many that are computed at once: it has the shape of one. */
export class Example extends TracedTensor {
  readonly #trace: BatchTrace;
  /** All examples, along axis 0. */
  readonly examples: Tensor;

  constructor(trace: BatchTrace, examples: Tensor) {
    super(new ExampleStorage(trace, examples), examples.dtype, examples.shape.slice(1));
    this.#trace = trace;
    this.examples = examples;
  }

  override get interpreter(): BatchTrace {
    return this.#trace;
  }

  override get below(): readonly Tensor[] {
    return [this.examples];
  }

  override get readable(): boolean {
    return false;
  }

  override plain(): NDArray {
    return new Example(this.#trace, asTensor(this.examples.plain()));
  }

  override detach(): Tensor {
    return new Example(this.#trace, this.examples.detach());
  }

  override unrecorded(): Tensor {
    return new Example(this.#trace, this.examples);
  }
}

function stacked(results: readonly NDArray[], where: string): NDArray {
  const shapes = new Set(results.map((y) => `[${y.shape.join(', ')}]`));
  if (shapes.size === 1) return stack(results as NDArray[]);
  throw new ShapeError({
    where,
    what: 'the examples inside vmap() give results of different shapes',
    got: [...shapes].join(' and '),
    expected: 'one shape, whatever the values',
    hint: 'keep the shape and mask what does not count: where(mask, x, 0)',
  });
}

/** How `vmap` runs an op: by its rule, element by element, or one example after the other. */
export type BatchWay = 'rule' | 'elementwise' | 'loop';

/** How `vmap` runs an op. */
export function batchWay(spec: OpSpec | SeveralSpec): BatchWay {
  if (spec.batch) return 'rule';
  return 'forward' in spec && isElementwise(spec) ? 'elementwise' : 'loop';
}

/** Runs each op once on all examples. */
export class BatchTrace extends Trace implements DrawingLevel {
  readonly size: number;
  readonly randomness: Randomness;

  constructor(size: number, randomness: Randomness) {
    super('vmap');
    this.size = size;
    this.randomness = randomness;
  }

  /** The examples of a tensor along axis 0; `undefined` where all share it. */
  examplesOf(x: NDArray): Tensor | undefined {
    return x instanceof Example && x.interpreter === this ? x.examples : undefined;
  }

  readonly wrap = (y: NDArray): Example => new Example(this, asTensor(y));

  #call(call: RecordedCall): Parameters<BatchRule>[1] & { readonly whole: readonly NDArray[] } {
    const { inputs, attrs } = call;
    const batched = inputs.map((x) => this.examplesOf(x) !== undefined);
    return {
      op: call.op as OpSpec,
      attrs,
      size: this.size,
      shapes: inputs.map((x) => x.shape),
      batched: (i) => batched[i]!,
      whole: inputs.map((x) => this.examplesOf(x) ?? x),
    };
  }

  protected override apply(recorded: RecordedCall): NDArray {
    const op = recorded.op as OpSpec;
    const { whole, ...call } = this.#call(recorded);
    const named = op.batch ?? (isElementwise(op) ? 'elementwise' : undefined);
    const rule = typeof named === 'string' ? BATCH_RULES[named] : named;
    if (rule) return this.wrap(rule(whole, call));
    return this.#loop(recorded, (inputs, attrs) => [dispatch(op, inputs, attrs)])[0]!;
  }

  protected override applySeveral(recorded: RecordedCall): readonly NDArray[] {
    const op = recorded.op as SeveralSpec;
    const { whole, ...call } = this.#call(recorded);
    const ys = op.batch && belowLevel(this, () => op.batch!(whole, { ...call, op }));
    if (ys) return ys.map(this.wrap);
    return this.#loop(recorded, (inputs, attrs) => dispatchSeveral(op, inputs, attrs));
  }

  /** Whether a tensor stands, on some level, for the examples of this transform. */
  #concerns(x: NDArray): boolean {
    return this.examplesOf(x) !== undefined || (x instanceof TracedTensor && x.below.some((y) => this.#concerns(y)));
  }

  /** Runs a composed function that reads elements as an op of its own: on all examples in one call where it says how, or on one after the other. */
  runOneByOne({ name, call, args, error, batch }: ReadingCall): unknown {
    const [given, def] = treeFlatten(args);
    const places = given.flatMap((x, i) => (x instanceof NDArray ? [i] : []));
    if (!places.some((i) => this.#concerns(given[i] as NDArray))) throw error;
    let built: TreeDef | undefined;
    const argumentsOf = (xs: readonly unknown[]): unknown[] => {
      const all = given.map((x, i) => (places.includes(i) ? xs[places.indexOf(i)] : x));
      return treeUnflatten(def, all) as unknown[];
    };
    const tensorsOf = (result: unknown): Tensor[] => {
      const [ys, yDef] = treeFlatten(result);
      if (!ys.every((y) => y instanceof NDArray)) throw error;
      built = yDef;
      return ys.map(asTensor);
    };
    const each: ListFunction = (...xs) => tensorsOf(call(...(argumentsOf(xs) as never[])));
    const opaque = opaqueOp(name, each, ({ batched, size }) => {
      if (!batch) return undefined;
      const marks = argumentsOf(places.map((_, i) => (batched(i) ? OWN : 0))).map((arg) =>
        treeFlatten(arg)[0].includes(OWN),
      );
      if (batch.shared?.some((i) => marks[i])) return undefined;
      // Without examples one of ones tells the shapes, as there may be shortcuts for nothing.
      if (size === 0)
        return (...xs) => {
          const alike = xs.map((x, i) => (batched(i) ? ones(x.shape.slice(1), { dtype: x.dtype }) : x));
          return each(...alike).map((y) => zeros([0, ...y.shape], { dtype: y.dtype }));
        };
      // The arrays of one argument have examples together.
      const together = argumentsOf(places.map((_, i) => i)).flatMap((arg, k) =>
        treeFlatten(arg)[0].map(() => marks[k]!),
      );
      return (...xs) =>
        tensorsOf(
          batch.run(
            call as never,
            argumentsOf(xs.map((x, i) => (together[places[i]!] ? withExamples(x, i, { batched, size }) : x))),
          ),
        );
    });
    const ys = dispatchSeveral(
      opaque,
      places.map((i) => given[i] as NDArray),
      undefined as never,
    );
    return treeUnflatten(built!, ys);
  }

  /** Runs the examples one by one. Each has attributes of its own, as some ops leave in them what their gradient needs. */
  #loop(
    { op, inputs, attrs }: RecordedCall,
    run: (inputs: readonly NDArray[], attrs: never) => readonly NDArray[],
  ): readonly Example[] {
    countFallback(op.name, 'loop');
    const own = (): never => (attrs && { ...(attrs as object) }) as never;
    const example = (i: number): readonly NDArray[] => inputs.map((x) => this.examplesOf(x)?.at(i) ?? x);
    if (this.size > 0) {
      const rows = Array.from({ length: this.size }, (_, i) => run(example(i), own()));
      return rows[0]!.map((_, k) =>
        this.wrap(
          stacked(
            rows.map((row) => row[k]!),
            op.name,
          ),
        ),
      );
    }
    // No example to run: one of ones tells the shapes.
    const alike = inputs.map((x) => (this.examplesOf(x) ? ones(x.shape, { dtype: x.dtype }) : x));
    return run(alike, own()).map((y) => this.wrap(zeros([0, ...y.shape], { dtype: y.dtype })));
  }
}
