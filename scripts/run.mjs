#!/usr/bin/env node
// `npm start` and `npm test` on a machine that has Node and npm and nothing else: no dependency may be imported here.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const pnpm = `pnpm@${manifest.devEngines.packageManager.version}`;
const modules = join(root, 'node_modules');
const stamp = join(modules, '.isograd-install');
const environment = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };
// `npx -p node@24 npm start` hands its own package on, which a npx below would take for the one it is asked for.
delete environment.npm_config_package;

class CommandError extends Error {
  constructor({ where, what, got, expected, hint }) {
    super(`${where}: ${what}\n    got:      ${got}\n    expected: ${expected}\n    hint:     ${hint}`);
  }
}

const say = (line) => process.stderr.write(`isograd: ${line}\n`);

function refuseOldNode(where) {
  const expected = manifest.engines.node.replace('>=', '');
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [leastMajor, leastMinor] = expected.split('.').map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  throw new CommandError({
    where,
    what: 'this Node is too old',
    got: `Node ${process.versions.node}`,
    expected: `Node ${expected} or newer`,
    hint: 'install a current Node, or try: npx -y -p node@24 npm start',
  });
}

/** Runs a command with the terminal handed through; resolves to its exit code. */
function run(command, args) {
  const isWindowsScript = process.platform === 'win32' && command !== process.execPath;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env: environment, stdio: 'inherit', shell: isWindowsScript });
    const forward = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, forward);
    child.once('error', reject);
    child.once('exit', (code) => {
      for (const signal of ['SIGINT', 'SIGTERM']) process.removeListener(signal, forward);
      resolve(code ?? 1);
    });
  });
}

/** What an installation depends on: when it is unchanged, node_modules is as the lockfile says. */
function installKey() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'])
    hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

async function install(where) {
  const key = installKey();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  // A mistaken `npm install` leaves a flat tree that pnpm would build on without noticing.
  if (existsSync(join(modules, '.package-lock.json'))) rmSync(modules, { recursive: true, force: true });
  say(`installing packages with ${pnpm}`);
  // npx is asked with --yes: an npmrc with `yes=false` makes it refuse otherwise.
  const code = await run('npx', ['--yes', pnpm, 'install', '--frozen-lockfile', '--reporter=append-only']);
  if (code !== 0) {
    throw new CommandError({
      where,
      what: 'the packages could not be installed',
      got: `${pnpm} ended with exit code ${code} (its lines are above)`,
      expected: 'a package registry within reach and a lockfile that fits the package.json files',
      hint: `npx --yes ${pnpm} install shows the same without this wrapper`,
    });
  }
  writeFileSync(stamp, key);
}

/** The addon is a bonus: whatever happens here is told in one line and breaks nothing. */
function buildNative() {
  const script = join(root, 'packages/native/scripts/build.mjs');
  if (!existsSync(script)) return;
  const result = spawnSync(process.execPath, [script], {
    cwd: join(root, 'packages/native'),
    env: environment,
    encoding: 'utf8',
  });
  const lines = `${result.stdout}\n${result.stderr}`.split('\n').filter((line) => line.trim() !== '');
  if (result.status === 0) say(lines.at(-1) ?? 'native: built');
  else say(`native: not built, the wasm device is used (${(lines[0] ?? `exit code ${result.status}`).trim()})`);
}

/** Builds a project and its references; what runs is then what ships, and no loader slows its closures. */
// The native package is found at run time, so no reference leads to it.
async function build(where, project) {
  const code = await run(process.execPath, [join(modules, 'typescript/bin/tsc'), '-b', project, 'packages/native']);
  if (code === 0) return;
  throw new CommandError({
    where,
    what: 'the sources do not compile',
    got: `tsc -b ${project} ended with exit code ${code} (its lines are above)`,
    expected: 'no type error',
    hint: 'git status shows what differs from the last commit',
  });
}

async function start(where, args) {
  await install(where);
  buildNative();
  await build(where, 'packages/parity');
  return run(process.execPath, [join(root, 'packages/parity/dist/cli.js'), ...args]);
}

/** One line on the reference that needs a set-up of its own; without it the checks against it are left out. */
function reportTfjsNode() {
  const script = join(root, 'scripts/setup-tfjs-node.sh');
  const isSetUp = spawnSync('bash', [script, '--check'], { env: environment }).status === 0;
  say(
    isSetUp
      ? 'tfjs-node is set up and compared with'
      : 'tfjs-node is not set up: nothing is compared with it (scripts/setup-tfjs-node.sh sets it up)',
  );
}

async function test(where, args) {
  await install(where);
  buildNative();
  reportTfjsNode();
  // pnpm comes through npx because turbo and `pnpm pack` look for it on the PATH.
  return run('npx', ['--yes', pnpm, '--silent', 'run', 'check', '--all', ...args]);
}

async function bench(where, args) {
  await install(where);
  buildNative();
  await build(where, 'bench');
  return run(process.execPath, [join(root, 'bench/dist/main.js'), ...args]);
}

async function installOnly(where) {
  await install(where);
  return 0;
}

const commands = { start, test, bench, install: installOnly };

async function main() {
  const [name, ...args] = process.argv.slice(2);
  const where = `npm ${name === 'start' || name === 'test' ? name : `run ${name}`}`;
  refuseOldNode(where);
  const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
  if (command === undefined) {
    throw new CommandError({
      where: 'scripts/run.mjs',
      what: 'no such command',
      got: name ?? 'nothing',
      expected: Object.keys(commands).join(', '),
      hint: 'npm start, npm test or npm run bench',
    });
  }
  process.exitCode = await command(where, args);
}

main().catch((error) => {
  process.stderr.write(error instanceof CommandError ? `CommandError: ${error.message}\n` : `${error.stack}\n`);
  process.exitCode = 1;
});
