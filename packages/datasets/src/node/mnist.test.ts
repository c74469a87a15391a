import { DataError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cacheDir, mnist, MNIST_FILES } from './mnist.ts';

const total = (x: NDArray): number => {
  let sum = 0;
  for (const value of x.data) sum += Number(value);
  return sum;
};
const firstTen = (x: NDArray): number[] => [...x.data].slice(0, 10).map(Number);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isograd-mnist-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

// Sums: NumPy 2.4.6 over the published files.
describe('the sample', () => {
  test('holds the first digits of the published files', async () => {
    const { train, test: held } = await mnist({ normalize: false });
    const [[x, y], [xTest, yTest]] = [train.arrays, held.arrays];
    expect([x.shape, y.shape, xTest.shape, yTest.shape]).toEqual([[6000, 28, 28], [6000], [1000, 28, 28], [1000]]);
    expect([x, y, xTest, yTest].map(total)).toEqual([157703741, 26741, 24443134, 4327]);
    expect(firstTen(y)).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect(firstTen(yTest)).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  });

  test('is from 0 to 1 by default', async () => {
    const [x] = (await mnist()).train.arrays;
    expect(x.dtype).toBe('float32');
    expect(total(x)).toBeCloseTo(618446.0484445225, 6);
  });
});

describe('the full set', () => {
  const published = process.env['ISOGRAD_DATA_DIR'];
  const there =
    published !== undefined &&
    MNIST_FILES.every(({ name }) => existsSync(join(published, name)) || existsSync(join(published, 'mnist', name)));

  test.skipIf(!there)(
    'is read from ISOGRAD_DATA_DIR (skipped where that folder is not named or lacks the files)',
    async () => {
      const { train, test: held } = await mnist({ full: true, normalize: false });
      expect([...train.arrays, ...held.arrays].map(total)).toEqual([1567298545, 267236, 264923200, 44434]);
    },
  );

  test('refuses a data folder without the files, and one with others', async () => {
    await expect(mnist({ full: true, dataDir: folder })).rejects.toThrow(
      'train-images-idx3-ubyte.gz is not in the data folder',
    );
    vi.stubEnv('ISOGRAD_DATA_DIR', folder);
    const sample = new URL('../../data/train-images-idx3-ubyte.gz', import.meta.url);
    writeFileSync(join(folder, 'train-images-idx3-ubyte.gz'), readFileSync(sample));
    await expect(mnist({ full: true })).rejects.toThrow(DataError);
    await expect(mnist({ full: true })).rejects.toMatchObject({
      what: expect.stringContaining('is not the published file'),
      expected: expect.stringContaining('440fcabf73cc546f'),
    });
  });

  describe('from mirrors', () => {
    let server: Server;
    let mirror: string;
    const asked: string[] = [];
    beforeEach(async () => {
      asked.length = 0;
      vi.stubEnv('ISOGRAD_DATA_DIR', '');
      vi.stubEnv('ISOGRAD_CACHE_DIR', folder);
      server = createServer((request, response) => {
        asked.push(request.url!);
        if (!published || !there || request.url!.startsWith('/gone/')) response.writeHead(404).end();
        else
          response.end(
            readFileSync(
              [join(published, request.url!.slice(1)), join(published, 'mnist', request.url!.slice(1))].find((path) =>
                existsSync(path),
              )!,
            ),
          );
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    });
    afterEach(() => {
      server.closeAllConnections();
      server.close();
    });

    test('says what went wrong when none has it, and keeps nothing', async () => {
      const loading = mnist({ full: true, mirrors: [`${mirror}gone/`], onProgress: () => undefined });
      await expect(loading).rejects.toMatchObject({
        what: 'no mirror gave train-images-idx3-ubyte.gz',
        got: `${mirror}gone/train-images-idx3-ubyte.gz: HTTP 404`,
      });
      expect(existsSync(join(folder, 'mnist', 'train-images-idx3-ubyte.gz'))).toBe(false);
    });

    test.skipIf(!there)(
      'is downloaded once, then read from the cache (skipped where ISOGRAD_DATA_DIR does not name the files)',
      async () => {
        const done: string[] = [];
        const options = {
          full: true,
          normalize: false,
          mirrors: [mirror],
          onProgress: ({ file, received, total: bytes }: { file: string; received: number; total: number }) =>
            void (received === bytes && done.push(file)),
        };
        await mnist(options);
        expect(asked).toEqual(MNIST_FILES.map(({ name }) => `/${name}`));
        expect(done).toEqual(MNIST_FILES.map(({ name }) => name));
        const { train } = await mnist(options);
        expect(asked).toHaveLength(4);
        expect(train.length).toBe(60000);
      },
    );
  });
});

test('the cache is in the home folder unless ISOGRAD_CACHE_DIR says otherwise', () => {
  vi.stubEnv('ISOGRAD_CACHE_DIR', '');
  expect(cacheDir()).toBe(join(homedir(), '.cache', 'isograd'));
  vi.stubEnv('ISOGRAD_CACHE_DIR', folder);
  expect(cacheDir()).toBe(folder);
});
