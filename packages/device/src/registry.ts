import { DeviceError } from './errors.ts';
import { jsDevice } from './js/device.ts';
import { type Command, type Device, type Kernel, type KernelDesc, kernelKey } from './kernel.ts';

/** Makes a device when it is first needed; gives a one-line reason when it cannot run here. */
export type DeviceFactory = () => Device | string;

const factories = new Map<string, DeviceFactory>([['js', () => jsDevice]]);
const made = new Map<string, Device | string>();
const fallbacks = new Map<string, number>();
// Kernels that run on js because the device in use has none.
const foreign = new WeakSet<Kernel>();
let kernels = new Map<string, Kernel>();
let current: Device | undefined;
let chooseDefault: () => string | Device = () => 'js';
let strict = false;
let generation = 0;

/** Adds a device that {@link setDevice} can name; a later factory replaces an earlier one of the same name. */
export function registerDevice(name: string, factory: DeviceFactory): void {
  factories.set(name, factory);
  made.delete(name);
}

/** Names of the devices that can be asked for; one that cannot run here is refused with its reason. */
export function deviceNames(): readonly string[] {
  return [...factories.keys()];
}

/**
 * Makes a device without using it: the device, or the reason why it cannot run here.
 *
 * @throws DeviceError when no device has this name.
 */
export function openDevice(name: string): Device | string {
  const factory = factories.get(name);
  if (!factory)
    throw new DeviceError({
      where: 'setDevice',
      what: 'unknown device',
      got: `'${name}'`,
      expected: `one of ${deviceNames().join(', ')}`,
    });
  let device = made.get(name);
  if (device === undefined) made.set(name, (device = factory()));
  return device;
}

/**
 * Chooses the device that computes from now on; arrays need no move, their memory is the same on every device.
 *
 * @throws DeviceError when there is no such device or it cannot run here.
 */
export function setDevice(device: string | Device): Device {
  const opened = typeof device === 'string' ? openDevice(device) : device;
  if (typeof opened === 'string')
    throw new DeviceError({
      where: 'setDevice',
      what: `device ${typeof device === 'string' ? device : device.name} cannot run here`,
      got: opened,
      hint: "use 'wasm', or 'js' which runs everywhere",
    });
  current = opened;
  kernels = new Map();
  generation++;
  return opened;
}

/** Says which device to take when the first kernel is asked for and none was chosen; without it that is js. */
export function setDefaultDevice(choose: () => string | Device): void {
  chooseDefault = choose;
}

/** The device in use. */
export function getDevice(): Device {
  return current ?? setDevice(chooseDefault());
}

/** Counts changes of device, so that callers can keep kernels in caches of their own. */
export function deviceGeneration(): number {
  return generation;
}

/**
 * The kernel of a description on the device in use, or the js kernel when the device has none: counted in {@link fallbackCounts}.
 *
 * @throws DeviceError in strict mode when the device has none.
 */
export function kernelFor(desc: KernelDesc): Kernel {
  const device = getDevice();
  const key = kernelKey(desc);
  let kernel = kernels.get(key);
  if (kernel) return kernel;
  kernel = device.compile(desc);
  if (!kernel) {
    if (strict)
      throw new DeviceError({
        where: device.name,
        what: 'no such kernel on this device',
        got: key,
        hint: 'leave strict mode to let the js device compute it',
      });
    const js = jsDevice.compile(desc);
    kernel = {
      run: (views, shape, scalars) => (
        fallbacks.set(key, (fallbacks.get(key) ?? 0) + 1),
        js.run(views, shape, scalars)
      ),
    };
    foreign.add(kernel);
  }
  kernels.set(key, kernel);
  return kernel;
}

/** Runs kernels of {@link kernelFor} in order, in as few crossings to the device as it can. */
export function runAll(commands: readonly Command[]): void {
  if (commands.some((c) => foreign.has(c.kernel)))
    for (const { kernel, views, shape, scalars } of commands) kernel.run(views, shape, scalars);
  else getDevice().runAll(commands);
}

/** How often each kernel ran on js because the device in use had none, by kernel key. */
export function fallbackCounts(): ReadonlyMap<string, number> {
  return fallbacks;
}

/** In strict mode a kernel that the device lacks is an error instead of a fall back to js. Default off. */
export function setStrict(on: boolean): void {
  strict = on;
  generation++;
  kernels = new Map();
}
