import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GOLDENS } from './golden-files.ts';
import { onnxCases } from './onnx-models.ts';

interface Answer {
  readonly name: string;
  readonly sha256: string;
  readonly nodes: readonly string[];
  readonly outputs: readonly { readonly shape: readonly number[]; readonly values: readonly (number | string)[] }[];
}

const { cases: ANSWERS } = JSON.parse(readFileSync(join(GOLDENS, 'onnx.json'), 'utf8')) as {
  readonly cases: readonly Answer[];
};
const CASES = onnxCases();

// What ONNX Runtime and our kernels add up in another order.
const RELATIVE = 2e-6;

test('every model that is exported was run by ONNX Runtime', () => {
  expect(CASES.map(({ name }) => name)).toEqual(ANSWERS.map(({ name }) => name));
});

describe.each(CASES.map((item, i) => [item.name, item, ANSWERS[i]!] as const))('%s', (_name, item, answer) => {
  test('is the file that ONNX has checked', () => {
    expect(createHash('sha256').update(item.bytes).digest('hex')).toBe(answer.sha256);
  });

  test('gives in ONNX Runtime what it gives here', async () => {
    const outputs = await item.outputs();
    expect(outputs.map(({ shape }) => [...shape])).toEqual(answer.outputs.map(({ shape }) => shape));
    outputs.forEach((y, k) => {
      const [got, theirs] = [y.data as Float32Array, answer.outputs[k]!.values];
      const scale = Math.max(1, ...theirs.map((value) => Math.abs(Number(value))));
      got.forEach((value, j) =>
        expect(Math.abs(value - Number(theirs[j])), `${k}[${j}]`).toBeLessThanOrEqual(RELATIVE * scale),
      );
    });
  });
});
