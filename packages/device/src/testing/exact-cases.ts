import { SCALAR_OPS, type ScalarOp } from '../expr.ts';
import * as e from '../expr.ts';
import { kernelKey, type View } from '../kernel.ts';
import { compareMemory } from './compare.ts';
import type { DeviceCase } from './device-case.ts';
import { EXACT_VALUES } from './goldens/exact-values.ts';
import { memoryOf } from './samples.ts';
import { ulpBound } from './tolerances.ts';

function exactCase(op: ScalarOp, dtype: 'float32' | 'float64'): DeviceCase {
  const rows = EXACT_VALUES[op]!;
  const { arity } = SCALAR_OPS[op];
  const args = Array.from({ length: arity }, (_, i) => e.input(i, dtype));
  const desc = { kind: 'map', inputs: args.map(() => dtype), scalars: [], outputs: [{ op, dtype, args }] } as const;
  const column = (i: number): View => ({
    memory: memoryOf(
      dtype,
      rows.map((row) => row[i]!),
    ),
    offset: 0,
    strides: [1],
    contiguous: true,
  });
  return {
    name: `map ${op} ${dtype} against exact values`,
    check(device) {
      const kernel = device.compile(desc);
      if (!kernel) return { compared: 0, absent: [kernelKey(desc)] };
      const out = {
        ...column(0),
        memory: memoryOf(
          dtype,
          rows.map(() => 0),
        ),
      };
      kernel.run([out, ...args.map((_, i) => column(i))], [rows.length], []);
      return {
        compared: compareMemory(`${op} ${dtype}`, out.memory, column(arity).memory, ulpBound(op, dtype)),
        absent: [],
      };
    },
  };
}

/** Cases of elementary functions at points whose values were computed to 400 bits: here the reference is judged as well. */
export function exactCases(): DeviceCase[] {
  return (Object.keys(EXACT_VALUES) as ScalarOp[]).flatMap((op) => [
    exactCase(op, 'float32'),
    exactCase(op, 'float64'),
  ]);
}
