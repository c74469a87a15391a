import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { gradients, manualSeed, type Tensor } from '@isograd/autograd';
import { type Frozen, fill, expectFrozen } from './frozen.ts';
import { GRU, LSTM, RNN, type Module, utils } from '../src/index.ts';

interface Packed {
  readonly data: Frozen;
  readonly batchSizes: Frozen;
  readonly indices: readonly (Frozen | null)[];
}
type Options = Readonly<Record<string, unknown>>;
type Case =
  | {
      readonly kind: 'pack';
      readonly shape: readonly number[];
      readonly lengths: readonly number[];
      readonly options: Options;
      readonly padding: Options;
      readonly packed: Packed;
      readonly padded: Frozen;
      readonly found: Frozen;
      readonly unpacked: readonly Frozen[];
    }
  | {
      readonly kind: 'pad';
      readonly shapes: readonly (readonly number[])[];
      readonly options: Options;
      readonly padded: Frozen;
      readonly packed: Packed;
    }
  | {
      readonly kind: 'read';
      readonly name: 'RNN' | 'GRU' | 'LSTM';
      readonly lengths: readonly number[];
      readonly enforceSorted: boolean;
      readonly options: Options;
      readonly state: boolean;
      readonly output: Packed;
      readonly lasts: readonly Frozen[];
      readonly grads: readonly Frozen[];
    };

const file = new URL('../../../parity-tests/goldens/torch-sequences.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] };
const of = <K extends Case['kind']>(kind: K): Extract<Case, { kind: K }>[] =>
  cases.filter((item): item is Extract<Case, { kind: K }> => item.kind === kind);

const camel = (options: Options): Options =>
  Object.fromEntries(
    Object.entries(options).map(([key, v]) => [key.replace(/_(.)/g, (_, c: string) => c.toUpperCase()), v]),
  );

function expectPacked(got: utils.rnn.PackedSequence, { data, batchSizes, indices }: Packed): void {
  expectFrozen(got.data, data, 'data');
  expectFrozen(got.batchSizes, batchSizes, 'batchSizes');
  for (const [k, x] of [got.sortedIndices, got.unsortedIndices].entries()) {
    if (indices[k]) expectFrozen(x!, indices[k], 'indices');
    else expect(x).toBeNull();
  }
}

describe('packing', () => {
  test.each(of('pack'))('of $shape with lengths $lengths, $options, $padding', (item) => {
    expect.hasAssertions();
    const packed = utils.rnn.packPaddedSequence(fill(item.shape, 0), item.lengths, camel(item.options));
    expectPacked(packed, item.packed);
    const [padded, lengths] = utils.rnn.padPackedSequence(packed, camel(item.padding));
    expectFrozen(padded, item.padded, 'padded');
    expectFrozen(lengths, item.found, 'lengths');
    utils.rnn.unpackSequence(packed).forEach((x, i) => expectFrozen(x, item.unpacked[i]!, `sequence ${i}`));
  });

  test.each(of('pad'))('of sequences $shapes, $options', ({ shapes, options, padded, packed }) => {
    expect.hasAssertions();
    const sequences = shapes.map((shape, k) => fill(shape, k));
    expectFrozen(utils.rnn.padSequence(sequences, camel(options)), padded, 'padded');
    expectPacked(utils.rnn.packSequence(sequences, { enforceSorted: false }), packed);
  });

  test('lengths that do not fit are refused', () => {
    const x = fill([3, 2], 0);
    expect(() => utils.rnn.packPaddedSequence(x, [1, 2])).toThrow('not sorted by length');
    expect(() => utils.rnn.packPaddedSequence(x, [2, 0])).toThrow('lengths do not fit');
    expect(() => utils.rnn.packPaddedSequence(x, [4, 1])).toThrow('lengths do not fit');
    expect(() => utils.rnn.packPaddedSequence(fill([3], 0), [3])).toThrow('too few axes');
    expect(() => utils.rnn.padSequence([])).toThrow('do not fit together');
    const packed = utils.rnn.packSequence([x]);
    expect(() => utils.rnn.padPackedSequence(packed, { totalLength: 2 })).toThrow('below the longest');
  });
});

type Recurrent = Module & ((x: utils.rnn.PackedSequence, state?: unknown) => [utils.rnn.PackedSequence, unknown]);
const classes = { RNN, GRU, LSTM } as unknown as Readonly<
  Record<string, new (inputs: number, units: number, options: Options) => Recurrent>
>;

test.each(of('read'))('$name reads lengths $lengths with $options', (item) => {
  expect.hasAssertions();
  manualSeed(0);
  const model = new classes[item.name]!(3, 4, camel(item.options)).double();
  const x = fill([5, item.lengths.length, 3], 0).requiresGrad_();
  const isLstm = item.name === 'LSTM';
  const rows = ((item.options['num_layers'] as number) ?? 1) * (item.options['bidirectional'] ? 2 : 1);
  const widths = [(item.options['proj_size'] as number) ?? 4, 4].slice(0, isLstm ? 2 : 1);
  const given = item.state ? widths.map((w, k) => fill([rows, item.lengths.length, w], 3 + k).requiresGrad_()) : [];
  const packed = utils.rnn.packPaddedSequence(x, item.lengths, { enforceSorted: item.enforceSorted });
  const [output, last] = item.state ? model(packed, isLstm ? given : given[0]) : model(packed);
  expectPacked(output, item.output);
  const lasts = (isLstm ? last : [last]) as Tensor[];
  lasts.forEach((y, k) => expectFrozen(y, item.lasts[k]!, `state ${k}`));
  const results = [output.data, ...lasts];
  const grads = gradients(results, [x, ...given, ...model.parameters()], {
    gradOutputs: results.map((y, k) => fill(y.shape, 20 + k)),
  });
  grads.forEach((g, k) => expectFrozen(g, item.grads[k]!, `gradient ${k}`));
});

test('a packed input of another width is refused', () => {
  const packed = utils.rnn.packSequence([fill([2, 5], 0)]);
  expect(() => new GRU(3, 4)(packed)).toThrow('the packed input does not fit');
});
