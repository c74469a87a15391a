#!/usr/bin/env node
// Builds build/isograd.node with the machine's C compiler. Says what happened in one line and ends with exit code 0
// whatever it was; with --strict a build that was possible but failed ends with 1. No dependency may be imported here.
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = join(root, 'csrc');
const folder = join(root, 'build');
const addon = join(folder, 'isograd.node');
const stamp = join(folder, 'isograd.json');
const require = createRequire(import.meta.url);

const COMMON = [
  '-std=c11',
  '-D_GNU_SOURCE',
  '-Wall',
  '-Wextra',
  '-Wno-unknown-pragmas',
  '-Wno-psabi',
  '-Wno-type-limits',
  '-Wno-pass-failed',
  '-O3',
  '-fPIC',
  '-pthread',
];
// Rounding is part of the contract: no contraction but in products, where it is meant; nothing reordered anywhere.
const NUMERICS = ['-fvisibility=hidden', '-fno-strict-aliasing', '-fwrapv', '-fno-math-errno', '-fno-trapping-math'];
const PER_ISA = [
  'arithmetic',
  'integer',
  'convert',
  'elementary',
  'fused',
  'reductions',
  'sort',
  'transpose',
  'gemm',
  'conv',
  'pool',
  'table',
];
const ONCE = [
  'addon',
  'convolutions',
  'copy',
  'cpu',
  'geometry',
  'indexed',
  'kernels',
  'machine',
  'map',
  'pooling',
  'products',
  'reduce',
  'row-batches',
  'row-steps',
  'rows',
  'threads',
];
// Names of a machine: those of gcc and clang, then that of zig cc; portable code needs none.
const X64 = [
  { name: 'portable', machines: ['x86-64', 'x86_64', ''], flags: [] },
  { name: 'avx2', machines: ['x86-64-v3', 'x86_64_v3'], flags: [] },
  { name: 'avx512', machines: ['x86-64-v4', 'x86_64_v4'], flags: ['-mprefer-vector-width=512'] },
];
const TITLES = { portable: process.arch === 'arm64' ? 'NEON' : 'portable code', avx2: 'AVX2', avx512: 'AVX-512' };

/** Why there is no addon; `failed` when there could have been one. */
class NoBuild extends Error {
  constructor(reason, failed = false) {
    super(reason);
    this.failed = failed;
  }
}

const words = (text) => text.split(/\s+/).filter((word) => word !== '');

/** The first C compiler that answers: its command and a name with version. */
function findCompiler() {
  const candidates = process.env.CC ? [process.env.CC] : ['cc', 'gcc', 'clang'];
  for (const candidate of candidates) {
    const [file, ...args] = words(candidate);
    const { status, stdout } = spawnSync(file ?? '', [...args, '--version'], { encoding: 'utf8' });
    if (status !== 0 || !stdout) continue;
    const line = stdout.split('\n')[0];
    const version = /(\d+\.\d+)(\.\d+)*\s*$/.exec(line)?.[1] ?? /version (\d+\.\d+)/.exec(line)?.[1] ?? '';
    return { file, args, line, title: `${/clang/i.test(line) ? 'clang' : 'gcc'} ${version}`.trim() };
  }
  throw new NoBuild(process.env.CC ? `the C compiler CC=${process.env.CC} does not answer` : 'no C compiler found');
}

function findHeaders() {
  const candidates = [resolve(dirname(process.execPath), '../include/node')];
  try {
    candidates.unshift(require('node-api-headers').include_dir);
  } catch {
    // A development dependency: an installed package builds with the headers beside Node.
  }
  const found = candidates.find((path) => existsSync(join(path, 'node_api.h')));
  if (found === undefined) throw new NoBuild('no Node-API headers found');
  return found;
}

/** The instruction sets that this compiler can make code for. */
function instructionSets({ file, args }) {
  if (process.arch !== 'x64') return [{ name: 'portable', flags: [] }];
  const accepts = (flags) => spawnSync(file, [...args, ...flags, '-E', '-x', 'c', '-'], { input: '' }).status === 0;
  return X64.flatMap(({ name, machines, flags }) => {
    const choices = machines.map((machine) => [...(machine ? [`-march=${machine}`] : []), ...flags]);
    const chosen = choices.find(accepts);
    return chosen ? [{ name, flags: chosen }] : [];
  });
}

/** Every file to compile: source, object, flags. */
function plan(isas) {
  const defines = isas.map(({ name }) => `-DISOGRAD_${name.toUpperCase()}`);
  const once = ONCE.map((name) => ({
    source: `${name}.c`,
    object: `${name}.o`,
    flags: ['-ffp-contract=off', ...defines],
  }));
  const many = isas.flatMap((isa) =>
    PER_ISA.map((name) => ({
      source: `${name}.c`,
      object: `${name}-${isa.name}.o`,
      flags: [
        ...isa.flags,
        `-DISA_NAME=${isa.name}`,
        `-ffp-contract=${['gemm', 'conv'].includes(name) ? 'fast' : 'off'}`,
      ],
    })),
  );
  // The slowest first, so that they do not end up alone.
  return [...many, ...once];
}

function compile(compiler, args) {
  return new Promise((done, fail) => {
    execFile(compiler.file, [...compiler.args, ...args], { cwd: sources }, (error, _stdout, stderr) => {
      if (!error) return done();
      const line = stderr.split('\n').find((text) => /error/i.test(text)) ?? error.message;
      return fail(new NoBuild(`${compiler.title} failed: ${line.trim()}`, true));
    });
  });
}

async function build(compiler, headers, jobs) {
  const temporary = mkdtempSync(join(folder, 'objects-'));
  try {
    const waiting = [...jobs];
    const worker = async () => {
      for (let job = waiting.shift(); job; job = waiting.shift())
        await compile(compiler, [
          ...COMMON,
          ...NUMERICS,
          ...job.flags,
          '-isystem',
          headers,
          '-c',
          job.source,
          '-o',
          join(temporary, job.object),
        ]);
    };
    await Promise.all(Array.from({ length: availableParallelism() }, worker));
    const shared = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
    const output = join(temporary, 'isograd.node');
    await compile(compiler, [
      ...shared,
      '-pthread',
      ...jobs.map(({ object }) => join(temporary, object)),
      '-lm',
      '-o',
      output,
    ]);
    const title = inUse(output);
    // A process that has the old file open keeps it; none ever sees half a file, or one that cannot be loaded.
    renameSync(output, addon);
    return title;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Title of the instruction set that this machine will use of an addon; a process of its own finds out whether it can be loaded. */
function inUse(file) {
  const program = 'console.log(require(process.argv[1]).instructionSets[0])';
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', program, file], { encoding: 'utf8' });
  if (status === 0) return TITLES[stdout.trim()];
  const line = stderr.split('\n').find((text) => /error/i.test(text)) ?? `exit code ${status}`;
  throw new NoBuild(`the addon cannot be loaded: ${line.trim()}`, true);
}

/** Whether the addon is there, whole, and built from what there is now. */
function isCurrent(key) {
  if (!existsSync(addon) || !existsSync(stamp)) return false;
  try {
    const known = JSON.parse(readFileSync(stamp, 'utf8'));
    return known.key === key && known.bytes === statSync(addon).size;
  } catch {
    return false;
  }
}

async function main() {
  if (!['linux', 'darwin'].includes(process.platform)) throw new NoBuild(`no build for ${process.platform} yet`);
  const compiler = findCompiler();
  const headers = findHeaders();
  const isas = instructionSets(compiler);
  const jobs = plan(isas);
  const hash = createHash('sha256').update(
    JSON.stringify([process.platform, process.arch, compiler, COMMON, NUMERICS, jobs]),
  );
  for (const name of readdirSync(sources).sort()) hash.update(name).update(readFileSync(join(sources, name)));
  const key = hash.digest('hex');
  if (isCurrent(key)) return `up to date, ${compiler.title} (${inUse(addon)} in use)`;
  mkdirSync(folder, { recursive: true });
  const title = await build(compiler, headers, jobs);
  writeFileSync(stamp, JSON.stringify({ key, bytes: statSync(addon).size }));
  return `built with ${compiler.title} (${title} in use)`;
}

try {
  console.log(`native: ${await main()}`);
} catch (error) {
  const reason = String(error.message).split('\n')[0];
  console.log(`native: ${reason}, ${existsSync(addon) ? 'the earlier build' : 'wasm'} is used`);
  // What is no NoBuild (a folder that cannot be written) is a failure too.
  if (error.failed !== false && process.argv.includes('--strict')) process.exitCode = 1;
}
