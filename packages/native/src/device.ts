import {
  ArgumentError,
  type Command,
  type Device,
  DeviceError,
  type Kernel,
  type KernelDesc,
  sizeOf,
  type TypedArray,
  type View,
} from '@isograd/device';
import { type InstructionSet, loadAddon, type NativeHandle } from './addon.ts';
import { type EncodedKernel, encodeKernel, type Layout } from './kernels.ts';
import { type Operations, operationsOf } from './select.ts';
import { TINY, type TinyLoop, tinyLoop } from './tiny.ts';

/** Options of {@link createNativeDevice}. */
export interface NativeDeviceOptions {
  /** Instruction set to use; default `ISOGRAD_ISA`, else the best that this machine has. */
  readonly isa?: InstructionSet;
  /** Number of threads, 1 to 64; default `ISOGRAD_NUM_THREADS`, else 1. Results do not depend on it. */
  readonly threads?: number;
  /** File of the addon; default the one that this package's build script makes. */
  readonly addon?: string;
}

const TITLES: { readonly [I in InstructionSet]: string } = {
  portable: process.arch === 'arm64' ? 'NEON' : 'portable code',
  avx2: 'AVX2',
  avx512: 'AVX-512',
};
/** Largest rank and most operands of one crossing, see csrc/isograd.h and csrc/addon.c. */
const MAX_RANK = 64;
const MAX_MEMORIES = 512;
const NO_MEMORY = 1;

/** Numbers that the words of a command take at most. */
const wordsOf = (command: Command): number =>
  3 + command.shape.length + command.views.length * (command.shape.length + 1) + command.scalars.length;

/** Writes the commands of a device and hands them over. */
class Engine {
  readonly handle: NativeHandle;
  readonly operations: Operations;
  readonly words: Float64Array;
  readonly #released: FinalizationRegistry<number>;

  constructor(handle: NativeHandle) {
    this.handle = handle;
    this.operations = operationsOf(handle.operations);
    this.words = new Float64Array(handle.words);
    this.#released = new FinalizationRegistry((kernel) => handle.release(kernel));
  }

  compile(desc: KernelDesc): NativeKernel | undefined {
    const code = encodeKernel(desc, this.operations);
    if (!code) return undefined;
    const number = this.handle.compile(code.words);
    if (number < 0)
      throw new DeviceError({
        where: 'native',
        what: 'the kernel could not be made',
        got: `${desc.kind}, ${code.words.length} words`,
        expected: 'memory for it',
      });
    const kernel = new NativeKernel(this, number, code, tinyLoop(desc));
    this.#released.register(kernel, number);
    return kernel;
  }

  runAll(commands: readonly Command[]): void {
    let at = 0;
    let count = 0;
    let memories: TypedArray[] = [];
    for (const command of commands) {
      if (!(command.kernel instanceof NativeKernel) || command.kernel.engine !== this) {
        throw new DeviceError({
          where: 'native',
          what: 'a command holds a kernel of another device',
          got: 'a kernel that this device did not compile',
          expected: 'kernels from compile() of this device',
        });
      }
      if (at + wordsOf(command) > this.words.length || memories.length + command.views.length > MAX_MEMORIES) {
        check(this.handle.run(count, ...memories));
        at = count = 0;
        memories = [];
      }
      at = command.kernel.write(this.words, at, command);
      for (const view of command.views) memories.push(view.memory);
      count++;
    }
    if (count > 0) check(this.handle.run(count, ...memories));
  }
}

function check(status: number | undefined): void {
  if (status === undefined) return;
  const what = status === NO_MEMORY ? 'no memory for a call' : 'a call that makes no sense';
  throw new DeviceError({
    where: 'native',
    what,
    got: `status ${status}`,
    expected: 'operands, shape and scalars as the kernel has them',
    hint: 'the js device checks the same call',
  });
}

/** A kernel of the addon, by number. */
class NativeKernel implements Kernel {
  readonly engine: Engine;
  readonly #number: number;
  readonly #layout: Layout;
  readonly #tiny: TinyLoop | undefined;

  constructor(engine: Engine, number: number, { layout }: EncodedKernel, tiny: TinyLoop | undefined) {
    this.engine = engine;
    this.#number = number;
    this.#layout = layout;
    this.#tiny = tiny;
  }

  run(views: readonly View[], shape: readonly number[], scalars: readonly number[]): void {
    if (this.#tiny !== undefined && sizeOf(shape) <= TINY && areContiguous(views))
      return this.#tiny(sizeOf(shape), views, scalars);
    const { handle, words } = this.engine;
    if (shape.length > MAX_RANK)
      throw new DeviceError({
        where: 'native',
        what: 'too many axes',
        got: `${shape.length} axes`,
        expected: `at most ${MAX_RANK}`,
      });
    this.write(words, 0, { views, shape, scalars });
    check(runOne(handle, views));
  }

  /** Writes one command from place `at` on; gives where the next one goes. */
  write(words: Float64Array, at: number, { views, shape, scalars }: Omit<Command, 'kernel'>): number {
    const { merges, extra, kept } = this.#layout;
    words[at++] = this.#number;
    if (merges && areContiguous(views)) at = writeRun(words, at, views, sizeOf(shape));
    else {
      const rank = shape.length;
      words[at++] = rank;
      words[at++] = kept === 'first' ? views[0]!.strides.length : kept === 'scalar' ? scalars.at(-1)! : 0;
      for (let d = 0; d < rank; d++) words[at++] = shape[d]!;
      for (let v = 0; v < views.length; v++) {
        const { offset, strides } = views[v]!;
        words[at++] = offset;
        for (let d = 0; d < rank - extra; d++) words[at++] = strides[d] ?? 0;
      }
    }
    for (let i = 0; i < scalars.length; i++) words[at++] = scalars[i]!;
    return at;
  }
}

// Written out for few operands: spreading an array costs more than the call.
function runOne({ run }: NativeHandle, views: readonly View[]): number | undefined {
  switch (views.length) {
    case 1:
      return run(1, views[0]!.memory);
    case 2:
      return run(1, views[0]!.memory, views[1]!.memory);
    case 3:
      return run(1, views[0]!.memory, views[1]!.memory, views[2]!.memory);
    case 4:
      return run(1, views[0]!.memory, views[1]!.memory, views[2]!.memory, views[3]!.memory);
    case 5:
      return run(1, views[0]!.memory, views[1]!.memory, views[2]!.memory, views[3]!.memory, views[4]!.memory);
    case 6:
      return run(
        1,
        views[0]!.memory,
        views[1]!.memory,
        views[2]!.memory,
        views[3]!.memory,
        views[4]!.memory,
        views[5]!.memory,
      );
    case 7:
      return run(
        1,
        views[0]!.memory,
        views[1]!.memory,
        views[2]!.memory,
        views[3]!.memory,
        views[4]!.memory,
        views[5]!.memory,
        views[6]!.memory,
      );
    default:
      return run(1, ...views.map((v) => v.memory));
  }
}

function areContiguous(views: readonly View[]): boolean {
  for (let v = 0; v < views.length; v++) if (!views[v]!.contiguous) return false;
  return true;
}

function writeRun(words: Float64Array, at: number, views: readonly View[], size: number): number {
  words[at++] = 1;
  words[at++] = 0;
  words[at++] = size;
  for (let v = 0; v < views.length; v++) {
    words[at++] = views[v]!.offset;
    words[at++] = 1;
  }
  return at;
}

const INSTRUCTION_SETS: readonly string[] = Object.keys(TITLES);

function chosenIsa(given: InstructionSet | undefined): InstructionSet | '' {
  const name = given ?? process.env.ISOGRAD_ISA ?? '';
  if (name === '' || INSTRUCTION_SETS.includes(name)) return name as InstructionSet | '';
  throw new ArgumentError({
    where: 'createNativeDevice',
    what: 'unknown instruction set',
    got: `'${name}'`,
    expected: `one of ${INSTRUCTION_SETS.join(', ')}`,
    hint: 'unset ISOGRAD_ISA to use the best one',
  });
}

function chosenThreads(given: number | undefined): number {
  const name = process.env.ISOGRAD_NUM_THREADS;
  const threads = given ?? (name === undefined || name === '' ? 1 : Number(name));
  if (Number.isInteger(threads) && threads >= 1 && threads <= 64) return threads;
  throw new ArgumentError({
    where: 'createNativeDevice',
    what: 'not a number of threads',
    got: String(given ?? name),
    expected: 'an integer from 1 to 64',
    hint: 'see ISOGRAD_NUM_THREADS',
  });
}

/**
 * Makes the native device, or gives a one-line reason why it cannot run here.
 *
 * @throws ArgumentError for an instruction set or a number of threads that does not exist, given or from `ISOGRAD_ISA` and `ISOGRAD_NUM_THREADS`.
 * @example
 * createNativeDevice({ addon: 'nowhere.node' }) // => the native addon is not built (node scripts/build.mjs in @isograd/native builds it)
 */
export function createNativeDevice(options: NativeDeviceOptions = {}): Device | string {
  const isa = chosenIsa(options.isa);
  const threads = chosenThreads(options.threads);
  const addon = loadAddon(options.addon);
  if (typeof addon === 'string') return addon;
  const handle = addon.open(isa, threads);
  if (!handle)
    return `this machine or the build of the native addon has no ${isa} (there is ${addon.instructionSets.join(', ')})`;
  const engine = new Engine(handle);
  return {
    name: 'native',
    info: `${TITLES[handle.isa]}, ${handle.threads} ${handle.threads === 1 ? 'thread' : 'threads'}`,
    compile: (desc) => engine.compile(desc),
    runAll: (commands) => engine.runAll(commands),
  };
}
