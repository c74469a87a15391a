import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build, createLogger, type Plugin } from 'vite';

/** Folder of this package. */
export const APP: string = fileURLToPath(new URL('..', import.meta.url));

/** A script of a bundle, and what it was made of. */
export interface Script {
  readonly fileName: string;
  readonly code: string;
  /** What it leaves to be imported from elsewhere. */
  readonly imports: readonly string[];
  /** Ids of the modules inside. */
  readonly modules: readonly string[];
}

/** What Vite made. */
export interface Bundle {
  readonly scripts: readonly Script[];
  /** All files by name, `index.html` among them. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  readonly warnings: readonly string[];
}

/** A module that stands in no file, as the one script of a page. */
function virtualEntry(code: string): Plugin {
  return {
    name: 'virtual-entry',
    resolveId: (id) => (id === 'virtual:entry' ? '\0virtual:entry' : undefined),
    load: (id) => (id === '\0virtual:entry' ? code : undefined),
  };
}

/** Bundles the page of this package, or a script given as text, from the sources of the packages; nothing is written. */
export async function bundle(entry?: string): Promise<Bundle> {
  const warnings: string[] = [];
  const logger = createLogger('silent');
  logger.warn = (message) => void warnings.push(message);
  logger.warnOnce = logger.warn;
  const plugin = entry === undefined ? [] : [virtualEntry(entry)];
  const result = await build({
    root: APP,
    configFile: false,
    logLevel: 'warn',
    customLogger: logger,
    plugins: plugin,
    worker: { format: 'es' },
    resolve: { conditions: ['isograd-source', 'module', 'browser', 'development|production'] },
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      ...(entry !== undefined && { rolldownOptions: { input: 'virtual:entry' } }),
    },
  });
  const [output] = [result].flat() as { output: Chunk[] }[];
  return { ...sorted(output?.output ?? []), warnings };
}

interface Chunk {
  readonly type: 'chunk' | 'asset';
  readonly fileName: string;
  readonly code?: string;
  readonly source?: string | Uint8Array;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly moduleIds?: readonly string[];
}

function sorted(chunks: readonly Chunk[]): Pick<Bundle, 'scripts' | 'files'> {
  const files = new Map(chunks.map(({ fileName, code, source }) => [fileName, code ?? source ?? '']));
  const scripts = chunks
    .filter(({ fileName }) => fileName.endsWith('.js'))
    .map(({ fileName, code, source, imports = [], dynamicImports = [], moduleIds = [] }) => ({
      fileName,
      code: code ?? String(source),
      imports: [...imports, ...dynamicImports],
      modules: moduleIds,
    }));
  return { scripts, files };
}

/** Bytes of all scripts as they travel. */
export function gzipSize({ scripts }: Bundle): number {
  return scripts.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
}
