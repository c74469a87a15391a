import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArgumentError, DeviceError, type DType, expr as e, jsDevice, type View } from '@isograd/device';
import { layOut } from '@isograd/device/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { addonFile } from '../src/addon.ts';
import { createNativeDevice } from '../src/index.ts';
import { build, hasAddon, open } from './built-addon.ts';

const folder = mkdtempSync(join(tmpdir(), 'isograd-native-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, bytes: Uint8Array | string): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

function withEnv<T>(name: string, value: string, run: () => T): T {
  const before = process.env[name];
  process.env[name] = value;
  try {
    return run();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}

describe('a reason instead of a device', () => {
  test('when the addon is not there', () => {
    expect(createNativeDevice({ addon: join(folder, 'absent.node') })).toMatch(/^the native addon is not built/);
  });

  test('when it is no library', () => {
    const reason = createNativeDevice({ addon: fileOf('text.node', 'not a library') });
    expect(reason).toMatch(/^the native addon cannot be loaded: /);
    expect(reason).not.toContain('\n');
  });

  test('when it is empty', () => {
    expect(createNativeDevice({ addon: fileOf('empty.node', '') })).toMatch(/cannot be loaded/);
  });

  test.skipIf(!hasAddon)('when it is cut off', () => {
    const whole = readFileSync(addonFile());
    fileOf('cut.json', JSON.stringify({ bytes: whole.length }));
    expect(createNativeDevice({ addon: fileOf('cut.node', whole.subarray(0, 2000)) })).toBe(
      `the native addon is damaged: 2000 bytes instead of ${whole.length}`,
    );
  });

  test('when what the build said about it cannot be read', () => {
    fileOf('odd.json', '{');
    expect(createNativeDevice({ addon: fileOf('odd.node', 'not a library') })).toMatch(/cannot be loaded/);
  });

  test('when it was built from other sources', () => {
    const addon = fileOf('old.cjs', 'module.exports = { protocol: 0, instructionSets: ["portable"], open() {} };');
    expect(createNativeDevice({ addon })).toMatch(/built from other sources/);
  });

  test('when the build has no such instruction set', () => {
    const addon = fileOf(
      'few.cjs',
      `module.exports = { protocol: ${protocol()}, instructionSets: ["portable"], open: () => undefined };`,
    );
    expect(createNativeDevice({ addon, isa: 'avx512' })).toBe(
      'this machine or the build of the native addon has no avx512 (there is portable)',
    );
  });
});

/** The number that the addon's header gives, so that both ends are held together. */
function protocol(): string {
  return /#define PROTOCOL (\d+)/.exec(readFileSync(new URL('../csrc/isograd.h', import.meta.url), 'utf8'))![1]!;
}

describe('the build script', () => {
  test('says in one line that there is no compiler, and fails nobody', () => {
    const { status, line } = build({ CC: join(folder, 'no-such-compiler') });
    expect(status).toBe(0);
    expect(line).toMatch(/^native: the C compiler CC=.* does not answer, (the earlier build|wasm) is used$/);
  });

  test.skipIf(!hasAddon)('fails under --strict when a compiler fails, and leaves the addon as it was', () => {
    const before = readFileSync(addonFile());
    const compiler = fileOf(
      'broken-cc',
      '#!/bin/sh\ncase "$*" in *--version*) echo "gcc 99.1";; *-E*) exit 0;; *) echo "x.c:1: error: broken" >&2; exit 1;; esac\n',
    );
    spawnSync('chmod', ['+x', compiler]);
    const { status, line } = build({ CC: compiler });
    expect(status).toBe(1);
    expect(line).toBe('native: gcc 99.1 failed: x.c:1: error: broken, the earlier build is used');
    expect(readFileSync(addonFile()).equals(before)).toBe(true);
  });

  test.skipIf(!hasAddon)('does nothing the second time', () => {
    expect(build().line).toMatch(/^native: up to date, .* in use\)$/);
  });
});

describe.skipIf(!hasAddon)('settings', () => {
  test('an unknown instruction set and a bad number of threads are refused', () => {
    expect(() => withEnv('ISOGRAD_ISA', 'mmx', () => createNativeDevice())).toThrow(ArgumentError);
    for (const bad of ['0', '65', 'two', '1.5'])
      expect(() => withEnv('ISOGRAD_NUM_THREADS', bad, () => createNativeDevice()), bad).toThrow(ArgumentError);
  });

  test('the environment chooses', () => {
    const device = withEnv('ISOGRAD_ISA', 'portable', () => withEnv('ISOGRAD_NUM_THREADS', '2', () => open()));
    expect(device.info).toMatch(/^(portable code|NEON), 2 threads$/);
  });
});

const vector = (dtype: DType, values: readonly number[]): View => {
  let i = 0;
  return layOut(dtype, [values.length], 'contiguous', () => values[i++]!);
};

describe.skipIf(!hasAddon)('calls', () => {
  const x = e.input(0, 'float32');
  const desc = {
    kind: 'map',
    inputs: ['float32'],
    scalars: ['float32'],
    outputs: [e.add(e.mul(x, 2), e.scalar(0, 'float32'))],
  } as const;

  test('a list of more commands than fit one crossing runs whole and in order', () => {
    const device = open();
    const kernel = device.compile(desc)!;
    const view = vector('float32', [0, 1, 2]);
    // Each adds 1 and doubles, modulo the largest float: the order and the number of commands are in the result.
    const commands = Array.from({ length: 1000 }, (_, i) => ({
      kernel,
      views: [view, view],
      shape: [3],
      scalars: [i % 2 === 0 ? 1 : -3],
    }));
    const want = { ...view, memory: view.memory.slice() };
    const js = jsDevice.compile(desc);
    for (const { scalars } of commands) js.run([want, want], [3], scalars);
    device.runAll(commands);
    expect(view.memory).toEqual(want.memory);
    device.runAll([]);
  });

  test('kernels of another device are refused in a list', () => {
    const view = vector('float32', [1]);
    expect(() =>
      open().runAll([{ kernel: jsDevice.compile(desc), views: [view, view], shape: [1], scalars: [0] }]),
    ).toThrow(DeviceError);
    expect(() =>
      open().runAll([{ kernel: open().compile(desc)!, views: [view, view], shape: [1], scalars: [0] }]),
    ).toThrow(DeviceError);
  });

  test('operands and axes that cannot be are refused before any work', () => {
    const kernel = open().compile(desc)!;
    const view = vector('float32', [1]);
    expect(() => kernel.run([view], [1], [0])).toThrow(DeviceError);
    expect(() => kernel.run([view, { ...view, memory: [] as never }], [1], [0])).toThrow(DeviceError);
    expect(() => kernel.run([{ ...view, contiguous: false }, view], new Array<number>(65).fill(1), [0])).toThrow(
      DeviceError,
    );
    expect(view.memory[0]).toBe(1);
  });

  test('programs that no device can compute have no kernel', () => {
    const flag = e.input(0, 'bool');
    expect(
      open().compile({
        kind: 'map',
        inputs: ['bool'],
        scalars: [],
        outputs: [{ op: 'neg', dtype: 'bool', args: [flag] }],
      }),
    ).toBeUndefined();
  });

  test('a program of many operands runs, one of too many is left to js', () => {
    const device = open();
    const program = (n: number) => {
      const inputs = Array.from({ length: n }, (_, i) => e.input(i, 'float64'));
      return {
        kind: 'map',
        inputs: inputs.map(() => 'float64' as const),
        scalars: [],
        outputs: [inputs.reduce((sum, term) => e.add(sum, term))],
      } as const;
    };
    const out = vector('float64', [0, 0]);
    device.compile(program(60))!.run([out, ...Array.from({ length: 60 }, () => vector('float64', [1, 2]))], [2], []);
    expect([...(out.memory as Float64Array)]).toEqual([60, 120]);
    expect(device.compile(program(80))).toBeUndefined();
  });

  test('kernels come and go', () => {
    const device = open();
    for (let i = 0; i < 5000; i++)
      device.compile({ kind: 'map', inputs: ['float32'], scalars: [], outputs: [e.add(x, i)] });
    const out = vector('float32', [0]);
    device
      .compile({ kind: 'map', inputs: ['float32'], scalars: [], outputs: [e.add(x, 7)] })!
      .run([out, vector('float32', [1])], [1], []);
    expect(out.memory[0]).toBe(8);
  });
});
