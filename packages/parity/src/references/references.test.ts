import { afterAll, describe, expect, test } from 'vitest';
import {
  type Case,
  checkReference,
  cotangentAt,
  isAnswer,
  openReference,
  type RefArray,
  refArray,
  type Reference,
  REFERENCE_NAMES,
  type ReferenceName,
  referenceStatus,
} from './index.ts';

type Words = { readonly [R in ReferenceName]?: string };

const TANH: Words = {
  numpy: 'np.tanh(x1)',
  torch: 'torch.tanh(x1)',
  jax: 'jnp.tanh(x1)',
  tf: 'tf.tanh(x1)',
  keras: 'keras.ops.tanh(x1)',
  tfjs: 'tf.tanh(x1)',
};
const SUM: Words = {
  numpy: 'np.sum(x1, axis=axis, keepdims=keepdims)',
  torch: 'torch.sum(x1, dim=axis, keepdim=keepdims)',
  jax: 'jnp.sum(x1, axis=axis, keepdims=keepdims)',
  tf: 'tf.reduce_sum(x1, axis=axis, keepdims=keepdims)',
  keras: 'keras.ops.sum(x1, axis=axis, keepdims=keepdims)',
  tfjs: 'tf.sum(x1, axis, keepdims)',
};
const IDENTITY: Words = { numpy: 'x1', torch: 'x1', jax: 'x1', tf: 'x1', keras: 'x1', tfjs: 'x1' };
const MUL: Words = {
  ...IDENTITY,
  torch: 'x1 * x2',
  jax: 'x1 * x2',
  tf: 'x1 * x2',
  keras: 'x1 * x2',
  tfjs: 'tf.mul(x1, x2)',
};

const expression = (words: Words, name: ReferenceName): string =>
  words[name] ?? words[name.startsWith('tfjs') ? 'tfjs' : name] ?? '';

async function ask(
  reference: Reference,
  item: Case,
): Promise<{ outputs: readonly RefArray[]; grads: readonly (RefArray | null)[] }> {
  const [result] = await reference.run([item]);
  if (!result || !isAnswer(result)) throw new Error(`${reference.name} refused: ${JSON.stringify(result)}`);
  return { outputs: result.outputs, grads: result.grads ?? [] };
}

const ready = REFERENCE_NAMES.filter((name) => referenceStatus(name).ready);
const missing = REFERENCE_NAMES.filter((name) => !ready.includes(name));
if (missing.length > 0) process.stdout.write(`references not set up here, not tested: ${missing.join(', ')}\n`);

describe.each(ready)('%s', (name) => {
  const opened = openReference(name);
  afterAll(async () => (await opened).close());
  const tfjs = name.startsWith('tfjs');

  test('says its versions', async () => {
    const versions = await (await opened).versions();
    expect(Object.keys(versions).length).toBeGreaterThan(1);
    for (const version of Object.values(versions)) expect(version).toMatch(/^\d+\.\d+/);
  });

  test('computes a value and, where it can, its gradient under the given cotangent', async () => {
    const x = refArray('float32', [2, 2], [-2, -0.5, 0.5, 2]);
    const cotangent = refArray('float32', [2, 2], [1, 2, 3, 4]);
    const grad = name === 'numpy' ? {} : { grad: { cotangent } };
    const { outputs, grads } = await ask(await opened, {
      id: 'tanh',
      op: 'tanh',
      expr: expression(TANH, name),
      inputs: [x],
      ...grad,
    });
    expect(outputs[0]!.shape).toEqual([2, 2]);
    outputs[0]!.values.forEach((y: number | bigint, i: number) =>
      expect(y).toBeCloseTo(Math.tanh(Number(x.values[i])), 6),
    );
    if (name === 'numpy') return;
    grads[0]!.values.forEach((g: number | bigint, i: number) =>
      expect(g).toBeCloseTo((i + 1) * (1 - Math.tanh(Number(x.values[i])) ** 2), 5),
    );
  });

  test('binds attributes, and axis and keepdims without any', async () => {
    const x = refArray('float32', [2, 3], [1, 2, 3, 4, 5, 6]);
    const sum = async (attrs: Case['attrs']): Promise<RefArray> =>
      (
        await ask(await opened, {
          id: 'sum',
          op: 'sum',
          expr: expression(SUM, name),
          inputs: [x],
          ...(attrs && { attrs }),
        })
      ).outputs[0]!;
    expect(await sum(undefined)).toEqual(refArray('float32', [], [21]));
    expect(await sum({ axis: [0], keepdims: true })).toEqual(refArray('float32', [1, 3], [5, 7, 9]));
    expect(await sum({ axis: -1 })).toEqual(refArray('float32', [2], [6, 15]));
  });

  test('carries NaN, infinities, the sign of zero, empty arrays and bools unchanged', async () => {
    for (const x of [
      refArray('float32', [6], [NaN, Infinity, -Infinity, -0, 0, 2 ** -149]),
      refArray('float32', [0, 3], []),
      refArray('float32', [], [1.5]),
      refArray('bool', [3], [1, 0, 1]),
      refArray('int32', [2], [-(2 ** 31), 2 ** 31 - 1]),
    ]) {
      expect((await ask(await opened, { id: 'same', op: 'copy', expr: 'x1', inputs: [x] })).outputs[0]).toEqual(x);
    }
  });

  if (!tfjs)
    test('carries float64, int64 and uint8 unchanged', async () => {
      for (const x of [
        refArray('float64', [3], [Math.PI, 5e-324, -0]),
        refArray('int64', [3], [2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n]),
        refArray('uint8', [2], [0, 255]),
      ]) {
        expect((await ask(await opened, { id: 'same', op: 'copy', expr: 'x1', inputs: [x] })).outputs[0]).toEqual(x);
      }
    });

  if (tfjs)
    test('narrows int64 where it fits and refuses it where it does not', async () => {
      const [fits, wide] = await (
        await opened
      ).run([
        { id: 'fits', op: 'copy', expr: 'x1', inputs: [refArray('int64', [1], [7])] },
        { id: 'wide', op: 'copy', expr: 'x1', inputs: [refArray('int64', [1], [2n ** 40n])] },
      ]);
      expect(fits).toMatchObject({ outputs: [refArray('int32', [1], [7])] });
      expect(wide).toMatchObject({ error: { name: 'DTypeError' } });
    });

  test('binds the list of its inputs', async () => {
    const inputs = [refArray('float32', [1], [1]), refArray('float32', [2], [2, 3])];
    const words: Words = {
      numpy: 'np.concatenate(xs)',
      torch: 'torch.cat(xs)',
      jax: 'jnp.concatenate(xs)',
      tf: 'tf.concat(xs, 0)',
      keras: 'keras.ops.concatenate(xs)',
      tfjs: 'tf.concat(xs)',
    };
    const { outputs } = await ask(await opened, { id: 'cat', op: 'cat', expr: expression(words, name), inputs });
    expect(outputs).toEqual([refArray('float32', [3], [1, 2, 3])]);
  });

  test('goes on after a case that it cannot compute', async () => {
    const x = refArray('float32', [1], [1]);
    const results = await (
      await opened
    ).run([
      { id: 'bad', op: 'none', expr: 'no_such_name(x1)', inputs: [x] },
      { id: 'syntax', op: 'none', expr: 'x1 +', inputs: [x] },
      { id: 'good', op: 'copy', expr: 'x1', inputs: [x] },
    ]);
    expect(results.map(({ id }) => id)).toEqual(['bad', 'syntax', 'good']);
    expect(results.map(isAnswer)).toEqual([false, false, true]);
  });

  if (name !== 'numpy')
    test('uses the shared cotangent pattern and gives no gradient for an int', async () => {
      const inputs = [refArray('float32', [3], [1, 2, 3]), refArray('int32', [3], [2, 3, 4])];
      const words: Words = { ...MUL, tf: 'x1 * tf.cast(x2, x1.dtype)', keras: 'x1 * keras.ops.cast(x2, "float32")' };
      const { grads } = await ask(await opened, {
        id: 'mul',
        op: 'mul',
        expr: expression(words, name),
        inputs,
        grad: {},
      });
      expect(grads).toEqual([
        refArray(
          'float32',
          [3],
          [2, 3, 4].map((w, i) => w * cotangentAt(i)),
        ),
        null,
      ]);
    });
});

test('an unknown reference is named with what there is', () => {
  expect(() => checkReference('tensorflow', 'parity')).toThrow(
    "parity: unknown reference\n  got:      'tensorflow'\n  expected: one of tfjs, tfjs-wasm",
  );
});
