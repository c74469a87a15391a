import type { Device, Kernel, KernelDesc } from '../kernel.ts';
import { addedKernel } from '../added-kernels.ts';
import { compileGemm } from './gemm.ts';
import { compileGather } from './indexed.ts';
import { compileMap } from './map.ts';
import { compileScan, compileSort } from './ordered.ts';
import { compileReduce } from './reduce.ts';
import { DeviceError, DTypeError } from '../errors.ts';

function notLoaded(kind: string): never {
  throw new DeviceError({
    where: 'js',
    what: 'kernels of this kind are not loaded',
    got: kind,
    expected: 'a kind that was added',
    hint: 'a subpath of @isograd/device exports the function that adds it',
  });
}

function compile(desc: KernelDesc): Kernel {
  switch (desc.kind) {
    case 'map':
    case 'reduce': {
      const kernel = desc.kind === 'map' ? compileMap(desc) : compileReduce(desc);
      if (kernel) return kernel;
      throw new DTypeError({
        where: desc.kind,
        what: 'an operation of the expression does not exist for its dtype',
        got: JSON.stringify(desc.kind === 'map' ? desc.outputs : desc.pre),
        hint: 'cast to a dtype that has it',
      });
    }
    case 'gemm':
      return compileGemm(desc);
    case 'gather':
    case 'scatterAdd':
    case 'scatter':
      return compileGather(desc);
    case 'scan':
      return compileScan(desc);
    case 'sort':
      return compileSort(desc);
    default:
      return addedKernel('js', desc) ?? notLoaded(desc.kind);
  }
}

/** A device that has every kernel. */
export interface ReferenceDevice extends Device {
  compile(desc: KernelDesc): Kernel;
}

/** The reference device: plain JavaScript loops for every kernel; every other device is tested against it. */
export const jsDevice: ReferenceDevice = {
  name: 'js',
  info: 'plain JavaScript',
  compile,
  runAll(commands) {
    for (const { kernel, views, shape, scalars } of commands) kernel.run(views, shape, scalars);
  },
};
