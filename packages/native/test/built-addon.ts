import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Device } from '@isograd/device';
import { addonFile } from '../src/addon.ts';
import { createNativeDevice, type InstructionSet, type NativeDeviceOptions } from '../src/index.ts';

const script = fileURLToPath(new URL('../scripts/build.mjs', import.meta.url));

/** Builds the addon as far as needed: exit code and the line that the script says. Without a compiler that is no failure. */
export function build(env: Readonly<Record<string, string>> = {}): {
  readonly status: number | null;
  readonly line: string;
} {
  const { status, stdout } = spawnSync(process.execPath, [script, '--strict'], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { status, line: stdout.trim() };
}

/** What building for these tests gave. */
export const built: ReturnType<typeof build> = build();

/** Whether there is an addon to test; if not, the line of the build says why. */
export const hasAddon: boolean = built.status === 0 && existsSync(addonFile());

/** Opens a device that must exist. */
export function open(options?: NativeDeviceOptions): Device {
  const device = createNativeDevice(options);
  if (typeof device === 'string') throw new Error(device);
  return device;
}

/** The instruction sets that can be tested here. */
export function instructionSets(): readonly InstructionSet[] {
  const all: readonly InstructionSet[] = ['portable', 'avx2', 'avx512'];
  return hasAddon ? all.filter((isa) => typeof createNativeDevice({ isa }) !== 'string') : [];
}
