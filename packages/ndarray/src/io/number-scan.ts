import { DataError, type DType, DTYPES } from '@isograd/device';
import type { Scalar } from '../elements.ts';
import { NUMBER_PATTERNS, parseElement, parseFloatText } from './number-text.ts';

function patternOf(dtype: DType): string {
  const { kind } = DTYPES[dtype];
  return NUMBER_PATTERNS[kind === 'c' ? 'complex' : kind === 'f' || kind === 'b' ? 'float' : 'integer'];
}

/** A separator as a pattern: space in it stands for any amount, other characters for themselves with space around. */
function separator(sep: string): RegExp {
  const inner = sep.trim().replace(/\s+|[^\s\w]/g, (part) => (part.trim() === '' ? '\\s*' : `\\${part}`));
  return new RegExp(inner === '' ? '\\s+' : `\\s*${inner}\\s*`, 'y');
}

/** What to read of a text. */
export interface Scan {
  readonly dtype: DType;
  readonly sep: string;
  /** How many numbers; -1 for all. */
  readonly count: number;
}

/** The numbers of a text. @throws DataError for anything else in it, or when there are too few. */
export function scanNumbers(text: string, { dtype, sep, count }: Scan, where: string): Scalar[] {
  const refuse = (what: string, got: string): never => {
    const expected = count < 0 ? `numbers for ${dtype}, separated` : `${count} numbers for ${dtype}, separated`;
    throw new DataError({ where, what, got, expected, hint: 'check sep and dtype' });
  };
  const number = new RegExp(patternOf(dtype), 'iy');
  const between = separator(sep);
  const values: Scalar[] = [];
  let at = text.length - text.trimStart().length;
  while (at < text.length && (count < 0 || values.length < count)) {
    number.lastIndex = at;
    const [word] = number.exec(text) ?? [];
    const value =
      word === undefined ? undefined : dtype === 'bool' ? parseFloatText(word) !== 0 : parseElement(word, dtype);
    if (value === undefined)
      return refuse(
        'string or file could not be read to its end due to unmatched data',
        JSON.stringify(text.slice(at, at + 20)),
      );
    values.push(value);
    at = number.lastIndex;
    if (text.slice(at).trim() === '') break;
    if (values.length === count) break;
    between.lastIndex = at;
    if (!between.test(text))
      return refuse(
        'string or file could not be read to its end due to unmatched data',
        JSON.stringify(text.slice(at, at + 20)),
      );
    at = between.lastIndex;
  }
  if (count >= 0 && values.length < count)
    return refuse('there are fewer numbers than asked for', `${values.length} numbers`);
  return values;
}
