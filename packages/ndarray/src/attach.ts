import './attach-core.ts';
import { registerDevices } from './device.ts';

// Every entry of the package but `core` imports it.
registerDevices();
