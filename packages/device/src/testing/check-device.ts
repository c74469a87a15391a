import { jsDevice } from '../js/device.ts';
import type { Device } from '../kernel.ts';
import { convCases } from './conv-cases.ts';
import { exactCases } from './exact-cases.ts';
import { fuzzCases } from './fuzz-cases.ts';
import { gemmCases } from './gemm-cases.ts';
import { indexedCases } from './indexed-cases.ts';
import { type DeviceCase } from './device-case.ts';
import { inPlaceCases } from './in-place-cases.ts';
import { poolCases } from './pool-cases.ts';
import { mapCases } from './map-cases.ts';
import { reduceCases } from './reduce-cases.ts';
import { rowsCases } from './rows-cases.ts';

/** Outcome of the whole suite. */
export interface DeviceReport {
  readonly cases: number;
  /** Number of elements compared. */
  readonly compared: number;
  /** Keys of kernels that the device does not have; the js device computes those. */
  readonly absent: readonly string[];
}

/**
 * The suite that every device must pass, one case for each test to name: each runs the device beside the reference on the same operands.
 *
 * @param reference - What is right; the js device unless another one is given.
 * @example
 * deviceCases().some((c) => c.name === 'reduce sum float32') // => true
 */
export function deviceCases(reference: Device = jsDevice): readonly DeviceCase[] {
  return [
    ...mapCases(reference),
    ...inPlaceCases(reference),
    ...exactCases(),
    ...fuzzCases(reference),
    ...reduceCases(reference),
    ...gemmCases(reference),
    ...convCases(reference),
    ...rowsCases(reference),
    ...poolCases(reference),
    ...indexedCases(reference),
  ];
}

/**
 * Runs the whole suite on a device.
 *
 * @throws ParityError at the first element that differs from the reference by more than its bound in `ULP_BOUNDS`.
 */
export function checkDevice(device: Device, reference: Device = jsDevice): DeviceReport {
  const cases = deviceCases(reference);
  const results = cases.map((c) => c.check(device));
  return {
    cases: cases.length,
    compared: results.reduce((sum, r) => sum + r.compared, 0),
    absent: [...new Set(results.flatMap((r) => r.absent))],
  };
}
