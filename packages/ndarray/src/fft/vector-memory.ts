import { vectorModule } from './vector-code.ts';

/** Code of the module; takes addresses and numbers. */
type Code = (...args: readonly number[]) => void;

/** Vector code with the memory that it works in: tables of plans from the start, then buffers. */
export interface VectorHost {
  readonly code: Readonly<Record<string, Code>>;
  readonly memory: WebAssembly.Memory;
  numbers: Float64Array;
  /** Numbers that tables take. */
  used: number;
  /** Counts how often the tables were thrown away. */
  generation: number;
}

let host: VectorHost | null | undefined;

function start(): VectorHost | null {
  const binary = vectorModule();
  if (typeof WebAssembly !== 'object' || !WebAssembly.validate(binary)) return null;
  try {
    const memory = new WebAssembly.Memory({ initial: 16 });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
    const code = exports as unknown as Readonly<Record<string, Code>>;
    return { code, memory, numbers: new Float64Array(memory.buffer), used: 0, generation: 0 };
  } catch {
    // A page may forbid it: plans of plain code do then.
    return null;
  }
}

/** The vector code; undefined where this engine has none. */
export function vectorHost(): VectorHost | undefined {
  if (host === undefined) host = start();
  return host ?? undefined;
}

const PAGE_NUMBERS = 8192;
/** Tables are thrown away above it. */
const TABLES_KEPT = 1 << 22;
/** The largest transform that is copied into the memory, in numbers: 128 MiB. */
export const LARGEST: number = 1 << 24;

function reserve(at: VectorHost, numbers: number): void {
  const missing = numbers - at.numbers.length;
  if (missing <= 0) return;
  at.memory.grow(Math.ceil(missing / PAGE_NUMBERS));
  at.numbers = new Float64Array(at.memory.buffer);
}

/** Tables of a plan; the function brings them into the memory unless they are there, and gives their addresses. */
export function resident(at: VectorHost, tables: readonly Float64Array[]): () => readonly number[] {
  const size = tables.reduce((sum, table) => sum + table.length, 0);
  let generation = -1;
  let addresses: number[] = [];
  return () => {
    if (generation === at.generation) return addresses;
    if (at.used + size > TABLES_KEPT) {
      at.used = 0;
      at.generation++;
    }
    generation = at.generation;
    reserve(at, at.used + size);
    addresses = tables.map((table) => {
      const start = at.used;
      at.numbers.set(table, start);
      at.used += table.length + (table.length % 2);
      return 8 * start;
    });
    return addresses;
  };
}

/** Addresses of buffers of the given numbers behind the tables; they hold until the next call. */
export function buffers(at: VectorHost, sizes: readonly number[]): readonly number[] {
  let next = at.used;
  const starts = sizes.map((size) => {
    const start = next;
    next += size + (size % 2);
    return 8 * start;
  });
  reserve(at, next);
  return starts;
}
