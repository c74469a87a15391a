import { Callback, type Logs } from './callback.ts';

/** Options of {@link RemoteMonitor}. */
export interface RemoteMonitorOptions {
  /** Address of the server; default `http://localhost:9000`. */
  readonly root?: string;
  /** Path on it; default `/publish/epoch/end/`. */
  readonly path?: string;
  /** Field of the form that holds the JSON; default `data`. */
  readonly field?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the body is JSON instead of a form; default false. */
  readonly sendAsJson?: boolean;
}

/** Sends the numbers of each epoch to a server (`keras.callbacks.RemoteMonitor`); one that cannot be reached is said and training goes on. */
export class RemoteMonitor extends Callback {
  readonly #options: Required<RemoteMonitorOptions>;

  constructor(options: RemoteMonitorOptions = {}) {
    super();
    this.#options = {
      root: 'http://localhost:9000',
      path: '/publish/epoch/end/',
      field: 'data',
      headers: {},
      sendAsJson: false,
      ...options,
    };
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const { root, path, field, headers, sendAsJson } = this.#options;
    const json = JSON.stringify({ epoch, ...logs });
    try {
      await fetch(root + path, {
        method: 'POST',
        headers: sendAsJson ? { 'content-type': 'application/json', ...headers } : { ...headers },
        body: sendAsJson ? json : new URLSearchParams({ [field]: json }),
      });
    } catch {
      this.params.output.write(`RemoteMonitor: could not reach ${root}\n`);
    }
  }
}
