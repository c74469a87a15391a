import { GradientError } from '@isograd/device';
import type { Sample } from '@isograd/ndarray';
import { describeInput, inputsOf, label, type TableOp } from '@isograd/ndarray/testing';
import { type Outcome, outcomeOfCall, same } from './sample-outcomes.ts';
import { asTensor } from './tensor.ts';

/** What axes are called among the arguments of ops. */
const AXIS_NAMES: readonly string[] = ['axis', 'axes', 'dim', 'axis1', 'axis2', 'source', 'destination'];

type Axes = number | readonly number[];

const isAxes = (given: unknown): given is Axes =>
  Number.isInteger(given) ||
  (Array.isArray(given) && given.length > 0 && given.every((axis) => Number.isInteger(axis)));

/** Ops of which the axes count those of the result, or of another input than the first. */
const AXES_OF: { readonly [name: string]: (ndims: readonly number[], axes: Axes) => number } = {
  compress: ([, ndim]) => ndim!,
  expandDims: ([ndim], axes) => ndim! + [axes].flat().length,
  stack: ([ndim]) => ndim! + 1,
};

/** Axes counted from the other end. */
function turned(axes: Axes, ndim: number): Axes {
  if (typeof axes !== 'number') return axes.map((axis) => turned(axis, ndim) as number);
  return axes < 0 ? axes + ndim : axes - ndim;
}

/** Places of the arguments that are axes; none unless all are there, the last ones alike, as what stands before may be alike by chance. */
function placesOf({ args = [], attrs = {} }: Sample): readonly number[] {
  const texts = args.map((arg) => JSON.stringify(arg));
  const wanted = AXIS_NAMES.filter((name) => isAxes(attrs[name])).map((name) => JSON.stringify(attrs[name]));
  const places = wanted.map((text) => texts.lastIndexOf(text));
  return places.includes(-1) ? [] : places;
}

function turnedOptions(arg: unknown, turn: (axes: Axes) => Axes): unknown {
  if (typeof arg !== 'object' || arg === null || Array.isArray(arg)) return arg;
  const entries = Object.entries(arg as object).map(([key, value]) =>
    AXIS_NAMES.includes(key) && isAxes(value) ? [key, turn(value)] : [key, value as unknown],
  );
  return Object.fromEntries(entries);
}

/** The arguments of a sample with all axes counted from the other end; `undefined` where it names none. */
function axesFromTheEnd(op: TableOp, sample: Sample): readonly unknown[] | undefined {
  const ndims = sample.inputs.map((input) => describeInput(input).shape.length);
  const turn = (axes: Axes): Axes => turned(axes, AXES_OF[op.name]?.(ndims, axes) ?? ndims[0]!);
  const places = placesOf(sample);
  const args = (sample.args ?? []).map((arg, i) => {
    // A number is how many axes meet.
    if (op.name === 'tensordot') return Array.isArray(arg) ? arg.map((axes: Axes, k) => turned(axes, ndims[k]!)) : arg;
    return places.includes(i) ? turn(arg as Axes) : turnedOptions(arg, turn);
  });
  return JSON.stringify(args) === JSON.stringify(sample.args ?? []) ? undefined : args;
}

function refuse(what: string, got: unknown, expected: unknown): never {
  throw new GradientError({
    where: 'axischeck',
    what,
    got: JSON.stringify(got),
    expected: JSON.stringify(expected),
    hint: 'does a rule use an axis before it is counted from the front?',
  });
}

/**
 * Holds values and gradients of a call whose axes are counted from the other end against those of the sample, to the bit.
 *
 * @returns `true`; `false` where the sample names no axis.
 * @throws GradientError that names what differs.
 * @example
 * import { opTable } from '@isograd/ndarray/testing';
 * const op = opTable().find(({ name }) => name === 'cumsum');
 * axischeck(op, { inputs: [[2, 3]], args: [1], attrs: { axis: 1 } }) // => true
 */
export function axischeck(op: TableOp, sample: Sample): boolean {
  const args = axesFromTheEnd(op, sample);
  if (args === undefined) return false;
  const inputs = inputsOf(op.spec, sample).map(asTensor);
  const run = (given: readonly unknown[] | undefined): Outcome => outcomeOfCall(op, inputs, given);
  const [got, expected] = [run(args), run(sample.args)];
  const [title, called] = [label(op.spec, sample), JSON.stringify(args)];
  if ('refused' in got || 'refused' in expected) {
    if ('refused' in got) refuse(`${title} is refused with the arguments ${called}`, got.refused, 'an answer');
    return true;
  }
  for (const part of ['values', 'gradients'] as const)
    (expected[part] ?? []).forEach((y, i) => {
      const x = got[part]?.[i];
      if (!x || !same(x, y)) refuse(`${title} has other ${part} with the arguments ${called}`, x?.tolist(), y.tolist());
    });
  return true;
}

/**
 * Whether samples of an op say along which axes it works.
 *
 * @example
 * import { opTable } from '@isograd/ndarray/testing';
 * opTable().filter(namesAxes).some(({ name }) => name === 'cumsum') // => true
 */
export function namesAxes(op: TableOp): boolean {
  return op.spec.samples.some(
    (sample) =>
      axesFromTheEnd(op, sample) !== undefined || AXIS_NAMES.some((name) => Object.hasOwn(sample.attrs ?? {}, name)),
  );
}
