import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../durations.json', import.meta.url);

/**
 * Seconds that each check took when they were recorded.
 * @type {Readonly<Record<string, number>>}
 */
const recorded = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};

/**
 * The files in checks/, the longest first, so that no long one is left alone at the end; unknown ones before all.
 * @param {readonly string[]} files
 */
export function longestFirst(files) {
  const seconds = (/** @type {string} */ name) => recorded[name] ?? Infinity;
  return files.toSorted((a, b) => (seconds(a) === seconds(b) ? 0 : seconds(b) - seconds(a)));
}

/**
 * Keeps what was measured beside what is known of the others.
 * @param {ReadonlyMap<string, number>} durations
 */
export function record(durations) {
  const all = { ...recorded };
  for (const [name, seconds] of durations) all[name] = Number(seconds.toFixed(1));
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`);
}
