import { readFileSync, writeFileSync } from 'node:fs';
import { getDevice } from '@isograd/ndarray';
import { digitSections, isDigitSection } from './seeds/digit-sections.ts';
import { twoLayerSection } from './seeds/two-layer.ts';

const PAGE = new URL('../../docs/seeds.md', import.meta.url);
const SECTIONS = ['002', '003', '004', 'cnn'] as const;
type Section = (typeof SECTIONS)[number];

const HEAD = `# The seed notebooks, run once

Written by \`pnpm seeds\`, and a part of it by \`pnpm seeds 003\` (002, 003, 004, cnn). What a seed repeats exactly is tested in
\`parity-tests/src/seeds.test.ts\` and \`packages/parity/src/job/two-layer.test.ts\`; here are trainings that take minutes, beside the
notebooks. Those of digits start from the weights and go through the orders that PyTorch draws under the seed.
`;

/** The sections of the page that is there, by their first line. */
function sectionsThere(): Map<string, string> {
  const parts = readFileSync(PAGE, 'utf8').split(/^(?=## )/m);
  return new Map(parts.slice(1).map((text) => [text.slice(0, text.indexOf('\n')), text.trimEnd()]));
}

async function write(section: Section): Promise<string> {
  const text = isDigitSection(section) ? await digitSections[section]() : twoLayerSection();
  return `${text.trimEnd()}\n\nDevice ${getDevice().name}, Node ${process.versions.node}.`;
}

const asked = process.argv.slice(2);
for (const section of SECTIONS.filter((name) => asked.length === 0 || asked.includes(name))) {
  const text = await write(section);
  const all = sectionsThere().set(text.slice(0, text.indexOf('\n')), text);
  const sorted = [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, body]) => body);
  writeFileSync(PAGE, `${HEAD}\n${sorted.join('\n\n')}\n`);
  process.stdout.write(`${text}\n`);
}
