import type { Paint } from './color.ts';
import { pathOf, type Point } from './polyline.ts';
import { type Attributes, element, short } from './svg.ts';

/** Shape of a marker of size 1 around the origin. */
export interface Marker {
  /** Corners of the strokes, or of the outline when it is filled; a circle has none. */
  readonly strokes: readonly (readonly (readonly [number, number])[])[];
  readonly filled: boolean;
  /** Diameter of the circle that it is, 0 for none. */
  readonly circle: number;
}

const polygon = (...points: readonly (readonly [number, number])[]): Marker => ({
  strokes: [points],
  filled: true,
  circle: 0,
});
const strokes = (...lines: Marker['strokes']): Marker => ({ strokes: lines, filled: false, circle: 0 });
const circle = (diameter: number): Marker => ({ strokes: [], filled: true, circle: diameter });
const star = Array.from({ length: 10 }, (_, k): readonly [number, number] => {
  const radius = k % 2 === 0 ? 0.5 : 0.19;
  return [radius * Math.sin((k * Math.PI) / 5), -radius * Math.cos((k * Math.PI) / 5)];
});

/** Markers by matplotlib's names: point, circle, plus, cross, square, diamonds, triangles, star, bar. */
export const MARKERS: { readonly [name: string]: Marker } = {
  '.': circle(0.5),
  o: circle(1),
  '+': strokes(
    [
      [-0.5, 0],
      [0.5, 0],
    ],
    [
      [0, -0.5],
      [0, 0.5],
    ],
  ),
  x: strokes(
    [
      [-0.5, -0.5],
      [0.5, 0.5],
    ],
    [
      [-0.5, 0.5],
      [0.5, -0.5],
    ],
  ),
  s: polygon([-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]),
  D: polygon([0, -0.7], [0.7, 0], [0, 0.7], [-0.7, 0]),
  d: polygon([0, -0.7], [0.42, 0], [0, 0.7], [-0.42, 0]),
  '^': polygon([0, -0.5], [0.5, 0.5], [-0.5, 0.5]),
  v: polygon([0, 0.5], [0.5, -0.5], [-0.5, -0.5]),
  '<': polygon([-0.5, 0], [0.5, -0.5], [0.5, 0.5]),
  '>': polygon([0.5, 0], [-0.5, -0.5], [-0.5, 0.5]),
  '*': polygon(...star),
  '|': strokes([
    [0, -0.5],
    [0, 0.5],
  ]),
  _: strokes([
    [-0.5, 0],
    [0.5, 0],
  ]),
};

/** Tells whether a name is that of a marker. */
export function isMarker(name: string): boolean {
  return Object.hasOwn(MARKERS, name);
}

/** How markers look. */
export interface MarkerLook {
  readonly marker: string;
  /** In pixels. */
  readonly size: number;
  readonly paint: Paint;
  /** Width of strokes, in pixels. */
  readonly width: number;
}

/** Draws a marker at each place: as one path, or one by one where overlapping ones must show through each other. */
export function drawMarkers(places: readonly Point[], { marker, size, paint, width }: MarkerLook): string {
  const shape = MARKERS[marker]!;
  const paths = places.map(([x, y]) => markerPath(shape, size, [x, y]));
  const look: Attributes = shape.filled
    ? { fill: paint.color, 'fill-opacity': paint.opacity === 1 ? undefined : paint.opacity }
    : {
        fill: 'none',
        stroke: paint.color,
        'stroke-opacity': paint.opacity === 1 ? undefined : paint.opacity,
        'stroke-width': Math.min(width, size / 3),
      };
  if (paths.length === 0) return '';
  if (paint.opacity === 1) return element('path', { d: paths.join(''), ...look });
  return element('g', look, paths.map((d) => element('path', { d })).join(''));
}

function markerPath({ strokes: lines, filled, circle: diameter }: Marker, size: number, [x, y]: Point): string {
  if (diameter > 0) {
    const radius = short((diameter * size) / 2);
    const across = short(diameter * size);
    return `M${short(x - (diameter * size) / 2)} ${short(y)}a${radius} ${radius} 0 1 0 ${across} 0a${radius} ${radius} 0 1 0 -${across} 0`;
  }
  return lines
    .map((line) =>
      pathOf(
        line.map(([dx, dy]): Point => [x + dx * size, y + dy * size]),
        filled,
      ),
    )
    .join('');
}
