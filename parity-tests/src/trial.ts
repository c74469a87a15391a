import { isFloat } from '@isograd/device';
import {
  type Aspect,
  judge,
  magnitude,
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
  readonly aspect: Aspect;
  /** Which output, or which input's gradient. */
  readonly at: number;
}

/** PyTorch is held against tensors, the others against plain arrays: the two promote dtypes by different rules. */
const kindFor = (reference: ReferenceName): ArrayKind => (reference === 'torch' ? 'tensor' : 'array');

/** Holds isograd against what the references said to one case: every output, and the gradient of each input. */
export function tryCase(item: OpCase, answers: ReadonlyMap<ReferenceName, FrozenAnswer>): Finding[] {
  const values = (['array', 'tensor'] as const).flatMap((kind) => {
    const own = [...answers].filter(([name]) => kindFor(name) === kind);
    if (own.length === 0) return [];
    const { outputs, refused } = ours(item, kind);
    const count = Math.max(1, outputs?.length ?? 0, ...own.map(([, answer]) => answer.outputs?.length ?? 0));
    return Array.from({ length: count }, (_, i) =>
      judgePart(
        item,
        { aspect: 'value', at: i },
        outputs?.[i] ?? { refused: refused ?? 'no such output' },
        own.map(([reference, answer]) => ({
          reference,
          said: thaw(answer).outputs?.[i] ?? { refused: answer.error ?? 'no such output' },
        })),
      ),
    ).flat();
  });
  return item.differentiate ? [...values, ...tryGradients(item, answers)] : values;
}

function tryGradients(item: OpCase, answers: ReadonlyMap<ReferenceName, FrozenAnswer>): Finding[] {
  const asked = [...answers].filter(([name]) => name !== 'numpy');
  if (asked.length === 0) return [];
  const { grads, refused } = ours(item, 'tensor', true);
  return item.inputs.flatMap(({ dtype }, i) => {
    if (!isFloat(dtype)) return [];
    const theirs = asked.map(([reference, answer]) => ({
      reference,
      said: thaw(answer).grads?.[i] ?? { refused: answer.error ?? 'no gradient' },
    }));
    return judgePart(item, { aspect: 'gradient', at: i }, grads?.[i] ?? { refused: refused ?? 'no gradient' }, theirs);
  });
}

type Part = Pick<Finding, 'aspect' | 'at'>;

function judgePart(item: OpCase, part: Part, own: Said, theirs: readonly Statement[]): Finding[] {
  const scale = scaleOf(item);
  const question = {
    op: item.op.name,
    case: item.name,
    aspect: part.aspect,
    ours: own,
    theirs,
    ...(scale !== undefined && { scale }),
  };
  return judge(question).map((verdict) => ({ ...verdict, ...part, id: item.id }));
}

/** Largest magnitude that a sum of the op can have reached on its way; undefined where nothing is summed. */
function scaleOf({ op: { spec }, inputs }: OpCase): number | undefined {
  const terms = inputs.map(({ shape }) => shape.at(-1) ?? 1);
  if (spec.family === 'linalg')
    return inputs.reduce((product, x) => product * magnitude(x), Math.max(1, terms[0] ?? 1));
  if (spec.family === 'reduction') return Math.max(...inputs.map((x) => magnitude(x) * Math.max(1, x.values.length)));
  return undefined;
}
