import { appendFile, joinedBytes, makeFolder, ProtobufWriter } from '@isograd/ndarray/files';

const WHERE = 'TensorBoard';

// Castagnoli's polynomial, its bits in reverse.
const POLYNOMIAL = 0x82f63b78;

const TABLE = /* @__PURE__ */ Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  return crc;
});

/** CRC-32C of bytes, rotated and shifted as TFRecord has it, so that sums of sums stay sums. */
function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  crc ^= 0xffffffff;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Bytes of a TFRecord: the length, its sum, the data, their sum. */
function record(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + 16);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(out.subarray(0, 8)), true);
  out.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return out;
}

/** What TensorBoard is told of a value: which of its plugins shows it, and what that is told. */
interface Shown {
  readonly plugin: string;
  readonly content?: string;
}

// tensor.proto: dtypes.
const DTYPES = { float: 1, double: 2, string: 7 } as const;

// As many as TensorBoard takes unless it is told.
const BUCKETS = 30;

/** Rows of left edge, right edge and count (`tensorboard.plugins.histogram.summary_v2.histogram_pb`). */
function buckets(values: ArrayLike<number>): number[] {
  let [min, max] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    min = Math.min(min, values[i]!);
    max = Math.max(max, values[i]!);
  }
  const width = (max - min) / BUCKETS;
  const counts = new Array<number>(BUCKETS).fill(0);
  for (let i = 0; i < values.length; i++) {
    const at = width === 0 ? BUCKETS - 1 : Math.min(Math.floor((values[i]! - min) / width), BUCKETS - 1);
    counts[at]!++;
  }
  const edge = (i: number): number => (i === BUCKETS ? max : min + i * width);
  return counts.flatMap((count, i) => (width === 0 ? [min, max, count] : [edge(i), edge(i + 1), count]));
}

let written = 0;

/** A file of events as TensorBoard reads them, in a folder that is made with the first of them. */
export class EventFile {
  readonly #folder: string;
  readonly #path: string;
  #waiting: Uint8Array[] = [];
  #isThere = false;

  constructor(folder: string) {
    const { pid = 0 } = (globalThis as { readonly process?: { readonly pid?: number } }).process ?? {};
    this.#folder = folder;
    this.#path = `${folder}/events.out.tfevents.${Math.floor(Date.now() / 1000)}.isograd.${pid}.${written++}.v2`;
    this.#event(new ProtobufWriter().text(3, 'brain.Event:2'));
  }

  #event(rest: ProtobufWriter): void {
    const time = new ProtobufWriter().double(1, Date.now() / 1000).finish();
    this.#waiting.push(record(joinedBytes([time, rest.finish()])));
  }

  #value(tag: string, step: number, tensor: ProtobufWriter, { plugin, content = '' }: Shown): void {
    const about = new ProtobufWriter().text(1, plugin).text(2, content);
    const metadata = new ProtobufWriter().message(1, about);
    const value = new ProtobufWriter().text(1, tag).message(8, tensor).message(9, metadata);
    this.#event(new ProtobufWriter().int(2, step).message(5, new ProtobufWriter().message(1, value)));
  }

  /** Adds a number. */
  scalar(tag: string, value: number, step: number): void {
    const tensor = new ProtobufWriter().int(1, DTYPES.float).message(2, new ProtobufWriter()).float(5, value);
    this.#value(tag, step, tensor, { plugin: 'scalars' });
  }

  /** Adds how values are distributed; NaN and infinite ones have no place there. */
  histogram(tag: string, values: ArrayLike<number>, step: number): void {
    const dim = (n: number): ProtobufWriter => new ProtobufWriter().int(1, n);
    const shape = new ProtobufWriter().message(2, dim(BUCKETS)).message(2, dim(3));
    const finite = Array.from(values).filter(Number.isFinite);
    const rows = finite.length === 0 ? new Array<number>(3 * BUCKETS).fill(0) : buckets(finite);
    const tensor = new ProtobufWriter().int(1, DTYPES.double).message(2, shape).doubles(6, rows);
    this.#value(tag, step, tensor, { plugin: 'histograms' });
  }

  /** Adds the layers of a model, which TensorBoard draws. */
  model(tag: string, json: string, step: number): void {
    const tensor = new ProtobufWriter().int(1, DTYPES.string).message(2, new ProtobufWriter()).text(8, json);
    this.#value(tag, step, tensor, { plugin: 'graph_keras_model', content: '1' });
  }

  /** Writes what waits. @throws DataError when that fails; DeviceError where there are no files. */
  flush(): void {
    if (!this.#isThere) makeFolder(this.#folder, WHERE);
    this.#isThere = true;
    const bytes = joinedBytes(this.#waiting);
    this.#waiting = [];
    appendFile(this.#path, bytes, WHERE);
  }
}
