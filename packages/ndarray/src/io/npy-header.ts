import { DataError, type DType, DTYPES } from '@isograd/device';
import { parseDtype } from '../functions/dtype-spec.ts';

/** What the header of an .npy file says. */
export interface NpyHeader {
  readonly dtype: DType;
  /** Whether the bytes of each number stand in the other order than on this machine. */
  readonly bigEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/** NumPy refuses longer headers too; one of ours has about 100 characters. */
const LONGEST = 10_000;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;

/** Tells whether bytes begin as an .npy file does. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

function bad(what: string, got: string): never {
  throw new DataError({
    where: 'load',
    what,
    got: got.length > 60 ? `${got.slice(0, 60)}...` : got,
    expected: 'an .npy file of numbers, as numpy.save writes it',
    hint: 'was the file cut or changed on its way?',
  });
}

type Literal = string | number | boolean | { readonly list: readonly Literal[]; readonly tuple: boolean } | Dict;
interface Dict {
  readonly dict: ReadonlyMap<string, Literal>;
}

const TOKEN = /[ \t\r\n\f]*(?:'([^'\\\n]*)'|"([^"\\\n]*)"|(-?(?:0|[1-9][0-9]*))L?|(True|False)|([{}()[\],:]))/y;

/** Reads a Python literal of strings, integers, booleans, tuples, lists and dicts, and nothing else. */
class LiteralReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The literal; nothing but space may follow. */
  read(): Literal {
    const value = this.#value(0);
    if (this.#text.slice(this.#at).trim() !== '') this.#refuse();
    return value;
  }

  #refuse(): never {
    return bad('Cannot parse header', JSON.stringify(this.#text.trimEnd()));
  }

  #token(): RegExpExecArray {
    TOKEN.lastIndex = this.#at;
    const token = TOKEN.exec(this.#text);
    if (token === null) return this.#refuse();
    this.#at = TOKEN.lastIndex;
    return token;
  }

  #take(mark: string): boolean {
    const before = this.#at;
    if (this.#token()[5] === mark) return true;
    this.#at = before;
    return false;
  }

  #value(depth: number): Literal {
    const [, single, double, integer, bool, mark] = this.#token();
    const text = single ?? double;
    if (text !== undefined) return text;
    if (integer !== undefined) return Number(integer);
    if (bool !== undefined) return bool === 'True';
    if (depth > 16) return this.#refuse();
    if (mark === '{') return this.#dict(depth);
    if (mark === '(' || mark === '[') return this.#list(mark === '(', depth);
    return this.#refuse();
  }

  #list(tuple: boolean, depth: number): Literal {
    const close = tuple ? ')' : ']';
    const list: Literal[] = [];
    while (!this.#take(close)) {
      list.push(this.#value(depth + 1));
      if (this.#take(',')) continue;
      if (!this.#take(close)) this.#refuse();
      // `(3)` is a number in brackets, `(3,)` a tuple
      return tuple && list.length === 1 ? list[0]! : { list, tuple };
    }
    return { list, tuple };
  }

  #dict(depth: number): Dict {
    const dict = new Map<string, Literal>();
    while (!this.#take('}')) {
      const key = this.#value(depth + 1);
      if (typeof key !== 'string' || dict.has(key) || !this.#take(':')) return this.#refuse();
      dict.set(key, this.#value(depth + 1));
      if (this.#take(',')) continue;
      if (!this.#take('}')) this.#refuse();
      break;
    }
    return { dict };
  }
}

function describe(value: Literal | undefined): string {
  if (typeof value === 'object') return 'list' in value ? 'a list' : 'a dict';
  return JSON.stringify(value) ?? 'nothing';
}

function shapeOf(value: Literal | undefined): number[] {
  if (typeof value !== 'object' || !('list' in value) || !value.tuple)
    return bad('shape is not valid', describe(value));
  return value.list.map((n) => (typeof n === 'number' ? n : bad('shape is not valid', describe(n))));
}

function descrOf(value: Literal | undefined): { dtype: DType; bigEndian: boolean } {
  if (typeof value === 'object') return bad('arrays with fields (structured dtypes) cannot be loaded', describe(value));
  if (typeof value !== 'string') return bad('descr is not a valid dtype descriptor', describe(value));
  const spec = parseDtype(value);
  if (spec) return { dtype: spec.dtype, bigEndian: spec.order === 'big' };
  if (/^\|?O/.test(value))
    return bad('Object arrays cannot be loaded: they are pickles, which may run code', `'${value}'`);
  return bad('arrays of this dtype cannot be loaded', `'${value}'`);
}

/**
 * Reads the header text of an .npy file: a Python dict with `descr`, `fortran_order` and `shape`.
 *
 * @throws DataError for anything else; text is only ever read as data.
 */
export function parseHeader(text: string): NpyHeader {
  const value = new LiteralReader(text).read();
  if (typeof value !== 'object' || !('dict' in value)) return bad('Header is not a dictionary', describe(value));
  const keys = [...value.dict.keys()].sort();
  if (keys.join() !== 'descr,fortran_order,shape')
    return bad('Header does not contain the correct keys', keys.map((key) => `'${key}'`).join(', '));
  const fortranOrder = value.dict.get('fortran_order');
  if (typeof fortranOrder !== 'boolean') return bad('fortran_order is not a valid bool', describe(fortranOrder));
  return { ...descrOf(value.dict.get('descr')), fortranOrder, shape: shapeOf(value.dict.get('shape')) };
}

/** Reads the header of an .npy file, and where the elements begin. @throws DataError when it is none. */
export function readHeader(bytes: Uint8Array): { readonly header: NpyHeader; readonly begin: number } {
  if (!isNpy(bytes)) bad('the magic string is not correct', `bytes ${[...bytes.subarray(0, 6)].join(' ')}`);
  const [major = 0, minor = 0] = bytes.subarray(6, 8);
  if (minor !== 0 || major < 1 || major > 3)
    bad('we only support format version (1,0), (2,0), and (3,0)', `version (${major}, ${minor})`);
  const begin = major === 1 ? 10 : 12;
  if (bytes.length < begin) bad('EOF: reading array header length', `${bytes.length} bytes`);
  const length = bytes.subarray(8, begin).reduceRight((sum, byte) => sum * 256 + byte, 0);
  if (length > LONGEST) bad('Header info length is large and may not be safe to load securely', `${length} bytes`);
  if (begin + length > bytes.length)
    bad('EOF: reading array header', `${bytes.length - begin} bytes where ${length} are announced`);
  const text = String.fromCharCode(...bytes.subarray(begin, begin + length));
  return { header: parseHeader(text), begin: begin + length };
}

/** Digits for which NumPy keeps room, so that a file can grow along its first axis. */
const GROWTH = 21;

/** The bytes before the elements of an .npy file, format 1.0, as NumPy writes them; they end on a multiple of 64. */
export function headerBytes(dtype: DType, shape: readonly number[], fortranOrder: boolean): Uint8Array {
  const { kind, itemsize } = DTYPES[dtype];
  const order = itemsize === 1 ? '|' : '<';
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const grows = shape.at(fortranOrder ? -1 : 0);
  const room = grows === undefined ? 0 : GROWTH - String(grows).length;
  const flag = fortranOrder ? 'True' : 'False';
  const dict = `{'descr': '${order}${kind}${itemsize}', 'fortran_order': ${flag}, 'shape': ${tuple}, }${' '.repeat(room)}`;
  const length = 10 + dict.length + 1;
  const text = `${dict}${' '.repeat(64 - (length % 64))}\n`;
  const out = new Uint8Array(10 + text.length);
  out.set([...MAGIC, 1, 0, text.length & 0xff, text.length >> 8]);
  for (let i = 0; i < text.length; i++) out[10 + i] = text.charCodeAt(i);
  return out;
}
