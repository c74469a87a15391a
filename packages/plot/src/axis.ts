import type { AxisSettings } from './axes.ts';
import type { Limits } from './scale.ts';
import { textWidth } from './text.ts';
import { linearLabels, logLabel } from './tick-labels.ts';
import { linearTicks, logMinorTicks, logTicks, type Tick } from './ticks.ts';

/** The ticks of an axis of a given length. */
export interface AxisTicks {
  readonly major: readonly Tick[];
  readonly minor: readonly number[];
  /** Power of ten by which the labels are multiplied, as text; empty for none. */
  readonly factor: string;
}

/** What ticks depend on. */
export interface AxisSpace {
  readonly side: 'x' | 'y';
  /** In pixels. */
  readonly length: number;
  /** Font size of the labels, in pixels. */
  readonly fontSize: number;
  /** Whether only whole numbers serve. */
  readonly integer: boolean;
}

// Font sizes that a tick needs along the axis, as in matplotlib.
const ROOM = { x: 3, y: 2 } as const;
const MOST = 9;
// More labels than this beside minor ticks run into each other.
const FEW = 6;

/** Chooses the ticks of an axis: those that were set, or as many round values as there is room for. */
export function chooseTicks(settings: AxisSettings, limits: Limits, space: AxisSpace): AxisTicks {
  const low = Math.min(...limits);
  const high = Math.max(...limits);
  if (settings.ticks)
    return { major: settings.ticks.filter(({ value }) => value >= low && value <= high), minor: [], factor: '' };
  const most = Math.min(MOST, Math.max(1, Math.floor(space.length / (space.fontSize * ROOM[space.side]))));
  if (settings.scale === 'log') {
    const ticks = chooseLogTicks(low, high, most);
    if (ticks) return ticks;
  }
  for (let intervals = most; ; intervals--) {
    const values = linearTicks(low, high, { intervals, integer: space.integer });
    const { labels, factor } = linearLabels(values);
    const major = values.map((value, i) => ({ value, label: labels[i]! }));
    if (intervals === 1 || space.side === 'y' || fits(major, high - low, space)) return { major, minor: [], factor };
  }
}

/** Undefined when the limits are so near that linear ticks say more. */
function chooseLogTicks(low: number, high: number, most: number): AxisTicks | undefined {
  const major = logTicks(low, high, most);
  if (high / low < 3 && major.length < 2) return undefined;
  const decades = Math.log10(high / low);
  const minor = decades <= MOST + 1 ? logMinorTicks(low, high) : [];
  const labelled =
    major.length >= 2 ? [] : minor.length > FEW ? minor.filter((value) => /^[25]/.test(value.toExponential())) : minor;
  return {
    major: [...major, ...labelled].sort((a, b) => a - b).map((value) => ({ value, label: logLabel(value) })),
    minor: minor.filter((value) => !labelled.includes(value)),
    factor: '',
  };
}

function fits(ticks: readonly Tick[], span: number, { length, fontSize }: AxisSpace): boolean {
  return ticks.every((tick, i) => {
    const before = ticks[i - 1];
    if (before === undefined) return true;
    const gap = ((tick.value - before.value) / span) * length;
    return (textWidth(tick.label, fontSize) + textWidth(before.label, fontSize)) / 2 + fontSize * 0.5 <= gap;
  });
}
