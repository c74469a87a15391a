import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ParityError } from '@isograd/device';

const FILE = 'index.html';

/**
 * Makes sure that a report can be written into a folder, and leaves the folder as it was.
 *
 * @returns The path that the report will have.
 * @throws ParityError when the folder cannot be made or written into.
 */
export async function checkReportFolder(folder: string, where: string): Promise<string> {
  const path = resolve(folder);
  const made = await attempt(path, where, () => mkdir(path, { recursive: true }));
  const probe = join(path, `.${FILE}.${randomUUID()}`);
  try {
    await attempt(path, where, () => writeFile(probe, '', { flag: 'wx' }));
  } finally {
    await rm(probe, { force: true });
    // Folders that were not there before go again, from the inside out.
    if (made !== undefined) await removeEmpty(path, made);
  }
  return join(path, FILE);
}

/**
 * Writes the report under a name of its own and then renames it: a reader finds the whole report or the one before.
 *
 * @returns The path of the report.
 * @throws ParityError when the folder cannot be written into.
 */
export async function writeReport(folder: string, page: string, where: string): Promise<string> {
  const path = resolve(folder);
  const temporary = join(path, `.${FILE}.${randomUUID()}`);
  const final = join(path, FILE);
  await attempt(path, where, async () => {
    await mkdir(path, { recursive: true });
    try {
      await writeFile(temporary, page, { flag: 'wx' });
      await rename(temporary, final);
    } finally {
      await rm(temporary, { force: true });
    }
  });
  return final;
}

async function attempt<T>(path: string, where: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw new ParityError(
      {
        where,
        what: 'the report folder cannot be written',
        got: cause instanceof Error ? cause.message : String(cause),
        expected: `a folder at ${path} that can be made or written into`,
        hint: 'name another one with --out',
      },
      { cause },
    );
  }
}

async function removeEmpty(path: string, outermost: string): Promise<void> {
  for (let at = path; at.length >= outermost.length; at = resolve(at, '..')) await rmdir(at).catch(() => undefined);
}
