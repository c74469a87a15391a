import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';
import { getDevice } from '@isograd/device';
import { type Tfjs, tfjsVersions, type TfjsBackend } from '../references/tfjs.ts';

/** Where and with what the job ran. */
export interface Setting {
  readonly versions: Readonly<Record<string, string>>;
  /** Isograd's device. */
  readonly device: string;
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly memory: string;
  readonly data: string;
  readonly seed: number;
  /** When the job began, in UTC. */
  readonly begun: string;
}

const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string };

/** Looks at the machine and the libraries. */
export function settingOf(tf: Tfjs, kind: TfjsBackend, known: Pick<Setting, 'data' | 'seed' | 'begun'>): Setting {
  const processors = cpus();
  return {
    versions: { isograd: version, ...tfjsVersions(tf, kind), node: process.versions.node },
    device: getDevice().name,
    platform: `${process.platform} ${process.arch}`,
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memory: `${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    ...known,
  };
}
