import { shownIn, type Part, type Sheet } from '../../sheet/sheet.ts';
import type { How } from '../format.ts';
import { adaptiveLines } from './adaptive.ts';
import { fixedTables } from './fixed.ts';
import { painter, type Paint } from './paint.ts';
import { wrapNotes, wrapWords } from './wrap.ts';

/** Sheets for people, within the width of the terminal. */
export async function drawSheets(sheets: readonly Sheet[], { width, color }: How): Promise<string> {
  const paint = await painter(color);
  return shownIn('terminal', sheets)
    .map((sheet) => `${drawn(sheet, width, paint)}\n`)
    .join('\n');
}

/** Everything with an empty line between. */
function drawn({ title, parts, notes, close = false }: Sheet, width: number, paint: Paint): string {
  const shown = shownIn('terminal', parts);
  const below = shownIn('terminal', notes);
  const [first = [], ...others] = shown.flatMap((part) => drawnPart(part, shown.length > 1, width, paint));
  const heading = title === '' ? [] : wrapWords(title, width).map((line) => paint(line, 'strong'));
  return [
    ...(close ? [[...heading, ...first]] : [heading, first]),
    ...others,
    below.length > 0 ? wrapNotes(below, width, (label) => paint(label, 'faint')) : [],
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** A part may fall into several tables. */
function drawnPart(part: Part, named: boolean, width: number, paint: Paint): string[][] {
  if ('draw' in part) return [part.draw(width).map(({ text, style }) => paint(text, style))];
  if ('text' in part) return [wrapWords(part.text, width)];
  if ('items' in part) {
    const items = part.items.flatMap((item) => wrapWords(`- ${item}`, width));
    return [[paint(part.heading.text, part.heading.style), ...items]];
  }
  if ('luxuries' in part) return [adaptiveLines(part, width, paint)];
  const [first = [], ...others] = fixedTables(part, width, paint);
  return [named && part.name !== '' ? [paint(part.name, 'strong'), ...first] : first, ...others];
}
