import { expect, test } from 'vitest';
import { pathOf, type Point, segments, thinned } from './polyline.ts';

test('cuts a line where values are missing', () => {
  const [x, nan] = [[0, 1, 2, 3, 4, 5], Number.NaN];
  expect(segments(x, [nan, 1, 2, Infinity, 4, nan])).toEqual([
    [
      [1, 1],
      [2, 2],
    ],
    [[4, 4]],
  ]);
  expect(
    segments(
      x,
      x.map(() => nan),
    ),
  ).toEqual([]);
});

test('thins to four points a column and keeps the peaks', () => {
  const points = Array.from({ length: 10_000 }, (_, i): Point => [i / 100, i === 5005 ? 900 : Math.sin(i) * 50]);
  const kept = thinned(points);
  expect(kept.length).toBeLessThanOrEqual(400);
  expect(kept).toContainEqual([50.05, 900]);
  expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)]);
  for (let column = 0; column < 100; column++) {
    const range = (all: readonly Point[]): number[] => {
      const ys = all.filter(([x]) => Math.floor(x) === column).map(([, y]) => y);
      return [Math.min(...ys), Math.max(...ys)];
    };
    expect(range(kept)).toEqual(range(points));
  }
});

test('leaves lines that turn back as they are', () => {
  const circle = Array.from({ length: 1000 }, (_, i): Point => [Math.cos(i), Math.sin(i)]);
  expect(thinned(circle)).toBe(circle);
});

test('writes paths with two decimals, far places drawn in', () => {
  expect(
    pathOf([
      [0, 1 / 3],
      [1e300, -2],
    ]),
  ).toBe('M0 0.33 100000 -2');
  expect(
    pathOf(
      [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
      true,
    ),
  ).toBe('M0 0 1 0 0 1Z');
});
