import type { Analysis } from '../analysis/analysis.ts';
import { formatShape } from '../core/shape.ts';
import type { Family } from '../layers/layer.ts';
import { moved, type Figure, type Mark } from './figure.ts';
import { legend } from './legend.ts';
import { fitted, textWidth } from './text-width.ts';
import { shortNumber } from './words.ts';

const MARGIN = 16;
const [TITLE, NOTE] = [15, 11];
const LEAST = 300;

interface Content {
  readonly marks: readonly Mark[];
  readonly width: number;
  readonly height: number;
  /** Families whose colors appear. */
  readonly families: Iterable<Family>;
  /** What the reader of the figure must know, a line each. */
  readonly notes: readonly string[];
  /** What it shows, for those who do not see it. */
  readonly about: string;
}

/** The drawing beneath the network's name and figures, above its legend and its notes. */
export function framed({ model, input, totals }: Analysis, content: Content): Figure {
  const inner = Math.max(content.width, LEAST);
  const facts = [
    formatShape(input.shape),
    `${shortNumber(totals.params)} parameters`,
    `${shortNumber(totals.macs)} MACs`,
  ].join(' · ');
  const label = (text: string, size: number, y: number, bold?: true): Mark => ({
    mark: 'label',
    x: MARGIN,
    y,
    text: fitted(text, bold ? size * 1.08 : size, inner),
    size,
    anchor: 'start',
    tone: bold ? 'ink' : 'faint',
    ...(bold && { bold }),
  });
  const top = MARGIN + TITLE + NOTE + 20;
  const key = legend(content.families, inner);
  const keyTop = top + content.height + 16;
  const notes = content.notes.flatMap((note) => wrapped(note, inner));
  const notesTop = keyTop + key.height + 4;
  return {
    title: model.name,
    about: content.about,
    width: inner + 2 * MARGIN,
    height: notesTop + notes.length * (NOTE + 4) + MARGIN,
    marks: [
      label(model.name, TITLE, MARGIN + TITLE, true),
      label(facts, NOTE, MARGIN + TITLE + NOTE + 6),
      ...moved(content.marks, MARGIN + (inner - content.width) / 2, top),
      ...moved(key.marks, MARGIN, keyTop),
      ...notes.map((note, i) => label(note, NOTE, notesTop + NOTE + i * (NOTE + 4))),
    ],
  };
}

/** Lines of a sentence that `room` has space for. */
function wrapped(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, NOTE) > room) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
