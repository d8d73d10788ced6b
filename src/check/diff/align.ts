/** What an alignment needs to know of a layer. */
export interface Aligned {
  readonly path: string;
  readonly kind: string;
  /** Equal for layers that could be the same one under another name: kind, shape and parameters. */
  readonly signature: string;
}

/** The places of a layer in both networks; one alone was removed or added. */
export interface Pair {
  readonly before?: number;
  readonly after?: number;
}

/** What a pair is worth: a layer that stayed in its place, one that was renamed, one whose sizes changed. */
const WORTH = { same: 4, renamed: 2, resized: 2 };

/** Of a network against another; beyond that layers are told apart by their paths alone. In cells of 1 byte. */
const LARGEST_TABLE = 64_000_000;

/**
 * Which layers of two networks are the same. Pairs keep the order of both networks: those of equal path and signature
 * before those of equal path and kind, or of equal signature alone, as many as there can be. What is left over is paired
 * by path where the kind is the same. In the order of the second network; what was removed comes where it was,
 * before what was added there.
 */
export function align(before: readonly Aligned[], after: readonly Aligned[]): Pair[] {
  let start = 0;
  while (start < before.length && start < after.length && worth(before[start]!, after[start]!) === WORTH.same)
    start++;
  let [endBefore, endAfter] = [before.length, after.length];
  while (
    endBefore > start &&
    endAfter > start &&
    worth(before[endBefore - 1]!, after[endAfter - 1]!) === WORTH.same
  ) {
    endBefore--;
    endAfter--;
  }
  const small = (endBefore - start + 1) * (endAfter - start + 1) <= LARGEST_TABLE;
  const middle = small
    ? mostWorth(before.slice(start, endBefore), after.slice(start, endAfter))
    : new Map<number, number>();
  const pairs = new Map<number, number>();
  for (let i = 0; i < start; i++) pairs.set(i, i);
  for (const [b, a] of middle) pairs.set(start + b, start + a);
  for (let i = 0; endBefore + i < before.length; i++) pairs.set(endBefore + i, endAfter + i);
  pairByPath(before, after, pairs);
  return inOrder(before.length, after.length, pairs);
}

function worth(before: Aligned, after: Aligned): number {
  const path = before.path === after.path;
  if (before.signature === after.signature) return path ? WORTH.same : WORTH.renamed;
  return path && before.kind === after.kind ? WORTH.resized : 0;
}

/** The pairs in the order of both lists that are worth most together: the longest common subsequence, weighted. */
function mostWorth(before: readonly Aligned[], after: readonly Aligned[]): Map<number, number> {
  const width = after.length + 1;
  // Which way the best comes to each cell: 0 past the first list's layer, 1 past the second's, 2 over a pair.
  const way = new Uint8Array((before.length + 1) * width);
  let last = new Int32Array(width);
  for (let b = before.length - 1; b >= 0; b--) {
    const row = new Int32Array(width);
    for (let a = after.length - 1; a >= 0; a--) {
      const paired = worth(before[b]!, after[a]!);
      const over = paired > 0 ? last[a + 1]! + paired : -1;
      const best = Math.max(over, last[a]!, row[a + 1]!);
      row[a] = best;
      way[b * width + a] = best === over ? 2 : best === last[a]! ? 0 : 1;
    }
    last = row;
  }
  const pairs = new Map<number, number>();
  for (let b = 0, a = 0; b < before.length && a < after.length;) {
    const step = way[b * width + a];
    if (step === 2) pairs.set(b, a);
    if (step !== 1) b++;
    if (step !== 0) a++;
  }
  return pairs;
}

/** Layers that changed their place among the others keep their path. */
function pairByPath(before: readonly Aligned[], after: readonly Aligned[], pairs: Map<number, number>): void {
  const taken = new Set(pairs.values());
  const left = new Map(after.flatMap((layer, a) => (taken.has(a) ? [] : [[layer.path, a] as const])));
  for (const [b, layer] of before.entries()) {
    const a = left.get(layer.path);
    if (pairs.has(b) || a === undefined || after[a]!.kind !== layer.kind) continue;
    pairs.set(b, a);
  }
}

function inOrder(before: number, after: number, pairs: ReadonlyMap<number, number>): Pair[] {
  const partner = new Map([...pairs].map(([b, a]) => [a, b]));
  const ordered: Pair[] = [];
  let next = 0;
  const removedUpTo = (end: number): void => {
    for (; next < end; next++) if (!pairs.has(next)) ordered.push({ before: next });
  };
  for (let a = 0, ahead = 0; a < after; a++) {
    // As in any diff, what was removed stands before what was put in its place.
    while (ahead < a || (ahead < after && !partner.has(ahead))) ahead++;
    removedUpTo(partner.get(ahead) ?? before);
    const b = partner.get(a);
    ordered.push(b === undefined ? { after: a } : { before: b, after: a });
  }
  removedUpTo(before);
  return ordered;
}
