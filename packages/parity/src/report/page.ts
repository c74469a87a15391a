import type { ParityResult } from '../job/run-parity.ts';
import { type Row, short } from '../job/row.ts';
import { digitSection } from './digit-section.ts';
import { html, Markup } from './html.ts';
import { curveSection, netSection, waySection } from './sections.ts';
import { STYLE } from './style.ts';
import { verdictLine } from './summary.ts';
import { ratioText, TONES } from './table.ts';

/**
 * The report as one page that needs no other file.
 *
 * @param command - What was typed to get it, so that a reader can repeat it.
 */
export function reportPage(result: ParityResult, command: string): string {
  const { agrees, rows, nets, ways, curves, opponent, setting, seconds } = result;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>isograd parity report</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <h1>isograd parity report</h1>
          <p class="soft">
            ${setting.data}. ${setting.begun.replace('T', ' ').slice(0, 16)} UTC, ${seconds.toFixed(0)} seconds.
          </p>
          <div class="verdict ${agrees ? 'good' : 'bad'}">${verdictLine(result)}</div>
          <p>
            isograd and ${opponent} started from the same weights and saw the same batches in the same order. This page
            shows how far apart their numbers are, and how far apart they may be: two libraries add the same numbers in
            another order, so the last digits of 32-bit floats differ, and training carries such differences on.
          </p>
          <h2>Everything at a glance</h2>
          ${summaryTable(rows, opponent)}
          <p class="soft">
            Allowed is what rounding can do. “Agrees within drift”: at some steps the two stand further apart than that,
            but no further than twice the distance of runs of one library that differ by rounding alone, and than a
            tenth. A known difference is one that both libraries mean. Time ratio: how many times as long ${opponent}
            took for the same training steps on this machine.
          </p>
          ${nets[0] === undefined ? undefined : digitSection(nets[0], result.test, opponent)}
          ${nets.map((net) => netSection(net, opponent))} ${waySection(ways, opponent)} ${curveSection(curves)}
          ${settingSection(result, command)}
        </main>
      </body>
    </html> `;
  return page.text;
}

function summaryTable(rows: readonly Row[], opponent: string): Markup {
  const groups = [...new Set(rows.map(({ group }) => group))];
  return html`<div class="scroll">
    <table class="wide">
      <thead>
        <tr>
          <th>what</th>
          <th class="number">isograd</th>
          <th class="number">${opponent}</th>
          <th class="number">largest difference</th>
          <th class="number">allowed</th>
          <th>verdict</th>
          <th class="number">time ratio</th>
        </tr>
      </thead>
      <tbody>
        ${groups.map(
          (group) =>
            html`<tr>
                <th class="group" colspan="7">${group}</th>
              </tr>
              ${rows.filter((row) => row.group === group).map(summaryRow)}`,
        )}
      </tbody>
    </table>
  </div>`;
}

function summaryRow({ what, note, ours, theirs, difference, allowed, verdict, timeRatio }: Row): Markup {
  return html`<tr class="noted">
      <td>${what}</td>
      <td class="number">${ours}</td>
      <td class="number">${theirs}</td>
      <td class="number">${short(difference)}</td>
      <td class="number">${short(allowed)}</td>
      <td class="state ${TONES[verdict]}">${verdict}</td>
      <td class="number">${ratioText(timeRatio)}</td>
    </tr>
    <tr class="note">
      <td colspan="7">${note}</td>
    </tr>`;
}

function settingSection({ setting, opponent, nets }: ParityResult, command: string): Markup {
  const entries: [string, string][] = [
    ['command', command],
    [
      'seed',
      `${setting.seed}: first weights from PyTorch’s stream and NumPy’s, orders of batches from NumPy’s RandomState`,
    ],
    ['data', setting.data],
    ...Object.entries(setting.versions),
    ['isograd computed on', `the device '${setting.device}'`],
    ['compared with', opponent],
    ['machine', `${setting.processor}, ${setting.cores} cores, ${setting.memory}, ${setting.platform}`],
    ...nets.map(({ net, schedule }): [string, string] => [
      net.name,
      `${schedule.steps} steps of ${schedule.batchSize} digits, ${schedule.epochs.length} epochs, ${JSON.stringify(net.optimizer)}`,
    ]),
  ];
  return html`<h2>Versions and seeds</h2>
    <dl>
      ${entries.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${name === 'command' ? html`<code>${value}</code>` : value}</dd>`,
      )}
    </dl>`;
}
