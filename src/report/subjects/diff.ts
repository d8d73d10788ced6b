import type { ValueChange } from '../../check/diff/attributes.ts';
import type { Diff, DiffedModel, LayerChange } from '../../check/diff/diff.ts';
import type { TotalChange } from '../../check/diff/totals.ts';
import { readable } from '../../core/bytes.ts';
import { grouped } from '../../core/numbers.ts';
import { formatShape } from '../../core/shape.ts';
import type { Records, Report } from '../sheet/report.ts';
import type { Cell, Note, Row, Sheet, Styled, Table } from '../sheet/sheet.ts';

/** Two networks, and what makes the second another than the first. */
export const diffReport = (diff: Diff): Report => ({
  sheets: () => [diffSheet(diff)],
  records: () => [layerRecords(diff), totalRecords(diff)],
  data: () => diff,
});

const marks: Readonly<Record<LayerChange['how'], Styled>> = {
  added: { text: '+', style: 'good' },
  removed: { text: '−', style: 'bad' },
  changed: { text: '~', style: 'warm' },
  renamed: { text: '=', style: 'faint' },
};

function diffSheet(diff: Diff): Sheet {
  const { before, after, same, layers } = diff;
  const title = `${modelText(before)} → ${modelText(after)}`;
  if (same) return { title, parts: [{ text: `no difference in ${layersText(diff.unchanged)}` }], notes: [] };
  return {
    title,
    parts: [
      ...(layers.length > 0 ? [layerTable(layers)] : []),
      totalTable(diff.totals),
      { text: summary(diff) },
    ],
    notes: notes(layers),
  };
}

const modelText = ({ name, input }: DiffedModel): string => `${name} ${formatShape(input)}`;

const layersText = (count: number): string => `${grouped(count)} layer${count === 1 ? '' : 's'}`;

function layerTable(layers: readonly LayerChange[]): Table {
  return {
    name: '',
    columns: [
      { head: '' },
      { head: 'layer', longest: 40, shortest: 12, verbatim: true },
      { head: 'change', wraps: 24, hanging: 2 },
    ],
    rows: layers.map((layer): Row => ({
      cells: [marks[layer.how], { text: layer.after ?? layer.before ?? '', style: 'strong' }, words(layer)],
    })),
  };
}

/** `kernel_size 3x3 → 5x5, params 1,792 → 4,864 (+3,072)` */
function words({ how, before, after, kind, fields, outputShape, params, macs }: LayerChange): string {
  const renamed = before !== undefined && after !== undefined && before !== after ? [`was ${before}`] : [];
  if (how === 'changed' || how === 'renamed') return [...renamed, ...fields.map(fieldWords)].join(', ');
  const counts = [
    ...(params === 0 ? [] : [`${grouped(Math.abs(params))} params`]),
    ...(macs === 0 ? [] : [`${grouped(Math.abs(macs))} MACs`]),
  ];
  return [kind, formatShape(outputShape), ...counts].join(', ');
}

function fieldWords({ field, before, after }: ValueChange): string {
  const both = `${field} ${valueText(before)} → ${valueText(after)}`;
  return typeof before === 'number' && typeof after === 'number'
    ? `${both} (${signed(after - before)})`
    : both;
}

/** `5×5`; `none` for a list of nothing. */
const valueText = (value: ValueChange['before']): string =>
  typeof value === 'number' && Number.isInteger(value)
    ? grouped(value)
    : String(value).replaceAll(/(?<=\d)x(?=\d)/g, '×') || 'none';

function signed(difference: number): string {
  const size = Math.abs(difference);
  return `${difference < 0 ? '−' : '+'}${Number.isInteger(size) ? grouped(size) : Number(size.toPrecision(6))}`;
}

function totalTable(totals: readonly TotalChange[]): Table {
  const right = true;
  return {
    name: '',
    columns: [
      { head: 'total' },
      { head: 'before', right },
      { head: 'after', right },
      { head: 'difference', right },
      { head: '%', right },
    ],
    rows: totals
      .filter(({ before, after }) => before !== 0 || after !== 0)
      .map(({ quantity, unit, before, after }): Row => {
        const text = unit === 'bytes' ? readable : grouped;
        const difference = after - before;
        return {
          cells: [
            quantity,
            text(before),
            text(after),
            difference === 0 ? 'same' : `${difference < 0 ? '−' : '+'}${text(Math.abs(difference))}`,
            percent(before, difference),
          ],
        };
      }),
  };
}

/** `+12.5`; nothing where it is the same, or from nothing. */
function percent(before: number, difference: number): Cell {
  if (difference === 0 || before === 0) return '';
  const value = (100 * Math.abs(difference)) / before;
  return `${difference < 0 ? '−' : '+'}${value < 0.05 ? Number(value.toPrecision(1)) : value.toFixed(1)}`;
}

function summary({ layers, unchanged }: Diff): string {
  const count = (how: LayerChange['how']) => layers.filter((layer) => layer.how === how).length;
  const parts = (['changed', 'added', 'removed', 'renamed'] as const)
    .filter((how) => count(how) > 0)
    .map((how) => `${grouped(count(how))} ${how}`);
  const changes = parts.length === 0 ? 'no layer differs' : `layers: ${parts.join(', ')}`;
  return `${changes}, ${grouped(unchanged)} the same`;
}

const meanings: Readonly<Record<LayerChange['how'], string>> = {
  changed: '~ in both networks, with other values',
  added: '+ in the second network only',
  removed: '− in the first network only',
  renamed: '= the same layer under another name',
};

/** What the marks mean that the table has. */
function notes(layers: readonly LayerChange[]): Note[] {
  const used = (Object.keys(meanings) as LayerChange['how'][]).filter((how) =>
    layers.some((layer) => layer.how === how),
  );
  return used.length === 0 ? [] : [{ label: 'marks', text: used.map((how) => meanings[how]).join('; ') }];
}

/** A record a changed value; a layer that was added, removed or renamed has one. */
function layerRecords({ layers }: Diff): Records {
  return {
    head: ['layer', 'was', 'change', 'field', 'before', 'after'],
    rows: layers.flatMap(({ how, before, after, kind, outputShape, fields }) => {
      const start = [after ?? '', before ?? '', how];
      if (fields.length > 0)
        return fields.map((change) => [...start, change.field, change.before, change.after]);
      const text = `${kind} ${formatShape(outputShape)}`;
      return [[...start, '', how === 'added' ? '' : text, how === 'removed' ? '' : text]];
    }),
  };
}

const totalRecords = ({ totals }: Diff): Records => ({
  head: ['total', 'unit', 'before', 'after', 'difference'],
  rows: totals.map(({ quantity, unit, before, after }) => [quantity, unit, before, after, after - before]),
});
