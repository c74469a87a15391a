import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { workspacePackages } from './scripts/workspace.ts';

const conditions = ['isograd-source', 'module', 'node', 'development|production'];
const packages = workspacePackages();
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

// Examples stand outside every package, so they reach each by its name.
const sources = packages.map(({ name, folder }) => ({
  find: new RegExp(`^${name}$`),
  replacement: path(`${folder}/src/index.ts`),
}));

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 30_000,
    projects: [
      ...packages
        .filter(({ folder }) => existsSync(path(`${folder}/src`)) || existsSync(path(`${folder}/test`)))
        .map(({ folder }) => ({
          extends: true as const,
          test: { name: folder.split('/').at(-1) ?? folder, root: folder, include: ['src/**/*.test.ts', 'test/**/*.test.ts'] },
        })),
      { extends: true, test: { name: 'workspace', root: 'scripts', include: ['**/*.test.ts'] } },
      {
        extends: true,
        resolve: { alias: sources },
        test: { name: 'doctest', root: '.doctest', include: ['**/*.test.ts'] },
      },
    ],
  },
});
