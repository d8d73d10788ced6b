import { totalOf, type Candidate, type Change } from './candidate.ts';
import { distance, type Reading } from './reading.ts';

/** A candidate that gives the number, or comes near it. */
export interface Match {
  readonly candidate: Candidate;
  readonly change: Change | undefined;
  readonly total: number;
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
  const hit = (candidate: Candidate, change: Change | undefined, total: number): boolean => {
    const reading = readings.find((reading) => distance(total, reading) === 0);
    if (!reading) return false;
    const cost = candidate.cost + (change ? CHANGE_COST : 0) + reading.cost;
    const match: Match = { candidate, change, total, reading, difference: 0, cost, alternatives: [] };
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
    nearest = closest(nearest, candidate, total, readings);
    if (!candidate.linesVary) continue;
    tried += 2 * candidate.lines.length;
    for (const { path, count } of candidate.lines) {
      const [left, twice] = [total - count, total + count];
      if (left >= least && left <= most) hit(candidate, { path, times: 0 }, left);
      if (twice >= least && twice <= most) hit(candidate, { path, times: 2 }, twice);
    }
  }
  const sorted = [...hits.values()].sort((a, b) => a.cost - b.cost);
  return { hits: sorted, nearest: sorted.length === 0 ? nearest : [], tried };
}

/** The same lines with the same counts are the same explanation, however one comes to them. */
function keyOf({ candidate, change }: Match): string {
  const lines = candidate.lines.flatMap(({ path, count }) =>
    path === change?.path ? (change.times === 0 ? [] : [`${path}=${count * 2}`]) : [`${path}=${count}`],
  );
  return [candidate.calls, ...lines].join();
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
