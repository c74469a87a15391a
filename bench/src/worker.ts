import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';

/** Something that runs the workloads, in a process of its own. */
export interface Contender {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A running contender: it answers each line with one. */
export class Worker<Request, Reply> {
  readonly name: string;
  info = '';
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor({ name, command, args, env }: Contender) {
    this.name = name;
    this.#child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#reader = createInterface({ input: this.#child.stdout! });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** Waits until it is ready. */
  async start(): Promise<void> {
    this.info = (JSON.parse(await this.#line()) as { info: string }).info;
  }

  /** Puts a question and waits for the answer. */
  async ask(request: Request): Promise<Reply> {
    this.#child.stdin!.write(`${JSON.stringify(request)}\n`);
    return JSON.parse(await this.#line()) as Reply;
  }

  /** Ends the process. */
  stop(): void {
    this.#child.stdin!.end();
    this.#reader.close();
  }

  // Libraries print notes of their own on standard output; answers are the lines that are JSON objects.
  async #line(): Promise<string> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`${this.name} ended without an answer`);
      if (value.startsWith('{')) return value;
    }
  }
}
