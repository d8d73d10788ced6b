import type { Analysis } from '../analysis/analysis.ts';
import { formatShape } from '../core/shape.ts';
import type { Fit } from '../analysis/fit/fit.ts';
import { isBlock } from './subjects/inspect/blocks.ts';
import * as cells from './subjects/inspect/cells.ts';
import { headline, notesOf } from './subjects/inspect/notes.ts';
import { batchRows, deviceRows, fitNotes, fitTitle } from './subjects/fit.ts';
import { grouped, ratio, share } from '../core/numbers.ts';
import type { ListItem, ReportOptions } from './options.ts';
import { escapeMarkdown as escape, markdownTable as table } from './formats/markdown/table.ts';
import { quantities } from './subjects/compare/quantities.ts';
import { rowsOf } from './subjects/inspect/rows.ts';

/** A GitHub table of the layers, blocks in bold, with the totals as its last row; the notes follow as a list. */
export function inspect(analysis: Analysis, options: ReportOptions): string {
  const { totals } = analysis;
  const { rows, hidden } = rowsOf(analysis, options);
  const amounts = (of: { params: number; macs: number }) => [
    grouped(of.params),
    share(of.params, totals.params),
    grouped(of.macs),
    share(of.macs, totals.macs),
  ];
  const bold = (texts: readonly string[]) => texts.map((text) => (text === '' ? '' : `**${text}**`));
  const body = rows.map(({ item, collapsed }) => {
    if (isBlock(item)) {
      const size = collapsed ? cells.blockSize(item) : '';
      return bold([escape(item.path), size, '', '', formatShape(item.outputShape), ...amounts(item)]);
    }
    return [
      escape(item.path),
      item.kind,
      cells.channels(item),
      cells.kernelInFull(item),
      formatShape(item.outputShape),
      ...amounts(item),
    ];
  });
  const head = ['layer', 'kind', 'in→out', 'kernel/stride', 'output', 'parameters', '%', 'MACs', '%'];
  const foot = bold(['total', '', '', '', '', ...amounts(totals)]);
  const notes = notesOf(analysis, hidden, options).map(({ label, text }) => `- ${label}: ${escape(text)}`);
  return [
    `### ${escape(headline(analysis))}`,
    '',
    ...table([head, ...body, foot], new Set([5, 6, 7, 8])),
    '',
    ...notes,
    '',
  ].join('\n');
}

/** A row a quantity, a column a network, ratios against the first. */
export function compare(analyses: readonly Analysis[]): string {
  const head = analyses.flatMap(({ model, input }, i) => [
    escape(`${model.name} ${formatShape(input.shape)}`),
    ...(i === 0 ? [] : ['ratio']),
  ]);
  const body = quantities(analyses).map(({ name, unit, values, part }) => [
    part ? `— ${name}` : `**${name}**`,
    unit,
    ...values.flatMap((value, i) => {
      const text = value === null ? '–' : grouped(value);
      const first = values[0];
      if (i === 0) return [text];
      return [text, value === null || first == null ? '–' : ratio(value, first)];
    }),
  ]);
  const right = new Set(head.map((_, i) => i + 2));
  return `${table([['quantity', 'unit', ...head], ...body], right).join('\n')}\n`;
}

/** A heading and a table a section. */
export function list(items: readonly ListItem[]): string {
  return [...new Set(items.map(({ section }) => section))]
    .map((section) => {
      const members = items.filter((item) => item.section === section);
      const facts = [...new Set(members.flatMap((item) => Object.keys(item.facts ?? {})))];
      const body = members.map((item) => [
        `\`${item.name}\``,
        ...facts.map((fact) => escape(String(item.facts?.[fact] ?? ''))),
        escape(item.summary),
      ]);
      return `### ${section}\n\n${table([['name', ...facts, 'summary'], ...body], new Set()).join('\n')}\n`;
    })
    .join('\n');
}

/** Two tables and the notes as a list. */
export function fit(result: Fit): string {
  const timed = result.devices.filter(({ steps }) => steps);
  const tables = [deviceRows(result), batchRows(result, timed)].map((rows) =>
    table(
      rows.map((row) => row.map(escape)),
      new Set(rows[0]!.keys()),
    ).join('\n'),
  );
  const notes = fitNotes(result).map(({ label, text }) => `- ${label}: ${escape(text)}`);
  return [`### ${escape(fitTitle(result))}`, ...tables, notes.join('\n'), ''].join('\n\n').trimEnd() + '\n';
}
