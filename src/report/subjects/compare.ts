import type { Analysis } from '../../analysis/analysis.ts';
import { ratio } from '../../core/numbers.ts';
import { formatShape } from '../../core/shape.ts';
import type { ReportOptions } from '../options.ts';
import { recordsOf, type Records, type Report } from '../sheet/report.ts';
import type { Column, Note, Row, Sheet, Styled } from '../sheet/sheet.ts';
import { tail } from '../sheet/width.ts';
import { quantities, type Quantity } from './compare/quantities.ts';
import { layerFilter } from './inspect/filter.ts';
import { isTallied, tallies } from './tally.ts';

const LONGEST_NAME = 24;

/** Networks side by side; where they were counted by another convention, what that one counts of each. */
export function compareReport(
  analyses: readonly Analysis[],
  shown: Pick<ReportOptions, 'only' | 'depth'>,
): Report {
  const data = () => comparisonData(analyses, shown.only);
  if (!analyses.every(isTallied)) {
    return {
      sheets: () => [comparisonSheet(analyses)],
      records: () => [comparisonRecords(analyses)],
      data,
    };
  }
  const sheets = () => tallies(analyses, shown);
  return { sheets, records: () => recordsOf(sheets()), data };
}

/** A row a quantity, a column a network, ratios against the first. */
function comparisonSheet(analyses: readonly Analysis[]): Sheet {
  const columns: Column[] = [
    { head: 'quantity', stack: [] },
    { head: 'unit', only: 'page' },
    ...analyses.flatMap(({ model, input }, i): Column[] => {
      const shape = formatShape(input.shape);
      const value = { head: `${model.name} ${shape}`, stack: headOf(model.name, shape), right: true };
      if (i === 0) return [value];
      return [
        { ...value, group: i },
        { head: 'ratio', stack: [], right: true, style: 'accent', group: i },
      ];
    }),
  ];
  return {
    title: '',
    parts: [{ name: '', columns, rows: quantities(analyses).map(rowOf) }],
    notes: comparisonNotes(analyses).map((note) => ({ ...note, only: 'terminal' })),
  };
}

/** The name's last part beneath what comes before it, and the input. */
function headOf(name: string, shape: string): Styled[] {
  const cut = name.lastIndexOf('/') + 1;
  return [
    { text: tail(name.slice(0, cut), LONGEST_NAME), style: 'strong' },
    { text: tail(name.slice(cut), LONGEST_NAME), style: 'strong' },
    { text: shape, style: 'faint' },
  ];
}

function rowOf({ name, unit, values, part }: Quantity): Row {
  const [first, ...others] = values;
  return {
    level: part ? 'part' : 'whole',
    cells: [
      name,
      unit,
      first ?? null,
      ...others.flatMap((value) => [value, value === null || first == null ? null : ratio(value, first)]),
    ],
  };
}

/** One record a quantity; a part says of what. */
function comparisonRecords(analyses: readonly Analysis[]): Records {
  let whole = '';
  const rows = quantities(analyses).map(({ name, unit, values, part }) => {
    if (!part) whole = name;
    return [part ? `${whole}: ${name}` : name, unit, ...values.map((value) => value ?? '')];
  });
  return { head: ['quantity', 'unit', ...analyses.map(({ model }) => model.name)], rows };
}

/** The analyses, and each quantity with its value for every one of them. */
function comparisonData(analyses: readonly Analysis[], only: readonly string[] | undefined): unknown {
  const wanted = layerFilter(only);
  return {
    schemaVersion: 1,
    models: analyses.map((analysis) => ({ ...analysis, layers: analysis.layers.filter(wanted) })),
    comparison: quantities(analyses),
  };
}

/** What the rows of a comparison mean. */
function comparisonNotes(analyses: readonly Analysis[]): Note[] {
  const [first] = analyses;
  if (!first) return [];
  const { model, convention } = first;
  return [
    { label: 'ratios', text: `against ${model.name}` },
    {
      label: 'units',
      text:
        'parameters and buffers in scalars, layer outputs in elements, receptive field in pixels, memory in bytes ' +
        'of tensors at the peak of a step, time the likely one in microseconds a step',
    },
    {
      label: 'counted',
      text: `parameters: ${convention.params}. MACs: ${convention.macs}. FLOPs: ${convention.flops}`,
    },
  ];
}
