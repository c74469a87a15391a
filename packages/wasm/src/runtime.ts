import type { ModuleBuilder } from './asm/module-builder.ts';
import type { FunctionRef } from './asm/function-builder.ts';
import type { Engine } from './engine.ts';
import type { DeviceMemory } from './memory.ts';
import type { Transpose } from './transpose.ts';

/** What kernels of one device share. */
export interface Runtime {
  readonly engine: Engine;
  readonly memory: DeviceMemory;
  readonly transpose: Transpose;
  /** A memory for what would make that of the device large for ever; it goes when nobody works in it any more. */
  readonly scratch: () => DeviceMemory;
}

/** A generated kernel: reads its parameters from the block at an address. */
export type Entry = (block: number) => void;

/** Name of a function of the engine that takes over for large angles. */
export type SlowFunction = 'sin' | 'cos' | 'tan';
const SLOW: { readonly [F in SlowFunction]: (x: number) => number } = { sin: Math.sin, cos: Math.cos, tan: Math.tan };

/** Imports functions of the engine into a module. */
export function importSlow(module: ModuleBuilder, names: readonly SlowFunction[]): ReadonlyMap<string, FunctionRef> {
  return new Map(names.map((name) => [name, module.importFunction(name, { params: ['f64'], results: ['f64'] })]));
}

/** Compiles a module over the memory of the device and gives its exported function `run`. */
export function instantiate(runtime: Pick<Runtime, 'memory'>, module: ModuleBuilder): Entry {
  return instance(runtime, module)['run'] as Entry;
}

/** Compiles a module over the memory of the device and gives its exports. */
export function instance(runtime: Pick<Runtime, 'memory'>, module: ModuleBuilder): WebAssembly.Exports {
  return instanceOf(runtime, new WebAssembly.Module(module.toBytes()));
}

/** The exports of a compiled module over a memory; modules that share their code share what the engine makes of it, too. */
export function instanceOf({ memory }: Pick<Runtime, 'memory'>, module: WebAssembly.Module): WebAssembly.Exports {
  return new WebAssembly.Instance(module, { env: { memory: memory.memory, ...SLOW } }).exports;
}
