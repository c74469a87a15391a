import { partOf } from '@isograd/device';
import { compareArrays, type Comparison, magnitude } from './compare.ts';
import { findKnown, type KnownDifference } from './known-differences/index.ts';
import { type RefArray, refArray } from './references/arrays.ts';
import type { ReferenceName } from './references/reference.ts';
import type { Kind } from './tolerances.ts';

/** An array, or the words in which one was refused. */
export type Said = RefArray | { readonly refused: string };

/** What one reference said. */
export interface Statement {
  readonly reference: ReferenceName;
  readonly said: Said;
  /** Whether its dtype counts, too; default false, as tfjs knows only float32 and int32. */
  readonly sameDType?: boolean;
}

/** One array of one case, as isograd and the references gave it. */
export interface Question {
  readonly op: string;
  /** Id of the case after the op's name. */
  readonly case: string;
  readonly aspect: 'value' | 'gradient';
  readonly ours: Said;
  readonly theirs: readonly Statement[];
  /** Row of the table of tolerances; default the aspect. */
  readonly kind?: Kind;
  /** Largest magnitude that took part, such as that of the inputs of a sum. */
  readonly scale?: number;
  /** For gradients: float64 difference quotients, NaN where there is no derivative. */
  readonly quotients?: RefArray;
}

/** On whose side the evidence is when isograd and a reference differ. */
export type Side = 'ours' | 'theirs' | 'unclear';

/** What the judge finds about one reference. */
export interface Verdict {
  readonly reference: ReferenceName;
  readonly verdict: 'agree' | 'known difference' | 'disagree';
  readonly comparison?: Comparison;
  /** One line for people. */
  readonly why: string;
  readonly side?: Side;
  readonly known?: KnownDifference;
}

const isArray = (said: Said): said is RefArray => 'values' in said;

/**
 * Holds isograd's answer against each reference's. Where they differ, float64 difference quotients say who is right, and
 * where those say nothing, the majority of the libraries; the three backends of tfjs share its rules and have one vote.
 * A difference passes only as a row of the known differences, and not even then when the quotients side with the reference.
 *
 * @param rows - Known differences; default the table.
 */
export function judge(question: Question, rows?: readonly KnownDifference[]): Verdict[] {
  return question.theirs.map((statement) => judgeOne(question, statement, rows));
}

function judgeOne(
  question: Question,
  { reference, said, sameDType = false }: Statement,
  rows: readonly KnownDifference[] | undefined,
): Verdict {
  const comparison = compareSaid(question.ours, said, { ...question, sameDType });
  if (comparison?.agree) return { reference, verdict: 'agree', comparison, why: comparison.summary };
  if (!isArray(question.ours) && !isArray(said)) return { reference, verdict: 'agree', why: 'both refuse' };
  const summary = comparison?.summary ?? `${spell('ours', question.ours)}; ${spell('theirs', said)}`;
  const { side, because } = weighEvidence(question, said);
  const refused = isArray(said) ? undefined : said.refused;
  const place = { op: question.op, case: question.case, aspect: question.aspect, reference };
  const found = findKnown(refused === undefined ? place : { ...place, refused }, rows);
  const base = { reference, side, ...(comparison && { comparison }) };
  if (found && !(side === 'theirs' && because === 'quotients'))
    return { ...base, verdict: 'known difference', why: found.reason, known: found };
  const evidence = {
    quotients: 'the difference quotients',
    majority: 'the majority of the references',
    nothing: 'no evidence',
  }[because];
  const opinion = side === 'unclear' ? evidence : `${evidence} for ${side}`;
  return {
    ...base,
    verdict: 'disagree',
    why: `${summary} (${opinion}${found ? '; a known difference must not hide this' : ''})`,
    ...(found && { known: found }),
  };
}

function compareSaid(a: Said, b: Said, question: Question & { sameDType?: boolean }): Comparison | undefined {
  if (!isArray(a) || !isArray(b)) return undefined;
  const { kind = question.aspect, scale = Math.max(magnitude(a), magnitude(b)), sameDType = false } = question;
  return compareArrays(a, b, { kind, scale, sameDType });
}

const spell = (who: string, said: Said): string =>
  isArray(said) ? `${who} answered` : `${who} refused: ${said.refused.split('\n')[0]}`;

interface Evidence {
  readonly side: Side;
  readonly because: 'quotients' | 'majority' | 'nothing';
}

function weighEvidence(question: Question, said: Said): Evidence {
  if (question.quotients && isArray(question.ours) && isArray(said)) {
    const [ours, theirs] = [fits(question.ours, question.quotients), fits(said, question.quotients)];
    if (ours !== theirs) return { side: ours ? 'ours' : 'theirs', because: 'quotients' };
  }
  const votes = (answer: Said): number =>
    new Set(
      question.theirs
        .filter((other) => compareSaid(answer, other.said, question)?.agree)
        .map(({ reference }) => library(reference)),
    ).size;
  // The reference's own vote is among those for its answer; isograd has none.
  const [forOurs, forTheirs] = [votes(question.ours), votes(said)];
  if (forOurs === forTheirs) return { side: 'unclear', because: 'nothing' };
  return { side: forOurs > forTheirs ? 'ours' : 'theirs', because: 'majority' };
}

const library = (reference: ReferenceName): string => (reference.startsWith('tfjs') ? 'tfjs' : reference);

/** Whether a gradient agrees with the quotients wherever there are some. */
function fits(gradient: RefArray, quotients: RefArray): boolean {
  const places = [...quotients.values].flatMap((q, i) => (Number.isNaN(Number(q)) ? [] : [i]));
  const at = ({ values }: RefArray): number[] => places.map((i) => Number(values[i]));
  const kind: Kind = partOf(gradient.dtype) === 'float64' ? 'difference quotient' : 'network gradient';
  const known = refArray('float64', [places.length], at(quotients));
  return compareArrays(refArray(partOf(gradient.dtype), [places.length], at(gradient)), known, { kind }).agree;
}
