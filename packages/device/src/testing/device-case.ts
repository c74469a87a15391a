import { IsogradError } from '../errors.ts';
import { type Device, type Kernel, type KernelDesc, kernelKey, type View } from '../kernel.ts';
import { compareMemory } from './compare.ts';
import { cloneView } from './samples.ts';

/** What a case found when no element differed. */
export interface CaseResult {
  /** Number of elements compared. */
  readonly compared: number;
  /** Keys of kernels that the device does not have, so that they were not compared. */
  readonly absent: readonly string[];
}

/** One case of the suite that every device must pass. */
export interface DeviceCase {
  readonly name: string;
  /**
   * Runs the case.
   *
   * @throws ParityError when the device disagrees with the reference.
   */
  check(device: Device): CaseResult;
}

/** One call to compare. */
export interface Call {
  /** What is special about the call, for the message. */
  readonly label: string;
  /** Outputs first, as {@link Kernel.run} takes them. */
  readonly views: readonly View[];
  readonly shape: readonly number[];
  readonly scalars?: readonly number[];
}

/** Runs calls of one kernel on two devices and compares all memory that the kernel may write. */
export class Comparison {
  compared: number = 0;
  readonly absent: Set<string> = new Set();
  readonly #device: Device;
  readonly #reference: Device;

  constructor(device: Device, reference: Device) {
    this.#device = device;
    this.#reference = reference;
  }

  /** Compares calls of a kernel; `outputs` is the number of views written, `ulps` the distance allowed. */
  kernel(
    desc: KernelDesc,
    calls: Iterable<Call>,
    { outputs = 1, ulps = 0 }: { outputs?: number; ulps?: number } = {},
  ): void {
    const kernel = this.#device.compile(desc);
    if (!kernel) {
      this.absent.add(kernelKey(desc));
      return;
    }
    const reference = this.#reference.compile(desc)!;
    for (const call of calls)
      this.#call(`${kernelKey(desc)} ${call.label} [${call.shape.join(', ')}]`, [kernel, reference], call, {
        outputs,
        ulps,
      });
  }

  #call(
    where: string,
    [kernel, reference]: readonly [Kernel, Kernel],
    call: Call,
    { outputs, ulps }: { outputs: number; ulps: number },
  ): void {
    const run = (k: Kernel): View[] => {
      const written = call.views.slice(0, outputs).map(cloneView);
      k.run([...written, ...call.views.slice(outputs)], call.shape, call.scalars ?? []);
      return written;
    };
    const before = call.views.slice(outputs).map((v) => v.memory.slice());
    const [want, got] = [run(reference), run(kernel)];
    got.forEach(
      (view, v) => (this.compared += compareMemory(`${where} output ${v}`, view.memory, want[v]!.memory, ulps)),
    );
    before.forEach((memory, v) =>
      compareMemory(`${where} input ${v}, which a kernel must not write`, call.views[outputs + v]!.memory, memory, 0),
    );
  }

  get result(): CaseResult {
    return { compared: this.compared, absent: [...this.absent] };
  }
}

/** Whether the reference can compile a description; some operations do not exist for some dtypes. */
export function exists(reference: Device, desc: KernelDesc): boolean {
  try {
    return reference.compile(desc) !== undefined;
  } catch (error) {
    if (error instanceof IsogradError) return false;
    throw error;
  }
}
