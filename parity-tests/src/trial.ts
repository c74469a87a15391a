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
  /** Which input's gradient. */
  readonly input?: number;
}

/** PyTorch is held against tensors, the others against plain arrays: the two promote dtypes by different rules. */
const kindFor = (reference: ReferenceName): ArrayKind => (reference === 'torch' ? 'tensor' : 'array');

/** Holds isograd against what the references said to one case: the value, and the gradient of each input. */
export function tryCase(item: OpCase, answers: ReadonlyMap<ReferenceName, FrozenAnswer>): Finding[] {
  const findings: Finding[] = [];
  for (const kind of ['array', 'tensor'] as const) {
    const own = [...answers].filter(([name]) => kindFor(name) === kind);
    if (own.length === 0) continue;
    const { value } = ours(item, kind, false);
    const theirs = own.map(([reference, answer]) => ({
      reference,
      said: thaw(answer).value ?? { refused: answer.error ?? 'nothing' },
    }));
    findings.push(...judgePart(item, 'value', value, theirs));
  }
  if (item.differentiate) findings.push(...tryGradients(item, answers));
  return findings;
}

function tryGradients(item: OpCase, answers: ReadonlyMap<ReferenceName, FrozenAnswer>): Finding[] {
  const asked = [...answers].filter(([name]) => name !== 'numpy');
  if (asked.length === 0) return [];
  const { grads, value } = ours(item, 'tensor', true);
  return item.inputs.flatMap(({ dtype }, i) => {
    if (dtype !== 'float32' && dtype !== 'float64') return [];
    const own: Said = grads?.[i] ?? ('refused' in value ? value : { refused: 'no gradient' });
    const theirs = asked.map(([reference, answer]) => ({
      reference,
      said: thaw(answer).grads?.[i] ?? { refused: answer.error ?? 'no gradient' },
    }));
    return judgePart(item, 'gradient', own, theirs).map((finding) => ({ ...finding, input: i }));
  });
}

function judgePart(item: OpCase, aspect: Aspect, own: Said, theirs: readonly Statement[]): Finding[] {
  const scale = scaleOf(item);
  return judge({
    op: item.op.spec.name,
    case: item.name,
    aspect,
    ours: own,
    theirs,
    ...(scale !== undefined && { scale }),
  }).map((verdict) => ({ ...verdict, id: item.id, aspect }));
}

/** Largest magnitude that a sum of the op can have reached on its way; undefined where nothing is summed. */
function scaleOf({ op: { spec }, inputs }: OpCase): number | undefined {
  const terms = inputs.map(({ shape }) => shape.at(-1) ?? 1);
  if (spec.family === 'linalg')
    return inputs.reduce((product, x) => product * magnitude(x), Math.max(1, terms[0] ?? 1));
  if (spec.family === 'reduction') return Math.max(...inputs.map((x) => magnitude(x) * Math.max(1, x.values.length)));
  return undefined;
}
