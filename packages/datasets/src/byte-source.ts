import { DataError } from '@isograd/device';

/** Bytes at once or in pieces: a buffer, a web stream (a `fetch` body), or anything async that gives chunks (a Node stream). */
export type ByteSource = Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Gives the bytes of a source in chunks, decompressed when they begin as gzip does.
 *
 * @param source Plain or gzipped bytes.
 * @param name What errors call the source.
 * @throws DataError when the gzip data is damaged or ends too early.
 * @example
 * const chunks = [];
 * for await (const chunk of plainChunks(new Uint8Array([1, 2, 3]), 'bytes')) chunks.push(...chunk);
 * chunks // => [ 1, 2, 3 ]
 */
export async function* plainChunks(source: ByteSource, name: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const chunks = chunksOf(source);
  const head: Uint8Array[] = [];
  let size = 0;
  while (size < 2) {
    const next = await chunks.next();
    if (next.done) break;
    head.push(next.value);
    size += next.value.length;
  }
  const first = joined(head, size);
  if (first[0] !== 0x1f || first[1] !== 0x8b) {
    yield first;
    for await (const chunk of chunks) yield owned(chunk);
    return;
  }
  yield* gunzip(first, chunks, name);
}

async function* gunzip(
  first: Uint8Array<ArrayBuffer>,
  rest: AsyncGenerator<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let sourceError: unknown;
  const compressed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(first);
    },
    async pull(controller) {
      try {
        const next = await rest.next();
        if (next.done) controller.close();
        else controller.enqueue(owned(next.value));
      } catch (error) {
        sourceError = error;
        controller.error(error);
      }
    },
    async cancel() {
      await rest.return(undefined);
    },
  });
  try {
    yield* chunksOf(compressed.pipeThrough(new DecompressionStream('gzip'))) as AsyncGenerator<Uint8Array<ArrayBuffer>>;
  } catch (cause) {
    if (sourceError !== undefined) throw sourceError;
    throw new DataError(
      {
        where: 'gunzip',
        what: `${name} is not a whole gzip file`,
        got: cause instanceof Error ? cause.message : String(cause),
        expected: 'gzip data whose length and checksum agree with its trailer',
        hint: 'the file is truncated or damaged: fetch it again',
      },
      { cause },
    );
  }
}

/** Web streams are not async iterable in every browser, so they are read through their reader. */
async function* chunksOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) yield source;
  else if (!('getReader' in source)) yield* source;
  else {
    const reader = source.getReader();
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }
}

function owned(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  return chunk.buffer instanceof ArrayBuffer ? (chunk as Uint8Array<ArrayBuffer>) : chunk.slice();
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
