export type { InstructionSet } from './addon.ts';
export { createNativeDevice, type NativeDeviceOptions } from './device.ts';
