import type { DescOf, Kernel, KernelDesc } from './kernel.ts';

/** Kinds of kernel that arrays alone do not need: devices have those that were given to them. */
export type AddedKind = Exclude<
  KernelDesc['kind'],
  'map' | 'reduce' | 'gemm' | 'gather' | 'scatterAdd' | 'scatter' | 'scan' | 'sort'
>;

/** Makes a kernel of such a kind; `runtime` is what its device hands to its own kernels. */
export type KernelMaker<K extends AddedKind> = (desc: DescOf<K>, runtime: unknown) => Kernel | undefined;

const makers = new Map<string, KernelMaker<never>>();

/**
 * Gives a device its kernels of a kind. Who computes with them calls it, so that they stay out of bundles of arrays alone.
 *
 * @param device Name of the device.
 */
export function addKernel<K extends AddedKind>(device: string, kind: K, make: KernelMaker<K>): void {
  makers.set(`${device} ${kind}`, make);
}

/** A kernel of such a kind, if the device was given any. */
export function addedKernel(device: string, desc: DescOf<AddedKind>, runtime?: unknown): Kernel | undefined {
  return makers.get(`${device} ${desc.kind}`)?.(desc as never, runtime);
}
