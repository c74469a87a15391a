/** A column of a {@link renderTable}. */
export interface Column {
  readonly header: string;
  /** Characters wished for. */
  readonly width: number;
  readonly align: 'left' | 'right' | 'center';
}

/** Python's rounding: ties to the even number. */
const roundHalfEven = (x: number): number => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

/** Widths with padding, narrowed evenly until all fit into `available`. */
function fitWidths(columns: readonly Column[], available: number): number[] {
  const widths = columns.map((column) => column.width + 2);
  let excess = widths.reduce((a, b) => a + b, 0) - available;
  if (excess <= 0) return widths;
  return widths.map((width, i) => {
    const taken = Math.min(width, roundHalfEven(excess / (widths.length - i)));
    excess -= taken;
    return width - taken;
  });
}

/** Breaks a text at spaces; a word that is too long ends in an ellipsis. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<= )(?=[^ ])/)) {
    if (line !== '' && line.length + word.trimEnd().length > width) {
      lines.push(line);
      line = '';
    }
    line += word;
  }
  return [...lines, line]
    .map((each) => each.trimEnd())
    .map((each) => (each.length > width ? `${each.slice(0, Math.max(0, width - 1))}…` : each));
}

function align(text: string, width: number, how: Column['align']): string {
  if (how === 'left') return text.padEnd(width);
  if (how === 'right') return text.padStart(width);
  return text.padStart(text.length + Math.floor((width - text.length) / 2)).padEnd(width);
}

function renderRow(
  cells: readonly string[],
  columns: readonly Column[],
  widths: readonly number[],
  bar: string,
): string[] {
  const wrapped = cells.map((cell, i) => wrap(cell, widths[i]! - 2));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from(
    { length: height },
    (_, row) =>
      `${bar}${wrapped.map((lines, i) => ` ${align(lines[row] ?? '', widths[i]! - 2, columns[i]!.align)} `).join(bar)}${bar}`,
  );
}

/**
 * A table with a heavy head and a line between rows, `width` characters wide: the look of Python's `rich` in Keras's summaries.
 *
 * @param rows Each with one text a column; texts are wrapped at spaces.
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const widths = fitWidths(columns, width - columns.length - 1);
  const rule = ([left, line, middle, right]: readonly [string, string, string, string]): string =>
    `${left}${widths.map((w) => line.repeat(w)).join(middle)}${right}`;
  const head = renderRow(
    columns.map((column) => column.header),
    columns,
    widths,
    '┃',
  );
  const body = rows.flatMap((row, i) => [
    ...(i === 0 ? [] : [rule(['├', '─', '┼', '┤'])]),
    ...renderRow(row, columns, widths, '│'),
  ]);
  return [rule(['┏', '━', '┳', '┓']), ...head, rule(['┡', '━', '╇', '┩']), ...body, rule(['└', '─', '┴', '┘'])];
}
