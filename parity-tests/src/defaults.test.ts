import { layers, setRandomSeed } from '@isograd/keras';
import { zeros } from '@isograd/autograd';
import { KNOWN_DIFFERENCES, loadTfjs } from '@isograd/parity';
import { expect, test } from 'vitest';

const SIZE = 100;
// Glorot and Bengio's bound of an even distribution, sqrt(6 / (in + out)).
const LIMIT = Math.sqrt(6 / (SIZE + SIZE));

const largest = (values: Iterable<number>): number => Math.max(...Array.from(values, Math.abs));

/** For each known difference of defaults: what shows that it is still there. */
const SHOWN: { readonly [place: string]: () => Promise<void> } = {
  'Dense: kernel initializer': async () => {
    setRandomSeed(0);
    const layer = new layers.Dense(SIZE);
    layer(zeros([1, SIZE]));
    const ours = largest(layer.kernel!.data as Float32Array);
    expect(ours).toBeLessThanOrEqual(LIMIT);
    expect(ours).toBeGreaterThan(LIMIT * 0.99);
    const tf = await loadTfjs('cpu');
    const theirs = tf.layers.dense({ units: SIZE, inputShape: [SIZE] });
    theirs.build([null, SIZE]);
    expect(theirs.getConfig().kernelInitializer).toMatchObject({ config: { distribution: 'normal', mode: 'fanAvg' } });
    // The normal distribution is cut at two deviations, beyond the even one's bound.
    expect(largest(theirs.getWeights()[0]!.dataSync())).toBeGreaterThan(LIMIT * 1.1);
  },
};

const rows = KNOWN_DIFFERENCES.filter(({ aspect }) => aspect === 'default').map((row) => `${row.op}: ${row.case}`);

test('each known difference of defaults is shown, and nothing else', () => {
  expect(Object.keys(SHOWN)).toEqual(rows);
});

test.each(rows)('%s still shows', async (row) => {
  expect.hasAssertions();
  await SHOWN[row]!();
});
