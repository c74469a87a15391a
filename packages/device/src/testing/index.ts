export { compareMemory, ulpDistance } from './compare.ts';
export { checkDevice, deviceCases, type DeviceReport } from './check-device.ts';
export type { CaseResult, DeviceCase } from './device-case.ts';
export { type Layout, LAYOUTS, layOut, PLAIN_LAYOUTS, randomValue, seeded, specialValues } from './samples.ts';
export { dotBound, ULP_BOUNDS, type UlpBound, ulpBound } from './tolerances.ts';
