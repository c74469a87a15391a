import { getDevice, setDevice } from '@isograd/device';
import { loadTfjs, TFJS_REFERENCES } from '../references/tfjs.ts';
import { compareFrozenCurves, type CurveResult, curveRow } from '../curves/compare-curves.ts';
import { loadDigits } from './digits.ts';
import type { Samples } from './batches.ts';
import { openIsogradContender } from './isograd-contender.ts';
import { NETS } from './nets.ts';
import { type CheckedOptions, checkOptions, type ParityOptions } from './options.ts';
import { type ShowRun, silent } from './progress.ts';
import { allAgree, type Row } from './row.ts';
import { netRows, wayRows } from './rows.ts';
import { type NetResult, runNet } from './run-net.ts';
import { runWay, type WayResult, WAYS } from './run-two-layer.ts';
import { type Setting, settingOf } from './setting.ts';
import { openTfjsContender } from './tfjs-contender.ts';

/** What the main job found. */
export interface ParityResult {
  /** Whether nothing disagrees. */
  readonly agrees: boolean;
  /** The table, in order. */
  readonly rows: readonly Row[];
  readonly nets: readonly NetResult[];
  readonly ways: readonly WayResult[];
  /** Nets that other libraries trained beforehand, from their own first weights. */
  readonly curves: readonly CurveResult[];
  readonly setting: Setting;
  /** Name of the library that was compared with, its backend included: `tfjs-wasm`. */
  readonly opponent: string;
  /** The digits that the trained nets were tried on. */
  readonly test: Samples;
  /** Seconds that everything took. */
  readonly seconds: number;
}

/** What else the job may be given. */
export interface ParityHooks {
  /** Shows how far each run is. Default nothing. */
  readonly show?: ShowRun;
}

/** Steps of a run when none are asked for: of the nets on the sample, on the whole MNIST, and of the two-layer net. */
interface Lengths {
  readonly sample: number;
  readonly full: number | 'ten epochs';
  readonly twoLayer: number;
  /** Of each frozen curve, at most. */
  readonly curve: number;
}

const FAST: Lengths = { sample: 500, full: 'ten epochs', twoLayer: 500, curve: 500 };
/** Plain JavaScript takes ten times as long: with this it stays within three minutes on two cores. */
const SLOW: Lengths = { sample: 100, full: 500, twoLayer: 50, curve: 30 };

/**
 * The main job: trains the nets of notebooks 003 and 004 on MNIST, and the two-layer net of notebook 002 in its five ways,
 * with isograd and with tfjs from the same numbers, and compares gradients, losses, weights and accuracy. Then it trains the nets of 003
 * and 004 and a convolutional one again, from the first weights of PyTorch and of Keras, and compares with loss curves frozen of them and of tfjs.
 *
 * @throws ArgumentError, DeviceError or ParityError when an option cannot work; DataError when MNIST cannot be read.
 */
export async function runParity(options: ParityOptions = {}, hooks: ParityHooks = {}): Promise<ParityResult> {
  const checked = checkOptions(options);
  const before = getDevice();
  if (checked.device !== undefined) setDevice(checked.device);
  try {
    return await run(checked, hooks);
  } finally {
    setDevice(before);
  }
}

async function run(options: CheckedOptions, { show = silent }: ParityHooks): Promise<ParityResult> {
  const [begun, start] = [new Date().toISOString(), performance.now()];
  const { full, seed, against } = options;
  const digits = await loadDigits(full);
  const kind = TFJS_REFERENCES[against];
  const tf = await loadTfjs(kind);
  const ours = openIsogradContender();
  const theirs = await openTfjsContender(against);
  const theirsAsIs = await openTfjsContender(against, 'as it is');
  const device = getDevice().name;
  const lengths = kind === 'cpu' || device === 'js' ? SLOW : FAST;

  const nets: NetResult[] = [];
  for (const net of NETS) {
    const steps = options.steps ?? stepsOf(lengths, full, Math.ceil(digits.train.count / net.batchSize));
    nets.push(await runNet({ net, ours, theirs, theirsAsIs, digits, steps, seed, show }));
  }
  const ways: WayResult[] = [];
  const steps = Math.min(options.steps ?? lengths.twoLayer, FAST.twoLayer);
  for (const way of WAYS) ways.push(await runWay(way, { tf, opponent: theirs.name, device, steps, seed, show }));
  const sample = full ? (await loadDigits(false)).train : digits.train;
  const most = Math.min(options.steps ?? lengths.curve, lengths.curve);
  const curves = compareFrozenCurves({ data: sample, most, show });

  const rows = [...nets.flatMap(netRows), ...ways.flatMap(wayRows), ...curves.map(curveRow)];
  const data = `MNIST${full ? '' : ', the sample that ships with isograd'}: ${digits.train.count} digits to train with, ${digits.test.count} to test with`;
  return {
    agrees: allAgree(rows),
    rows,
    nets,
    ways,
    curves,
    setting: settingOf(tf, kind, { data, seed, begun }),
    opponent: theirs.name,
    test: digits.test,
    seconds: (performance.now() - start) / 1000,
  };
}

function stepsOf({ sample, full }: Lengths, isFull: boolean, stepsPerEpoch: number): number {
  if (!isFull) return sample;
  return full === 'ten epochs' ? 10 * stepsPerEpoch : full;
}
