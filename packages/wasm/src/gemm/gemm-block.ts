import type { FunctionBuilder, Local } from '../asm/function-builder.ts';
import { i32 } from '../asm/scalar.ts';

/** Parameters of a product in linear memory, all int32; strides in bytes. `panels` are where the operands are packed. */
export const GEMM_BLOCK = {
  m: 0,
  n: 4,
  k: 8,
  a: 12,
  aRow: 16,
  aColumn: 20,
  b: 24,
  bRow: 28,
  bColumn: 32,
  c: 36,
  ldc: 40,
  aPanels: 44,
  bPanels: 48,
} as const;

/** Steps of k in one block: a panel of `b` stays in the first-level cache, and sums begin anew with each block. */
export const K_BLOCK = 256;
/** Reads the parameters of a product at the start of a function, each once. */
export function blockFields(f: FunctionBuilder): (name: keyof typeof GEMM_BLOCK) => Local<'i32'> {
  const block = f.param(0, 'i32');
  const known = new Map<string, Local<'i32'>>();
  return (name) => {
    let local = known.get(name);
    if (!local) known.set(name, (local = f.let(i32.load(block, GEMM_BLOCK[name]))));
    return local;
  };
}
