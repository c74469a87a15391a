import { defineConfig } from 'vitest/config';

const packages = ['device', 'wasm', 'native', 'ndarray', 'autograd', 'nn', 'optim', 'keras', 'datasets', 'plot', 'parity', 'isograd'];

export default defineConfig({
  resolve: { conditions: ['isograd-source', 'module', 'node', 'development|production'] },
  ssr: { resolve: { conditions: ['isograd-source', 'module', 'node', 'development|production'] } },
  test: {
    projects: packages.map((name) => ({
      extends: true as const,
      test: { name, root: `packages/${name}`, include: ['src/**/*.test.ts', 'test/**/*.test.ts'] },
    })),
  },
});
