import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Fields of a message of Protocol Uint8Arrays: numbers, or bytes. */
type Fields = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

function fieldsOf(bytes: Uint8Array): Fields {
  const found = new Map<number, (bigint | Uint8Array)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (n: number): Uint8Array => bytes.subarray(at, (at += n));
  while (at < bytes.length) {
    const key = Number(varint());
    const value = [varint, () => take(8), () => take(Number(varint())), undefined, undefined, () => take(4)][
      key & 7
    ]!();
    found.set(key >> 3, [...(found.get(key >> 3) ?? []), value]);
  }
  return found;
}

const inner = (fields: Fields, number: number): Fields =>
  fieldsOf((fields.get(number)?.[0] as Uint8Array) ?? new Uint8Array());
const text = (fields: Fields, number: number): string =>
  new TextDecoder().decode((fields.get(number)?.[0] as Uint8Array) ?? new Uint8Array());

/** CRC-32C by its definition, a bit at a time. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** The sum that a TFRecord should have, undone to the CRC. */
const unmasked = (masked: number): number => {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated << 15) | (rotated >>> 17)) >>> 0;
};

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

/** The data of each TFRecord of a file. @throws Error when a sum is wrong. */
function recordsOf(file: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  const view = viewOf(file);
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true));
    const data = file.subarray(at + 12, at + 12 + length);
    const sums = [unmasked(view.getUint32(at + 8, true)), unmasked(view.getUint32(at + 12 + length, true))];
    if (sums[0] !== crc32c(file.subarray(at, at + 8)) || sums[1] !== crc32c(data)) throw new Error('a sum is wrong');
    found.push(data);
    at += length + 16;
  }
  return found;
}

/** What is written of one value. */
export interface WrittenEvent {
  readonly file: string;
  readonly step: number;
  readonly tag: string;
  readonly plugin: string;
  readonly content: string;
  readonly value: readonly number[] | string;
}

function valueOf(tensor: Fields): readonly number[] | string {
  const [dtype] = tensor.get(1) as [bigint];
  if (dtype === 7n) return (JSON.parse(text(tensor, 8)) as { readonly class_name: string }).class_name;
  const [bytes] = (tensor.get(dtype === 1n ? 5 : 6) ?? []) as [Uint8Array];
  const view = viewOf(bytes);
  if (dtype === 1n) return [view.getFloat32(0, true)];
  return Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
}

function eventOf(file: string, data: Uint8Array): WrittenEvent {
  const event = fieldsOf(data);
  const value = inner(inner(event, 5), 1);
  const plugin = inner(inner(value, 9), 1);
  return {
    file,
    step: Number((event.get(2)?.[0] as bigint) ?? 0n),
    tag: text(value, 1),
    plugin: text(plugin, 1),
    content: text(plugin, 2),
    value: valueOf(inner(value, 8)),
  };
}

/** Everything that is written in the folders of a log, without the first event of each file, which names the format. */
export function eventsIn(folder: string): WrittenEvent[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) =>
      readdirSync(join(folder, name)).flatMap((file) => {
        const [first, ...rest] = recordsOf(readFileSync(join(folder, name, file)));
        if (text(fieldsOf(first!), 3) !== 'brain.Event:2') throw new Error('the file does not name its format');
        return rest.map((data) => eventOf(name, data));
      }),
    );
}
