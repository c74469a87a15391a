import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ParityError } from '@isograd/device';
import type { Availability } from './reference.ts';

/** A Python environment that `scripts/setup-python.sh` makes. */
export type PythonEnvironment = 'keras' | 'torch';

const SOURCES = fileURLToPath(new URL('../../python/', import.meta.url));

/** Folder of the Python environments: `ISOGRAD_PYTHON_DIR`, or `isograd/python` in the user's cache. */
export function pythonFolder(): string {
  const { ISOGRAD_PYTHON_DIR, XDG_CACHE_HOME } = process.env;
  return ISOGRAD_PYTHON_DIR || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'isograd', 'python');
}

/** The interpreter of an environment, whether it stands or not. */
export function pythonOf(environment: PythonEnvironment): string {
  return join(pythonFolder(), environment, 'bin', 'python');
}

/**
 * Variables under which the libraries of an environment round alike on every x86-64 processor with AVX2, however many
 * cores it has. By default each takes the widest instructions and all cores that it finds, and sums in another order.
 */
export function pythonVariables(): Readonly<Record<string, string>> {
  const oneThread = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  if (process.arch !== 'x64') return oneThread;
  return {
    ...oneThread,
    ATEN_CPU_CAPABILITY: 'avx2',
    // The only one that Intel's library promises to be the same on other makers' processors.
    MKL_CBWR: 'COMPATIBLE',
    NPY_DISABLE_CPU_FEATURES: 'X86_V4 AVX512_ICL AVX512_SPR',
    ONEDNN_MAX_CPU_ISA: 'AVX2',
    OPENBLAS_CORETYPE: 'Haswell',
    XLA_FLAGS: '--xla_cpu_max_isa=AVX2',
  };
}

/** Whether an environment stands with the versions that this package pins; reads two small files and starts nothing. */
export function pythonStatus(environment: PythonEnvironment): Availability {
  const file = `requirements-${environment}.txt`;
  const folder = join(pythonFolder(), environment);
  const remedy = `run scripts/setup-python.sh ${environment}`;
  try {
    accessSync(pythonOf(environment), constants.X_OK);
    const pinned = readFileSync(join(SOURCES, file), 'utf8');
    if (readFileSync(join(folder, 'isograd-requirements.txt'), 'utf8') === pinned)
      return { ready: true, detail: folder };
    return { ready: false, detail: `${folder} has other versions than ${file} pins (${remedy})` };
  } catch {
    return { ready: false, detail: `no Python environment in ${folder} (${remedy})` };
  }
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: ParityError) => void;
}

/** A Python process that answers one request after another; shared by the references of one environment. */
export class PythonWorker {
  readonly #environment: PythonEnvironment;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: Waiting[] = [];
  #complaints = '';
  #ended: ParityError | undefined;

  /** @throws ParityError when the environment does not stand. */
  constructor(environment: PythonEnvironment) {
    const { ready, detail } = pythonStatus(environment);
    if (!ready) {
      throw new ParityError({
        where: 'PythonWorker',
        what: `the Python environment '${environment}' is not set up`,
        got: detail,
        expected: 'an environment with the pinned versions',
        hint: `run scripts/setup-python.sh ${environment}`,
      });
    }
    this.#environment = environment;
    this.#child = spawn(pythonOf(environment), ['-u', join(SOURCES, 'worker.py')], {
      stdio: 'pipe',
      env: { ...process.env, ...pythonVariables() },
    });
    this.#child.stderr.on('data', (text: Buffer) => {
      this.#complaints = (this.#complaints + text.toString()).slice(-2000);
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) =>
      this.#waiting.shift()?.resolve(JSON.parse(line)),
    );
    this.#child.on('error', (error) => this.#end(error.message));
    this.#child.on('close', (code, signal) => this.#end(signal ? `killed by ${signal}` : `exit code ${code}`));
    // A request to a dead process fails here first; `close` says why.
    this.#child.stdin.on('error', () => undefined);
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @throws ParityError when the process has ended.
   */
  ask(request: object): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  /** Ends the process; requests still under way are refused. */
  close(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    return new Promise((resolve) => {
      this.#child.once('close', () => resolve());
      this.#child.stdin.end();
    });
  }

  #end(reason: string): void {
    this.#ended ??= new ParityError({
      where: 'PythonWorker',
      what: `the Python process of '${this.#environment}' has ended`,
      got: [reason, ...this.#complaints.trim().split('\n').slice(-3)].join(' | '),
      expected: 'a process that answers until it is closed',
      hint: 'was it out of memory? run the environment by hand: scripts/setup-python.sh --check',
    });
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
  }
}
