import './attach-core.ts';

export { type DeviceFactory, registerDevice } from '@isograd/device';
export * from './exports.ts';
