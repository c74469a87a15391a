import { isComplex, isFloat } from '@isograd/device';
import {
  cotangentAt,
  finiteDifferences,
  judge,
  magnitude,
  type Question,
  type Quotients,
  type RefArray,
  refArray,
  type ReferenceName,
  type Said,
  type Statement,
  type Verdict,
} from '@isograd/parity';
import { type FrozenAnswer, thaw } from './golden-files.ts';
import { type OpCase } from './op-cases.ts';
import { type ArrayKind, ours } from './ours.ts';

/** One verdict with what it is about. */
export interface Finding extends Verdict {
  readonly id: string;
  readonly aspect: Question['aspect'];
  /** Which output, or which input's gradient. */
  readonly at: number;
}

/** PyTorch is held against tensors, the others against plain arrays: the two promote dtypes by different rules. */
const kindFor = (reference: ReferenceName): ArrayKind => (reference === 'torch' ? 'tensor' : 'array');

// JAX promotes by rules of its own, and tfjs has few dtypes.
const keepsDTypes = (reference: ReferenceName): boolean => reference === 'numpy' || reference === 'torch';

/** Holds isograd against what the references said to one case: every output, and the gradient of each input. */
export async function tryCase(item: OpCase, answers: ReadonlyMap<ReferenceName, FrozenAnswer>): Promise<Finding[]> {
  const values = (['array', 'tensor'] as const).flatMap((kind) =>
    tryValues(
      item,
      kind,
      [...answers].filter(([name]) => kindFor(name) === kind),
    ),
  );
  return item.differentiate
    ? [
        ...values,
        ...(await tryGradients(
          item,
          [...answers].filter(([name]) => name !== 'numpy'),
        )),
      ]
    : values;
}

type Answers = readonly (readonly [ReferenceName, FrozenAnswer])[];

function tryValues(item: OpCase, kind: ArrayKind, answers: Answers): Finding[] {
  if (answers.length === 0) return [];
  const { outputs, refused } = ours(item, kind);
  const said = answers.map(([reference, answer]) => ({ reference, answer, thawed: thaw(answer).outputs }));
  const count = Math.max(1, outputs?.length ?? 0, ...said.map(({ thawed }) => thawed?.length ?? 0));
  return Array.from({ length: count }, (_, at) => {
    const theirs = said.map(({ reference, answer, thawed }) => ({
      reference,
      said: thawed?.[at] ?? { refused: answer.error ?? 'no such output' },
      sameDType: keepsDTypes(reference),
    }));
    return judgePart(item, { aspect: 'value', at }, outputs?.[at] ?? { refused: refused ?? 'no such output' }, theirs);
  }).flat();
}

async function tryGradients(item: OpCase, answers: Answers): Promise<Finding[]> {
  if (answers.length === 0) return [];
  const { grads, refused } = ours(item, 'tensor', true);
  const said = answers.map(([reference, answer]) => ({ reference, answer, thawed: thaw(answer).grads }));
  const judgeAll = (quotients?: readonly (Quotients | null)[]): Finding[] =>
    item.inputs.flatMap(({ dtype }, at) => {
      if (!isFloat(dtype) && !isComplex(dtype)) return [];
      const theirs = said.map(({ reference, answer, thawed }) => ({
        reference,
        said: thawed?.[at] ?? { refused: answer.error ?? 'no gradient' },
      }));
      return judgePart(
        item,
        { aspect: 'gradient', at, quotients: quotients?.[at]?.gradient },
        grads?.[at] ?? { refused: refused ?? 'no gradient' },
        theirs,
      );
    });
  const findings = judgeAll();
  return grads === undefined || findings.every(({ verdict }) => verdict === 'agree')
    ? findings
    : judgeAll(await quotientsOf(item));
}

/** Difference quotients of isograd's own values in float64, which the references have confirmed by then. */
async function quotientsOf(item: OpCase): Promise<(Quotients | null)[]> {
  const inputs = item.inputs.map((x) => (isFloat(x.dtype) ? refArray('float64', x.shape, x.values) : x));
  const evaluate = (list: readonly RefArray[]): RefArray => {
    const outputs = ours({ ...item, inputs: list }, 'array').outputs ?? [];
    return refArray(
      'float64',
      [outputs.reduce((n, y) => n + y.values.length, 0)],
      outputs.flatMap((y) => [...y.values].map(Number)),
    );
  };
  const weights = (ours({ ...item, inputs }, 'array').outputs ?? []).flatMap((y) =>
    Array.from({ length: y.values.length }, (_, i) => cotangentAt(i)),
  );
  return finiteDifferences(
    (lists) => Promise.resolve(lists.map(evaluate)),
    inputs,
    refArray('float64', [weights.length], weights),
  );
}

interface Part {
  readonly aspect: Question['aspect'];
  readonly at: number;
  readonly quotients?: RefArray | undefined;
}

function judgePart(item: OpCase, { aspect, at, quotients }: Part, own: Said, theirs: readonly Statement[]): Finding[] {
  const scale = scaleOf(item);
  const question = {
    op: item.op.name,
    case: item.name,
    aspect,
    ours: own,
    theirs,
    ...(scale !== undefined && { scale }),
    ...(quotients && { quotients }),
  };
  return judge(question).map((verdict) => ({ ...verdict, aspect, at, id: item.id }));
}

/** Largest magnitude that a sum of the op can have reached on its way; undefined where nothing is summed. */
function scaleOf({ op: { spec }, inputs }: OpCase): number | undefined {
  const terms = inputs.map(({ shape }) => shape.at(-1) ?? 1);
  if (spec.family === 'linalg')
    return inputs.reduce((product, x) => product * magnitude(x), Math.max(1, terms[0] ?? 1));
  if (spec.family === 'reduction') return Math.max(...inputs.map((x) => magnitude(x) * Math.max(1, x.values.length)));
  return undefined;
}
