import { FONT_RANGES, SIGN_WIDTHS, WIDTHS } from './font-widths.ts';
import { type Attributes, element, escapeText } from './svg.ts';

/** Fonts in the order of preference: the first is in this package, the others are about as wide. */
export const FONT_FAMILY = 'DejaVu Sans, Verdana, Geneva, sans-serif';

/** Pixels of a point: figures have 100 pixels per inch, an inch has 72 points. */
export const POINT: number = 100 / 72;

const FIRST = 0x20;
const OTHER = 620;
const WIDE = 1000;

/**
 * Width of a text in pixels, line by line the largest.
 *
 * @param size Font size in pixels.
 * @example
 * textWidth('epoch', 10) // => 30.46
 */
export function textWidth(text: string, size: number): number {
  const lines = text.split('\n').map((line) => {
    let width = 0;
    for (const char of line) width += widthOf(char.codePointAt(0)!);
    return width;
  });
  return (Math.max(...lines) * size) / 1000;
}

function widthOf(code: number): number {
  return WIDTHS[code - FIRST] ?? SIGN_WIDTHS.get(code) ?? (code >= 0x1100 ? wideOrOther(code) : OTHER);
}

function wideOrOther(code: number): number {
  return (code >= 0x2e80 && code < 0xd7a4) || code >= 0xf900 ? WIDE : OTHER;
}

/** Height of a text in pixels. */
export function textHeight(text: string, size: number): number {
  return text.split('\n').length * size * LINE_HEIGHT;
}

/** Tells whether the font in this package can write a text. */
export function isInFont(text: string): boolean {
  return [...text].every((char) => {
    const code = char.codePointAt(0)!;
    return code < FIRST || FONT_RANGES.some(([first, last]) => code >= first && code <= last);
  });
}

const LINE_HEIGHT = 1.2;
// Of DejaVu Sans, in parts of the font size.
const CAP_HEIGHT = 0.73;
const DESCENT = 0.24;

/** Where a text stands relative to its place. */
export interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly align?: 'start' | 'middle' | 'end';
  /** `middle` centres capitals and digits. Default `baseline`. */
  readonly valign?: 'top' | 'middle' | 'baseline' | 'bottom';
  /** Degrees, anticlockwise. */
  readonly rotate?: number;
}

/** How a text looks. */
export interface TextStyle {
  /** In pixels. */
  readonly size: number;
  readonly color?: string;
}

/** Writes a text, line below line. */
export function textElement(
  text: string,
  { x, y, align = 'start', valign = 'baseline', rotate = 0 }: TextPlace,
  { size, color = '#000000' }: TextStyle,
): string {
  const lines = text.split('\n');
  const rest = (lines.length - 1) * size * LINE_HEIGHT;
  const shift = {
    top: CAP_HEIGHT * size,
    middle: (CAP_HEIGHT * size - rest) / 2,
    baseline: -rest,
    bottom: -rest - DESCENT * size,
  }[valign];
  const attributes: Attributes = {
    x: rotate === 0 ? x : undefined,
    y: rotate === 0 ? y + shift : shift,
    'text-anchor': align === 'start' ? undefined : align,
    'font-size': size,
    fill: color === '#000000' ? undefined : color,
    transform: rotate === 0 ? undefined : `translate(${round(x)} ${round(y)}) rotate(${-rotate})`,
  };
  if (lines.length === 1) return element('text', attributes, escapeText(text));
  const spans = lines.map((line, i) =>
    element('tspan', { x: rotate === 0 ? x : 0, dy: i === 0 ? undefined : size * LINE_HEIGHT }, escapeText(line)),
  );
  return element('text', attributes, spans.join(''));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
