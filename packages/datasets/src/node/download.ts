import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { DataError } from '@isograd/device';
import type { OnProgress } from './progress.ts';

/** What a download must give. */
export interface PublishedFile {
  readonly name: string;
  /** Size in bytes. */
  readonly bytes: number;
  /** SHA-256 of the file, in hex. */
  readonly sha256: string;
}

/** How to download. */
export interface DownloadOptions {
  readonly onProgress?: OnProgress | undefined;
  /** How long a mirror may be silent before the next one is tried, in milliseconds. Default 30000. */
  readonly timeout?: number;
}

const PROGRESS_INTERVAL = 100;

/**
 * Downloads a file from the first mirror that gives exactly the bytes that were published.
 *
 * The bytes go to a temporary file beside `path`, which gets its name only after size and checksum agree: what stands at `path` is always whole.
 *
 * @param urls Complete addresses, tried in order.
 * @throws DataError when no mirror gives the file (with each mirror's reason), or when `path` cannot be written.
 */
export async function download(
  urls: readonly string[],
  file: PublishedFile,
  path: string,
  options: DownloadOptions = {},
): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (cause) {
    throw unwritable(dirname(path), cause);
  }
  const failures: string[] = [];
  for (const url of urls) {
    const failure = await attempt(url, file, path, options);
    if (failure === undefined) return;
    failures.push(`${url}: ${failure}`);
  }
  throw new DataError({
    where: 'download',
    what: `no mirror gave ${file.name}`,
    got: failures.join('; ') || 'no mirror to ask',
    expected: `${file.bytes} bytes with sha256 ${file.sha256}`,
    hint: 'check the network; or put the files into a folder and name it in ISOGRAD_DATA_DIR',
  });
}

/** A mirror's failure, for which the next one is tried; anything else is thrown on. */
class MirrorFailure extends Error {}

async function attempt(
  url: string,
  file: PublishedFile,
  path: string,
  options: DownloadOptions,
): Promise<string | undefined> {
  const part = `${path}.${randomUUID().slice(0, 8)}.part`;
  const handle = await open(part, 'wx').catch((cause: unknown) => {
    throw unwritable(part, cause);
  });
  try {
    const hash = createHash('sha256');
    const report = reporter(file, options.onProgress);
    let received = 0;
    for await (const chunk of fetchChunks(url, file, options.timeout ?? 30_000)) {
      received += chunk.length;
      if (received > file.bytes) throw new MirrorFailure(`more than ${file.bytes} bytes`);
      hash.update(chunk);
      await handle.writeFile(chunk).catch((cause: unknown) => {
        throw unwritable(part, cause);
      });
      report(received);
    }
    if (received < file.bytes) throw new MirrorFailure(`ended after ${received} of ${file.bytes} bytes`);
    const sha256 = hash.digest('hex');
    if (sha256 !== file.sha256) throw new MirrorFailure(`sha256 ${sha256}`);
    await handle.close();
    await rename(part, path);
    return undefined;
  } catch (error) {
    if (error instanceof MirrorFailure) return error.message;
    throw error;
  } finally {
    await handle.close();
    await rm(part, { force: true });
  }
}

async function* fetchChunks(url: string, file: PublishedFile, timeout: number): AsyncGenerator<Uint8Array> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const rearm = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(new MirrorFailure(`silent for ${timeout} ms`)), timeout);
  };
  try {
    rearm();
    const response = await fetch(url, { signal: controller.signal, headers: { 'accept-encoding': 'identity' } });
    if (!response.ok || response.body === null) throw new MirrorFailure(`HTTP ${response.status}`);
    const announced = response.headers.get('content-length');
    if (announced !== null && Number(announced) !== file.bytes)
      throw new MirrorFailure(`announces ${announced} of ${file.bytes} bytes`);
    for await (const chunk of response.body) {
      rearm();
      yield chunk;
    }
  } catch (error) {
    if (controller.signal.aborted) throw controller.signal.reason;
    throw error instanceof MirrorFailure ? error : new MirrorFailure(reasonOf(error), { cause: error });
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

function reporter({ name, bytes }: PublishedFile, onProgress: OnProgress | undefined): (received: number) => void {
  let last = 0;
  onProgress?.({ file: name, received: 0, total: bytes });
  return (received) => {
    const now = performance.now();
    if (received < bytes && now - last < PROGRESS_INTERVAL) return;
    last = now;
    onProgress?.({ file: name, received, total: bytes });
  };
}

/** `fetch` says only "fetch failed"; why stands in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : error.message;
}

function unwritable(path: string, cause: unknown): DataError {
  return new DataError(
    {
      where: 'download',
      what: 'the cache folder cannot be written',
      got: cause instanceof Error ? cause.message : `${basename(path)}: ${String(cause)}`,
      expected: 'a folder in which files can be made',
      hint: 'name another folder in ISOGRAD_CACHE_DIR',
    },
    { cause },
  );
}
