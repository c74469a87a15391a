import { type FunctionBuilder, type Signature } from './asm/function-builder.ts';
import { ModuleBuilder } from './asm/module-builder.ts';
import { f32x4 } from './asm/simd.ts';
import type { Vec } from './asm/value.ts';

/** What the WebAssembly engine at hand can do beyond fixed-width SIMD. */
export interface Engine {
  /** Whether `relaxed_madd` exists; it is one instruction on every CPU with FMA. */
  readonly fma: boolean;
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

// V8 11.3 (Node 20) has relaxed SIMD behind a flag that works at run time; newer ones have it on, and complain about unknown flags.
function enableRelaxedSimd(): void {
  const { process } = globalThis as { process?: NodeProcess };
  if (/^11\.[0-3]\./.test(process?.versions?.v8 ?? ''))
    process?.getBuiltinModule?.('node:v8')?.setFlagsFromString('--experimental-wasm-relaxed-simd');
}

/** Finds out what the engine can do; gives the reason when it cannot run the device at all. */
export function detectEngine(): Engine | string {
  if (typeof WebAssembly !== 'object') return 'this JavaScript engine has no WebAssembly';
  if (!supports((a, b) => f32x4.add(a, b))) return 'this WebAssembly engine has no SIMD';
  const relaxed = (): boolean => supports((a, b) => f32x4.relaxedMadd(a, b, a));
  if (!relaxed()) enableRelaxedSimd();
  return { fma: relaxed() };
}
