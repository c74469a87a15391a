import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

// Without these Chromium asks its maker's hosts for updates, which a closed network refuses over and over.
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where Debian puts the browser; `CHROMIUM` names another. */
export const CHROMIUM: string = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Why there is no browser to test with; undefined when there is one. */
export function missingChromium(): string | undefined {
  if (existsSync(CHROMIUM)) return undefined;
  return `no browser at ${CHROMIUM}: install Chromium (Debian: apt-get install chromium) or name one in CHROMIUM`;
}

/** Opens a page in a browser of its own with an empty profile, and clears both away afterwards. */
export async function withPage<T>(use: (page: Page, version: string) => Promise<T>): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), 'isograd-chromium-'));
  try {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      headless: true,
      args: FLAGS,
    });
    try {
      return await use(await context.newPage(), context.browser()?.version() ?? 'unknown');
    } finally {
      await context.close();
    }
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
