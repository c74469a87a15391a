import { fileURLToPath } from 'node:url';
import { openDevice } from '@isograd/device';
import { getDevice } from '@isograd/ndarray';
import { pythonOf, pythonStatus, tfjsNodeStatus } from '@isograd/parity';
import type { Reply, Request, Workload } from './protocol.ts';
import { type Contender, Worker } from './worker.ts';

const worker = (name: string): string => fileURLToPath(new URL(`./workers/${name}.js`, import.meta.url));
const node = (
  name: string,
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Contender => ({ name, command: process.execPath, args: [worker(file), ...args], env });

/** What can run here, and one line for each that cannot. */
export function findContenders(): { readonly contenders: Contender[]; readonly missing: string[] } {
  const missing: string[] = [];
  // Importing the package makes the devices known.
  getDevice();
  const contenders = ['js', 'wasm', 'native'].flatMap((device) => {
    const opened = openDevice(device);
    if (typeof opened === 'string') missing.push(`isograd ${device}: ${opened}`);
    return typeof opened === 'string'
      ? []
      : [node(`isograd ${device}`, 'isograd', [], { ISOGRAD_DEVICE: device, ISOGRAD_NUM_THREADS: '1' })];
  });
  if (contenders.some((c) => c.name === 'isograd native'))
    contenders.push(node('isograd native 2T', 'isograd', [], { ISOGRAD_DEVICE: 'native', ISOGRAD_NUM_THREADS: '2' }));
  contenders.push(node('tfjs cpu', 'tfjs', ['tfjs']), node('tfjs wasm', 'tfjs', ['tfjs-wasm']));
  const real = tfjsNodeStatus();
  if (real.ready) contenders.push(node('tfjs node', 'tfjs', ['tfjs-node'], { TF_CPP_MIN_LOG_LEVEL: '2' }));
  else missing.push(`tfjs node: ${real.detail}`);
  const python = pythonStatus('torch');
  if (!python.ready) missing.push(`torch: ${python.detail}`);
  else {
    const script = fileURLToPath(new URL('../python/torch_worker.py', import.meta.url));
    for (const threads of ['1', '2'])
      contenders.push({
        name: `torch ${threads}T`,
        command: pythonOf('torch'),
        args: [script, threads],
        env: { OMP_NUM_THREADS: threads },
      });
  }
  return { contenders, missing };
}

/** A running contender. */
export class Running extends Worker<Request, Reply> {
  /** Runs steps of a workload. */
  run(workload: Workload, steps: number): Promise<Reply> {
    return this.ask({ workload, steps });
  }
}
