import { type DType, DTYPES } from '@isograd/device';
import { complex } from '../complex.ts';
import { holds, type Scalar } from '../elements.ts';

// no two parts of it can take the same digits, so that reading long ones takes no longer than their length
const MAGNITUDE = '(?:(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:e[+-]?\\d+)?|inf(?:inity)?|nan)';

/** How numbers are written, as sources of patterns. */
export const NUMBER_PATTERNS: { readonly [K in 'float' | 'complex' | 'integer']: string } = {
  float: `[+-]?${MAGNITUDE}`,
  complex: `[+-]?${MAGNITUDE}(?:[+-]${MAGNITUDE}j|j)?`,
  integer: '[+-]?\\d+',
};

const FLOAT = new RegExp(`^${NUMBER_PATTERNS.float}$`, 'i');
const COMPLEX = new RegExp(`^([+-]?${MAGNITUDE})(?:([+-]${MAGNITUDE})j|(j))?$`, 'i');
const INTEGER = /^[+-]?\d+$/;

/** What Python takes for space. */
const SPACES =
  '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';
const RUNS = new RegExp(`[${SPACES}]+`);

/** Tells whether a character is space. */
export function isSpace(char: string): boolean {
  return SPACES.includes(char);
}

/** The text without space at its ends, as Python's `strip`; or without other characters that `drops` names. */
export function strip(text: string, drops: (char: string) => boolean = isSpace): string {
  let [begin, end] = [0, text.length];
  while (begin < end && drops(text[begin]!)) begin++;
  while (begin < end && drops(text[end - 1]!)) end--;
  return text.slice(begin, end);
}

/** The words of a text, as Python's `split`. */
export function words(text: string): string[] {
  const inner = strip(text);
  return inner === '' ? [] : inner.split(RUNS);
}

/** A decimal number, `inf` or `nan` in any case; `undefined` for anything else. */
export function parseFloatText(text: string): number | undefined {
  if (!FLOAT.test(text)) return undefined;
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  if (/nan/i.test(text)) return Number.NaN;
  return text.startsWith('-') ? -Infinity : Infinity;
}

/** An integer in decimal digits. */
export function parseIntegerText(text: string): number | bigint | undefined {
  if (!INTEGER.test(text)) return undefined;
  return text.length < 16 ? Number(text) : BigInt(text.replace(/^\+/, ''));
}

/** `1+2j`, `2j`, `1`, or one of these in round brackets. */
export function parseComplexText(text: string): Scalar | undefined {
  const parts = COMPLEX.exec(text.startsWith('(') && text.endsWith(')') ? text.slice(1, -1) : text);
  if (parts === null) return undefined;
  const [, first = '', second, onlyImaginary] = parts;
  const value = parseFloatText(first) ?? 0;
  if (onlyImaginary !== undefined) return complex(0, value);
  return complex(value, second === undefined ? 0 : parseFloatText(second));
}

/** A field of a text file as an element of a dtype, by NumPy's rules; `undefined` when it is none or out of range. */
export function parseElement(field: string, dtype: DType): Scalar | undefined {
  const text = strip(field);
  switch (DTYPES[dtype].kind) {
    case 'f':
      return parseFloatText(text);
    case 'c':
      return parseComplexText(text);
    case 'b': {
      const value = parseIntegerText(text);
      return value === undefined ? undefined : Number(value) !== 0;
    }
    default: {
      const value = parseIntegerText(text);
      return value !== undefined && holds(dtype, value) ? value : undefined;
    }
  }
}
