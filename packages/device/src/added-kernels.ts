import type { DescOf, Kernel } from './kernel.ts';

/** Makes a kernel of a kind that arrays alone do not need; `runtime` is what its device hands to its own kernels. */
export type KernelMaker = (desc: DescOf<'conv'>, runtime: unknown) => Kernel | undefined;

const makers = new Map<string, KernelMaker>();

/**
 * Gives a device its convolutions. Who computes them calls it, so that they stay out of bundles of arrays alone.
 *
 * @param device Name of the device.
 */
export function addConvolution(device: string, make: KernelMaker): void {
  makers.set(device, make);
}

/** A convolution of a device, if it was given any. */
export function addedKernel(device: string, desc: DescOf<'conv'>, runtime?: unknown): Kernel | undefined {
  return makers.get(device)?.(desc, runtime);
}
