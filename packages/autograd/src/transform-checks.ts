import { GradientError, isComplex, isFloat } from '@isograd/device';
import { allclose, array, fromParts, type NDArray, type Sample, type Scalar, stack } from '@isograd/ndarray';
import { describeInput, inputsOf, type TableOp } from '@isograd/ndarray/testing';
import type { TensorFunction } from './gradcheck.ts';
import { asTensor, type Tensor } from './tensor.ts';
import { type Axes, vmap } from './transforms/batching.ts';
import { transformFallbacks } from './transforms/fallbacks.ts';
import { push } from './transforms/jvp.ts';
import { pullbackOf } from './transforms/reverse.ts';
import { recordCall } from './transforms/record.ts';

const WIDE: ReadonlySet<string> = new Set(['float64', 'complex128']);

/** Options of {@link jvpcheck}. */
export interface JvpcheckOptions {
  /** Step of the central differences; default 1e-6. */
  readonly eps?: number;
  /** Largest difference from them, relative to 1 + the size of the number; default 1e-6. */
  readonly tolerance?: number;
}

/** Numbers of the shape of an array, as a direction or as cotangents; of two seeds they are no simple multiples of each other. */
export const wave = (x: NDArray, seed: number): NDArray =>
  array(Float64Array.from({ length: x.size }, (_, i) => Math.sin(seed + 2.3 * i))).reshape(x.shape);

const direction = (x: NDArray, seed: number): Tensor =>
  asTensor(x.dtype === 'complex128' ? fromParts(wave(x, seed), wave(x, seed + 1)) : wave(x, seed));

/** The product of numbers as vectors of their parts, which is what gradients of complex numbers are about. */
const dot = (xs: readonly NDArray[], ys: readonly NDArray[]): number =>
  xs.reduce((sum, x, i) => sum + Number(x.conj().mul(ys[i]!).sum().real.item()), 0);

const close = (a: number, b: number, tolerance: number): boolean =>
  Object.is(a, b) || Math.abs(a - b) <= tolerance * (1 + Math.abs(b));

function refuse(what: string, got: unknown, expected: unknown): never {
  throw new GradientError({
    where: 'jvpcheck',
    what,
    got: String(got),
    expected: String(expected),
    hint: 'compare the jvp of the op with its vjp',
  });
}

/** Value and tangent of the outputs of a function. */
function pushed(f: TensorFunction, xs: readonly NDArray[], ts: readonly NDArray[]): { y: Tensor[]; tangent: Tensor[] } {
  return push(f as never, xs, ts, { where: 'jvpcheck' }) as unknown as { y: Tensor[]; tangent: Tensor[] };
}

function pulled(f: TensorFunction, xs: readonly NDArray[], gs: readonly NDArray[]): Tensor[] {
  return pullbackOf(recordCall(f as never, xs, { argnums: xs.map((_, i) => i) }, 'jvpcheck'))(gs) as Tensor[];
}

/**
 * Holds the tangents of a function against its cotangents and against central differences, in a fixed direction, and the second
 * derivatives forward over reverse against those of reverse over reverse.
 *
 * @param xs Float64 and complex128 arrays; both parts of complex numbers move.
 * @returns `true`.
 * @throws GradientError that names what differs, with both numbers.
 * @example
 * jvpcheck((x) => x.exp(), [tensor([0.5, -1], { dtype: 'float64' })]) // => true
 */
export function jvpcheck(f: TensorFunction, xs: readonly NDArray[], options: JvpcheckOptions = {}): true {
  const { eps = 1e-6, tolerance = 1e-6 } = options;
  const outputs: TensorFunction = (...all) => [f(...all)].flat().filter((y) => WIDE.has(y.dtype)) as Tensor[];
  const ts = xs.map(direction);
  const { y, tangent } = pushed(outputs, xs, ts);
  const gs = y.map((each) => direction(each, 7));
  const forward = dot(gs, tangent);
  const reverse = dot(pulled(outputs, xs, gs), ts);
  if (!Number.isFinite(dot(gs, y))) return true;
  if (!close(forward, reverse, 1e-9)) refuse('the tangent is not that of the cotangents', forward, reverse);
  const at = (step: number): number =>
    dot(gs, outputs(...xs.map((x, i) => asTensor(x.add(ts[i]!.mul(step))))) as Tensor[]);
  const numeric = (at(eps) - at(-eps)) / (2 * eps);
  if (!close(forward, numeric, tolerance)) refuse('the tangent differs from central differences', forward, numeric);
  const pull: TensorFunction = (...all) => pulled(outputs, all, gs);
  const hs = xs.map((x) => direction(x, 3));
  const over = dot(hs, pushed(pull, xs, ts).tangent);
  const again = dot(pulled(pull, xs, hs), ts);
  if (!close(over, again, 1e-8)) refuse('forward over reverse differs from reverse over reverse', over, again);
  return true;
}

/** The inputs of a sample as one of many examples: other draws, and given values a little changed or in another order. */
function exampleOf(op: TableOp, sample: Sample, which: number): Tensor[] {
  return inputsOf(op.spec, sample, { seed: which + 1 }).map((x, i) => {
    if (describeInput(sample.inputs[i]!).values === undefined) return asTensor(x);
    if (isFloat(x.dtype) || isComplex(x.dtype)) return asTensor(x.mul(1 + which / 16).astype(x.dtype));
    const elements = x.ravel().tolist() as Scalar[];
    const turned = elements.map((_, k) => elements[(k + which) % elements.length]!);
    return asTensor(array(turned, { dtype: x.dtype, shape: x.shape }));
  });
}

const resultsOf = (op: TableOp, sample: Sample, xs: readonly NDArray[]): Tensor[] =>
  [op.call(xs, sample.args)].flat() as Tensor[];

function differs(what: string, got: string, expected: string): never {
  throw new GradientError({ where: 'vmapcheck', what, got, expected, hint: 'look at the batching rule of the op' });
}

const spell = (x: NDArray): string => `${x.dtype} [${x.shape.join(', ')}]`;

/** How often anything was run one by one. */
const loops = (): number => [...transformFallbacks().values()].reduce((sum, { loop }) => sum + loop, 0);

/**
 * The samples of an op that it takes as tensors, which are what `vmap` is about.
 *
 * @example
 * import { opTable } from '@isograd/ndarray/testing';
 * mappedSamples(opTable().find(({ name }) => name === 'exp')).length > 0 // => true
 */
export function mappedSamples(op: TableOp): readonly Sample[] {
  return op.spec.samples.filter((sample) => {
    if (sample.inputs.length === 0) return false;
    try {
      resultsOf(op, sample, exampleOf(op, sample, 0));
      return true;
    } catch {
      return false;
    }
  });
}

/** Which inputs have examples, and where: all, each alone, all but the first, all along the last axis, all along the second one of those that have it. */
function patternsOf(xs: readonly NDArray[]): (readonly (number | null)[])[] {
  const all = (axis: number): number[] => xs.map(() => axis);
  const alone = xs.map((_, i) => xs.map((_x, j) => (i === j ? 0 : null)));
  const ends = [all(-1), xs.map((x) => (x.ndim > 0 ? 1 : 0))];
  if (xs.length === 1) return [all(0), ...ends];
  const others = xs.length > 2 ? [xs.map((_, i) => (i === 0 ? null : 0))] : [];
  return [all(0), ...alone, ...others, ...ends];
}

function joined(xs: readonly NDArray[], axis: number, like: NDArray): Tensor {
  if (xs.length > 0) return asTensor(stack(xs as NDArray[], axis));
  const shape = axis === 0 ? [0, ...like.shape] : [...like.shape, 0];
  return asTensor(array([], { dtype: like.dtype, shape }));
}

/**
 * Holds `vmap` of an op against a loop over examples: 3, 1 and none of them in all inputs, 3 in each input alone and in all but the first, and 3
 * along the last and the second axis.
 *
 * @returns `true`.
 * @throws GradientError that names what differs; what the op itself throws inside `vmap`.
 * @example
 * import { opTable } from '@isograd/ndarray/testing';
 * const op = opTable().find(({ name }) => name === 'matmul');
 * vmapcheck(op, op.spec.samples[0]) // => true
 */
export function vmapcheck(op: TableOp, sample: Sample): true {
  const examples = [0, 1, 2].map((which) => exampleOf(op, sample, which));
  const first = examples[0]!;
  for (const [which, axes] of patternsOf(first).entries())
    for (const size of which === 0 ? [3, 1, 0] : [3]) {
      const given = examples.slice(0, size);
      const expected = given.map((xs) =>
        resultsOf(
          op,
          sample,
          xs.map((x, i) => (axes[i] === null ? first[i]! : x)),
        ),
      );
      const args = first.map((x, i) =>
        axes[i] === null
          ? x
          : joined(
              given.map((xs) => xs[i]!),
              axes[i]!,
              x,
            ),
      );
      const looped = loops();
      const got = vmap((...xs: Tensor[]) => resultsOf(op, sample, xs), {
        inAxes: axes as Axes[],
        // Those that draw start their stream anew for each example.
        randomness: 'same',
      })(...args);
      // Without examples an op that is run one by one is run on ones, whose results may have other shapes.
      if (size > 0 || loops() === looped) compare(got, expected, resultsOf(op, sample, first));
    }
  return true;
}

function compare(got: readonly Tensor[], expected: readonly (readonly Tensor[])[], one: readonly Tensor[]): void {
  got.forEach((y, k) => {
    const [size, shape] = [expected.length, one[k]!.shape];
    if (y.dtype !== one[k]!.dtype || y.shape.join() !== [size, ...shape].join())
      differs(`result ${k} is of another kind`, spell(y), `${size} of ${spell(one[k]!)}`);
    if (size === 0) return;
    const all = stack(expected.map((row) => row[k]!));
    // Sums of matrices and stacks may be taken in another order.
    if (!allclose(y, all, { rtol: 1e-10, atol: 1e-12, equalNan: true }))
      differs(`result ${k} has other values`, JSON.stringify(y.tolist()), JSON.stringify(all.tolist()));
  });
}
