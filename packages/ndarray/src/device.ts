import { type Device, DeviceError, deviceNames, openDevice, registerDevice, setDefaultDevice } from '@isograd/device';
import { createWasmDevice } from '@isograd/wasm';

interface Load {
  (file: string): unknown;
  resolve(name: string): string;
}

/** What this file needs of Node's `process`, where there is one. */
interface HostProcess {
  readonly env?: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: string): { createRequire(url: string): Load } | undefined;
}

const host = (globalThis as { process?: HostProcess }).process;
const NOT_INSTALLED = '@isograd/native is not installed';
const NO_NODE = 'there is no Node here';
const SOURCE_ONLY = '@isograd/native is TypeScript here, which this Node cannot load';

// Found at run time and never imported, so that no bundler looks for it.
function openNative(): Device | string {
  const modules = host?.getBuiltinModule?.('node:module');
  if (modules === undefined) return NO_NODE;
  const load = modules.createRequire(import.meta.url);
  let file = '';
  try {
    file = load.resolve('@isograd/native');
    return (load(file) as { createNativeDevice(): Device | string }).createNativeDevice();
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    if (file === '' || code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') return NOT_INSTALLED;
    return file.endsWith('.ts') ? SOURCE_ONLY : String(message ?? error);
  }
}

const PREFERENCE = ['native', 'wasm', 'js'] as const;
// Where these are missing nothing is wrong.
const EXPECTED = new Set([NOT_INSTALLED, NO_NODE, SOURCE_ONLY]);

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

/** Makes the devices known that nobody registered yet, and lets the first kernel choose among them; called once when the package is loaded. */
export function registerDevices(): void {
  const known = deviceNames();
  if (!known.includes('wasm')) registerDevice('wasm', createWasmDevice);
  if (!known.includes('native')) registerDevice('native', openNative);
  setDefaultDevice(chooseDevice);
}
