import { ArgumentError, DataError } from '@isograd/device';
import { type ByteSource, isBytes } from './bytes.ts';
import { fileBytes } from './files.ts';

/** Text to be read: the path of a file (in Node), its bytes, or its lines. */
export type TextSource = string | ByteSource | readonly string[];

/** Bytes as text. @throws DataError when they are not in the encoding; ArgumentError for an unknown one. */
export function decode(bytes: Uint8Array, encoding: string, where: string): string {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  } catch (cause) {
    const expected = "a label such as 'utf-8' or 'latin1'";
    const hint = 'labels are those of the Encoding standard';
    throw new ArgumentError({ where, what: 'unknown encoding', got: `'${encoding}'`, expected, hint }, { cause });
  }
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new DataError(
      {
        where,
        what: `the bytes are no text in ${encoding}`,
        got: `${bytes.length} bytes`,
        expected: `text in ${encoding}`,
        hint: "pass { encoding: 'latin1' }, or load() for .npy files",
      },
      { cause },
    );
  }
}

/** The lines of a text, without their ends; a line ends with \n, \r\n or \r. */
export function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The text of a path or of bytes, read whole. */
export function readText(source: string | ByteSource, encoding: string, where: string): string {
  return decode(fileBytes(source, where), encoding, where);
}

/** The lines of a source, without their ends. @throws DataError for a line with another line in it. */
export function readLines(source: TextSource, encoding: string, where: string): readonly string[] {
  if (typeof source === 'string' || isBytes(source)) return splitLines(readText(source, encoding, where));
  if (!Array.isArray(source))
    throw new ArgumentError({
      where,
      what: 'fname must be a string, bytes or a list of strings',
      got: source === null ? 'null' : typeof source,
      expected: 'a path, bytes or lines',
      hint: "text.split('\\n') gives lines",
    });
  return (source as readonly string[]).map((item) => {
    const line = String(item).replace(/(\r\n|\n|\r)$/, '');
    if (!/[\r\n]/.test(line)) return line;
    throw new DataError({
      where,
      what: 'Found an unquoted embedded newline within a single line of input',
      got: JSON.stringify(line.slice(0, 40)),
      expected: 'one line an item',
      hint: "text.split('\\n') gives lines",
    });
  });
}
