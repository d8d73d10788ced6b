import { float32Total, totalOf, type Candidate, type Change, type Line } from './candidate.ts';
import { distance, type Reading } from './reading.ts';

/** A candidate that gives the number, or comes near it. */
export interface Match {
  readonly candidate: Candidate;
  readonly change: Change | undefined;
  readonly total: number;
  /** What float32 makes of the sum, less the sum; 0 for a tool that adds exactly. */
  readonly drift: number;
  readonly reading: Reading;
  /** Total minus the number; 0 for one that hits. */
  readonly difference: number;
  readonly cost: number;
  /** Other candidates that leave out the same layer and come to the same sum: the number cannot tell them apart. */
  readonly alternatives: readonly Candidate[];
}

export interface Found {
  /** Simplest first. */
  readonly hits: readonly Match[];
  /** The closest of the sums that miss, where nothing hits: no layer left out or doubled. */
  readonly nearest: readonly Match[];
  /** How many sums were tried. */
  readonly tried: number;
}

/** Leaving a layer out is further fetched than another convention. */
const CHANGE_COST = 2;
const NEAREST = 3;

/**
 * Tries every candidate as it is and, where that misses, with each of its lines left out or counted twice: a sum that
 * is printed so already needs no layer left out. Exact.
 */
export function search(candidates: Iterable<Candidate>, readings: readonly Reading[]): Found {
  const hits = new Map<string, Match>();
  let nearest: Match[] = [];
  let tried = 0;
  const least = Math.min(...readings.map((reading) => reading.least));
  const most = Math.max(...readings.map((reading) => reading.most));
  const hit = (
    candidate: Candidate,
    change: Change | undefined,
    exact: number,
    drift: number = 0,
  ): boolean => {
    const total = exact + drift;
    const reading = readings.find((reading) => distance(total, reading) === 0);
    if (!reading) return false;
    const cost = candidate.cost + (change ? CHANGE_COST : 0) + (drift === 0 ? 0 : 1) + reading.cost;
    const match: Match = { candidate, change, total, drift, reading, difference: 0, cost, alternatives: [] };
    const key = keyOf(match);
    const known = hits.get(key);
    hits.set(key, known ? joined(known, match) : match);
    return true;
  };
  for (const candidate of candidates) {
    const total = totalOf(candidate);
    if (!Number.isSafeInteger(total)) continue;
    tried++;
    if (total >= least && total <= most && hit(candidate, undefined, total)) continue;
    const drifting = (change: Change | undefined, exact: number): void => {
      const most = candidate.float32 ? mostDrift(candidate.lines, exact) : 0;
      if (most === 0 || exact < least - most || exact > least + most) return;
      const drift = float32Total(changed(candidate.lines, change)) - exact;
      if (drift !== 0) hit(candidate, change, exact, drift);
    };
    drifting(undefined, total);
    nearest = closest(nearest, candidate, total, readings);
    if (!candidate.linesVary) continue;
    tried += 2 * candidate.lines.length;
    for (const { path, count } of candidate.lines) {
      const [left, twice] = [total - count, total + count];
      if (left >= least && left <= most) hit(candidate, { path, times: 0 }, left);
      if (twice >= least && twice <= most) hit(candidate, { path, times: 2 }, twice);
      drifting({ path, times: 0 }, left);
    }
  }
  const sorted = [...hits.values()].sort((a, b) => a.cost - b.cost);
  return { hits: sorted, nearest: sorted.length === 0 ? nearest : [], tried };
}

/** A bound of what rounding to float32 can change: half a unit of the last of 24 bits, for each addition. */
const mostDrift = (lines: readonly Line[], total: number): number =>
  total < 2 ** 24 ? 0 : lines.length * total * 2 ** -23;

const changed = (lines: readonly Line[], change: Change | undefined): readonly Line[] =>
  change === undefined ? lines : lines.filter(({ path }) => path !== change.path);

/** The same lines with the same counts are the same explanation, however one comes to them. */
function keyOf({ candidate, change, drift }: Match): string {
  const lines = candidate.lines.flatMap(({ path, count }) =>
    path === change?.path ? (change.times === 0 ? [] : [`${path}=${count * 2}`]) : [`${path}=${count}`],
  );
  return [candidate.calls, drift, ...lines].join();
}

/** The simpler of two that come to the same, which remembers the other where it leaves out another amount. */
function joined(a: Match, b: Match): Match {
  const [first, other] = b.cost < a.cost ? [b, a] : [a, b];
  const known = [first.candidate, ...first.alternatives].map((candidate) => leftOut(candidate, first.change));
  const more = [other.candidate, ...other.alternatives].filter(
    (candidate) => first.change?.times === 0 && !known.includes(leftOut(candidate, first.change)),
  );
  return { ...first, alternatives: [...first.alternatives, ...more] };
}

/** What a candidate's line counts that a change leaves out. */
export const leftOut = ({ lines }: Candidate, change: Change | undefined): number =>
  lines.find(({ path }) => path === change?.path)?.count ?? 0;

function closest(
  nearest: Match[],
  candidate: Candidate,
  total: number,
  readings: readonly Reading[],
): Match[] {
  const match = readings
    .map((reading) => ({
      candidate,
      change: undefined,
      total,
      drift: 0,
      reading,
      difference: distance(total, reading),
      cost: candidate.cost + reading.cost,
      alternatives: [],
    }))
    .sort(byDistance)[0]!;
  const last = nearest.at(-1);
  if (nearest.length === NEAREST && last && byDistance(match, last) >= 0) return nearest;
  const others = nearest.filter((other) => other.total !== total);
  const better = nearest.find((other) => other.total === total && byDistance(other, match) <= 0);
  return [...others, better ?? match].sort(byDistance).slice(0, NEAREST);
}

const byDistance = (a: Match, b: Match) => Math.abs(a.difference) - Math.abs(b.difference) || a.cost - b.cost;
