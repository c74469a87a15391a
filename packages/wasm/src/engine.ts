import { type FunctionBuilder, type Signature } from './asm/function-builder.ts';
import { ModuleBuilder } from './asm/module-builder.ts';
import { f32x4 } from './asm/simd.ts';
import type { Vec } from './asm/value.ts';

/** What the WebAssembly engine at hand can do beyond fixed-width SIMD. */
export interface Engine {
  /** Whether `relaxed_madd` exists; it is one instruction on every CPU with FMA. */
  readonly fma: boolean;
  /** Whether the engine joins neighbouring 128-bit instructions to 256-bit ones. */
  readonly wide: boolean;
}

interface NodeProcess {
  readonly versions?: { readonly v8?: string };
  getBuiltinModule?(name: 'node:v8'): { setFlagsFromString(flags: string): void } | undefined;
}

const PAIR: Signature = { params: ['v128', 'v128'], results: ['v128'] };

function supports(body: (a: Vec, b: Vec) => Vec): boolean {
  const module = new ModuleBuilder();
  module.function(PAIR, (f: FunctionBuilder) => f.result(body(f.param(0, 'v128'), f.param(1, 'v128'))));
  return WebAssembly.validate(module.toBytes());
}

function setV8Flag(flag: string, versions: (major: number, minor: number) => boolean): boolean {
  const { process } = globalThis as { process?: NodeProcess };
  const [major = 0, minor = 0] = (process?.versions?.v8 ?? '').split('.').map(Number);
  // V8 complains on standard error about a flag that it does not know.
  if (!versions(major, minor)) return false;
  const v8 = process?.getBuiltinModule?.('node:v8');
  v8?.setFlagsFromString(flag);
  return v8 !== undefined;
}

/**
 * Finds out what the engine can do; gives the reason when it cannot run the device at all.
 *
 * @param revectorize - Whether to turn on the pass of V8 that joins instructions; it is experimental.
 */
export function detectEngine(revectorize = false): Engine | string {
  if (typeof WebAssembly !== 'object') return 'this JavaScript engine has no WebAssembly';
  if (!supports((a, b) => f32x4.add(a, b))) return 'this WebAssembly engine has no SIMD';
  const relaxed = (): boolean => supports((a, b) => f32x4.relaxedMadd(a, b, a));
  // V8 11.3 (Node 20) has relaxed SIMD behind a flag that works at run time.
  if (!relaxed()) setV8Flag('--experimental-wasm-relaxed-simd', (major, minor) => major === 11 && minor <= 3);
  const wide = revectorize && setV8Flag('--experimental-wasm-revectorize', (major) => major >= 13);
  return { fma: relaxed(), wide };
}
