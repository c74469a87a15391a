export { createWasmDevice, type WasmDeviceOptions } from './device.ts';
