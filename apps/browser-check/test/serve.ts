import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript' };

/** A server of files in memory on a free port of this machine. */
export interface FileServer {
  readonly url: string;
  /** Paths that were asked for and are not there. */
  readonly missing: readonly string[];
  close(): Promise<void>;
}

/** Serves files by name at `/`, and the files of a folder below `/mnist/`. */
export async function serve(files: ReadonlyMap<string, string | Uint8Array>, mnist: URL): Promise<FileServer> {
  const missing: string[] = [];
  const contentOf = (name: string): string | Uint8Array | undefined => {
    if (/^mnist\/[\w-]+\.gz$/.test(name)) return readFileSync(new URL(name.slice('mnist/'.length), mnist));
    return files.get(name === '' ? 'index.html' : name);
  };
  const server = createServer(({ url = '/' }, response) => {
    const name = new URL(url, 'http://localhost').pathname.slice(1);
    const content = contentOf(name);
    if (content === undefined) missing.push(name);
    const type = TYPES[name === '' ? 'html' : name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
    response.writeHead(content === undefined ? 404 : 200, { 'content-type': type });
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    missing,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
