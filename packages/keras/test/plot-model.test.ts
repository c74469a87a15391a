import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Input, type KerasTensor, layers, Model, Sequential, utils } from '../src/index.ts';
import { placeInRanks } from '../src/plotting/layers-in-ranks.ts';
import { camel, readCases } from './golden.ts';

interface Case {
  readonly model: 'graph' | 'shared' | 'chain';
  readonly options: Readonly<Record<string, boolean>>;
  readonly texts: readonly string[];
  readonly lines: number;
}

const MODELS: Readonly<Record<Case['model'], () => Model>> = {
  graph: () => {
    const [a, b] = [Input({ shape: [8, 8, 1], name: 'image' }), Input({ shape: [4], name: 'numbers' })];
    const parts = [new layers.Dense(8, { activation: 'relu', name: 'one' }), new layers.Dropout(0.2, { name: 'two' })];
    const inner = new Sequential([Input({ shape: [16] }), ...parts], { name: 'head' });
    const c = new layers.Conv2D(4, 3, { activation: 'relu', name: 'conv' })(a);
    const f = new layers.Flatten({ name: 'flat' })(new layers.MaxPooling2D({ name: 'pool' })(c));
    const wide = new layers.Dense(8, { name: 'wide' })(f);
    const joined = new layers.Concatenate({ name: 'join' })([
      wide,
      new layers.GlobalAveragePooling2D({ name: 'mean' })(c),
      b,
    ]);
    const y = inner(joined as KerasTensor);
    const score = new layers.Dense(1, { name: 'score', trainable: false, activation: 'sigmoid' })(y);
    const outputs = [score, new layers.Dense(3, { name: 'kind' })(y)];
    return new Model({ inputs: [a, b], outputs, name: 'net' }) as unknown as Model;
  },
  shared: () => {
    const x = Input({ shape: [4], name: 'x' });
    const dense = new layers.Dense(4, { name: 'dense', activation: 'tanh' });
    const outputs = new layers.Add({ name: 'sum' })([dense(dense(x)), x]) as KerasTensor;
    return new Model({ inputs: x, outputs, name: 'net' });
  },
  chain: () =>
    new Sequential(
      [
        Input({ shape: [2] }),
        new layers.Dense(3, { name: 'a' }),
        new layers.BatchNormalization({ name: 'b' }),
        new layers.Dense(1, { name: 'c' }),
      ],
      { name: 'net' },
    ),
};

const textsOf = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, text]) => text!.replace(/<[^>]*>/g, ''));

test.each(readCases<Case>('keras-plots').map((item) => [item.model, item.options, item] as const))(
  'the picture of %s with %o shows what that of Keras shows',
  (_model, _options, { model, options, texts, lines }) => {
    const svg = utils.plotModel(MODELS[model](), camel(options));
    expect(textsOf(svg).sort()).toEqual(texts);
    expect(svg.match(/marker-end/g)!.length).toBe(lines);
  },
);

test('boxes of a rank do not overlap, and stand below what leads to them', () => {
  const box = { width: 50, height: 20 };
  const edges = [[0, 2], [0, 3], [1, 3], [1, 4], [2, 5], [3, 5], [4, 5], [0, 5]] as const; // prettier-ignore
  const { places, width, height } = placeInRanks(Array.from({ length: 6 }, () => box), edges); // prettier-ignore
  for (const [from, to] of edges) expect(places[from]!.y).toBeLessThan(places[to]!.y);
  for (const [i, a] of places.entries())
    for (const b of places.slice(i + 1)) if (a.y === b.y) expect(Math.abs(a.x - b.x)).toBeGreaterThanOrEqual(box.width);
  for (const { x, y } of places) {
    expect(x - box.width / 2).toBeGreaterThanOrEqual(0);
    expect(x + box.width / 2).toBeLessThanOrEqual(width);
    expect(y + box.height / 2).toBeLessThanOrEqual(height);
  }
});

const folder = mkdtempSync(join(tmpdir(), 'isograd-plot-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('names are escaped, the file is the picture, and what cannot be drawn is refused', () => {
  const model = new Sequential([Input({ shape: [2] }), new layers.Dense(1, { name: 'a<b&"c"' })]);
  const toFile = join(folder, 'model.svg');
  const svg = utils.plotModel(model, { toFile, showLayerNames: true, rankdir: 'LR' });
  expect(svg).toContain('a&lt;b&amp;&quot;c&quot;');
  expect(readFileSync(toFile, 'utf8')).toBe(svg);
  expect(() => utils.plotModel(model, { toFile: join(folder, 'model.png') })).toThrow('only SVG is written');
  expect(existsSync(join(folder, 'model.png'))).toBe(false);
  expect(() => utils.plotModel(new Sequential([new layers.Dense(1)]))).toThrow('is not built');
});
