import { IndexError } from '@isograd/device';

type Bound = `${number}` | '';

/** A slice as Python writes it: `'1:5'`, `':'`, `'::-1'`, `'-3:'`. */
export type Slice = `${Bound}:${Bound}` | `${Bound}:${Bound}:${Bound}`;

/** A slice of an axis of known length: where it starts, how far it steps, how many it takes. */
export interface Range {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

const PATTERN = /^\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?\s*)?$/;

/**
 * A slice from bounds that are computed; bounds that are left out or `null` are open.
 *
 * @example
 * slice(1, 5) // => 1:5
 * slice(null, null, -1) // => ::-1
 */
export function slice(start?: number | null, stop?: number | null, step?: number | null): Slice {
  const [a, b] = [start, stop].map((n) => (n == null ? '' : `${n}`)) as [Bound, Bound];
  return step == null ? `${a}:${b}` : `${a}:${b}:${step}`;
}

/**
 * Reads a slice for an axis, with Python's rules: bounds beyond the ends are cut, negative ones count from the end.
 *
 * @throws IndexError when it cannot be read or its step is 0.
 */
export function parseSlice(text: string, length: number, where: string): Range {
  const match = PATTERN.exec(text);
  if (match === null) {
    throw new IndexError({
      where,
      what: 'a slice cannot be read',
      got: `'${text}'`,
      expected: "'start:stop' or 'start:stop:step' of whole numbers, each may be left out",
      hint: 'slice(start, stop, step) makes one of numbers',
    });
  }
  const [start, stop, step = 1] = match.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
  if (step === 0)
    throw new IndexError({
      where,
      what: 'slice step cannot be zero',
      got: `'${text}'`,
      expected: 'a step of 1 or more, or -1 or less',
      hint: "'::-1' reverses",
    });
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const place = (n: number): number => Math.min(Math.max(n < 0 ? n + length : n, low), high);
  const first = start === undefined ? (step > 0 ? low : high) : place(start);
  const end = stop === undefined ? (step > 0 ? high : low) : place(stop);
  return { start: first, step, count: Math.max(Math.ceil((end - first) / step), 0) };
}
