import { ArgumentError } from '@isograd/device';

/** What positions outside an axis do: they are refused, count on from the other end, or become the nearest one (negative ones the first). */
export type TakeMode = 'raise' | 'wrap' | 'clip';

/** Brings positions into an axis by a mode, in place; tells whether they all are in it then. @throws ArgumentError for an unknown mode. */
export function resolveMode(positions: Float64Array, length: number, mode: TakeMode): boolean {
  if (mode !== 'raise' && mode !== 'wrap' && mode !== 'clip')
    throw new ArgumentError({
      where: 'mode',
      what: "clipmode must be one of 'clip', 'raise', or 'wrap'",
      got: String(mode),
      expected: 'raise, wrap or clip',
      hint: 'leave it out for raise',
    });
  if (length === 0) return positions.length === 0;
  for (let i = 0; i < positions.length; i++) {
    const at = positions[i]!;
    if (at >= 0 && at < length) continue;
    if (mode === 'raise') return false;
    positions[i] = mode === 'clip' ? (at < 0 ? 0 : length - 1) : ((at % length) + length) % length;
  }
  return true;
}
