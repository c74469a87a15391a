import type { AxesState } from './axes.ts';
import type { Box, Frame } from './artist.ts';
import { type AxisTicks, chooseTicks } from './axis.ts';
import { Image } from './image.ts';
import { placeLegend } from './legend.ts';
import { fitLimits, type Limits, makeScale } from './scale.ts';
import { POINT, textHeight, textWidth } from './text.ts';
import { linearTicks } from './ticks.ts';
import { linearLabels } from './tick-labels.ts';

type Part =
  | 'tickFont'
  | 'labelFont'
  | 'titleFont'
  | 'tick'
  | 'minorTick'
  | 'tickGap'
  | 'labelGap'
  | 'titleGap'
  | 'colorbarGap'
  | 'colorbar'
  | 'cellGap';

/** Sizes of the parts around the axes, in pixels: matplotlib's, from points. */
export const SIZES: Readonly<Record<Part, number>> = {
  tickFont: 10 * POINT,
  labelFont: 10 * POINT,
  titleFont: 12 * POINT,
  tick: 5,
  minorTick: 3,
  tickGap: 5,
  labelGap: 4 * POINT,
  titleGap: 6 * POINT,
  colorbarGap: 12,
  colorbar: 16,
  cellGap: 8,
};

/** A pair of axes with its place on the figure. */
export interface PlacedAxes {
  readonly state: AxesState;
  readonly frame: Frame;
  readonly xTicks: AxisTicks;
  readonly yTicks: AxisTicks;
  readonly legend: Box | undefined;
}

/** Room around a pair of axes. */
interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const SIDES = ['left', 'right', 'top', 'bottom'] as const;
const SMALLEST = 10;

/**
 * Places all axes of a figure: each in its cell of its grid, all of a column or row with the same room for labels.
 *
 * @param area What the grids divide.
 */
export function layOut(all: readonly AxesState[], area: Box): PlacedAxes[] {
  const cells = all.map(({ place }) => cellOf(place, area));
  let placed = all.map((state, i) => placeAxes(state, cells[i]!));
  // Ticks depend on the size and the size on the ticks' labels: the second time hardly anything moves.
  for (let pass = 0; pass < 2; pass++) {
    const margins = placed.map(marginsOf);
    const shared = all.map((state, i) => sharedMargins(state, all, margins, i));
    placed = all.map((state, i) => placeAxes(state, inside(cells[i]!, shared[i]!)));
  }
  return placed;
}

function cellOf({ rows, cols, index }: AxesState['place'], area: Box): Box {
  const [row, col] = [Math.floor((index - 1) / cols), (index - 1) % cols];
  const [width, height] = [area.width / cols, area.height / rows];
  return { x: area.x + col * width, y: area.y + row * height, width, height };
}

function inside(cell: Box, { left, right, top, bottom }: Margins): Box {
  return {
    x: cell.x + left,
    y: cell.y + top,
    width: Math.max(cell.width - left - right, SMALLEST),
    height: Math.max(cell.height - top - bottom, SMALLEST),
  };
}

function sharedMargins(state: AxesState, all: readonly AxesState[], margins: readonly Margins[], own: number): Margins {
  const { rows, cols, index } = state.place;
  const shared = { ...margins[own]! };
  all.forEach(({ place }, i) => {
    if (place.rows !== rows || place.cols !== cols) return;
    const sameColumn = (place.index - index) % cols === 0;
    const sameRow = Math.floor((place.index - 1) / cols) === Math.floor((index - 1) / cols);
    for (const side of SIDES) {
      const counts = side === 'left' || side === 'right' ? sameColumn : sameRow;
      if (counts) shared[side] = Math.max(shared[side], margins[i]![side]);
    }
  });
  return shared;
}

function placeAxes(state: AxesState, room: Box): PlacedAxes {
  const images = state.artists.some((artist) => artist instanceof Image);
  const extents = state.artists.map(({ extent }) => extent);
  const xLimits =
    state.x.limits ??
    fitLimits(
      state.x.scale,
      extents.flatMap(({ x }) => x ?? []),
      'x',
    );
  const yLimits =
    state.y.limits ??
    fitLimits(
      state.y.scale,
      extents.flatMap(({ y }) => y ?? []),
      'y',
    );
  const box = snapped(images ? squarePixels(room, xLimits, yLimits) : room);
  const fontSize = SIZES.tickFont;
  const frame: Frame = {
    x: makeScale(state.x.scale, xLimits, [box.x, box.x + box.width]),
    y: makeScale(state.y.scale, yLimits, [box.y + box.height, box.y]),
    box,
  };
  return {
    state,
    frame,
    xTicks: chooseTicks(state.x, xLimits, { side: 'x', length: box.width, fontSize, integer: images }),
    yTicks: chooseTicks(state.y, yLimits, { side: 'y', length: box.height, fontSize, integer: images }),
    legend: state.legend && placeLegend(state.artists, state.legend, frame),
  };
}

function squarePixels(room: Box, [left, right]: Limits, [bottom, top]: Limits): Box {
  const scale = Math.min(room.width / Math.abs(right - left), room.height / Math.abs(top - bottom));
  const [width, height] = [Math.abs(right - left) * scale, Math.abs(top - bottom) * scale];
  return { x: room.x + (room.width - width) / 2, y: room.y + (room.height - height) / 2, width, height };
}

/** Edges between pixels, so that lines of one pixel stay sharp. */
function snapped({ x, y, width, height }: Box): Box {
  const [left, top] = [Math.round(x) + 0.5, Math.round(y) + 0.5];
  return {
    x: left,
    y: top,
    width: Math.max(1, Math.round(x + width) + 0.5 - left),
    height: Math.max(1, Math.round(y + height) + 0.5 - top),
  };
}

/** The ticks beside a colorbar. */
export function colorbarTicks(
  { low, high }: { readonly low: number; readonly high: number },
  height: number,
): { readonly values: readonly number[]; readonly labels: readonly string[]; readonly factor: string } {
  if (low === high) return { values: [low], ...linearLabels([low]) };
  const values = linearTicks(low, high, {
    intervals: Math.min(9, Math.max(1, Math.floor(height / (2 * SIZES.tickFont)))),
  });
  return { values, ...linearLabels(values) };
}

/** Height of what stands between the axes and their title. */
export function heightAbove({ state, xTicks, yTicks }: PlacedAxes): number {
  if (!state.frameShown) return 0;
  const ticks = state.ticksOnTop && xTicks.major.length > 0 ? SIZES.tick + SIZES.tickGap + SIZES.tickFont : 0;
  const label =
    state.ticksOnTop && state.x.label !== '' ? SIZES.labelGap + textHeight(state.x.label, SIZES.labelFont) : 0;
  return ticks + label + (yTicks.factor === '' ? 0 : SIZES.tickFont + SIZES.tickGap);
}

function marginsOf(placed: PlacedAxes): Margins {
  const { state, frame, legend } = placed;
  const { box } = frame;
  const ticks = state.frameShown ? aroundFrame(placed) : { left: 0, right: 0, top: 0, bottom: 0 };
  const title = state.title === '' ? 0 : SIZES.titleGap + textHeight(state.title, SIZES.titleFont);
  const colorbar = state.colorbar ? colorbarWidth(state.colorbar, box.height) : 0;
  const outside = legend
    ? {
        left: box.x - legend.x,
        right: legend.x + legend.width - box.x - box.width,
        top: box.y - legend.y,
        bottom: legend.y + legend.height - box.y - box.height,
      }
    : { left: 0, right: 0, top: 0, bottom: 0 };
  return {
    left: SIZES.cellGap + Math.max(ticks.left, outside.left),
    right: SIZES.cellGap + Math.max(ticks.right, colorbar, outside.right),
    top: SIZES.cellGap + Math.max(ticks.top, title + heightAbove(placed), outside.top),
    bottom: SIZES.cellGap + Math.max(ticks.bottom, outside.bottom),
  };
}

function colorbarWidth({ key, label }: NonNullable<AxesState['colorbar']>, height: number): number {
  const labels = colorbarTicks(key, height).labels.map((text) => textWidth(text, SIZES.tickFont));
  const beside = label === '' ? 0 : SIZES.labelGap + textHeight(label, SIZES.labelFont);
  return SIZES.colorbarGap + SIZES.colorbar + SIZES.tick + SIZES.tickGap + Math.max(...labels, 0) + beside;
}

function aroundFrame({ state, frame, xTicks, yTicks }: PlacedAxes): Margins {
  const { box } = frame;
  const { tick, tickGap, tickFont, labelGap, labelFont } = SIZES;
  const widths = yTicks.major.map(({ label }) => textWidth(label, tickFont));
  const ends = xTicks.major.map(({ value, label }) => ({
    at: frame.x.pixel(value),
    half: textWidth(label, tickFont) / 2,
  }));
  const belowTicks = xTicks.major.length > 0 ? tick + tickGap + tickFont : 0;
  const xLabel =
    state.x.label === '' ? (xTicks.factor === '' ? 0 : tickFont) : labelGap + textHeight(state.x.label, labelFont);
  return {
    left: Math.max(
      (widths.length > 0 ? tick + tickGap + Math.max(...widths) : 0) +
        (state.y.label === '' ? 0 : labelGap + textHeight(state.y.label, labelFont)),
      ...ends.map(({ at, half }) => box.x - at + half),
    ),
    right: Math.max(0, ...ends.map(({ at, half }) => at + half - box.x - box.width)),
    top: tickFont / 2,
    bottom: state.ticksOnTop ? 0 : belowTicks + xLabel,
  };
}
