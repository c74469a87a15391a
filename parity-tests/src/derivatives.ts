// `pnpm derivatives`: writes docs/derivatives.md from a run over every case of every op; `--check` compares instead.
import { readFileSync, writeFileSync } from 'node:fs';
import { IsogradError } from '@isograd/device';
import { gradcheck, gradgradcheck } from '@isograd/autograd';
import { gradientProblems, transformWays } from '@isograd/autograd/testing';
import type { TableOp } from '@isograd/ndarray/testing';
import type { ReferenceName } from '@isograd/parity';
import { answersOf } from './answers.ts';
import { familiesOf } from './golden-files.ts';
import { type OpCase, opCases } from './op-cases.ts';
import { type Finding, tryCase } from './trial.ts';

const PAGE = new URL('../../docs/derivatives.md', import.meta.url);

/** References that agree, those with known differences with their number. */
function agreeing(findings: readonly Finding[]): string {
  const names = [...new Set(findings.map(({ reference }) => reference))];
  const cell = (name: ReferenceName): string => {
    const own = findings.filter(({ reference }) => reference === name);
    const count = (verdict: Finding['verdict']): number => own.filter((item) => item.verdict === verdict).length;
    const [known, wrong] = [count('known difference'), count('disagree')];
    return `${name}${known > 0 ? ` but ${known} known` : ''}${wrong > 0 ? ` but ${wrong} NOT` : ''}`;
  };
  return names.map(cell).join(', ');
}

function holds(check: () => boolean): string {
  try {
    return check() ? 'yes' : 'no';
  } catch (error) {
    if (error instanceof IsogradError) return `no: ${error.what}`;
    throw error;
  }
}

/** First and second derivatives against differences, on the first sample; the tests take all. */
function checked(op: TableOp): readonly [first: string, second: string] {
  if (op.nonDifferentiable !== undefined) return [`none: ${op.nonDifferentiable}`, ''];
  const [problem] = gradientProblems(op);
  if (!problem) return ['none: no sample of floats', ''];
  return [holds(() => gradcheck(problem.f, problem.xs)), holds(() => gradgradcheck(problem.f, problem.xs))];
}

async function rowOf(op: TableOp, findings: readonly Finding[]): Promise<string> {
  const of = (aspect: Finding['aspect']): string => agreeing(findings.filter((item) => item.aspect === aspect));
  const [first, second] = checked(op);
  const { jvp, vmap } = transformWays(op);
  const cells = [
    `\`${op.name}\``,
    of('value'),
    first === 'yes' ? of('gradient') || 'differences' : first,
    second,
    jvp,
    vmap,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

async function familyRows(family: string, items: readonly OpCase[]): Promise<readonly string[]> {
  const answers = answersOf(family);
  const ops = new Map(items.map(({ op }) => [op.name, op]));
  const rows: string[] = [];
  for (const op of ops.values()) {
    const own = items.filter((item) => item.op === op);
    // Programs that are cases of special values are no functions of ours.
    if (own.every(({ special }) => special)) continue;
    const findings = await Promise.all(own.map((item) => tryCase(item, answers(item.id))));
    rows.push(await rowOf(op, findings.flat()));
  }
  return rows;
}

async function pageText(): Promise<string> {
  const sections: string[] = [];
  let count = 0;
  for (const [family, items] of familiesOf(opCases())) {
    const rows = await familyRows(family, items);
    count += rows.length;
    sections.push(
      `## ${family}`,
      '',
      '| op | forward | vjp | second order | jvp | vmap |',
      '|---|---|---|---|---|---|',
      ...rows,
      '',
    );
  }
  return [
    '# Derivatives: every op against the references',
    '',
    'Written by `pnpm derivatives` from a run over every case of every op; do not edit.',
    '',
    `${count} ops. forward and vjp name the references whose frozen answers agree on all cases, in values and in gradients ("differences": no reference has that gradient,`,
    'central differences do); "but 3 known" counts cases that are rows of the table of known differences, with a reason. second order: held against differences.',
    'jvp: by a rule of its own, as a linear function, element-wise from the reverse rule, composed of other ops, or by transposing the reverse rule. vmap: by a rule,',
    'element-wise, composed, or in a loop over examples.',
    '',
    ...sections,
  ].join('\n');
}

const text = await pageText();
if (process.argv.includes('--check')) {
  const fresh = text === readFileSync(PAGE, 'utf8');
  process.stdout.write(
    fresh ? 'docs/derivatives.md is what the run gives\n' : 'run `pnpm derivatives` and commit what it writes\n',
  );
  process.exitCode = fresh ? 0 : 1;
} else {
  writeFileSync(PAGE, text);
  process.stdout.write('docs/derivatives.md is written\n');
}
