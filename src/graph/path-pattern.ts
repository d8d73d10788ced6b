/**
 * Whether a pattern is the path itself, or one of the modules that it is in. `*` in it is any text without a dot, `**`
 * any text. A pass over the path for each sign, whatever the pattern.
 */
export function pathMatcher(pattern: string): (path: string) => boolean {
  const signs = pattern.match(/\*+|[^*]/gu) ?? [];
  return (path) => {
    // The places that the signs so far lead to.
    let places = new Set([0]);
    for (const sign of signs) {
      const next = new Set<number>();
      for (const place of places) {
        if (sign.startsWith('*')) {
          for (let i = place; i <= path.length && !next.has(i); i++) {
            next.add(i);
            if (sign === '*' && path[i] === '.') break;
          }
        } else if (path.startsWith(sign, place)) next.add(place + sign.length);
      }
      places = next;
    }
    return [...places].some((place) => place === path.length || path[place] === '.');
  };
}
