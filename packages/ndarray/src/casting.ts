import { type DType, DTypeError, DTYPES } from '@isograd/device';
import { NUMPY } from './promotion.ts';

/** What a conversion may lose: nothing at all, no value (`safe`), precision but not the kind (`same_kind`), anything. */
export type Casting = 'no' | 'equiv' | 'safe' | 'same_kind' | 'unsafe';

const KINDS = 'buifc';

/** Whether a rule lets values of one dtype become another one. */
export function allows(casting: Casting, from: DType, to: DType): boolean {
  if (from === to || casting === 'unsafe') return true;
  if (casting === 'no' || casting === 'equiv') return false;
  if (NUMPY.promote(from, to) === to) return true;
  return casting === 'same_kind' && KINDS.indexOf(DTYPES[from].kind) <= KINDS.indexOf(DTYPES[to].kind);
}

/** Refuses a conversion that a rule forbids, in NumPy's words; `what` names the side of the ufunc. */
export function checkCast(
  where: string,
  what: 'input' | 'output',
  cast: { from: DType; to: DType; casting: Casting },
): void {
  const { from, to, casting } = cast;
  if (allows(casting, from, to)) return;
  throw new DTypeError({
    where,
    what: `Cannot cast ufunc '${where}' ${what} from ${from} to ${to} with casting rule '${casting}'`,
    got: `${what} ${from}`,
    expected: what === 'output' ? `an output of dtype ${from}` : `an input that ${to} holds`,
    hint: what === 'output' ? `make the output ${from}, or cast the result with astype` : `cast with x.astype('${to}')`,
  });
}
