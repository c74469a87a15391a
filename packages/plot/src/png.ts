import { zlibSync } from 'fflate';

/** Pixels of an image, row by row from the top. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** One byte (an index into `palette`), three (RGB) or four (RGBA) for each pixel. */
  readonly pixels: Uint8Array;
  /** RGB bytes of up to 256 colours, for pixels of one byte. */
  readonly palette?: Uint8Array;
  /** The index that is drawn as nothing, for pixels of one byte. */
  readonly transparent?: number;
}

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const COLOR_TYPES: { readonly [bytes: number]: number } = { 1: 3, 3: 2, 4: 6 };

/**
 * Encodes an image as PNG, without loss. Source: PNG specification, third edition, sections 5 and 11.
 *
 * @example
 * encodePng({ width: 1, height: 1, pixels: new Uint8Array([9, 9, 9]) }).slice(1, 4) // => Uint8Array(3) [ 80, 78, 71 ]
 */
export function encodePng({ width, height, pixels, palette, transparent }: Raster): Uint8Array<ArrayBuffer> {
  const bytes = pixels.length / (width * height);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, COLOR_TYPES[bytes]!, 0, 0, 0], 8);
  const row = width * bytes;
  const filtered = new Uint8Array((row + 1) * height);
  for (let y = 0; y < height; y++) filtered.set(pixels.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  return joined([
    new Uint8Array(SIGNATURE),
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', palette)] : []),
    ...(transparent === undefined ? [] : [chunk('tRNS', new Uint8Array(transparent + 1).fill(255, 0, transparent))]),
    chunk('IDAT', zlibSync(filtered)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/** A PNG as the address of an `<image>`. */
export function pngDataUri(raster: Raster): string {
  let binary = '';
  const png = encodePng(raster);
  for (let at = 0; at < png.length; at += 8192) binary += String.fromCharCode(...png.subarray(at, at + 8192));
  return `data:image/png;base64,${btoa(binary)}`;
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + 12);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  out.set(
    [...name].map((char) => char.charCodeAt(0)),
    4,
  );
  out.set(data, 8);
  view.setUint32(data.length + 8, crc32(out.subarray(4, data.length + 8)));
  return out;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
