import { ArgumentError, ShapeError } from '@isograd/device';
import { NDArray } from '../array.ts';
import { show } from '../broadcast.ts';
import { type ArrayLike, operand } from '../dispatch.ts';
import { isScalar } from '../elements.ts';

/** Labels of the axes of one operand as numbers; `'...'` stands for all axes that have none. */
export type Sublist = readonly (number | '...')[];

/** An Einstein sum that has been read: a letter for every axis of every operand and of the result, and how long each is. */
export interface Subscripts {
  readonly terms: readonly string[];
  readonly output: string;
  readonly sizes: ReadonlyMap<string, number>;
  readonly operands: readonly NDArray[];
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function refuse(what: string, got: string, hint: string): never {
  throw new ArgumentError({
    where: 'einsum',
    what,
    got,
    expected: "subscripts such as 'ij,jk->ik', one term for each operand",
    hint,
  });
}

/** Spells the list format, `einsum(a, [0, 1], b, [1, 2], [0, 2])`, as subscripts. */
function fromLists(args: readonly unknown[]): readonly [string, readonly NDArray[]] {
  const letters = (list: unknown): string => {
    if (!Array.isArray(list))
      return refuse('a list of labels is missing', typeof list, 'every operand is followed by its list');
    return (list as readonly unknown[])
      .map((label) => {
        if (label === '...') return label;
        const letter = typeof label === 'number' ? LETTERS[label] : undefined;
        return (
          letter ??
          refuse("lists must contain whole numbers from 0 to 51, or '...'", String(label), 'a label names an axis')
        );
      })
      .join('');
  };
  const operands: NDArray[] = [];
  const terms: string[] = [];
  const pairs = Math.floor(args.length / 2);
  for (let i = 0; i < pairs; i++) {
    operands.push(operand(args[2 * i] as ArrayLike, 'einsum'));
    terms.push(letters(args[2 * i + 1]));
  }
  const output = args.length > 2 * pairs ? `->${letters(args.at(-1))}` : '';
  return [terms.join(',') + output, operands];
}

/** What a user of `einsum` writes, without the options at its end. */
export function readArguments(args: readonly unknown[]): Subscripts {
  const [text, operands] =
    typeof args[0] === 'string'
      ? [args[0].replaceAll(' ', ''), args.slice(1).map((x) => operand(x as ArrayLike, 'einsum'))]
      : fromLists(args);
  if (operands.length === 0) refuse('No input operands', 'none', 'the arrays follow the subscripts');
  const bad = [...text].find((c) => !LETTERS.includes(c) && !'.,->'.includes(c));
  if (bad !== undefined)
    refuse(`Character ${bad} is not a valid symbol.`, `'${text}'`, 'labels are the letters a-z and A-Z');
  const parts = text.split('->');
  if (parts.length > 2 || /[->]/.test(parts.join('')))
    refuse("Subscripts can only contain one '->'.", `'${text}'`, 'what stands behind it is the result');
  const given = parts[0]!.split(',');
  if (given.length !== operands.length)
    refuse(
      'Number of einsum subscripts must be equal to the number of operands.',
      `${given.length} terms, ${operands.length} operands`,
      'terms are separated by commas',
    );
  const { terms, ellipsis } = spellEllipses(given, operands, text);
  const output = parts[1] === undefined ? implicitOutput(terms, ellipsis) : parts[1].replace('...', ellipsis);
  checkOutput(output, terms);
  return { terms, output, sizes: sizesOf(terms, operands), operands };
}

/** Writes letters that are not used for the axes that an ellipsis stands for, aligned at the last one. */
function spellEllipses(
  given: readonly string[],
  operands: readonly NDArray[],
  text: string,
): { readonly terms: readonly string[]; readonly ellipsis: string } {
  if (!text.includes('.')) return { terms: given, ellipsis: '' };
  const unused = [...LETTERS].filter((c) => !text.includes(c)).join('');
  let longest = 0;
  const terms = given.map((term, i) => {
    if (!term.includes('.')) return term;
    if (term.split('.').length !== 4 || !term.includes('...'))
      refuse('Invalid Ellipses.', `'${term}'`, 'an ellipsis is three dots, once in a term');
    const count = operands[i]!.ndim - (term.length - 3);
    if (count < 0)
      refuse(
        'Ellipses lengths do not match.',
        `'${term}' for ${show(operands[i]!.shape)}`,
        'there are more labels than axes',
      );
    longest = Math.max(longest, count);
    return term.replace('...', count === 0 ? '' : unused.slice(-count));
  });
  return { terms, ellipsis: longest === 0 ? '' : unused.slice(-longest) };
}

/** Without `->`: the axes of the ellipses, then all labels that occur once, in alphabetical order. */
function implicitOutput(terms: readonly string[], ellipsis: string): string {
  const all = terms.join('');
  const once = [...new Set(all)].sort().filter((c) => all.split(c).length === 2 && !ellipsis.includes(c));
  return ellipsis + once.join('');
}

function checkOutput(output: string, terms: readonly string[]): void {
  for (const c of output) {
    if (output.split(c).length > 2)
      refuse(
        `Output character ${c} appeared more than once in the output.`,
        `'${output}'`,
        'diag makes a matrix of a diagonal',
      );
    if (!terms.some((term) => term.includes(c)))
      refuse(
        `Output character ${c} did not appear in the input`,
        `'${output}'`,
        'every label of the result is one of an operand',
      );
  }
}

function sizesOf(terms: readonly string[], operands: readonly NDArray[]): Map<string, number> {
  const sizes = new Map<string, number>();
  terms.forEach((term, i) => {
    const { shape } = operands[i]!;
    if (shape.length !== term.length)
      throw new ShapeError({
        where: 'einsum',
        what: `Einstein sum subscript ${term} does not contain the correct number of indices for operand ${i}.`,
        got: `shape ${show(shape)}`,
        expected: 'one label for each axis',
        hint: "'...' stands for axes without a label",
      });
    [...term].forEach((c, d) => {
      const known = sizes.get(c);
      if (known === undefined || known === 1) sizes.set(c, shape[d]!);
      else if (shape[d] !== 1 && shape[d] !== known)
        throw new ShapeError({
          where: 'einsum',
          what: `Size of label '${c}' for operand ${i} (${known}) does not match previous terms (${shape[d]}).`,
          got: operands.map((x, k) => `${terms[k]} ${show(x.shape)}`).join(', '),
          expected: 'one length for each label, or 1',
          hint: 'a label names the same axis wherever it stands',
        });
    });
  });
  return sizes;
}

/** Whether the last argument is options: an object that is neither an array nor a list nor a number. */
export function isOptions(x: unknown): x is object {
  return typeof x === 'object' && x !== null && !(x instanceof NDArray) && !Array.isArray(x) && !isScalar(x);
}
