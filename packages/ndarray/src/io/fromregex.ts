import { ArgumentError, checkDType, DataError, type DType } from '@isograd/device';
import type { NDArray } from '../array.ts';
import type { Scalar } from '../elements.ts';
import { type ByteSource } from './bytes.ts';
import { parseElement } from './number-text.ts';
import { arrayOf } from './rows.ts';
import { readText } from './text-source.ts';

/**
 * Reads the groups of every match of a pattern in a text: one array for each group.
 *
 * NumPy gives an array with fields; here the fields are arrays of their own.
 *
 * @param file A path (in Node), or the bytes of a text.
 * @param regexp Groups in the order of the names.
 * @param dtype Names and dtypes of the groups.
 * @returns [matches] by name
 * @throws DataError for a group that is no number of its dtype; ArgumentError when groups and names do not agree.
 * @example
 * const text = new TextEncoder().encode('a=1 b=2.5; a=3 b=4');
 * fromregex(text, /a=(\d+) b=([\d.]+)/, { a: 'int64', b: 'float64' }).b.tolist() // => [ 2.5, 4 ]
 */
export function fromregex<N extends string>(
  file: string | ByteSource,
  regexp: RegExp | string,
  dtype: Readonly<Record<N, DType>>,
  options: { readonly encoding?: string } = {},
): Record<N, NDArray> {
  const where = 'fromregex';
  const fields = Object.entries<DType>(dtype).map(([name, type]) => [name, checkDType(type, where)] as const);
  const pattern =
    typeof regexp === 'string' ? new RegExp(regexp, 'g') : new RegExp(regexp, `${regexp.flags.replace(/[gy]/g, '')}g`);
  const groups = new RegExp(`${pattern.source}|`, pattern.flags).exec('')!.length - 1;
  if (groups !== fields.length || groups === 0)
    throw new ArgumentError({
      where,
      what: 'the groups of the pattern and the fields of the dtype differ in number',
      got: `${groups} groups, ${fields.length} fields`,
      expected: 'a dtype for each group',
      hint: '(?:...) groups without being read',
    });
  const columns = fields.map((): Scalar[] => []);
  for (const match of readText(file, options.encoding ?? 'utf-8', where).matchAll(pattern))
    fields.forEach(([name, type], i) => {
      const value = parseElement(match[i + 1] ?? '', type);
      if (value === undefined)
        throw new DataError({
          where,
          what: `could not convert string ${JSON.stringify(match[i + 1] ?? '')} to ${type}`,
          got: `group '${name}' of match ${columns[i]!.length}`,
          expected: 'a number',
          hint: 'make the group narrower, or its dtype wider',
        });
      columns[i]!.push(value);
    });
  const arrays = fields.map(([name, type], i) => [name, arrayOf(columns[i]!, type, [columns[i]!.length], where)]);
  return Object.fromEntries(arrays) as Record<N, NDArray>;
}
