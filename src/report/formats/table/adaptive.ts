import { sum } from '../../../core/arithmetic.ts';
import type { AdaptiveColumn, AdaptiveTable, Features, Style } from '../../sheet/sheet.ts';
import { columnsOf, tail, widest } from '../../sheet/width.ts';
import { grid, type GridCell } from './grid.ts';
import type { Paint } from './paint.ts';

/** What the last row is called. */
const TOTAL = 'total';

/** Names are cut to no less than this. */
const SHORTEST_NAME = 8;

interface Layout {
  readonly name: AdaptiveColumn;
  readonly nameWidth: number;
  readonly columns: readonly AdaptiveColumn[];
  readonly widths: readonly number[];
  readonly gap: number;
}

const widthOf = ({ nameWidth, widths, gap }: Layout): number => nameWidth + sum(widths) + gap * widths.length;

/** In the form that the width has room for; names cut where nothing else helps. */
export function adaptiveLines(table: AdaptiveTable, width: number, paint: Paint): string[] {
  const layout = fitting(table, width);
  const { name, columns, widths, nameWidth, gap } = layout;
  const all = [name, ...columns];
  const head = name.head.map((_, line) =>
    all.map(({ head: texts, right = false }): GridCell => ({ text: paint(texts[line]!, 'faint'), right })),
  );
  const body = Array.from({ length: table.rows }, (_, row) => rowCells(table, layout, row, paint));
  const total = all.map(({ total: text = '', right = false }, i): GridCell => ({
    text: paint(i === 0 ? TOTAL : text, 'strong'),
    right,
  }));
  const lines = grid([...head, ...body, total], [nameWidth, ...widths], gap);
  const rule = paint('─'.repeat(widthOf(layout)), 'faint');
  return [...lines.slice(0, head.length), rule, ...lines.slice(head.length, -1), rule, lines.at(-1)!];
}

/** Saves where the table is too wide, and adds where there is room. */
function fitting(table: AdaptiveTable, width: number): Layout {
  const measured = new Map<string, number>();
  const layoutOf = (features: Features): Layout => {
    const [[, name], ...others] = [...table.columns(features)] as [
      [string, AdaptiveColumn],
      ...[string, AdaptiveColumn][],
    ];
    const columns = others.map(([, column]) => column);
    const widths = others.map(([key, column]) => {
      const known = measured.get(key) ?? widest(textsOf(column, table));
      measured.set(key, known);
      return known;
    });
    const beside = { name, nameWidth: 0, columns, widths, gap: table.gap(features) };
    return { ...beside, nameWidth: nameWidth(beside, table) };
  };
  let features = table.plain;
  let layout = layoutOf(features);
  for (const saving of table.savings) {
    if (widthOf(layout) <= width) break;
    features = { ...features, ...saving };
    layout = layoutOf(features);
  }
  // What was saved in vain, because a later saving gained more, comes back.
  const saved = table.savings.map((saving) =>
    Object.fromEntries(Object.keys(saving).map((key) => [key, table.plain[key]!])),
  );
  for (const luxury of [...saved, ...table.luxuries]) {
    const wider = layoutOf({ ...features, ...luxury });
    if (widthOf(wider) > width) continue;
    features = { ...features, ...luxury };
    layout = wider;
  }
  const surplus = Math.max(0, widthOf(layout) - width);
  const name = layout.nameWidth;
  return { ...layout, nameWidth: Math.max(Math.min(name, SHORTEST_NAME), name - surplus) };
}

function* textsOf({ head, total = '', text }: AdaptiveColumn, { rows }: AdaptiveTable): Generator<string> {
  yield* head;
  yield total;
  for (let row = 0; row < rows; row++) yield text(row);
}

/** How wide the names must be when each runs on through the columns beside it that its row leaves empty. */
function nameWidth(layout: Layout, { rows }: AdaptiveTable): number {
  const { name } = layout;
  let most = widest([...name.head, TOTAL]);
  for (let row = 0; row < rows; row++) {
    const needed = columnsOf(name.text(row));
    if (needed > most) most = Math.max(most, needed - emptyBeside(layout, row).width);
  }
  return most;
}

/** The columns right after the name that a row leaves empty, and the room that they give. */
function emptyBeside({ columns, widths, gap }: Layout, row: number): { count: number; width: number } {
  let count = 0;
  let width = 0;
  while (count < columns.length && columns[count]!.text(row) === '') width += gap + widths[count++]!;
  return { count, width };
}

/** A name that is longer than its column runs on through the empty cells beside it; one with no room is cut. */
function rowCells(table: AdaptiveTable, layout: Layout, row: number, paint: Paint): GridCell[] {
  const { name, columns } = layout;
  const empty = emptyBeside(layout, row);
  const strong = table.strong(row);
  const style = (text: string, column: AdaptiveColumn): Style | undefined => {
    if (strong) return 'strong';
    if (column.large?.(row)) return 'warm';
    return /^0\b/.test(text) ? 'faint' : undefined;
  };
  const first = tail(name.text(row), layout.nameWidth + empty.width);
  return [
    { text: paint(first, style(first, name)), span: 1 + empty.count },
    ...columns.slice(empty.count).map((column): GridCell => {
      const text = column.text(row);
      return { text: paint(text, style(text, column)), right: column.right === true };
    }),
  ];
}
