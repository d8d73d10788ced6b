import type { ChalkInstance } from 'chalk';
import { grid, type GridCell } from '../formats/table/grid.ts';
import type { ListItem, ReportOptions } from '../options.ts';
import { wrapWords } from '../formats/table/wrap.ts';

const GAP = 2;
const NARROWEST_SUMMARY = 20;

/** A heading a section, a row a name, the summary wrapped in what room is left, shared facts above. */
export function listing(items: readonly ListItem[], { width }: ReportOptions, chalk: ChalkInstance): string {
  const sections = new Map<string, ListItem[]>();
  for (const item of items) sections.set(item.section, [...(sections.get(item.section) ?? []), item]);
  return [...sections]
    .map(([section, members]) => `${[chalk.bold(section), ...table(members, width, chalk)].join('\n')}\n`)
    .join('\n');
}

function table(items: readonly ListItem[], width: number, chalk: ChalkInstance): string[] {
  const hoisted = new Set(items.flatMap(({ above = [] }) => above));
  const facts = [...new Set(items.flatMap((item) => Object.keys(item.facts ?? {})))].filter(
    (fact) => !hoisted.has(fact),
  );
  const columns = [
    { head: 'name', right: false, texts: items.map(({ name }) => name) },
    ...facts.map((fact) => ({
      head: fact,
      right: items.every((item) => typeof (item.facts?.[fact] ?? 0) === 'number'),
      texts: items.map((item) => String(item.facts?.[fact] ?? '')),
    })),
  ];
  const widths = columns.map(({ head, texts }) => Math.max(head.length, ...texts.map((text) => text.length)));
  const used = widths.reduce((total, column) => total + column + GAP, 0);
  const room = Math.max(NARROWEST_SUMMARY, width - used);
  const head = [
    ...columns.map(({ head, right }): GridCell => ({ text: chalk.dim(head), right })),
    { text: chalk.dim('summary') },
  ];
  const body = items.map(({ summary }, row) =>
    wrapWords(summary, room).map((line, i): GridCell[] => [
      ...columns.map(({ texts, right }) => ({ text: i === 0 ? texts[row]! : '', right })),
      { text: line },
    ]),
  );
  const lines = (rows: readonly (readonly GridCell[])[]) => grid(rows, [...widths, room], GAP);
  return [
    ...lines([head]),
    ...items.flatMap((item, row) => [
      ...heading(item, items[row - 1], width).map((text) => chalk.dim(text)),
      ...lines(body[row]!),
    ]),
  ];
}

/** What stands above an item and not already above the one before it. */
function heading(item: ListItem, before: ListItem | undefined, width: number): string[] {
  const shared = ({ above = [], facts = {} }: ListItem) => above.map((fact) => String(facts[fact] ?? ''));
  const texts = shared(item);
  if (texts.length === 0 || (before && shared(before).join('\n') === texts.join('\n'))) return [];
  return ['', ...texts.flatMap((text) => wrapWords(text, width))];
}
