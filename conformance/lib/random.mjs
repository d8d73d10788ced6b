/**
 * A small seeded generator (mulberry32), so that a failure can be repeated.
 * @param {number} seed
 */
export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  /**
   * Both ends included.
   * @param {number} least
   * @param {number} most
   */
  const integer = (least, most) => least + Math.floor(next() * (most - least + 1));
  /**
   * One of a list; of an empty one undefined, for which a number is drawn too.
   * @template T
   * @param {readonly T[]} list
   * @returns {T}
   */
  const pick = (list) => /** @type {T} */ (list[integer(0, list.length - 1)]);
  /** @param {number} probability */
  const chance = (probability) => next() < probability;
  return { next, integer, pick, chance };
}

/**
 * So many of a list, each once, in the order of drawing.
 * @template T
 * @param {ReturnType<typeof random>} rng
 * @param {readonly T[]} list
 * @param {number} count
 * @returns {T[]}
 */
export function drawn(rng, list, count) {
  const left = [...list];
  return Array.from({ length: Math.min(count, left.length) }, () =>
    left.splice(rng.integer(0, left.length - 1), 1),
  ).flat();
}
