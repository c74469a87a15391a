import { ArgumentError } from '@isograd/device';
import { isColor } from './color.ts';
import { isMarker, MARKERS } from './markers.ts';

/** How a line is drawn: solid, dashed, dash-dotted, dotted, not at all. */
export type LineStyle = '-' | '--' | '-.' | ':' | 'none';

/** What a format string says; what it leaves open is undefined. */
export interface LineFormat {
  readonly color?: string;
  readonly marker?: string;
  readonly linestyle?: LineStyle;
}

const STYLES: readonly LineStyle[] = ['--', '-.', '-', ':'];

/**
 * Reads a format string such as `'rx--'`: colour, marker and line style, each at most once, in any order.
 *
 * As in matplotlib, a marker without a line style means no line, and a whole colour name is a colour.
 *
 * @throws ArgumentError when it is none.
 * @example
 * readFormat('x-', 'plot') // => { marker: 'x', linestyle: '-' }
 * readFormat('ro', 'plot') // => { color: 'r', marker: 'o', linestyle: 'none' }
 * readFormat('steelblue', 'plot') // => { color: 'steelblue' }
 */
export function readFormat(text: string, where: string): LineFormat {
  if (text.length > 1 && isColor(text)) return { color: text };
  const parts: { color?: string; marker?: string; linestyle?: LineStyle } = {};
  for (let rest = text; rest !== '';) {
    const linestyle = STYLES.find((style) => rest.startsWith(style));
    const color = /^(C\d|[bgrcmykw])/.exec(rest)?.[0];
    const marker = isMarker(rest[0]!) ? rest[0]! : undefined;
    const used = linestyle ?? color ?? marker;
    const key = linestyle ? 'linestyle' : color ? 'color' : 'marker';
    if (used === undefined || parts[key] !== undefined) throw unknown(text, where);
    Object.assign(parts, { [key]: used });
    rest = rest.slice(used.length);
  }
  if (parts.marker !== undefined && parts.linestyle === undefined) parts.linestyle = 'none';
  return parts;
}

function unknown(text: string, where: string): ArgumentError {
  return new ArgumentError({
    where,
    what: 'unknown format string',
    got: `'${text}'`,
    expected: `a colour (one of bgrcmykw, C0 to C9), a marker (one of ${Object.keys(MARKERS).join(' ')}) and a line style (- -- -. :), each at most once`,
    hint: 'other colours go into the options: { color: "#336699" }',
  });
}
