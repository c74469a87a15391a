import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { TypedArray } from '@isograd/device';

/** An instruction set that the addon may have been built for. */
export type InstructionSet = 'portable' | 'avx2' | 'avx512';

/** One opened device of the addon. */
export interface NativeHandle {
  readonly isa: InstructionSet;
  readonly threads: number;
  /** Names of the element-wise operations; their places are the codes of instructions. */
  readonly operations: readonly string[];
  /** Buffer of float64 that {@link NativeHandle.run} reads commands from. */
  readonly words: ArrayBuffer;
  /** Runs the commands in the buffer on operands in the order of the commands; a status when that failed. */
  run(commands: number, ...memories: TypedArray[]): number | undefined;
  /** Makes a kernel; its number, or -1. */
  compile(words: Float64Array): number;
  /** Frees a kernel. */
  release(kernel: number): void;
}

/** What the addon exports. */
export interface Addon {
  /** Those that this machine can run, best first. */
  readonly instructionSets: readonly InstructionSet[];
  readonly protocol: number;
  /** Opens a device; the best instruction set for `''`. */
  open(isa: InstructionSet | '', threads: number): NativeHandle | undefined;
}

/** Counts changes of what kernels.ts writes; equal to PROTOCOL in csrc/isograd.h. */
const PROTOCOL = 6;

const require = createRequire(import.meta.url);

/** Where scripts/build.mjs puts the addon; the same from `src` and from `dist`. */
export function addonFile(): string {
  return fileURLToPath(new URL('../build/isograd.node', import.meta.url));
}

/** Why a file is not what the build script wrote; a library that is cut off would end the process while it is loaded. */
function damage(file: string): string | undefined {
  const stamp = file.replace(/\.node$/, '.json');
  if (stamp === file || !existsSync(stamp)) return undefined;
  const { bytes } = JSON.parse(readFileSync(stamp, 'utf8')) as { readonly bytes: number };
  const { size } = statSync(file);
  return size === bytes ? undefined : `the native addon is damaged: ${size} bytes instead of ${bytes}`;
}

/** Loads the addon, or gives a one-line reason why it cannot be used. */
export function loadAddon(file: string = addonFile()): Addon | string {
  if (!existsSync(file)) return 'the native addon is not built (node scripts/build.mjs in @isograd/native builds it)';
  let addon: Addon;
  try {
    const reason = damage(file);
    if (reason !== undefined) return reason;
    addon = require(file) as Addon;
  } catch (error) {
    return `the native addon cannot be loaded: ${String(error instanceof Error ? error.message : error).split('\n')[0]}`;
  }
  if (addon.protocol !== PROTOCOL)
    return 'the native addon was built from other sources (node scripts/build.mjs in @isograd/native builds it again)';
  return addon;
}
