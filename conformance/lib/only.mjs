/**
 * Of these the ones whose name matches the regular expression in `CONFORMANCE_ONLY`: to look at one network while
 * working on it. All of them without it.
 * @template {{ readonly name: string }} T
 * @param {readonly T[]} all
 * @returns {readonly T[]}
 */
export function only(all) {
  const wanted = process.env['CONFORMANCE_ONLY'];
  if (wanted === undefined) return all;
  const found = all.filter(({ name }) => new RegExp(wanted).test(name));
  if (found.length === 0) throw new Error(`CONFORMANCE_ONLY=${wanted} matches no name`);
  return found;
}
