import { ArgumentError } from '@isograd/device';
import type { Artist, Box, Frame } from './artist.ts';
import { element } from './svg.ts';
import { POINT, textElement, textWidth } from './text.ts';

const PLACES = {
  'upper right': [1, 0],
  'upper left': [0, 0],
  'lower left': [0, 1],
  'lower right': [1, 1],
  'center left': [0, 0.5],
  'center right': [1, 0.5],
  'lower center': [0.5, 1],
  'upper center': [0.5, 0],
  center: [0.5, 0.5],
} as const;

/** Where a legend stands; `best` is where it covers the least. */
export type LegendPlace = keyof typeof PLACES | 'best';

/** How `legend` draws. */
export interface LegendOptions {
  /** Default `best`. */
  readonly loc?: LegendPlace;
  /** A place in parts of the axes, from their lower left corner, at which the corner `loc` of the legend stands: `[1.04, 1]` is beside them. */
  readonly bboxToAnchor?: readonly [number, number];
  /** In points. Default 10. */
  readonly fontsize?: number;
  /** Columns of entries. Default 1. */
  readonly ncol?: number;
}

/** @throws ArgumentError for an unknown place, or numbers that cannot be. */
export function checkLegend(options: LegendOptions): LegendOptions {
  const { loc = 'best', bboxToAnchor, fontsize = 10, ncol = 1 } = options;
  if (loc !== 'best' && !Object.hasOwn(PLACES, loc)) {
    throw new ArgumentError({
      where: 'legend',
      what: 'unknown place',
      got: `'${String(loc)}'`,
      expected: `best, ${Object.keys(PLACES).join(', ')}`,
    });
  }
  if (bboxToAnchor && !(bboxToAnchor.length === 2 && bboxToAnchor.every(Number.isFinite))) {
    throw new ArgumentError({
      where: 'legend',
      what: 'bboxToAnchor is no place',
      got: `[${bboxToAnchor.join(', ')}]`,
      expected: '[x, y] in parts of the axes',
    });
  }
  if (!(fontsize > 0 && Number.isInteger(ncol) && ncol >= 1)) {
    throw new ArgumentError({
      where: 'legend',
      what: 'fontsize or ncol is out of range',
      got: `fontsize ${fontsize}, ncol ${ncol}`,
      expected: 'a font size above 0 and whole columns from 1',
    });
  }
  return options;
}

// In font sizes, as in matplotlib.
const [BORDER, ROW_GAP, HANDLE, HANDLE_GAP, COLUMN_GAP, AXES_GAP] = [0.4, 0.5, 2, 0.8, 2, 0.5];
const ROW_HEIGHT = 0.93;

/** A legend that knows its size, not yet its place. */
interface Measured {
  readonly entries: readonly Artist[];
  readonly size: number;
  readonly columnWidths: readonly number[];
  readonly rows: number;
  readonly width: number;
  readonly height: number;
}

function measure(artists: readonly Artist[], { fontsize = 10, ncol = 1 }: LegendOptions): Measured | undefined {
  const entries = artists.filter((artist) => artist.label !== undefined && artist.handle !== undefined);
  if (entries.length === 0) return undefined;
  const size = fontsize * POINT;
  const rows = Math.ceil(entries.length / ncol);
  const columns = Array.from({ length: Math.ceil(entries.length / rows) }, (_, column) =>
    entries.slice(column * rows, (column + 1) * rows),
  );
  const columnWidths = columns.map(
    (column) => Math.max(...column.map(({ label = '' }) => textWidth(label, size))) + (HANDLE + HANDLE_GAP) * size,
  );
  const width =
    columnWidths.reduce((sum, column) => sum + column, 0) +
    (columns.length - 1) * COLUMN_GAP * size +
    2 * BORDER * size;
  const height = rows * ROW_HEIGHT * size + (rows - 1) * ROW_GAP * size + 2 * BORDER * size;
  return { entries, size, columnWidths, rows, width, height };
}

/** The rectangle that a legend will take; undefined when nothing has a label. */
export function placeLegend(artists: readonly Artist[], options: LegendOptions, frame: Frame): Box | undefined {
  const measured = measure(artists, options);
  if (measured === undefined) return undefined;
  const { width, height, size } = measured;
  const { box } = frame;
  const gap = AXES_GAP * size;
  const { loc = 'best', bboxToAnchor } = options;
  const at = (place: keyof typeof PLACES): Box => {
    const [x, y] = PLACES[place];
    if (bboxToAnchor) {
      const [anchorX, anchorY] = [box.x + bboxToAnchor[0] * box.width, box.y + (1 - bboxToAnchor[1]) * box.height];
      return { x: anchorX - x * width + (1 - 2 * x) * gap, y: anchorY - y * height + (1 - 2 * y) * gap, width, height };
    }
    return {
      x: box.x + gap + x * (box.width - width - 2 * gap),
      y: box.y + gap + y * (box.height - height - 2 * gap),
      width,
      height,
    };
  };
  if (loc !== 'best') return at(loc);
  if (bboxToAnchor) return at('upper left');
  return leastCovering(
    Object.keys(PLACES).map((place) => at(place as keyof typeof PLACES)),
    artists,
    frame,
  );
}

function leastCovering(boxes: readonly Box[], artists: readonly Artist[], frame: Frame): Box {
  const places = artists.flatMap((artist) => artist.places?.(frame) ?? []);
  let [best, fewest] = [boxes[0]!, Infinity];
  for (const box of boxes) {
    const covered = places.filter(
      ([x, y]) => x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height,
    ).length;
    if (covered < fewest) [best, fewest] = [box, covered];
  }
  return best;
}

/** Draws a legend into the rectangle that {@link placeLegend} gave. */
export function drawLegend(artists: readonly Artist[], options: LegendOptions, box: Box): string {
  const measured = measure(artists, options);
  if (measured === undefined) return '';
  const { entries, size, columnWidths, rows } = measured;
  const frame = element('rect', {
    ...box,
    rx: 0.2 * size,
    fill: '#ffffff',
    'fill-opacity': 0.8,
    stroke: '#cccccc',
    'stroke-opacity': 0.8,
  });
  const handleHeight = 0.7 * size;
  const drawn = entries.map((entry, i) => {
    const column = Math.floor(i / rows);
    const left =
      box.x + BORDER * size + columnWidths.slice(0, column).reduce((sum, width) => sum + width + COLUMN_GAP * size, 0);
    const middle = box.y + BORDER * size + ((i % rows) * (ROW_HEIGHT + ROW_GAP) + ROW_HEIGHT / 2) * size;
    const handle = element(
      'g',
      { transform: `translate(${round(left)} ${round(middle - handleHeight / 2)})` },
      entry.handle?.(HANDLE * size, handleHeight) ?? '',
    );
    return (
      handle +
      textElement(entry.label ?? '', { x: left + (HANDLE + HANDLE_GAP) * size, y: middle, valign: 'middle' }, { size })
    );
  });
  return frame + drawn.join('');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
