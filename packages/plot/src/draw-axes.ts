import type { Box } from './artist.ts';
import { LEVELS } from './colormap.ts';
import type { ColorKey } from './image.ts';
import { pixelImage } from './image.ts';
import { colorbarTicks, heightAbove, type PlacedAxes, SIZES } from './layout.ts';
import { drawLegend } from './legend.ts';
import { element } from './svg.ts';
import { textElement, textWidth } from './text.ts';

const BLACK = '#000000';
const PALE = '#dddddd';

/** Draws a pair of axes with all that is in and around them. */
export function drawAxes(placed: PlacedAxes): string {
  const { state, frame, legend } = placed;
  const artists = state.artists.toSorted((a, b) => a.zorder - b.zorder).map((artist) => artist.draw(frame));
  const content = [...(state.frameShown ? gridLines(placed) : []), ...artists].join('');
  return [
    clipped(content, frame.box),
    ...(state.frameShown ? [ticksAndFrame(placed), axisLabels(placed)] : []),
    titleText(placed),
    state.colorbar ? colorbar(state.colorbar, frame.box) : '',
    state.legend && legend ? drawLegend(state.artists, state.legend, legend) : '',
  ].join('');
}

/** Inner `svg` elements clip what they hold, and need no names that could clash in a page with several figures. */
function clipped(content: string, { x, y, width, height }: Box): string {
  if (content === '') return '';
  return element('svg', { x, y, width, height, viewBox: [x, y, width, height].join(' ') }, content);
}

function lines(points: readonly (readonly [x1: number, y1: number, x2: number, y2: number])[], stroke: string): string {
  if (points.length === 0) return '';
  return element('path', {
    d: points.map(([x1, y1, x2, y2]) => `M${x1} ${y1}L${x2} ${y2}`).join(''),
    fill: 'none',
    stroke,
  });
}

/** The middle of the pixel at a place. */
function sharp(pixel: number): number {
  return Math.floor(pixel) + 0.5;
}

function gridLines({ state, frame, xTicks, yTicks }: PlacedAxes): string[] {
  const { box } = frame;
  const upright =
    state.grid === 'x' || state.grid === 'both' ? xTicks.major.map(({ value }) => sharp(frame.x.pixel(value))) : [];
  const level =
    state.grid === 'y' || state.grid === 'both' ? yTicks.major.map(({ value }) => sharp(frame.y.pixel(value))) : [];
  return [
    lines(
      [
        ...upright.map((x) => [x, box.y, x, box.y + box.height] as const),
        ...level.map((y) => [box.x, y, box.x + box.width, y] as const),
      ],
      PALE,
    ),
  ];
}

function ticksAndFrame({ state, frame, xTicks, yTicks }: PlacedAxes): string {
  const { box } = frame;
  const { tick, minorTick, tickGap, tickFont: size } = SIZES;
  const foot = state.ticksOnTop ? box.y : box.y + box.height;
  const down = state.ticksOnTop ? -1 : 1;
  const xMark = (value: number, length: number) =>
    [sharp(frame.x.pixel(value)), foot, sharp(frame.x.pixel(value)), foot + down * length] as const;
  const yMark = (value: number, length: number) =>
    [box.x - length, sharp(frame.y.pixel(value)), box.x, sharp(frame.y.pixel(value))] as const;
  const marks = [
    ...xTicks.major.map(({ value }) => xMark(value, tick)),
    ...xTicks.minor.map((value) => xMark(value, minorTick)),
    ...yTicks.major.map(({ value }) => yMark(value, tick)),
    ...yTicks.minor.map((value) => yMark(value, minorTick)),
  ];
  const labels = [
    ...xTicks.major.map(({ value, label }) =>
      textElement(
        label,
        {
          x: frame.x.pixel(value),
          y: foot + down * (tick + tickGap),
          align: 'middle',
          valign: state.ticksOnTop ? 'baseline' : 'top',
        },
        { size },
      ),
    ),
    ...yTicks.major.map(({ value, label }) =>
      textElement(
        label,
        { x: box.x - tick - tickGap, y: frame.y.pixel(value), align: 'end', valign: 'middle' },
        { size },
      ),
    ),
  ];
  return lines(marks, BLACK) + element('rect', { ...box, fill: 'none', stroke: BLACK }) + labels.join('');
}

function axisLabels({ state, frame, xTicks, yTicks }: PlacedAxes): string {
  const { box } = frame;
  const { tick, tickGap, tickFont, labelGap, labelFont: size } = SIZES;
  const ticks = xTicks.major.length > 0 ? tick + tickGap + tickFont : 0;
  const middle = box.x + box.width / 2;
  const besideTicks =
    yTicks.major.length > 0
      ? tick + tickGap + Math.max(...yTicks.major.map(({ label }) => textWidth(label, tickFont)))
      : 0;
  const drawn: string[] = [];
  if (state.x.label !== '') {
    const y = state.ticksOnTop ? box.y - ticks - labelGap : box.y + box.height + ticks + labelGap;
    drawn.push(
      textElement(
        state.x.label,
        { x: middle, y, align: 'middle', valign: state.ticksOnTop ? 'baseline' : 'top' },
        { size },
      ),
    );
  }
  if (state.y.label !== '') {
    drawn.push(
      textElement(
        state.y.label,
        { x: box.x - besideTicks - labelGap, y: box.y + box.height / 2, align: 'middle', valign: 'bottom', rotate: 90 },
        { size },
      ),
    );
  }
  if (xTicks.factor !== '')
    drawn.push(
      textElement(
        xTicks.factor,
        { x: box.x + box.width, y: box.y + box.height + ticks + tickGap, align: 'end', valign: 'top' },
        { size: tickFont },
      ),
    );
  if (yTicks.factor !== '')
    drawn.push(textElement(yTicks.factor, { x: box.x, y: box.y - tickGap }, { size: tickFont }));
  return drawn.join('');
}

function titleText(placed: PlacedAxes): string {
  const { state, frame } = placed;
  if (state.title === '') return '';
  const { box } = frame;
  return textElement(
    state.title,
    { x: box.x + box.width / 2, y: box.y - heightAbove(placed) - SIZES.titleGap, align: 'middle' },
    { size: SIZES.titleFont },
  );
}

function colorbar({ key, label }: { readonly key: ColorKey; readonly label: string }, beside: Box): string {
  const { tick, tickGap, tickFont, labelGap, labelFont } = SIZES;
  const box: Box = {
    x: beside.x + beside.width + SIZES.colorbarGap,
    y: beside.y,
    width: SIZES.colorbar,
    height: beside.height,
  };
  const { values, labels, factor } = colorbarTicks(key, box.height);
  const span = key.high - key.low;
  const pixel = (value: number): number =>
    span === 0 ? box.y + box.height / 2 : box.y + box.height * (1 - (value - key.low) / span);
  const pixels = Uint8Array.from({ length: LEVELS }, (_, i) => LEVELS - 1 - i);
  const right = box.x + box.width;
  const widest = Math.max(...labels.map((text) => textWidth(text, tickFont)), 0);
  return [
    pixelImage({ width: 1, height: LEVELS, pixels, palette: key.map }, box),
    lines(
      values.map((value) => [right, sharp(pixel(value)), right + tick, sharp(pixel(value))] as const),
      BLACK,
    ),
    element('rect', { ...box, fill: 'none', stroke: BLACK }),
    ...labels.map((text, i) =>
      textElement(text, { x: right + tick + tickGap, y: pixel(values[i]!), valign: 'middle' }, { size: tickFont }),
    ),
    factor === '' ? '' : textElement(factor, { x: box.x, y: box.y - tickGap }, { size: tickFont }),
    label === ''
      ? ''
      : textElement(
          label,
          {
            x: right + tick + tickGap + widest + labelGap,
            y: box.y + box.height / 2,
            align: 'middle',
            valign: 'top',
            rotate: 90,
          },
          { size: labelFont },
        ),
  ].join('');
}
