import { checkDType, sizeOf } from '@isograd/device';
import { array, Complex, IsogradError, NDArray } from '@isograd/ndarray';
import { arrayOf, unpacked } from './array-spec.ts';
import { type Known, knownFor } from './known.ts';
import type { NumpyAnswer } from './numpy.ts';
import type { Given, PropertyCase } from './property.ts';
import { firstDifference, largestOf } from './tolerance.ts';

/** What isograd says to a case. */
interface OurAnswer {
  readonly outputs?: readonly NDArray[];
  readonly text?: string;
  /** The words of a refusal. */
  readonly refusal?: string;
  /** An error that is no refusal. */
  readonly crash?: string;
}

function listOf(given: Exclude<Given, string>): readonly NDArray[] {
  if (given instanceof NDArray) return [given];
  if (typeof given !== 'object' || given instanceof Complex) return [array(given)];
  return given.map((x) => (x instanceof NDArray ? x : array(x)));
}

/** Computes a case here. */
function ourAnswer({ row, inputs, attrs }: PropertyCase): OurAnswer {
  try {
    const given = row.ours(inputs.map(arrayOf), attrs);
    return typeof given === 'string' ? { text: given } : { outputs: listOf(given) };
  } catch (error) {
    if (error instanceof IsogradError) return { refusal: error.message.split('\n')[0]! };
    return {
      crash:
        error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' | ') : String(error),
    };
  }
}

/** In what isograd and NumPy differ, and whether that is known; undefined where they agree. */
export interface Disagreement {
  readonly what: string;
  readonly known: Known | undefined;
}

/** Compares what isograd says to a case with what NumPy said. */
export function judge(item: PropertyCase, numpy: NumpyAnswer): Disagreement | undefined {
  const what = difference(item, ourAnswer(item), numpy);
  return what === undefined ? undefined : { what, known: knownFor(item, what) };
}

function difference({ row, inputs }: PropertyCase, ours: OurAnswer, numpy: NumpyAnswer): string | undefined {
  if (ours.crash !== undefined) return `crashes: ${ours.crash}`;
  if (numpy.error !== undefined)
    return ours.refusal === undefined ? `takes what NumPy refuses: ${numpy.error}` : undefined;
  if (ours.refusal !== undefined) return `refuses what NumPy takes: ${ours.refusal}`;
  if (numpy.text !== undefined)
    return ours.text === numpy.text
      ? undefined
      : `got ${JSON.stringify(ours.text)}, want ${JSON.stringify(numpy.text)}`;
  const product = inputs.reduce((p, x) => p * largestOf(x.memory, x.dtype), 1);
  const [got, want] = [ours.outputs ?? [], numpy.outputs ?? []];
  if (got.length !== want.length) return `gives ${got.length} arrays, NumPy ${want.length}`;
  for (const [i, y] of want.entries()) {
    const x = got[i]!;
    const which = want.length > 1 ? `result ${i}: ` : '';
    if (x.dtype !== y.dtype || x.shape.join() !== y.shape.join())
      return `${which}got ${x.dtype} [${x.shape.join(', ')}], want ${y.dtype} [${y.shape.join(', ')}]`;
    const dtype = checkDType(y.dtype, 'disagreement');
    const apart = firstDifference(x.data, unpacked(y.data, dtype, sizeOf(y.shape)), dtype, row.tolerance, product);
    if (apart !== undefined) return which + apart;
  }
  return undefined;
}
