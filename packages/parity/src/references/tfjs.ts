import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as tfjs from '@tensorflow/tfjs';
import { checkDType, DTypeError, DTYPES, GradientError, ParityError } from '@isograd/device';
import { type RefArray, refArray } from './arrays.ts';
import { type Answer, type Availability, type Case, cotangentAt, type Reference, type Result } from './reference.ts';

/** The module `@tensorflow/tfjs`, or `@tensorflow/tfjs-node`, which has the same functions. */
export type Tfjs = typeof tfjs;

/** What computes for tfjs: plain JavaScript, WebAssembly, or libtensorflow. */
export type TfjsBackend = 'cpu' | 'wasm' | 'node';

/** A reference that tfjs computes. */
export type TfjsReferenceName = 'tfjs' | 'tfjs-wasm' | 'tfjs-node';

/** References that tfjs computes, with the backend of each. */
export const TFJS_REFERENCES: { readonly [R in TfjsReferenceName]: TfjsBackend } = {
  tfjs: 'cpu',
  'tfjs-wasm': 'wasm',
  'tfjs-node': 'node',
};

const BACKENDS: { readonly [B in TfjsBackend]: { readonly module: string; readonly backend: string } } = {
  cpu: { module: '@tensorflow/tfjs', backend: 'cpu' },
  wasm: { module: '@tensorflow/tfjs-backend-wasm', backend: 'wasm' },
  node: { module: '@tensorflow/tfjs-node', backend: 'tensorflow' },
};

const require = createRequire(import.meta.url);

/**
 * Whether libtensorflow stands ready behind `@tensorflow/tfjs-node`. Looks for the files that `scripts/setup-tfjs-node.sh`
 * leaves and loads nothing: the package itself throws where they are missing.
 */
export function tfjsNodeStatus(): Availability {
  const remedy = 'run scripts/setup-tfjs-node.sh';
  let folder: string;
  try {
    folder = dirname(require.resolve('@tensorflow/tfjs-node/package.json'));
  } catch {
    return { ready: false, detail: '@tensorflow/tfjs-node is not installed (it is an optional dependency)' };
  }
  const stamp = join(folder, 'deps', '.setup-tfjs-node');
  // existsSync follows the link into the cache: a cache that was emptied is noticed.
  const ready = existsSync(stamp) && existsSync(join(folder, 'deps', 'lib', 'libtensorflow_cc.so.2'));
  if (!ready) return { ready, detail: `@tensorflow/tfjs-node is installed without libtensorflow (${remedy})` };
  return { ready, detail: readFileSync(stamp, 'utf8').trim() };
}

/**
 * Loads tfjs and makes a backend the active one. tfjs has one engine a process and takes another backend silently
 * where it cannot start the one asked for, so the active one is checked here. Until the next call for another
 * backend everything that tfjs computes is computed there.
 *
 * @throws ParityError when the backend is not there or is not the active one afterwards.
 */
export function loadTfjs(kind: TfjsBackend): Promise<Tfjs> {
  return exclusively(() => switchTo(kind));
}

let queue: Promise<unknown> = Promise.resolve();

/** Runs tasks one after another: a backend starts asynchronously, and another switch meanwhile would win. */
function exclusively<T>(task: () => Promise<T>): Promise<T> {
  const turn = queue.then(task);
  queue = turn.catch(() => undefined);
  return turn;
}

async function switchTo(kind: TfjsBackend): Promise<Tfjs> {
  const { module, backend } = BACKENDS[kind];
  if (kind === 'node') requireTfjsNode();
  const tf = require('@tensorflow/tfjs') as Tfjs;
  if (kind !== 'cpu') require(module);
  const started = await tf.setBackend(backend);
  if (!started || tf.getBackend() !== backend) {
    throw new ParityError({
      where: 'loadTfjs',
      what: `tfjs did not take the backend '${backend}'`,
      got: `the backend '${tf.getBackend()}'`,
      expected: `'${backend}'`,
      hint: kind === 'node' ? 'run scripts/setup-tfjs-node.sh' : `reinstall ${module}`,
    });
  }
  if (kind === 'cpu') greetOnce(tf);
  return tf;
}

function requireTfjsNode(): void {
  const { ready, detail } = tfjsNodeStatus();
  if (!ready) {
    throw new ParityError({
      where: 'loadTfjs',
      what: 'tfjs-node is not set up',
      got: detail,
      expected: 'libtensorflow beside @tensorflow/tfjs-node',
      hint: 'run scripts/setup-tfjs-node.sh',
    });
  }
  // libtensorflow writes its greetings to stderr otherwise.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
}

/** The first array on the cpu backend makes tfjs advertise its native backend; it is made here, with its warnings off. */
function greetOnce(tf: Tfjs): void {
  const { IS_TEST } = tf.env().getFlags();
  tf.env().set('IS_TEST', true);
  tf.tensor([0]).dispose();
  tf.env().set('IS_TEST', IS_TEST ?? false);
}

/**
 * Opens tfjs on one of its backends.
 *
 * tfjs computes in float32 and int32: float64 inputs are rounded, int64 inputs narrowed where they fit and refused where
 * they do not, and answers come in float32, int32 and bool.
 *
 * @throws ParityError when the backend cannot be had.
 */
export async function openTfjs(name: TfjsReferenceName): Promise<Reference> {
  const kind = TFJS_REFERENCES[name];
  await loadTfjs(kind);
  return {
    name,
    versions: () => exclusively(async () => tfjsVersions(await switchTo(kind), kind)),
    // Each run asks for its backend again: another reference may have taken the engine meanwhile.
    run: (cases) =>
      exclusively(async () => {
        const tf = await switchTo(kind);
        return cases.map((item) => runCase(tf, item));
      }),
    close: () => Promise.resolve(),
  };
}

/** Versions of tfjs and of what computes for it. */
export function tfjsVersions(tf: Tfjs, kind: TfjsBackend): Record<string, string> {
  const versions: Record<string, string> = { node: process.versions.node, tfjs: tf.version.tfjs };
  if (kind === 'wasm')
    versions['tfjs-backend-wasm'] = (require(BACKENDS.wasm.module) as { version_wasm: string }).version_wasm;
  if (kind === 'node') {
    versions['tfjs-node'] =
      (require(BACKENDS.node.module) as { version: Record<string, string> }).version['tfjs-node'] ?? '';
    const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
    versions.libtensorflow = binding.TF_Version;
  }
  return versions;
}

function runCase(tf: Tfjs, item: Case): Result {
  tf.engine().startScope();
  try {
    return compute(tf, item);
  } catch (error) {
    // Some kernels throw strings.
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    return { id: item.id, error: { name, message } };
  } finally {
    tf.engine().endScope();
  }
}

function compute(tf: Tfjs, item: Case): Answer {
  const f = compile(tf, item);
  const xs = item.inputs.map((x) => toTensor(tf, x));
  const outputs = listOf(f(xs));
  const answer: Answer = { id: item.id, outputs: outputs.map(fromTensor) };
  if (!item.grad) return answer;
  if (outputs.length !== 1)
    throw new GradientError({
      where: 'tfjs',
      what: 'a gradient of several outputs',
      got: `${outputs.length} outputs`,
      expected: 'one',
      hint: 'ask for one output in the expression',
    });
  const places = item.inputs.flatMap(({ dtype }, i) => (DTYPES[dtype].kind === 'f' ? [i] : []));
  const ofFloats = (...floats: tfjs.Tensor[]): tfjs.Tensor => {
    const args = [...xs];
    places.forEach((place, i) => (args[place] = floats[i]!));
    return f(args) as tfjs.Tensor;
  };
  const dy = cotangentOf(tf, outputs[0]!, item);
  const found = tf.grads(ofFloats)(
    places.map((i) => xs[i]!),
    dy,
  );
  const grads = item.inputs.map((_, i) => (places.includes(i) ? fromTensor(found[places.indexOf(i)]!) : null));
  return { ...answer, grads };
}

function compile(
  tf: Tfjs,
  { expr, inputs, attrs }: Case,
): (xs: readonly tfjs.Tensor[]) => tfjs.Tensor | readonly tfjs.Tensor[] {
  const scope = { axis: undefined, keepdims: false, ...attrs };
  const names = inputs.map((_, i) => `x${i + 1}`);
  // The expressions come from our own op records; they are data so that Python can be given the same ones.
  // oxlint-disable-next-line typescript/no-implied-eval
  const body = new Function('tf', 'xs', ...names, ...Object.keys(scope), `return (${expr});`) as (
    ...args: unknown[]
  ) => tfjs.Tensor | readonly tfjs.Tensor[];
  return (xs) => body(tf, xs, ...xs, ...Object.values(scope));
}

const listOf = (value: tfjs.Tensor | readonly tfjs.Tensor[]): readonly tfjs.Tensor[] =>
  Array.isArray(value) ? value : [value as tfjs.Tensor];

function cotangentOf(tf: Tfjs, y: tfjs.Tensor, { grad }: Case): tfjs.Tensor {
  if (grad?.cotangent) return toTensor(tf, grad.cotangent);
  return tf.tensor(
    Float32Array.from({ length: y.size }, (_, i) => cotangentAt(i)),
    y.shape,
    'float32',
  );
}

function toTensor(tf: Tfjs, { dtype, shape, values }: RefArray): tfjs.Tensor {
  const dims = [...shape];
  if (DTYPES[dtype].kind === 'f') return tf.tensor(Float32Array.from(values as Float64Array), dims, 'float32');
  if (dtype === 'bool') return tf.tensor(Uint8Array.from(values as Uint8Array), dims, 'bool');
  const narrow = Int32Array.from(values, Number);
  const wide = narrow.findIndex((value, i) => value !== Number(values[i]));
  if (wide !== -1)
    throw new DTypeError({
      where: 'tfjs',
      what: 'tfjs has no int64, and the values do not fit int32',
      got: String(values[wide]),
      expected: 'values between -2147483648 and 2147483647',
      hint: 'give this case to another reference',
    });
  return tf.tensor(narrow, dims, 'int32');
}

function fromTensor(tensor: tfjs.Tensor): RefArray {
  const values = tensor.dataSync();
  const dtype = checkDType(tensor.dtype, 'tfjs');
  return refArray(dtype, tensor.shape, values);
}
