import { DataError } from '@isograd/device';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { download, type PublishedFile } from './download.ts';
import type { Progress } from './progress.ts';
import { fromCache, fromFolder } from './published-file.ts';

const content = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * i) >>> 3));
const file: PublishedFile = {
  name: 'data.gz',
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
};
const wrong = Buffer.from(content);
wrong[1234]! ^= 1;

const asked: string[] = [];
const answers: Record<string, RequestListener> = {
  good: (_, response) => void response.end(content),
  unannounced: (_, response) => {
    response.write(content.subarray(0, 1000));
    response.end(content.subarray(1000));
  },
  missing: (_, response) => void response.writeHead(404).end('no'),
  wrong: (_, response) => void response.end(wrong),
  page: (_, response) => void response.end('<html>sign in</html>'),
  short: (_, response) => {
    response.write(content.subarray(0, 1000));
    response.end();
  },
  long: (_, response) => {
    response.write(content);
    response.end(content);
  },
  cut: (_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 100_000), () => response.destroy());
  },
  silent: (_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 10));
  },
};

let server: Server;
let base: string;
let dead: string;
let folder: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const [, mirror = ''] = request.url!.split('/');
    asked.push(mirror);
    answers[mirror]!(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  dead = `127.0.0.1:${(closed.address() as AddressInfo).port}`;
  await new Promise((resolve) => closed.close(resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isograd-download-'));
  asked.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const url = (mirror: string): string => `${base}/${mirror}/data.gz`;

test.each(['good', 'unannounced'])('keeps what a %s mirror gives', async (mirror) => {
  const path = join(folder, 'deep', 'data.gz');
  await download([url(mirror)], file, path);
  expect(readFileSync(path).equals(content)).toBe(true);
  expect(readdirSync(join(folder, 'deep'))).toEqual(['data.gz']);
});

test('reports progress from nothing to the whole', async () => {
  const seen: Progress[] = [];
  await download([url('good')], file, join(folder, 'data.gz'), { onProgress: (progress) => seen.push(progress) });
  expect(seen[0]).toEqual({ file: 'data.gz', received: 0, total: content.length });
  expect(seen.at(-1)).toEqual({ file: 'data.gz', received: content.length, total: content.length });
});

test.each([
  ['missing', 'HTTP 404'],
  ['wrong', `sha256 ${createHash('sha256').update(wrong).digest('hex')}`],
  ['page', 'announces 20 of 200000 bytes'],
  ['short', 'ended after 1000 of 200000 bytes'],
  ['long', 'more than 200000 bytes'],
  ['cut', ''],
  ['silent', 'silent for 100 ms'],
])('keeps nothing of a %s mirror', async (mirror, reason) => {
  const failing = download([url(mirror)], file, join(folder, 'data.gz'), { timeout: 100 });
  await expect(failing).rejects.toThrow(DataError);
  await expect(failing).rejects.toMatchObject({
    what: 'no mirror gave data.gz',
    got: expect.stringContaining(`${url(mirror)}: ${reason}`),
    expected: expect.stringContaining(file.sha256),
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('tries the mirrors in order and stops at the first good one', async () => {
  await download(
    [`http://${dead}/data.gz`, url('missing'), url('wrong'), url('cut'), url('good'), url('short')],
    file,
    join(folder, 'data.gz'),
  );
  expect(asked).toEqual(['missing', 'wrong', 'cut', 'good']);
  expect(readdirSync(folder)).toEqual(['data.gz']);
});

test('names every mirror and its reason', async () => {
  const failing = download([`http://${dead}/data.gz`, url('missing')], file, join(folder, 'data.gz'));
  await expect(failing).rejects.toMatchObject({
    got: `http://${dead}/data.gz: connect ECONNREFUSED ${dead}; ${url('missing')}: HTTP 404`,
  });
});

test('refuses a cache folder that is a file', async () => {
  const path = join(folder, 'taken');
  writeFileSync(path, '');
  await expect(download([url('good')], file, join(path, 'data.gz'))).rejects.toMatchObject({
    what: 'the cache folder cannot be written',
    hint: expect.stringContaining('ISOGRAD_CACHE_DIR'),
  });
  expect(asked).toEqual([]);
});

test('the cache asks once, and again when its file is damaged', async () => {
  const options = { mirrors: [`${base}/missing/`, `${base}/good`] };
  expect((await fromCache(folder, file, options)).length).toBe(content.length);
  await fromCache(folder, file, options);
  expect(asked).toEqual(['missing', 'good']);
  writeFileSync(join(folder, 'data.gz'), wrong);
  expect(Buffer.from(await fromCache(folder, file, options)).equals(content)).toBe(true);
  expect(asked).toEqual(['missing', 'good', 'missing', 'good']);
});

test('a folder gives the published file and refuses another one', async () => {
  await expect(fromFolder([folder], file)).rejects.toMatchObject({ what: 'data.gz is not in the data folder' });
  writeFileSync(join(folder, 'data.gz'), wrong);
  await expect(fromFolder(['/nowhere', folder], file)).rejects.toMatchObject({
    what: expect.stringContaining('is not the published file'),
    expected: expect.stringContaining(file.sha256),
  });
  writeFileSync(join(folder, 'data.gz'), content);
  expect((await fromFolder(['/nowhere', folder], file)).length).toBe(content.length);
});
