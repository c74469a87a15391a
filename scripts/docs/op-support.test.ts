import { type Device, jsDevice } from '@isograd/device';
import { opTable } from '@isograd/ndarray/testing';
import { expect, test } from 'vitest';
import { columnOf, deviceCell, dtypeGroup, opSupportPage, supportOf } from './op-support.ts';

const op = (name: string) => supportOf(opTable().find((entry) => entry.name === name)!);
const without = (kind: string, dtype?: string): Device => ({
  ...jsDevice,
  compile: (desc) => {
    const lacks = desc.kind === kind && (dtype === undefined || ('dtype' in desc && desc.dtype === dtype));
    return lacks ? undefined : jsDevice.compile(desc);
  },
});

test('dtypes are those that the op takes', () => {
  expect(dtypeGroup(op('exp').dtypes)).toBe('all');
  expect(dtypeGroup(op('negative').dtypes)).toBe('numbers');
  expect(dtypeGroup(op('relu').dtypes)).toBe('real numbers');
  expect(dtypeGroup(op('inv').dtypes)).toBe('all but bool float16');
  expect(dtypeGroup(['bool', 'float32'])).toBe('bool float32');
});

test('a device is told to have what it has', () => {
  expect(deviceCell(op('matmul'), jsDevice)).toBe('yes');
  expect(deviceCell(op('matmul'), without('gemm'))).toBe('js');
  expect(deviceCell(op('matmul'), without('gemm', 'bool'))).toBe('numbers');
  expect(deviceCell(op('transpose'), without('map'))).toBe('view');
});

test('derivatives are told with the reason where there is none', () => {
  expect(op('tanh').derivatives).toEqual(['yes', 'yes']);
  expect(op('argmax').derivatives[0]).toMatch(/^no: /);
});

test('the column of a device that cannot run is read back from the page', () => {
  const some = ['exp', 'add', 'transpose', 'matmul', 'median'].map(op);
  const page = opSupportPage({ first: jsDevice, second: without('gemm') }, some);
  const column = columnOf(page, 'second');
  expect(column.get('matmul')).toBe('js');
  expect(column.size).toBe(some.length);
  expect(opSupportPage({ first: jsDevice, second: column }, some)).toBe(page);
  expect(columnOf(page, 'third').size).toBe(0);
});
