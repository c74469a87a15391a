const MINUS = '\u2212';
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Labels of the ticks of an axis, and the factor they share, written once at the end of the axis (`1e6`; empty for none). */
export interface TickLabels {
  readonly labels: readonly string[];
  readonly factor: string;
}

/**
 * Writes ticks with as many decimals as tell them apart, and a common power of ten when they are large or small.
 *
 * Gives the same texts as matplotlib's `ScalarFormatter(useOffset=False)`.
 *
 * @example
 * linearLabels([0, 0.25, 0.5]).labels // => [ '0.00', '0.25', '0.50' ]
 * linearLabels([0, 2e6, 4e6]) // => { labels: [ '0', '2', '4' ], factor: '1e6' }
 */
export function linearLabels(ticks: readonly number[]): TickLabels {
  const largest = Math.max(...ticks.map(Math.abs), 0);
  const magnitude = largest === 0 ? 0 : exponentOf(largest);
  const power = magnitude <= -5 || magnitude >= 6 ? magnitude : 0;
  const scaled = ticks.map((tick) => tick / 10 ** power);
  const decimals = decimalsFor(scaled);
  const labels = scaled.map((tick) =>
    withMinus(Object.is(Number(tick.toFixed(decimals)), -0) ? (0).toFixed(decimals) : tick.toFixed(decimals)),
  );
  return { labels, factor: power === 0 ? '' : `1e${withMinus(String(power))}` };
}

/**
 * Writes a power of ten, or a small multiple of one, as it stands beside a logarithmic axis.
 *
 * @example
 * logLabel(0.001) // => 10⁻³
 * logLabel(20) // => 2×10¹
 */
export function logLabel(value: number): string {
  const power = exponentOf(value);
  const digit = Math.round(value / 10 ** power);
  const raised = [...String(Math.abs(power))].map((n) => SUPERSCRIPTS[Number(n)]).join('');
  return `${digit === 1 ? '' : `${digit}×`}10${power < 0 ? '⁻' : ''}${raised}`;
}

function exponentOf(value: number): number {
  return Number(value.toExponential().split('e')[1]);
}

function decimalsFor(ticks: readonly number[]): number {
  const span = ticks.length > 1 ? Math.max(...ticks) - Math.min(...ticks) : Math.abs(ticks[0] ?? 0);
  if (span === 0) return 0;
  const magnitude = Math.floor(Math.log10(span));
  const tolerance = 1e-3 * 10 ** magnitude;
  let decimals = Math.max(0, 3 - magnitude);
  while (decimals > 0 && ticks.every((tick) => Math.abs(tick - Number(tick.toFixed(decimals - 1))) < tolerance))
    decimals--;
  return Math.min(decimals, 15);
}

function withMinus(text: string): string {
  return text.replace('-', MINUS);
}
