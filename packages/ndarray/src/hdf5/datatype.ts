import type { DType } from '@isograd/device';
import { badHdf5, type Cursor } from './cursor.ts';

/** What the elements of a dataset or an attribute are. */
export type Datatype =
  | { readonly kind: 'number'; readonly dtype: DType; readonly size: number; readonly bigEndian: boolean }
  | { readonly kind: 'text'; readonly size: number }
  | { readonly kind: 'longText'; readonly size: number }
  | { readonly kind: 'other'; readonly size: number; readonly what: string };

const CLASSES = [
  'integer',
  'float',
  'time',
  'text',
  'bits',
  'opaque',
  'compound',
  'reference',
  'enum',
  'list',
  'array',
];

function numberOf(dtype: DType | undefined, size: number, bigEndian: boolean, what: string): Datatype {
  return dtype ? { kind: 'number', dtype, size, bigEndian } : { kind: 'other', size, what };
}

const FLOATS: Readonly<Record<number, DType>> = { 2: 'float16', 4: 'float32', 8: 'float64' };

function integerOf(size: number, signed: boolean): DType | undefined {
  return [1, 2, 4, 8].includes(size) ? (`${signed ? '' : 'u'}int${size * 8}` as DType) : undefined;
}

/** A compound of a real and an imaginary float, as h5py keeps complex numbers. */
function complexOf(
  cursor: Cursor,
  version: number,
  [members, size, depth]: readonly [number, number, number],
): Datatype {
  const what = `compound of ${members}`;
  if (members !== 2) return { kind: 'other', size, what };
  const parts = Array.from({ length: 2 }, () => {
    const start = cursor.at;
    const name = cursor.text();
    if (version < 3) cursor.align(start);
    cursor.uint(version < 3 ? 4 : size < 256 ? 1 : 2);
    // Version 1 has a place for dimensions here.
    if (version === 1) cursor.skip(28);
    return { name, type: readDatatype(cursor, depth) };
  });
  const [r, i] = parts as [(typeof parts)[0], (typeof parts)[0]];
  const same = r.type.kind === 'number' && i.type.kind === 'number' && r.type.dtype === i.type.dtype;
  if (!same || r.name !== 'r' || i.name !== 'i') return { kind: 'other', size, what };
  const { dtype, bigEndian } = r.type as Datatype & { kind: 'number' };
  return numberOf(
    ({ float32: 'complex64', float64: 'complex128' } as const)[dtype as 'float32'],
    size,
    bigEndian,
    what,
  );
}

/** h5py keeps bools as an enumeration of FALSE and TRUE over int8. */
function enumOf(cursor: Cursor, version: number, members: number, depth: number): Datatype {
  const base = readDatatype(cursor, depth);
  const names = Array.from({ length: members }, () => {
    const start = cursor.at;
    const name = cursor.text();
    if (version < 3) cursor.align(start);
    return name;
  });
  cursor.skip(members * base.size);
  if (names.join() === 'FALSE,TRUE' && base.size === 1) return numberOf('bool', 1, false, 'bool');
  return base;
}

// Lists of lists and enumerations of enumerations end somewhere.
const DEEPEST = 8;

/** Reads a datatype message. */
export function readDatatype(cursor: Cursor, depth: number = 0): Datatype {
  if (depth > DEEPEST) badHdf5('a type is made of too many types', `${depth} of them`);
  const head = cursor.u8();
  const [version, kind] = [head >> 4, head & 15];
  const bits = cursor.u8() | (cursor.u8() << 8) | (cursor.u8() << 16);
  const size = cursor.u32();
  if (size === 0) badHdf5('an element has no size', CLASSES[kind] ?? String(kind));
  switch (kind) {
    case 0:
      cursor.skip(4);
      return numberOf(integerOf(size, (bits & 8) !== 0), size, (bits & 1) !== 0, `integer of ${size} bytes`);
    case 1:
      cursor.skip(12);
      return numberOf(FLOATS[size], size, (bits & 1) !== 0, `float of ${size} bytes`);
    case 3:
      return { kind: 'text', size };
    case 6:
      return complexOf(cursor, version, [bits & 0xffff, size, depth + 1]);
    case 8:
      return enumOf(cursor, version, bits & 0xffff, depth + 1);
    case 9:
      readDatatype(cursor, depth + 1);
      return (bits & 15) === 1
        ? { kind: 'longText', size }
        : { kind: 'other', size, what: 'lists of their own length' };
    default:
      return { kind: 'other', size, what: CLASSES[kind] ?? `class ${kind}` };
  }
}
