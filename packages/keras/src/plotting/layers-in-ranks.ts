/** Something that takes up room. */
export interface Sized {
  readonly width: number;
  readonly height: number;
}

/** Where the middle of a thing stands. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** An edge, with the places between its ends through which it goes. */
export interface Routed {
  readonly from: number;
  readonly to: number;
  readonly via: readonly Place[];
}

/** Places of things and edges, and the room they take up. */
export interface Ranked extends Sized {
  readonly places: readonly Place[];
  readonly edges: readonly Routed[];
}

const GAP = 28;
const RANK_GAP = 36;
const SWEEPS = 8;

/** A thing of a rank, or the point at which an edge passes a rank. */
interface Slot {
  readonly width: number;
  readonly height: number;
  /** Slots of the rank before and of the rank after to which lines go. */
  readonly up: Slot[];
  readonly down: Slot[];
  /** Middle across the ranks. */
  at: number;
}

/** How far each thing is from those that nothing leads to; an edge that leads back does not count. */
function ranksOf(count: number, edges: readonly (readonly [from: number, to: number])[]): number[] {
  const ranks = new Array<number>(count).fill(0);
  // Things are numbered in an order in which they can run, so that one pass is enough.
  for (let to = 0; to < count; to++)
    for (const [from, end] of edges) if (end === to && from < to) ranks[to] = Math.max(ranks[to]!, ranks[from]! + 1);
  return ranks;
}

const mean = (slots: readonly Slot[], otherwise: number): number =>
  slots.length === 0 ? otherwise : slots.reduce((sum, { at }) => sum + at, 0) / slots.length;

/** Moves the slots of a rank to where their neighbours are, in this order and without overlap. */
function align(rank: Slot[], side: 'up' | 'down', sort: boolean): void {
  const wanted = new Map(rank.map((slot) => [slot, mean(slot[side], slot.at)]));
  if (sort) rank.sort((a, b) => wanted.get(a)! - wanted.get(b)!);
  let edge = -Infinity;
  for (const slot of rank) {
    slot.at = Math.max(wanted.get(slot)!, edge + slot.width / 2);
    edge = slot.at + slot.width / 2 + GAP;
  }
  const shift = rank.reduce((sum, slot) => sum + wanted.get(slot)! - slot.at, 0) / rank.length;
  for (const slot of rank) slot.at += shift;
}

function connect(above: Slot, below: Slot): void {
  above.down.push(below);
  below.up.push(above);
}

/**
 * Places things in ranks from top to bottom, each below those that lead to it, near them, without overlap.
 *
 * Source: Sugiyama, Tagawa and Toda 1981, "Methods for visual understanding of hierarchical system structures", in a few sweeps.
 */
export function placeInRanks(
  things: readonly Sized[],
  edges: readonly (readonly [from: number, to: number])[],
): Ranked {
  const ranks = ranksOf(things.length, edges);
  const rows: Slot[][] = Array.from({ length: Math.max(0, ...ranks) + 1 }, () => []);
  const add = (rank: number, { width, height }: Sized): Slot => {
    const row = rows[rank]!;
    const before = row.reduce((sum, slot) => sum + slot.width + GAP, 0);
    const slot: Slot = { width, height, up: [], down: [], at: before + width / 2 };
    row.push(slot);
    return slot;
  };
  const slots = things.map((thing, i) => add(ranks[i]!, thing));
  const routes = edges.map(([from, to]) => {
    const passed: Slot[] = [];
    for (let rank = ranks[from]! + 1; rank < ranks[to]!; rank++) passed.push(add(rank, { width: 1, height: 0 }));
    const way = [slots[from]!, ...passed, slots[to]!];
    if (ranks[from]! < ranks[to]!) way.slice(1).forEach((slot, i) => connect(way[i]!, slot));
    return { from, to, passed };
  });
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const sort = sweep < SWEEPS / 2;
    if (sweep % 2 === 0) for (const row of rows.slice(1)) align(row, 'up', sort);
    else for (const row of rows.slice(0, -1).toReversed()) align(row, 'down', sort);
  }
  const all = rows.flat();
  const left = Math.min(...all.map(({ at, width }) => at - width / 2));
  const width = Math.max(...all.map((slot) => slot.at + slot.width / 2)) - left;
  const heights = rows.map((row) => Math.max(0, ...row.map(({ height }) => height)));
  const middles = heights.map((height, i) => heights.slice(0, i).reduce((sum, h) => sum + h + RANK_GAP, height / 2));
  const rankOf = new Map(rows.flatMap((row, rank) => row.map((slot) => [slot, rank] as const)));
  const placeOf = (slot: Slot): Place => ({ x: slot.at - left, y: middles[rankOf.get(slot)!]! });
  // Straight through a rank, so that a line keeps away from the boxes of it.
  const through = (slot: Slot): readonly Place[] => {
    const { x, y } = placeOf(slot);
    const half = heights[rankOf.get(slot)!]! / 2;
    return [
      { x, y: y - half },
      { x, y: y + half },
    ];
  };
  return {
    places: slots.map(placeOf),
    edges: routes.map(({ from, to, passed }) => ({ from, to, via: passed.flatMap(through) })),
    width,
    height: middles.at(-1)! + heights.at(-1)! / 2,
  };
}
