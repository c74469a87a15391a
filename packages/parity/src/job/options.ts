import { ArgumentError, DeviceError, deviceNames, openDevice, ParityError } from '@isograd/device';
import { tfjsNodeStatus, type TfjsReferenceName } from '../references/tfjs.ts';

/** What isograd can be held against: tfjs on one of its backends. `tfjs` is its fastest that needs no set-up. */
export const OPPONENTS: { readonly [O in 'tfjs' | 'tfjs-cpu' | 'tfjs-wasm' | 'tfjs-node']: TfjsReferenceName } = {
  tfjs: 'tfjs-wasm',
  'tfjs-cpu': 'tfjs',
  'tfjs-wasm': 'tfjs-wasm',
  'tfjs-node': 'tfjs-node',
};

/** A name that `against` takes. */
export type Opponent = keyof typeof OPPONENTS;

/** What the main job is told. */
export interface ParityOptions {
  /** The whole MNIST, 60,000 and 10,000 digits, instead of the sample of 6,000 and 1,000. Default false. */
  readonly full?: boolean;
  /** What to compare with. Default `tfjs`. */
  readonly against?: string;
  /** Device that computes for isograd: `js`, `wasm` or `native`. Default the fastest that is there. */
  readonly device?: string;
  /** Seed of the first weights and of the order of the batches, 0 to 2^32 - 1. Default 0. */
  readonly seed?: number;
  /** Steps that each net is trained for, from 1. Default 500; 10 epochs of the whole MNIST; less where a slow backend takes part. */
  readonly steps?: number;
}

/** Options that were checked. */
export interface CheckedOptions {
  readonly full: boolean;
  readonly against: TfjsReferenceName;
  readonly device: string | undefined;
  readonly seed: number;
  readonly steps: number | undefined;
}

/**
 * Refuses what cannot work, before any work is done.
 *
 * @throws ArgumentError for an unknown name or a number out of range; ParityError when tfjs-node is not set up; DeviceError when the device cannot run here.
 */
export function checkOptions(options: ParityOptions, where = 'runParity'): CheckedOptions {
  const { full = false, against = 'tfjs', device, seed = 0, steps } = options;
  if (!isOpponent(against)) {
    throw new ArgumentError({
      where,
      what: '--against names nothing that isograd can be compared with',
      got: `'${against}'`,
      expected: `one of ${Object.keys(OPPONENTS).join(', ')}`,
      hint: 'tfjs needs no set-up and is the default',
    });
  }
  checkInteger(where, '--seed', seed, [0, 2 ** 32 - 1]);
  if (steps !== undefined) checkInteger(where, '--steps', steps, [1, 1_000_000]);
  if (device !== undefined) checkDevice(where, device);
  const reference = OPPONENTS[against];
  if (reference === 'tfjs-node') checkTfjsNode(where);
  return { full, against: reference, device, seed, steps };
}

const isOpponent = (name: string): name is Opponent => Object.hasOwn(OPPONENTS, name);

function checkInteger(where: string, name: string, value: number, [least, most]: readonly [number, number]): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new ArgumentError({
    where,
    what: `${name} is no whole number in range`,
    got: String(value),
    expected: `an integer from ${least} to ${most}`,
    hint: `leave ${name} out to take the default`,
  });
}

function checkDevice(where: string, name: string): void {
  if (!deviceNames().includes(name)) {
    throw new ArgumentError({
      where,
      what: '--device names no device',
      got: `'${name}'`,
      expected: `one of ${deviceNames().join(', ')}`,
      hint: 'leave --device out to take the fastest that is there',
    });
  }
  const opened = openDevice(name);
  if (typeof opened !== 'string') return;
  throw new DeviceError({
    where,
    what: `the device '${name}' cannot run here`,
    got: opened,
    expected: `one of ${deviceNames().join(', ')} that can`,
    hint: 'leave --device out to take the fastest that is there',
  });
}

function checkTfjsNode(where: string): void {
  const { ready, detail } = tfjsNodeStatus();
  if (ready) return;
  throw new ParityError({
    where,
    what: 'tfjs-node is not set up',
    got: detail,
    expected: 'libtensorflow beside @tensorflow/tfjs-node',
    hint: 'run scripts/setup-tfjs-node.sh, or compare with --against tfjs-wasm',
  });
}
