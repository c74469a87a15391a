import { deviceNames, DeviceError, getDevice, openDevice, setDevice } from '@isograd/device';
import { afterEach, expect, test, vi } from 'vitest';
import type * as device from '@isograd/device';
import type * as nd from './index.ts';
import { array } from './index.ts';

/** The package as another process would load it. */
async function loadAfresh(): Promise<typeof nd & Pick<typeof device, 'registerDevice'>> {
  vi.resetModules();
  return { ...(await import('@isograd/device')), ...(await import('./index.ts')) };
}

const first = getDevice();
afterEach(() => {
  vi.unstubAllEnvs();
  setDevice(first);
});

test('the device at first use is the fastest that runs', () => {
  expect(deviceNames()).toEqual(expect.arrayContaining(['js', 'wasm', 'native']));
  const fastest = ['native', 'wasm', 'js']
    .map((name) => [name, openDevice(name)] as const)
    .find(([, device]) => typeof device !== 'string');
  expect(first.name).toBe(process.env['ISOGRAD_DEVICE'] ?? fastest![0]);
});

test('a device that cannot run here is refused with its reason, and computing goes on', () => {
  expect(() => setDevice('gpu')).toThrow('unknown device');
  expect(() => setDevice('gpu')).toThrow(DeviceError);
  expect(array([1, 2]).add(1).tolist()).toEqual([2, 3]);
});

test('arrays need no move between devices', () => {
  const x = array([1.5, 2.5]);
  for (const name of ['js', 'wasm']) {
    setDevice(name);
    x.iadd(1);
  }
  expect(x.tolist()).toEqual([3.5, 4.5]);
});

test('ISOGRAD_DEVICE names the device, and is an error where it names none that runs', async () => {
  vi.stubEnv('ISOGRAD_DEVICE', 'js');
  const onJs = await loadAfresh();
  expect(onJs.array([1]).add(1).tolist()).toEqual([2]);
  expect(onJs.getDevice().name).toBe('js');
  vi.stubEnv('ISOGRAD_DEVICE', 'gpu');
  const onGpu = await loadAfresh();
  expect(() => onGpu.array([1]).add(1)).toThrow("ISOGRAD_DEVICE: device 'gpu' cannot run here");
});

test('a native device that is there and cannot run says so once, and wasm computes', async () => {
  vi.stubEnv('ISOGRAD_DEVICE', '');
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const fresh = await loadAfresh();
  fresh.registerDevice('native', () => 'the addon is for another processor');
  expect(fresh.array([1]).add(1).add(2).tolist()).toEqual([4]);
  expect(fresh.getDevice().name).toBe('wasm');
  expect(warn.mock.calls).toEqual([
    ['isograd: computing on wasm; native cannot run here: the addon is for another processor'],
  ]);
  warn.mockRestore();
});
