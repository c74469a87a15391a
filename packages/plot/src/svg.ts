/** Attributes of an SVG element; undefined ones are left out. */
export interface Attributes {
  readonly [name: string]: string | number | undefined;
}

/**
 * Writes an SVG element.
 *
 * @example
 * element('path', { d: 'M0 0', fill: undefined }) // => <path d="M0 0"/>
 */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes).map(([key, value]) =>
    value === undefined ? '' : ` ${key}="${typeof value === 'number' ? short(value) : escapeText(value)}"`,
  );
  return content === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${content}</${name}>`;
}

/**
 * Makes a text safe inside SVG, attributes included; characters that XML forbids are dropped.
 *
 * @example
 * escapeText('a < "b" & c') // => a &lt; &quot;b&quot; &amp; c
 */
export function escapeText(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

// Far outside of every figure, near enough for the float32 of renderers.
const FAR = 1e5;

/** Writes a coordinate with at most two decimals. */
export function short(value: number): string {
  const clamped = Math.min(Math.max(value, -FAR), FAR);
  return String(Math.round(clamped * 100) / 100);
}
