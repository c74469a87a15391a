import { readFileSync } from 'node:fs';
import { IsogradError, type DType } from '@isograd/device';
import { expect, test } from 'vitest';
import {
  frombuffer,
  fromJSON,
  fromNpy,
  fromNpz,
  fromstring,
  type FromstringOptions,
  genfromtxt,
  type GenfromtxtOptions,
  loadtxt,
  type LoadtxtOptions,
  type NDArray,
  type SavetxtOptions,
  tobytes,
  toJSON,
  toNpy,
  toTxt,
} from '../src/index.ts';

interface Data {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: string;
}
interface Outcome {
  readonly dtype?: DType;
  readonly shape?: readonly number[];
  readonly str?: string;
  readonly error?: string;
}
interface Golden {
  readonly numpy: string;
  readonly files: readonly (Data & { file: string; fortran?: string; others?: readonly string[] })[];
  readonly refused: { readonly [name: string]: string };
  readonly archives: readonly string[];
  readonly loads: readonly (Outcome & { lines: readonly string[]; options: LoadtxtOptions })[];
  readonly gaps: readonly (Outcome & { lines: readonly string[]; options: GenfromtxtOptions })[];
  readonly saves: readonly (Data & { options: SavetxtOptions; text?: string; error?: string })[];
  readonly scans: readonly (Outcome & { text: string; options: FromstringOptions })[];
}

// made by make-io.py
const golden = JSON.parse(readFileSync(new URL('goldens/io.json', import.meta.url), 'utf8')) as Golden;

const bytes = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));
const hex = (x: Uint8Array): string => Buffer.from(x).toString('hex');
const made = ({ dtype, shape, data }: Data): NDArray => frombuffer(bytes(data), { dtype }).reshape([...shape]);

/** What a call gives, in the words of the golden; a refusal must be one of ours. */
function outcome(call: () => NDArray): Outcome {
  try {
    const x = call();
    return { dtype: x.dtype, shape: x.shape, str: String(x) };
  } catch (error) {
    if (error instanceof IsogradError) return { error: error.what };
    throw error;
  }
}

/** Where a call and NumPy disagree. */
function difference(call: () => NDArray, { dtype, shape, str, error }: Outcome, title: unknown): string[] {
  const got = outcome(call);
  const agrees =
    error === undefined ? JSON.stringify(got) === JSON.stringify({ dtype, shape, str }) : got.error !== undefined;
  return agrees ? [] : [JSON.stringify({ title, got, want: { dtype, shape, str, error } })];
}

test(`${golden.files.length} .npy files are written byte for byte as by NumPy ${golden.numpy}, and read`, () => {
  for (const item of golden.files) {
    const x = made(item);
    const title = `${item.dtype} [${item.shape.join(', ')}]`;
    expect(hex(toNpy(x)), title).toBe(hex(bytes(item.file)));
    for (const file of [item.file, item.fortran, ...(item.others ?? [])]) {
      if (file === undefined) continue;
      const y = fromNpy(bytes(file));
      expect([y.dtype, y.shape, hex(tobytes(y))], title).toEqual([x.dtype, x.shape, hex(bytes(item.data))]);
    }
    if (item.fortran === undefined) continue;
    const columns = fromNpy(bytes(item.fortran));
    expect(hex(toNpy(columns)), title).toBe(hex(bytes(item.fortran)));
    expect(hex(tobytes(columns, 'F')), title).toBe(hex(tobytes(x.T)));
  }
});

test('JSON carries every element', () => {
  for (const item of golden.files) {
    const x = made(item);
    const y = fromJSON(JSON.stringify(toJSON(x)));
    expect([y.dtype, y.shape, String(y)]).toEqual([x.dtype, x.shape, String(x)]);
    if (/^(int|uint|bool)/.test(x.dtype)) expect(hex(tobytes(y))).toBe(hex(tobytes(x)));
  }
});

test.each(Object.entries(golden.refused))('a file of %s is refused', (name, file) => {
  const what = { object: 'Object arrays', fields: 'structured' }[name] ?? 'of this dtype';
  expect(outcome(() => fromNpy(bytes(file))).error).toContain(what);
});

test('archives of numpy.savez and numpy.savez_compressed', () => {
  for (const archive of golden.archives) {
    const file = fromNpz(bytes(archive));
    expect([...file.files].sort()).toEqual(['arr_0', 'empty', 'folder/y', 'x']);
    expect(file.get('x').shape).toEqual([2, 100]);
    expect(Number(file.get('x').sum().item())).toBe(19900);
    expect(file.get('folder/y.npy').dtype).toBe('float64');
    expect(file.get('empty').shape).toEqual([0, 3]);
    expect(file.toObject()['arr_0']!.item()).toBe(1.5);
  }
});

test(`loadtxt: ${golden.loads.length} texts`, () => {
  const wrong = golden.loads.flatMap((item) =>
    difference(() => loadtxt(item.lines, item.options), item, [item.lines, item.options]),
  );
  expect(wrong).toEqual([]);
});

test(`genfromtxt: ${golden.gaps.length} texts`, () => {
  const wrong = golden.gaps.flatMap((item) =>
    difference(() => genfromtxt(item.lines, item.options), item, [item.lines, item.options]),
  );
  expect(wrong).toEqual([]);
});

test(`savetxt: ${golden.saves.length} arrays`, () => {
  for (const { text, error, ...item } of golden.saves) {
    const title = JSON.stringify([item.dtype, item.shape, item.options]);
    if (error === undefined) expect(toTxt(made(item), item.options), title).toBe(text);
    else expect(() => toTxt(made(item), item.options), `${title}: NumPy says ${error}`).toThrow(IsogradError);
  }
});

test.each(golden.scans.map((item) => [JSON.stringify(item.text), item] as const))('fromstring(%s)', (title, item) => {
  expect(difference(() => fromstring(item.text, item.options), item, title)).toEqual([]);
});
