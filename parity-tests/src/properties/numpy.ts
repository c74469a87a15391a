import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pythonOf, pythonVariables } from '@isograd/parity';
import { toWireSpec, type WireSpec } from './array-spec.ts';
import type { PropertyCase } from './property.ts';

/** An array that NumPy answered with. */
export interface WireArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: string;
}

/** What NumPy said to a case. */
export interface NumpyAnswer {
  readonly outputs?: readonly WireArray[];
  readonly text?: string;
  readonly error?: string;
}

/** A Python process that evaluates cases, many at a time. */
export class NumpyProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: ((line: string) => void)[] = [];
  #complaints = '';

  constructor() {
    const script = fileURLToPath(new URL('numpy_worker.py', import.meta.url));
    this.#child = spawn(pythonOf('keras'), ['-u', script], {
      stdio: 'pipe',
      env: { ...process.env, ...pythonVariables() },
    });
    this.#child.stderr.on(
      'data',
      (text: Buffer) => (this.#complaints = (this.#complaints + String(text)).slice(-2000)),
    );
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#waiting.shift()?.(line));
    this.#child.on('close', (code) => {
      if (this.#waiting.length > 0) throw new Error(`the Python process ended (${code}): ${this.#complaints}`);
    });
  }

  /** NumPy's answers to cases, in their order. */
  async ask(cases: readonly PropertyCase[]): Promise<NumpyAnswer[]> {
    return this.#evaluate(
      cases.map(({ row, attrs, inputs }) => ({ expr: row.python(attrs), inputs: inputs.map(toWireSpec) })),
    );
  }

  /** Which NumPy answers. */
  async version(): Promise<string> {
    const [answer] = await this.#evaluate([{ expr: 'np.__version__', inputs: [] }]);
    return answer!.text ?? '';
  }

  async #evaluate(request: readonly { expr: string; inputs: readonly WireSpec[] }[]): Promise<NumpyAnswer[]> {
    const line = await new Promise<string>((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
    return JSON.parse(line) as NumpyAnswer[];
  }

  /** Ends the process. */
  close(): void {
    this.#child.stdin.end();
  }
}
