import type { ListItem } from '../options.ts';
import type { Records, Report } from '../sheet/report.ts';
import type { Column, Row, Sheet } from '../sheet/sheet.ts';

const NARROWEST_SUMMARY = 20;

/** Names that can be given on the command line, by section. */
export const listReport = (items: readonly ListItem[]): Report => ({
  sheets: () => sectionsOf(items).map(([section, members]) => sectionSheet(section, members)),
  records: () => [listRecords(items)],
  data: () => ({
    schemaVersion: 1,
    ...Object.fromEntries(
      sectionsOf(items).map(([section, members]) => [
        section,
        members.map(({ name, summary, facts, data }) => ({ name, ...facts, ...data, summary })),
      ]),
    ),
  }),
});

/** In the order in which they begin. */
function sectionsOf(items: readonly ListItem[]): [string, ListItem[]][] {
  return [...new Set(items.map(({ section }) => section))].map((section) => [
    section,
    items.filter((item) => item.section === section),
  ]);
}

const factsOf = (items: readonly ListItem[]): string[] => [
  ...new Set(items.flatMap((item) => Object.keys(item.facts ?? {}))),
];

/** A row a name; facts that a terminal writes above the names that share them are columns on a page. */
function sectionSheet(section: string, items: readonly ListItem[]): Sheet {
  const shared = new Set(items.flatMap(({ above = [] }) => above));
  const spared = new Set(items.flatMap(({ spare = [] }) => spare));
  const facts = factsOf(items);
  const summarized = items.some(({ summary }) => summary !== '');
  const columns: Column[] = [
    { head: 'name', verbatim: true },
    ...facts.map((fact): Column => {
      if (shared.has(fact)) return { head: fact, only: 'page' };
      const numbers = items.every((item) => typeof (item.facts?.[fact] ?? 0) === 'number');
      return {
        head: fact,
        ...(numbers && { right: 'terminal' as const }),
        ...(spared.has(fact) && { optional: true }),
      };
    }),
    ...(summarized ? [{ head: 'summary', wraps: NARROWEST_SUMMARY, hanging: 0 }] : []),
  ];
  const rows = items.map((item): Row => ({
    cells: [
      item.name,
      ...facts.map((fact) => String(item.facts?.[fact] ?? '')),
      ...(summarized ? [item.summary] : []),
    ],
    above: (item.above ?? []).map((fact) => String(item.facts?.[fact] ?? '')),
  }));
  return { title: section, close: true, parts: [{ name: '', unruled: true, columns, rows }], notes: [] };
}

/** One record a name; facts that not all sections have are empty where they are missing. */
function listRecords(items: readonly ListItem[]): Records {
  const facts = factsOf(items);
  return {
    head: ['section', 'name', ...facts, 'summary'],
    rows: items.map((item) => [
      item.section,
      item.name,
      ...facts.map((fact) => item.facts?.[fact] ?? ''),
      item.summary,
    ]),
  };
}
