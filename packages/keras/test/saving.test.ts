import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { IsogradError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { Input, Layer, layers, type Model, saving, Sequential } from '../src/index.ts';
import { type Frozen, numbers, readCases, thaw } from './golden.ts';

interface Case {
  readonly name: string;
  readonly x: Frozen;
  readonly json: string;
  readonly files: Readonly<Record<'keras' | 'h5' | 'weights.h5', string>>;
  readonly predictions: readonly Frozen[];
}
const CASES = readCases<Case>('keras-saving');
/** Files of Keras 2. */
interface OlderCase extends Omit<Case, 'files'> {
  readonly files: Readonly<Record<'h5' | 'weights.h5', string>>;
  /** Predictions after one more step, of the model that was trained. */
  readonly after: readonly Frozen[];
}
const OLDER = readCases<OlderCase>('keras2-saving');
const decode = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

/** How far predictions are from Keras's at most, in units of 1 or of the value. */
async function worst(model: Model, { x, predictions }: Pick<Case, 'x' | 'predictions'>): Promise<number> {
  const given = thaw(x);
  const found = await model.predict(model.inputs.length > 1 ? model.inputs.map(() => given) : given, { verbose: 0 });
  const list = (Array.isArray(found) ? found : [found]) as readonly NDArray[];
  if (list.length !== predictions.length) return Infinity;
  return Math.max(
    ...list.flatMap((y, i) =>
      numbers(y).map((v, j) => {
        const wanted = Number(predictions[i]!.values[j]);
        return Math.abs(v - wanted) / Math.max(1, Math.abs(wanted));
      }),
    ),
  );
}

describe.each(CASES)('$name', (item) => {
  test.each(['keras', 'h5'] as const)('predicts as in Keras from .%s', async (format) => {
    expect(await worst(saving.loadModel(decode(item.files[format])), item)).toBeLessThan(1e-6);
  });

  test('takes weights of every format', async () => {
    for (const format of ['keras', 'h5', 'weights.h5'] as const) {
      const model = saving.modelFromJson(item.json);
      saving.loadWeights(model, decode(item.files[format]));
      expect(await worst(model, item)).toBeLessThan(1e-6);
    }
  });

  test('is the same after it was written and read here', async () => {
    const model = saving.loadModel(decode(item.files.keras));
    for (const format of ['keras', 'h5'] as const)
      expect(await worst(saving.loadModel(saving.modelBytes(model, format)), item)).toBeLessThan(1e-6);
    for (const format of ['h5', 'npz'] as const) {
      const again = saving.modelFromJson(saving.toJson(model));
      saving.loadWeights(again, saving.weightsBytes(model, format));
      expect(await worst(again, item)).toBeLessThan(1e-6);
    }
  });

  test('is written as Keras writes it, but for what has no meaning here', () => {
    const [ours, theirs] = [saving.toJson(saving.loadModel(decode(item.files.keras))), item.json].map((json) =>
      plain(JSON.parse(json) as saving.Json),
    );
    expect(ours).toEqual(theirs);
  });
});

describe.each(OLDER)('$name of Keras 2', (item) => {
  test('predicts as there', async () => {
    expect(await worst(saving.loadModel(decode(item.files.h5)), item)).toBeLessThan(1e-6);
  });

  test.runIf(item.name === 'trained')('is trained on, with the state of its optimizer', async () => {
    const model = saving.loadModel(decode(item.files.h5));
    model.trainOnBatch(thaw(item.x), [[0], [1]]);
    expect(await worst(model, { x: item.x, predictions: item.after })).toBeLessThan(1e-6);
  });

  test('gives its weights to the model that its JSON describes', async () => {
    const model = saving.modelFromJson(item.json);
    saving.loadWeights(model, decode(item.files['weights.h5']));
    expect(await worst(model, item)).toBeLessThan(1e-6);
  });
});

const LEFT_OUT = new Set([
  'build_config',
  'build_input_shape',
  'compile_config',
  'input_axes',
  'noise_shape',
  'optional',
  'output_axes',
  'quantization_config',
  // Keras leaves it out for its own layers and looks for them in the module all the same.
  'registered_name',
  'rms_scaling',
  'shared_object_id',
  'training',
]);

/** A configuration without what is left out, and without options of Keras that are null. */
function plain(value: saving.Json): saving.Json {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Readonly<Record<string, saving.Json>>).flatMap(([key, item]) =>
      LEFT_OUT.has(key) || item === null ? [] : [[key, plain(item)]],
    ),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'isograd-saving-'));
afterAll(() => rmSync(folder, { recursive: true }));

class Scale extends Layer {
  static override readonly name: string = 'Scale';
  static override readonly saved = { args: ['factor'] };
  readonly factor: number;

  constructor(factor: number, options: object = {}) {
    super(options);
    this.factor = factor;
  }

  override call(x: Tensor): Tensor {
    return x.mul(this.factor);
  }
}

test('layers of own classes are saved, and loaded when their classes are given', async () => {
  const bytes = saving.modelBytes(new Sequential([Input({ shape: [1] }), new Scale(3)]));
  expect(() => saving.loadModel(bytes)).toThrow('unknown name');
  const again = saving.loadModel(bytes, { customObjects: { Scale } });
  expect((await again.predict([[2]], { verbose: 0 })).tolist()).toEqual([[6]]);
});

test('what cannot be saved is said before anything is written', () => {
  const model = new Sequential([Input({ shape: [1] }), new layers.Dense(1, { activation: (x) => x.mul(2) })]);
  const path = join(folder, 'a.keras');
  expect(() => saving.saveModel(model, path)).toThrow('a function of its own cannot be saved');
  expect(() => saving.saveModel(model, join(folder, 'a.txt'))).toThrow('does not say the format');
  expect(() => saving.saveWeights(model, path)).toThrow('does not say the format');
  expect(readdirSync(folder)).toEqual([]);
});

test('a file that does not fit changes no weight', () => {
  const [small, large] = [2, 3].map(
    (n) => new Sequential([Input({ shape: [n] }), new layers.Dense(1), new layers.Dense(1)]),
  );
  const before = large!.getWeights().map((w) => w.tolist());
  expect(() => saving.loadWeights(large!, saving.weightsBytes(small!))).toThrow('has another shape');
  const one = new Sequential([Input({ shape: [3] }), new layers.Dense(1)]);
  expect(() => saving.loadWeights(large!, saving.weightsBytes(one))).toThrow('layers/dense_1/vars/0');
  expect(large!.getWeights().map((w) => w.tolist())).toEqual(before);
});

test('a file that is cut or changed is refused, or read; never anything else', () => {
  let random = 7;
  const next = (n: number): number => (random = (random * 48271) % 0x7fffffff) % n;
  let refused = 0;
  for (const item of CASES)
    for (const format of ['keras', 'h5'] as const) {
      const whole = decode(item.files[format]);
      for (let i = 0; i < 60; i++) {
        const bytes = i % 3 === 0 ? whole.slice(0, next(whole.length)) : whole.slice();
        for (let k = 0; k < (i % 3) * 3; k++) bytes[next(bytes.length)] = next(256);
        try {
          saving.loadModel(bytes);
        } catch (error) {
          refused++;
          expect(error).toBeInstanceOf(IsogradError);
        }
      }
    }
  expect(refused).toBeGreaterThan(100);
});

test('files are written as a whole', async () => {
  const model = saving.loadModel(decode(CASES[0]!.files.keras));
  const path = join(folder, 'm.keras');
  writeFileSync(path, 'before');
  model.save(path);
  model.saveWeights(join(folder, 'm.weights.h5'));
  model.loadWeights(join(folder, 'm.weights.h5'));
  expect(model.toJson()).toBe(saving.toJson(model));
  expect(readdirSync(folder).sort()).toEqual(['m.keras', 'm.weights.h5']);
  expect(readFileSync(path).subarray(0, 2).toString()).toBe('PK');
  expect(await worst(saving.loadModel(path), CASES[0]!)).toBeLessThan(1e-6);
});

test('operations by which Keras computes masks are left out of a graph, others are refused', () => {
  const node = (name: string): saving.Json => ({
    class_name: '__keras_tensor__',
    config: { shape: [null, 2], dtype: 'float32', keras_history: [name, 0, 0] },
  });
  const config = (input: string): string => {
    const layer = { module: 'keras.layers', registered_name: null };
    return JSON.stringify({
      class_name: 'Functional',
      config: {
        name: 'functional',
        layers: [
          {
            ...layer,
            class_name: 'InputLayer',
            config: { batch_shape: [null, 2], name: 'a' },
            name: 'a',
            inbound_nodes: [],
          },
          {
            module: 'keras.src.ops.numpy',
            class_name: 'NotEqual',
            config: { name: 'not_equal' },
            name: 'not_equal',
            inbound_nodes: [{ args: [node('a'), 0], kwargs: {} }],
          },
          {
            ...layer,
            class_name: 'Softmax',
            config: { name: 'softmax' },
            name: 'softmax',
            inbound_nodes: [{ args: [node(input)], kwargs: { mask: node('not_equal') } }],
          },
        ],
        input_layers: ['a', 0, 0],
        output_layers: ['softmax', 0, 0],
      },
    });
  };
  expect(saving.modelFromJson(config('a')).layers.map(({ name }) => name)).toEqual(['a', 'softmax']);
  expect(() => saving.modelFromJson(config('not_equal'))).toThrow('unknown name');
});
