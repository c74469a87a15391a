import { builtinModules } from 'node:module';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PageCheck } from '../src/page.ts';
import { hasFma, type OpenMnist, type Report, train } from '../src/train.ts';
import { bundle, type Bundle } from './bundle.ts';
import { missingChromium, withPage } from './chromium.ts';
import { serve } from './serve.ts';

const MNIST = new URL('../../../packages/datasets/data/', import.meta.url);
const readMnistFile: OpenMnist = async (name) => new Uint8Array(await readFile(new URL(name, MNIST)));

let made: Bundle;
let node: Report;

beforeAll(async () => {
  made = await bundle();
  node = await train(readMnistFile, hasFma());
}, 60_000);

describe('the bundle', () => {
  test('holds the page and the worker', () => {
    expect(made.scripts.length).toBeGreaterThanOrEqual(2);
    expect(made.files.has('index.html')).toBe(true);
  });

  test('imports no Node module and nothing from outside itself', () => {
    const own = new Set(made.scripts.map(({ fileName }) => fileName));
    expect(made.scripts.flatMap(({ imports }) => imports.filter((name) => !own.has(name)))).toEqual([]);
    const asked = made.scripts.flatMap(({ code }) =>
      [...code.matchAll(/\b(?:from|import|require)\s*\(?\s*["'`]([^"'`]+)["'`]/g)].map((match) => match[1]!),
    );
    const isNode = (name: string): boolean => name.startsWith('node:') || builtinModules.includes(name);
    expect(asked.filter(isNode)).toEqual([]);
  });

  test("has no stub in a Node module's place, and Vite found nothing to warn of", () => {
    expect(
      made.scripts.flatMap(({ modules }) => modules).filter((id) => id.includes('__vite-browser-external')),
    ).toEqual([]);
    expect(
      made.scripts.filter(({ code }) => code.includes('__vite-browser-external')).map(({ fileName }) => fileName),
    ).toEqual([]);
    expect(made.warnings).toEqual([]);
  });
});

describe('training in Node', () => {
  test('runs on wasm and learns', () => {
    expect(node.device).toBe('wasm');
    expect(node.xor.losses.length).toBe(300);
    expect(node.xor.losses.at(-1)!).toBeLessThan(0.9 * node.xor.losses[0]!);
    expect(node.digits.losses.length).toBe(282);
    expect(node.digits.evaluation['accuracy']).toBeGreaterThan(0.85);
  });
});

const absent = missingChromium();
if (absent !== undefined) process.stdout.write(`browser-check: not run in a browser, ${absent}\n`);

test('the browser is not missing in CI', () => {
  const isCI = (process.env['CI'] ?? '') !== '';
  expect(isCI ? absent : undefined).toBeUndefined();
});

describe.skipIf(absent !== undefined)('training in Chromium', () => {
  let page: Report;
  let worker: Report;
  let fma: boolean;
  const said: string[] = [];

  beforeAll(async () => {
    const server = await serve(made.files, MNIST);
    try {
      await withPage(async (tab) => {
        tab.on('pageerror', (error) => said.push(error.message));
        tab.on('console', (message) => said.push(message.text()));
        await tab.goto(server.url);
        const check = await tab.evaluateHandle(
          () => (globalThis as unknown as { isogradCheck: PageCheck }).isogradCheck,
        );
        // Both do without what one of them lacks: then their bits are to be the same all the same.
        fma = hasFma() && (await check.evaluate((it) => it.hasFma()));
        page = await check.evaluate((it, on) => it.onPage(on), fma);
        worker = await check.evaluate((it, on) => it.inWorker(on), fma);
      });
    } finally {
      await server.close();
    }
    if (fma !== hasFma()) node = await train(readMnistFile, fma);
  }, 120_000);

  test('runs on wasm, as in Node, without a word in the console', () => {
    expect(page.device).toBe('wasm');
    expect(page.info).toBe(node.info);
    expect(page.fallbacks).toEqual(node.fallbacks);
    expect(said).toEqual([]);
  });

  test('gives the losses, scores and weights of Node, bit by bit', () => {
    expect(page.xor).toEqual(node.xor);
    expect(page.digits).toEqual(node.digits);
  });

  test('gives the same in a worker', () => {
    expect(worker).toEqual(page);
  });
});
