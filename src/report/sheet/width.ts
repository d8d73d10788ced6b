import stringWidth from 'string-width';

/** Characters that take one column each, whatever is beside them: no emoji, no full-width, none that combine. */
const NARROW = /^[ -~\u00a0-\u02ff\u0370-\u10ff\u2010-\u22ff\u2500-\u259f]*$/;

/** Columns that a text takes in a terminal, as `string-width` counts them; its expressions cost a start-up dear. */
export const columnsOf = (text: string): number => (NARROW.test(text) ? text.length : stringWidth(text));

/** Of the widest text; 0 without texts. */
export const widest = (texts: Iterable<string>): number => {
  let most = 0;
  for (const text of texts) most = Math.max(most, columnsOf(text));
  return most;
};

/** The end of a name that has no room: the last parts of a path tell most. */
export function tail(name: string, room: number): string {
  if (columnsOf(name) <= room) return name;
  if (NARROW.test(name)) return `…${name.slice(name.length - room + 1)}`;
  const characters = [...name];
  while (characters.length > 0 && columnsOf(characters.join('')) > room - 1) characters.shift();
  return `…${characters.join('')}`;
}
