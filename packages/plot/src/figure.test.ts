import { Resvg } from '@resvg/resvg-js';
import { beforeEach, describe, expect, test } from 'vitest';
import { CYCLE } from './color.ts';
import * as plt from './index.ts';

beforeEach(() => void plt.figure());

/** Pixels of the current figure; throws when its SVG is not well formed. */
function render(): { readonly at: (x: number, y: number) => string; readonly width: number; readonly height: number } {
  const image = new Resvg(plt.gcf().toSvg().replaceAll('image-rendering:pixelated', 'image-rendering:optimizeSpeed'), {
    font: { loadSystemFonts: false },
  }).render();
  const { pixels, width, height } = image;
  return {
    width,
    height,
    at: (x, y) =>
      `#${[...pixels.subarray((Math.floor(y) * width + Math.floor(x)) * 4).subarray(0, 3)].map((c) => c.toString(16).padStart(2, '0')).join('')}`,
  };
}

/** Frames of the axes, in the order in which they were made. */
function frames(): { x: number; y: number; width: number; height: number }[] {
  const found = plt
    .gcf()
    .toSvg()
    .matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="none"/g);
  return [...found].map(([, x, y, width, height]) => ({
    x: Number(x),
    y: Number(y),
    width: Number(width),
    height: Number(height),
  }));
}

describe('lines', () => {
  test('run through their points', () => {
    plt.plot([0, 1], [0, 0], { color: '#ff0000', linewidth: 5 }).xlim(0, 1).ylim(-1, 1);
    const [box] = frames();
    expect(render().at(box!.x + box!.width / 3, box!.y + box!.height / 2)).toBe('#ff0000');
    expect(render().at(box!.x + box!.width / 3, box!.y + box!.height / 4)).toBe('#ffffff');
  });

  test('take the colours of the cycle in turn', () => {
    plt.plot([1, 2]).plot([2, 3], 'k--').plot([3, 4]);
    const strokes = [
      ...plt
        .gcf()
        .toSvg()
        .matchAll(/stroke="(#\w+)" stroke-width="2.08"/g),
    ].map(([, color]) => color);
    expect(strokes).toEqual([CYCLE[0], '#000000', CYCLE[1]]);
  });

  test('are one for each column', () => {
    plt
      .plot(
        [
          [0, 1],
          [2, 3],
          [4, 5],
        ],
        { label: ['even', 'odd'] },
      )
      .legend();
    expect(plt.gca().state.artists.map(({ label }) => label)).toEqual(['even', 'odd']);
    expect([...plt.gca().state.artists[1]!.extent.y!.values]).toEqual([1, 3, 5]);
  });

  test('have gaps where values are missing, and are not drawn from less than two points', () => {
    plt.plot([0, 1, Number.NaN, 3, 4]);
    expect(
      plt
        .gcf()
        .toSvg()
        .match(/<path d="(M[^"]+)" fill="none" stroke="#0072b2"/)![1]!
        .match(/M/g),
    ).toHaveLength(2);
    plt.figure();
    plt.plot([Number.NaN, 1, Number.NaN]);
    expect(plt.gcf().toSvg()).not.toContain('#0072b2');
  });

  test('do not leave the axes', () => {
    plt.plot([0, 1], [0, 100], { color: '#ff0000', linewidth: 8 }).xlim(0, 1).ylim(40, 60);
    const picture = render();
    const [box] = frames();
    const outside = Array.from(
      { length: picture.width * picture.height },
      (_, i) => [i % picture.width, Math.floor(i / picture.width)] as const,
    ).filter(
      ([x, y]) =>
        (x < box!.x - 1 || x > box!.x + box!.width || y < box!.y - 1 || y > box!.y + box!.height) &&
        picture.at(x, y) === '#ff0000',
    );
    expect(outside).toEqual([]);
  });

  test('of many points stay small', () => {
    plt.plot(Float64Array.from({ length: 60_000 }, (_, i) => Math.sin(i)));
    expect(plt.gcf().toSvg().length).toBeLessThan(60_000);
  });
});

describe('images', () => {
  test('show each value as a square of its colour, the first row on top', () => {
    plt.imshow(
      [
        [0, 1, 0.5],
        [1, 0, 1],
      ],
      { cmap: 'gray' },
    );
    const [box] = frames();
    expect(box!.width / box!.height).toBeCloseTo(1.5, 2);
    const { at } = render();
    const center = (row: number, col: number): string =>
      at(box!.x + ((col + 0.5) * box!.width) / 3, box!.y + ((row + 0.5) * box!.height) / 2);
    expect([center(0, 0), center(0, 1), center(0, 2), center(1, 0), center(1, 1)]).toEqual([
      '#000000',
      '#ffffff',
      '#808080',
      '#ffffff',
      '#000000',
    ]);
  });

  test('have sharp pixels', () => {
    plt.imshow([[0, 1]], { cmap: 'gray' });
    const [box] = frames();
    const { at } = render();
    const row = Array.from({ length: Math.floor(box!.width) - 4 }, (_, i) =>
      at(box!.x + 2 + i, box!.y + box!.height / 2),
    );
    expect(new Set(row)).toEqual(new Set(['#000000', '#ffffff']));
  });

  test.each([
    [
      'from 0 to 255',
      [
        [
          [255, 0, 0],
          [0, 0, 255],
        ],
      ],
      ['#ff0000', '#0000ff'],
    ],
    [
      'from 0 to 1',
      [
        [
          [1, 0, 0],
          [0, 0, 1],
        ],
      ],
      ['#ff0000', '#0000ff'],
    ],
    [
      'with opacity',
      [
        [
          [0, 0, 0, 255],
          [0, 0, 255, 0],
        ],
      ],
      ['#000000', '#ffffff'],
    ],
  ])('show colours %s', (_, values, colors) => {
    plt.imshow(values);
    const [box] = frames();
    const { at } = render();
    expect([0.25, 0.75].map((part) => at(box!.x + part * box!.width, box!.y + box!.height / 2))).toEqual(colors);
  });

  test('leave missing values white, and hold to vmin and vmax', () => {
    plt.imshow([[Number.NaN, -5, 5]], { cmap: 'viridis', vmin: 0, vmax: 1 });
    const [box] = frames();
    const { at } = render();
    expect([1, 3, 5].map((part) => at(box!.x + (part * box!.width) / 6, box!.y + box!.height / 2))).toEqual([
      '#ffffff',
      '#440154',
      '#fde725',
    ]);
  });

  test('follow setCmap, and have a colorbar', () => {
    plt
      .setCmap('gray')
      .matshow([
        [0, 10],
        [5, 10],
      ])
      .colorbar({ label: 'loss' });
    const [box, bar] = frames();
    const { at } = render();
    expect(at(box!.x + box!.width * 0.25, box!.y + box!.height * 0.25)).toBe('#000000');
    expect(at(bar!.x + bar!.width / 2, bar!.y + 1)).toBe('#ffffff');
    expect([bar!.y, bar!.height]).toEqual([box!.y, box!.height]);
    expect(plt.gcf().toSvg()).toContain('>loss</text>');
  });
});

describe('other marks', () => {
  test('scatter joins opaque markers and lets others show through each other', () => {
    plt.scatter([1, 2, 3], [1, 2, 3]);
    expect(
      plt
        .gcf()
        .toSvg()
        .match(/fill="#0072b2"/g),
    ).toHaveLength(1);
    plt.figure();
    plt.scatter([1, 1, 3], [1, 1, 3], { alpha: 0.5, s: [10, 10, 40] });
    expect(
      plt
        .gcf()
        .toSvg()
        .match(/<path d="M[^"]+a/g),
    ).toHaveLength(3);
  });

  test('bars stand on 0 and carry names', () => {
    plt.bar(['js', 'wasm'], [1, 4], { color: 'r' }).ylim(0, 5);
    const [box] = frames();
    const { at } = render();
    expect(at(box!.x + box!.width * 0.25, box!.y + box!.height * 0.95)).toBe('#ff0000');
    expect(at(box!.x + box!.width * 0.25, box!.y + box!.height * 0.5)).toBe('#ffffff');
    expect(plt.gcf().toSvg()).toContain('>wasm</text>');
  });

  test('bands, rulers and texts', () => {
    plt
      .fillBetween([0, 1, 2], [0, 0, Number.NaN], [2, 2, 2], { color: '#00ff00' })
      .axhline(1, { color: '#ff0000', linewidth: 4 })
      .axvline(0.5, { color: '#0000ff', linewidth: 4 })
      .xlim(0, 2)
      .ylim(0, 2);
    const [box] = frames();
    const at = (x: number, y: number): string =>
      render().at(box!.x + (x * box!.width) / 2, box!.y + box!.height * (1 - y / 2));
    expect([at(0.2, 0.5), at(1.5, 0.5), at(1.5, 1), at(0.5, 0.2)]).toEqual([
      '#00ff00',
      '#ffffff',
      '#ff0000',
      '#0000ff',
    ]);
    plt.text(1, 1, 'a < b & "c"', { ha: 'center' });
    expect(plt.gcf().toSvg()).toContain('>a &lt; b &amp; &quot;c&quot;</text>');
  });
});

describe('axes', () => {
  test('place values where the scales say', () => {
    plt.plot([1, 10, 100], [1, 10, 100], 'o').xscale('log').yscale('log').xlim(1, 100).ylim(1, 100);
    const [box] = frames();
    expect(render().at(box!.x + box!.width / 2, box!.y + box!.height / 2)).toBe(CYCLE[0]);
    expect(plt.gcf().toSvg()).toContain('>10¹</text>');
  });

  test('say where ticks stand, and nothing where there are none', () => {
    plt.plot([1, 2]).xticks([0, 1], ['start', 'end']).yticks([]);
    const svg = plt.gcf().toSvg();
    expect([...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text)).toEqual(['start', 'end']);
  });

  test('show no frame when off', () => {
    plt
      .imshow([[1]])
      .axis('off')
      .title('seven');
    expect(frames()).toEqual([]);
    expect(plt.gcf().toSvg()).toContain('>seven</text>');
  });

  test('are found again by their place, and share the room of their row and column', () => {
    const first = plt.subplot(2, 2, 1).plot([0, 1]).ylabel('a long label').title('title');
    plt.subplot(2, 2, 2).plot([0, 1]);
    plt.subplot(2, 2, 3).plot([0, 1e5]);
    plt.subplot(2, 2, 4).plot([0, 1]).xlabel('x');
    expect(plt.subplot(2, 2, 1)).toBe(first);
    const [a, b, c, d] = frames();
    expect([a!.x, b!.x]).toEqual([c!.x, d!.x]);
    expect([a!.y, c!.y]).toEqual([b!.y, d!.y]);
    expect(a!.height).toBe(b!.height);
  });

  test('keep labels inside the figure', () => {
    plt.plot([0, 123456.5], [0.00012, 0.00034]).title('title').xlabel('x').ylabel('y');
    const { at, width, height } = render();
    const edge = [
      ...Array.from({ length: width }, (_, x) => [at(x, 0), at(x, height - 1)]),
      ...Array.from({ length: height }, (_, y) => [at(0, y), at(width - 1, y)]),
    ];
    expect(new Set(edge.flat())).toEqual(new Set(['#ffffff']));
  });
});

describe('legends', () => {
  const box = (): { x: number; y: number } => {
    const [, x, y] = /<rect x="([\d.]+)" y="([\d.]+)"[^>]*rx=/.exec(plt.gcf().toSvg())!;
    return { x: Number(x), y: Number(y) };
  };

  test.each([
    ['falling', [5, 4, 3, 2, 1, 0], true, false],
    ['rising', [0, 1, 2, 3, 4, 5], false, false],
  ])('stand where a %s line is not', (_, values, right, low) => {
    plt.plot(values, { label: 'line' }).legend();
    expect([box().x > 320, box().y > 240]).toEqual([right, low]);
  });

  test('stand where they are told, also outside', () => {
    plt.plot([1, 2], { label: 'line' }).legend({ loc: 'lower right' });
    expect([box().x > 320, box().y > 240]).toEqual([true, true]);
    plt.legend({ loc: 'upper left', bboxToAnchor: [1.04, 1] });
    const [frame] = frames();
    expect(box().x).toBeGreaterThan(frame!.x + frame!.width);
  });

  test('are not there without labels', () => {
    plt.plot([1, 2]).legend();
    expect(plt.gcf().toSvg()).not.toContain('rx=');
  });
});

test('a figure names itself for readers of screens', () => {
  plt.suptitle('Both nets').subplot(1, 1, 1).plot([1]).title('loss "a"');
  expect(plt.gcf().toSvg()).toContain('role="img" aria-label="Both nets; loss &quot;a&quot;"');
});

test('an empty figure, and empty axes, are drawn', () => {
  expect(render().at(10, 10)).toBe('#ffffff');
  plt.gca();
  expect(frames()).toHaveLength(1);
});
