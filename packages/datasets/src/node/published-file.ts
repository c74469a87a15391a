import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '@isograd/device';
import { download, type DownloadOptions, type PublishedFile } from './download.ts';

/**
 * Reads a published file from the first of some folders that has it.
 *
 * @throws DataError when none has it, or when it is not the file that was published.
 */
export async function fromFolder(folders: readonly string[], file: PublishedFile): Promise<Uint8Array> {
  for (const folder of folders) {
    const path = join(folder, file.name);
    const bytes = await readIfThere(path);
    if (bytes === undefined) continue;
    const sha256 = sha256Of(bytes);
    if (sha256 === file.sha256) return bytes;
    throw new DataError({
      where: 'dataset',
      what: `${path} is not the published file`,
      got: `${bytes.length} bytes, sha256 ${sha256}`,
      expected: `${file.bytes} bytes, sha256 ${file.sha256}`,
      hint: 'copy the file again, or unset ISOGRAD_DATA_DIR to download it',
    });
  }
  throw new DataError({
    where: 'dataset',
    what: `${file.name} is not in the data folder`,
    got: `no such file in ${folders.join(' or ')}`,
    expected: `${file.bytes} bytes, sha256 ${file.sha256}`,
    hint: 'copy the file there, or unset ISOGRAD_DATA_DIR to download it',
  });
}

/** Where a file that is not in the cache comes from. */
export interface CacheOptions extends DownloadOptions {
  /** Base addresses, tried in order. */
  readonly mirrors: readonly string[];
}

/**
 * Reads a published file from a cache folder, after downloading it when it is missing there or damaged.
 *
 * @throws DataError as {@link download}.
 */
export async function fromCache(folder: string, file: PublishedFile, options: CacheOptions): Promise<Uint8Array> {
  const path = join(folder, file.name);
  const cached = await readIfThere(path);
  if (cached && sha256Of(cached) === file.sha256) return cached;
  const urls = options.mirrors.map((mirror) => `${mirror}${mirror.endsWith('/') ? '' : '/'}${file.name}`);
  await download(urls, file, path, options);
  return readFile(path);
}

/**
 * Reads a file; `undefined` when there is none.
 *
 * @throws DataError when it is there and cannot be read.
 */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new DataError(
      {
        where: 'dataset',
        what: 'a data file cannot be read',
        got: message,
        expected: 'a readable file',
        hint: 'check its permissions',
      },
      { cause },
    );
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
