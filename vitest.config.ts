import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { entryPoints, projectName, testedPackages } from './scripts/workspace.ts';

const conditions = ['isograd-source', 'module', 'node', 'development|production'];
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

// Examples stand outside every package, so they reach each way into one by its name.
const sources = entryPoints().map(({ specifier, source }) => ({
  find: new RegExp(`^${specifier}$`),
  replacement: path(source),
}));

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 30_000,
    projects: [
      ...testedPackages().map((item) => ({
        extends: true as const,
        resolve: { alias: sources },
        test: {
          setupFiles: [path('./scripts/test-device.ts')],
          name: projectName(item),
          root: item.folder,
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
        },
      })),
      { extends: true, test: { name: 'workspace', root: 'scripts', include: ['**/*.test.ts'] } },
      {
        extends: true,
        resolve: { alias: sources },
        // Every example imports a whole package: in one module graph a worker, not in one a file.
        test: { name: 'doctest', root: '.doctest', include: ['**/*.test.ts'], isolate: false },
      },
    ],
  },
});
