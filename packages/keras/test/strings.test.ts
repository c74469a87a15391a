import { expect, test } from 'vitest';
import { NDArray } from '@isograd/ndarray';
import { tensor } from '@isograd/autograd';
import { Input, layers, type Model, saving, Sequential } from '../src/index.ts';
import { layerFrom } from '../src/saving/model-from-config.ts';
import { expectClose, type Frozen, numbers, readCases } from './golden.ts';
import { layerOf, plainConfig, word } from './layer-of.ts';

type Outcome = Frozen | { readonly texts: unknown };
interface LayerCase {
  readonly layer: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly adapt: layers.Tokens | null;
  readonly input: layers.Tokens;
  readonly output: Outcome;
  readonly config: Readonly<Record<string, unknown>>;
  readonly vocabulary?: readonly layers.Token[];
  readonly plainVocabulary?: readonly layers.Token[];
  readonly size?: number;
}
interface ModelCase {
  readonly model: string;
  readonly input: layers.Tokens;
  readonly output: Outcome;
  readonly file: string;
}
/** What layers of texts have beside a call. */
interface Lookup {
  (inputs: layers.Tokens): unknown;
  adapt(data: layers.TokenData): void;
  setVocabulary(vocabulary: readonly layers.Token[], weights?: readonly number[]): void;
  getVocabulary(options?: { readonly includeSpecialTokens?: boolean }): readonly layers.Token[];
  vocabularySize(): number;
}

const cases = readCases<LayerCase | ModelCase>('keras-strings');
const LAYERS = cases
  .filter((item) => 'layer' in item)
  .map((item, i): [string, LayerCase] => [
    `${i} ${item.layer}(${[...item.args, item.options].map((a) => JSON.stringify(a)).join(', ')})`,
    item,
  ]);
const MODELS = cases.filter((item) => 'model' in item).map((item): [string, ModelCase] => [item.model, item]);

/** Words of a language stay as they are. */
const made = ({ layer, args, options }: Pick<LayerCase, 'layer' | 'args' | 'options'>): Lookup & layers.Layer => {
  const { vocabulary, mask_token, oov_token, mask_value, ...rest } = options;
  const kept = { vocabulary, mask_token, oov_token, mask_value };
  const spelled = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, word(value)]));
  const given = Object.entries(kept).filter(([, value]) => value !== undefined);
  const camel = (key: string): string => key.replace(/_(\w)/g, (_, c: string) => c.toUpperCase());
  const all = [...Object.entries(spelled), ...given].map(([key, value]) => [camel(key), value]);
  return layerOf(layer, args, Object.fromEntries(all)) as unknown as Lookup & layers.Layer;
};
const adapted = (item: LayerCase): Lookup & layers.Layer => {
  const layer = made(item);
  if (item.adapt !== null) layer.adapt(item.adapt);
  return layer;
};

/** What a layer gives, as the golden has it. */
function expectOutcome(got: unknown, frozen: Outcome): boolean {
  if ('texts' in frozen) {
    expect(got).toEqual(frozen.texts);
    return true;
  }
  expect(got).toBeInstanceOf(NDArray);
  const array = got as NDArray;
  expect([array.dtype, array.shape]).toEqual([frozen.dtype, frozen.shape]);
  expectClose(numbers(array), frozen.values, 2e-7);
  return true;
}

test.each(LAYERS)('%s is the layer of Keras', (_, item) => {
  const layer = adapted(item);
  if (item.vocabulary) {
    expect(layer.getVocabulary()).toEqual(item.vocabulary);
    expect(layer.getVocabulary({ includeSpecialTokens: false })).toEqual(item.plainVocabulary);
    expect(layer.vocabularySize()).toBe(item.size);
  }
  expect(expectOutcome(layer(item.input), item.output)).toBe(true);
});

test.each(LAYERS)('%s is written as Keras writes it, and read', (_, item) => {
  const { config } = plainConfig(saving.layerConfig(adapted(item)));
  expect(config).toEqual(item.config);
  const again = layerFrom({ class_name: item.layer, config: item.config as never });
  const { vocabulary_size: _size, ...rest } = plainConfig(saving.layerConfig(again)).config;
  const { vocabulary_size: _theirs, ...wanted } = item.config;
  expect(rest).toEqual(wanted);
});

const outputOf = (model: Model, input: layers.Tokens): unknown =>
  model.layers.reduce((x: unknown, layer) => (layer as unknown as (x: unknown) => unknown)(x), input);

test.each(MODELS)('the file of Keras with %s gives the same here, before and after it was saved here', (_, item) => {
  const model = saving.loadModel(new Uint8Array(Buffer.from(item.file, 'base64')));
  for (const each of [model, saving.loadModel(saving.modelBytes(model))])
    expect(expectOutcome(outputOf(each, item.input), item.output)).toBe(true);
});

test('batches come one after the other, each a document', () => {
  function* batches(): Generator<layers.Tokens> {
    yield ['a', 'b'];
    yield ['a'];
    yield [
      ['c', 'a'],
      ['a', 'a'],
    ];
  }
  const layer = new layers.StringLookup({ outputMode: 'tfIdf' });
  layer.adapt(batches());
  expect(layer.getVocabulary()).toEqual(['[UNK]', 'a', 'c', 'b']);
  // Four documents, `a` in all, the others in one.
  const [, a, c] = numbers(layer([['a', 'c']]));
  expect([a, c]).toEqual([Math.log(1 + 4 / 5), Math.log(1 + 4 / 2)].map(Math.fround));
});

test('functions say how texts become words', () => {
  const layer = new layers.TextVectorization({
    standardize: (text) => text.toUpperCase(),
    split: (text) => text.split('-'),
  });
  layer.adapt(['ä-b', 'b']);
  expect(layer.getVocabulary()).toEqual(['', '[UNK]', 'B', 'Ä']);
  expect(layer(['b-x']).tolist()).toEqual([[2, 1]]);
  expect(() => saving.layerConfig(layer)).toThrow('cannot be saved');
});

test('places go through an embedding', async () => {
  const model = new Sequential([
    Input({ shape: [2] }),
    new layers.IntegerLookup({ vocabulary: [7, 9] }),
    new layers.Embedding(3, 2),
    new layers.Flatten(),
  ]);
  expect(((await model.predict(tensor([[7, 9]]), { verbose: 0 })) as NDArray).shape).toEqual([1, 4]);
});

test('what makes no sense is refused', () => {
  const vocabulary = ['a', 'b'];
  expect(() => new layers.StringLookup({ vocabulary: ['a', 'a'] })).toThrow('a word comes twice');
  expect(() => new layers.StringLookup({ vocabulary: [] })).toThrow('the vocabulary is empty');
  expect(() => new layers.StringLookup({ vocabulary, maskToken: 'b' })).toThrow('mask token stands among');
  expect(() => new layers.StringLookup({ vocabulary, maxTokens: 2 })).toThrow('too many words');
  expect(() => new layers.StringLookup({ vocabulary, outputMode: 'tfIdf' })).toThrow('idfWeights do not fit');
  expect(() => new layers.StringLookup({ vocabulary, idfWeights: [1, 2] })).toThrow('idfWeights count nowhere');
  expect(() => new layers.StringLookup({ vocabulary, invert: true, outputMode: 'count' })).toThrow('only places');
  expect(() => new layers.StringLookup({ vocabulary, numOovIndices: 0 })(['q'])).toThrow('not in the vocabulary');
  expect(() => new layers.StringLookup({ vocabulary }).adapt(['q'])).toThrow('the vocabulary was given');
  expect(() => new layers.StringLookup({ padToMaxTokens: true })).toThrow('length of rows is not known');
  expect(() => new layers.StringLookup({ outputMode: 'count' })(['q'])).toThrow('no vocabulary yet');
  expect(() => new layers.StringLookup({ vocabulary })([1, 2])).toThrow('is no text');
  expect(() => new layers.StringLookup({ vocabulary })([['a'], ['a', 'b']])).toThrow('lists are not all as long');
  expect(() => new layers.IntegerLookup({ vocabulary: [1] })(['a'])).toThrow('is no whole number');
  expect(() => new layers.IntegerLookup({ salt: 1 })).toThrow('salt is of no use');
  expect(() => new layers.Hashing(0)).toThrow('numBins is no number');
  expect(() => new layers.Hashing(3, { salt: [1] as never })).toThrow('salt is no key');
  expect(() => new layers.Hashing(3, { outputMode: 'tfIdf' as never })).toThrow('unknown outputMode');
  expect(() => new layers.HashedCrossing(3)(['a'])).toThrow('nothing to cross');
  expect(() => new layers.HashedCrossing(3)([['a'], ['b', 'c']])).toThrow('inputs do not fit');
  expect(() => new layers.TextVectorization({ outputMode: 'count', outputSequenceLength: 3 })).toThrow('of no use');
  expect(() => new layers.TextVectorization({ vocabulary })([['a', 'b']])).toThrow('no list of texts');
});
