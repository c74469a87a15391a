import { addedKernel, type Command, type Device, type Kernel, type KernelDesc } from '@isograd/device';
import { detectEngine } from './engine.ts';
import { compileGemm } from './gemm/gemm.ts';
import { compileIndexed } from './indexed.ts';
import { compileScan } from './lines/scan.ts';
import { compileSort } from './lines/sort.ts';
import { compileMap } from './map/map.ts';
import { DeviceMemory } from './memory.ts';
import { compileReduce } from './reduce/reduce.ts';
import type { Runtime } from './runtime.ts';
import { compileTranspose, type Transpose } from './transpose.ts';

/** Options of {@link createWasmDevice}. */
export interface WasmDeviceOptions {
  /** Whether to use fused multiply-add where the engine has it; off gives the results of an engine without. Default on. */
  readonly fma?: boolean;
  /**
   * Whether to let V8 join 128-bit instructions to 256-bit ones: twice as fast on a CPU with AVX2, slower on one without. Needs Node 24 or
   * later, where it is experimental and holds for the whole process; elsewhere it changes nothing. The results are the same. Default off.
   */
  readonly revectorize?: boolean;
  /** Whether to make the linear memory a shared one, for threads. Default off. */
  readonly shared?: boolean;
}

function compile(runtime: Runtime, desc: KernelDesc): Kernel | undefined {
  switch (desc.kind) {
    case 'map':
      return compileMap(runtime, desc);
    case 'reduce':
      return compileReduce(runtime, desc);
    case 'gemm':
      return compileGemm(runtime, desc);
    case 'gather':
    case 'scatterAdd':
    case 'scatter':
      return compileIndexed(runtime, desc);
    case 'scan':
      return compileScan(runtime, desc);
    case 'sort':
      return compileSort(runtime, desc);
    default:
      return addedKernel('wasm', desc, runtime);
  }
}

/**
 * Makes the WebAssembly device, or gives a one-line reason why it cannot run here.
 *
 * @example
 * const device = createWasmDevice();
 * typeof device === 'string' ? device : device.name // => wasm
 */
export function createWasmDevice({ fma = true, shared = false, revectorize = false }: WasmDeviceOptions = {}):
  | Device
  | string {
  const engine = detectEngine(revectorize);
  if (typeof engine === 'string') return engine;
  const memory = new DeviceMemory({ shared });
  let transpose: Transpose | undefined;
  let scratch: WeakRef<DeviceMemory> | undefined;
  const runtime: Runtime = {
    engine: { fma: fma && engine.fma, wide: engine.wide },
    memory,
    transpose: (shift, turn) => (transpose ??= compileTranspose({ memory }))(shift, turn),
    scratch(): DeviceMemory {
      const made = scratch?.deref() ?? new DeviceMemory({ shared });
      scratch = new WeakRef(made);
      return made;
    },
  };
  return {
    name: 'wasm',
    info: `WebAssembly SIMD${engine.wide ? ' of 256 bits' : ''}${runtime.engine.fma ? ' with fused multiply-add' : ''}, 1 thread`,
    compile: (desc) => compile(runtime, desc),
    runAll(commands: readonly Command[]): void {
      for (const { kernel, views, shape, scalars } of commands) kernel.run(views, shape, scalars);
    },
  };
}
