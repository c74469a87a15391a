import { type DType, DTYPES } from '@isograd/device';
import { complex } from '../complex.ts';
import { holds, type Scalar } from '../elements.ts';

const FLOAT = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)$/i;
const INTEGER = /^[+-]?\d+$/;

/** What Python takes for space. */
const SPACES = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const ENDS = new RegExp(`^[${SPACES}]+|[${SPACES}]+$`, 'g');
const RUNS = new RegExp(`[${SPACES}]+`);

/** The text without space at its ends, as Python's `strip`. */
export function strip(text: string): string {
  return text.replace(ENDS, '');
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

// the sign of the imaginary part is the last one that is not in an exponent
const PARTS = /^(.*?[^e+-])?([+-]?(?:[^+-]|e[+-])+)j$/i;

/** `1+2j`, `2j`, `1`, or one of these in round brackets. */
export function parseComplexText(text: string): Scalar | undefined {
  const inner = text.startsWith('(') && text.endsWith(')') ? text.slice(1, -1) : text;
  const real = parseFloatText(inner);
  if (real !== undefined) return complex(real, 0);
  const parts = PARTS.exec(inner);
  if (parts === null) return undefined;
  const [, first = '0', second = ''] = parts;
  if (parts[1] !== undefined && !/^[+-]/.test(second)) return undefined;
  const [re, im] = [parseFloatText(first), parseFloatText(second)];
  return re === undefined || im === undefined ? undefined : complex(re, im);
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
