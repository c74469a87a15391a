import { isDType } from '@isograd/device';
import { fromWire, toWire, type WireArray } from './arrays.ts';
import { type PythonEnvironment, PythonWorker } from './python-worker.ts';
import type { Answer, Case, Reference, Refusal, Result } from './reference.ts';

/** A reference that Python computes. */
export type PythonReferenceName = 'numpy' | 'torch' | 'jax' | 'tf' | 'keras';

/** References that Python computes, with the environment each lives in. */
export const PYTHON_REFERENCES: { readonly [R in PythonReferenceName]: PythonEnvironment } = {
  numpy: 'keras',
  torch: 'torch',
  jax: 'keras',
  tf: 'keras',
  keras: 'keras',
};

interface WireAnswer {
  readonly outputs?: readonly WireArray[];
  readonly grads?: readonly (WireArray | null)[];
  readonly versions?: Record<string, string>;
  readonly error?: Refusal['error'];
}

interface Shared {
  readonly worker: PythonWorker;
  users: number;
}

const workers = new Map<PythonEnvironment, Shared>();

function share(environment: PythonEnvironment): Shared {
  const shared = workers.get(environment) ?? { worker: new PythonWorker(environment), users: 0 };
  shared.users++;
  workers.set(environment, shared);
  return shared;
}

async function release(environment: PythonEnvironment, shared: Shared): Promise<void> {
  if (--shared.users > 0) return;
  workers.delete(environment);
  await shared.worker.close();
}

/**
 * Opens NumPy, PyTorch, JAX, TensorFlow or Keras; references of one environment share one process.
 *
 * @throws ParityError when the environment is not set up.
 */
export function openPython(name: PythonReferenceName): Reference {
  const environment = PYTHON_REFERENCES[name];
  const shared = share(environment);
  const ask = async (request: object): Promise<WireAnswer> =>
    (await shared.worker.ask({ framework: name, ...request })) as WireAnswer;
  let open = true;
  return {
    name,
    versions: async () => (await ask({})).versions ?? {},
    run: (cases) => Promise.all(cases.map(async (item) => read(item.id, await ask({ case: write(item) })))),
    close: async () => {
      if (open) await release(environment, shared);
      open = false;
    },
  };
}

function write({ inputs, grad, ...rest }: Case): object {
  return {
    ...rest,
    inputs: inputs.map(toWire),
    ...(grad && { grad: grad.cotangent ? { cotangent: toWire(grad.cotangent) } : {} }),
  };
}

function read(id: string, { outputs, grads, error }: WireAnswer): Result {
  if (error) return { id, error };
  const unknown = outputs?.find(({ dtype }) => !isDType(dtype));
  // A dtype that isograd does not have is the reference's answer all the same.
  if (unknown) return { id, error: { name: 'Unreadable', message: `an output of dtype '${unknown.dtype}'` } };
  const answer: Answer = { id, outputs: (outputs ?? []).map(fromWire) };
  return grads ? { ...answer, grads: grads.map((g) => g && fromWire(g)) } : answer;
}
