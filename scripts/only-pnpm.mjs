// A `preinstall` guard: npm and yarn would lay a node_modules that does not know the workspace.
const agent = process.env.npm_config_user_agent ?? '';
if (!agent.startsWith('pnpm/')) {
  process.stderr.write(
    [
      'CommandError: install: this workspace is installed with pnpm',
      `    got:      ${agent.split(' ')[0] || 'an unknown package manager'}`,
      '    expected: pnpm, which npm start and npm test fetch themselves',
      '    hint:     run npm start (it also mends what this install left behind)',
      '',
    ].join('\n'),
  );
  process.exitCode = 1;
}
