import { type Device, DeviceError, deviceNames, openDevice, registerDevice, setDefaultDevice } from '@isograd/device';
import { createWasmDevice } from '@isograd/wasm';

/** What this file needs of Node's `process`, where there is one. */
interface HostProcess {
  readonly env?: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: string): { createRequire(url: string): (name: string) => unknown } | undefined;
}

const host = (globalThis as { process?: HostProcess }).process;
const NOT_INSTALLED = '@isograd/native is not installed';

// Found at run time and never imported, so that no bundler looks for it.
function openNative(): Device | string {
  const modules = host?.getBuiltinModule?.('node:module');
  if (modules === undefined) return 'there is no Node here';
  try {
    const native = modules.createRequire(import.meta.url)('@isograd/native') as {
      createNativeDevice(): Device | string;
    };
    return native.createNativeDevice();
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND' ? NOT_INSTALLED : String(message ?? error);
  }
}

const PREFERENCE = ['native', 'wasm', 'js'] as const;
// Where these are missing nothing is wrong.
const EXPECTED = new Set([NOT_INSTALLED, 'there is no Node here']);

function named(name: string): Device {
  const device = deviceNames().includes(name) ? openDevice(name) : `there is no device '${name}'`;
  if (typeof device !== 'string') return device;
  throw new DeviceError({
    where: 'ISOGRAD_DEVICE',
    what: `device '${name}' cannot run here`,
    got: device,
    expected: `one of ${deviceNames().join(', ')}`,
    hint: 'unset ISOGRAD_DEVICE to take the fastest one that runs',
  });
}

/** The fastest device that runs here, or the one that the environment names. */
function chooseDevice(): Device {
  const wanted = host?.env?.['ISOGRAD_DEVICE'];
  if (wanted) return named(wanted);
  const reasons: string[] = [];
  for (const name of PREFERENCE) {
    const device = openDevice(name);
    if (typeof device !== 'string') {
      if (reasons.length > 0) console.warn(`isograd: computing on ${name}; ${reasons.join('; ')}`);
      return device;
    }
    if (!EXPECTED.has(device)) reasons.push(`${name} cannot run here: ${device}`);
  }
  return named('js');
}

/** Makes the devices known, and lets the first kernel choose among them; called once when the package is loaded. */
export function registerDevices(): void {
  registerDevice('wasm', createWasmDevice);
  registerDevice('native', openNative);
  setDefaultDevice(chooseDevice);
}
