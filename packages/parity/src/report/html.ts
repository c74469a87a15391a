/** Text that is safe between tags and in quoted attributes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Markup that {@link html} puts in as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand between the literal parts of a template. */
export type Part = string | number | Markup | readonly Markup[] | undefined;

/**
 * A template of markup: strings and numbers put in are escaped, markup is not.
 *
 * @example
 * html`<b>${'a < b'}</b>`.text // => <b>a &#60; b</b>
 */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(literals.reduce((all, literal, i) => all + textOf(parts[i - 1]) + literal));
}

function textOf(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('\n');
  return escaped(String(part));
}
