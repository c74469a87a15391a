import { ArgumentError, DataError } from '@isograd/device';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Figure, figure, plot, savefig, title, toPng } from './index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isograd-plot-'));
  figure({ figsize: [3, 2] });
  plot([1, 4, 9], 'o-');
});
afterEach(() => rmSync(folder, { recursive: true }));

const size = (png: Buffer): number[] => [png.readUInt32BE(16), png.readUInt32BE(20)];

test('writes SVG and PNG by the ending', () => {
  savefig(join(folder, 'a.svg'));
  savefig(join(folder, 'b.PNG'), { dpi: 200 });
  expect(readFileSync(join(folder, 'a.svg'), 'utf8')).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<svg /);
  expect(size(readFileSync(join(folder, 'b.PNG')))).toEqual([600, 400]);
});

test('writes the figure it is given', () => {
  const other = new Figure({ figsize: [1, 1] });
  savefig(join(folder, 'a.png'), { figure: other });
  expect(size(readFileSync(join(folder, 'a.png')))).toEqual([100, 100]);
});

test('writes texts with the font of this package', () => {
  const plain = toPng(figure({ figsize: [3, 2] }));
  plot([1, 2]);
  title('');
  const untitled = toPng(figure({ figsize: [3, 2] }));
  figure({ figsize: [3, 2] }).suptitle('μ ± σ: 10⁻³');
  const fig = new Figure({ figsize: [3, 2] }).suptitle('μ ± σ: 10⁻³');
  expect(untitled).toEqual(plain);
  expect(toPng(fig).length).toBeGreaterThan(plain.length + 300);
});

test.each(['a.jpg', 'a', '.png', 'a.svg.gz'])('refuses the name %s', (name) => {
  expect(() => savefig(join(folder, name))).toThrow(ArgumentError);
  expect(readdirSync(folder)).toEqual([]);
});

test('refuses a folder that is not there, and one that is a file', () => {
  const missing = join(folder, 'missing', 'a.svg');
  expect(() => savefig(missing)).toThrow(DataError);
  expect(() => savefig(missing)).toThrow('savefig: the file cannot be written\n  got:      ENOENT');
  writeFileSync(join(folder, 'taken'), '');
  expect(() => savefig(join(folder, 'taken', 'a.png'))).toThrow('ENOTDIR');
  expect(existsSync(missing)).toBe(false);
});

test.each([0, -1, Number.NaN, 1e6])('refuses %d dpi', (dpi) => {
  expect(() => savefig(join(folder, 'a.png'), { dpi })).toThrow(ArgumentError);
  expect(readdirSync(folder)).toEqual([]);
});

test('writes nothing when the figure cannot be drawn', () => {
  figure();
  plot([-1, -2]).yscale('log');
  expect(() => savefig(join(folder, 'a.svg'))).toThrow(DataError);
  expect(readdirSync(folder)).toEqual([]);
});
