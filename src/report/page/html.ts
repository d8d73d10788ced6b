import { escapeXml } from '../../draw/formats/svg.ts';

/** Text that is HTML already. Whatever else is put into a page becomes text in it. */
export interface Markup {
  readonly html: string;
}

type Value = string | number | Markup | readonly Markup[];

/** HTML with values in it: strings and numbers are escaped, in elements and in quoted attributes alike. */
export function markup(words: TemplateStringsArray, ...values: readonly Value[]): Markup {
  // The indentation is that of our source.
  const [first, ...others] = words.map((word) => word.replace(/\n\s+/g, '\n'));
  return { html: others.reduce((text, word, i) => text + written(values[i]!) + word, first!) };
}

/** Markup of our own making, or of the room that draws. */
export const raw = (html: string): Markup => ({ html });

export const nothing = raw('');

function written(value: Value): string {
  if (typeof value === 'object') {
    return 'html' in value ? value.html : value.map(({ html }) => html).join('');
  }
  return escapeXml(String(value));
}
