import type { ReferenceName } from '@isograd/parity';
import { type FrozenAnswer, readGolden } from './golden-files.ts';
import { FROZEN_REFERENCES } from './references.ts';

/** What the references said to the cases of a family, by the id of the case. */
export function answersOf(family: string): (id: string) => Map<ReferenceName, FrozenAnswer> {
  const files = FROZEN_REFERENCES.map((name) => {
    const { cases } = readGolden<FrozenAnswer>(`${name}/${family}`);
    return [name, new Map(cases.map((answer) => [answer.id, answer]))] as const;
  });
  return (id) =>
    new Map(
      files.flatMap(([name, byId]): (readonly [ReferenceName, FrozenAnswer])[] => {
        const answer = byId.get(id);
        return answer ? [[name, answer]] : [];
      }),
    );
}
