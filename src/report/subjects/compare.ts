import type { Analysis } from '../../analysis/analysis.ts';
import { ratio } from '../../core/numbers.ts';
import { formatShape } from '../../core/shape.ts';
import type { ReportOptions } from '../options.ts';
import { recordsOf, type Records, type Report } from '../sheet/report.ts';
import type { Column, Note, Row, Sheet, Styled } from '../sheet/sheet.ts';
import { tail } from '../sheet/width.ts';
import { chosenQuantities, usualColumns } from './compare/choose.ts';
import { quantities, type Quantity } from './compare/quantities.ts';
import { inUnits, unitWords } from './compare/units.ts';
import { layerFilter } from './inspect/filter.ts';
import { isTallied, tallies } from './tally.ts';

const LONGEST_NAME = 24;
const SHORTEST_NAME = 12;

/** How a comparison is laid out. */
export interface ComparisonOptions extends Pick<ReportOptions, 'only' | 'depth'> {
  /** Quantities as rows when left out. */
  readonly rows?: 'quantities' | 'networks' | undefined;
  /** The quantities that are shown, by the names of `columnNames`. */
  readonly columns?: readonly string[] | undefined;
  /** Units for people: `M`, `MiB`; exact numbers when left out. */
  readonly units?: readonly string[] | undefined;
}

/** Networks side by side; where they were counted by another convention, what that one counts of each. */
export function compareReport(analyses: readonly Analysis[], shown: ComparisonOptions): Report {
  const data = () => comparisonData(analyses, shown.only);
  if (!analyses.every(isTallied)) {
    const compared: Compared = {
      analyses,
      quantities: quantitiesShown(analyses, shown),
      units: shown.units ?? [],
    };
    return shown.rows === 'networks'
      ? { sheets: () => [networksSheet(compared)], records: () => [networksRecords(compared)], data }
      : { sheets: () => [comparisonSheet(compared)], records: () => [comparisonRecords(compared)], data };
  }
  const sheets = () => tallies(analyses, shown);
  return { sheets, records: () => recordsOf(sheets()), data };
}

interface Compared {
  readonly analyses: readonly Analysis[];
  readonly quantities: readonly Quantity[];
  readonly units: readonly string[];
}

function quantitiesShown(
  analyses: readonly Analysis[],
  { rows, columns }: ComparisonOptions,
): readonly Quantity[] {
  const all = quantities(analyses);
  const timed = analyses.some(({ time }) => time !== undefined && time.length > 0);
  const usual = rows === 'networks' ? [...usualColumns, ...(timed ? ['time'] : [])] : undefined;
  const names = columns ?? usual;
  return names === undefined ? all : chosenQuantities(all, names);
}

/** A row a network, a column a quantity. */
function networksSheet({ analyses, quantities: shown, units }: Compared): Sheet {
  const columns: Column[] = [
    { head: 'network', shortest: SHORTEST_NAME, verbatim: true },
    { head: 'input', optional: true },
    ...shown.map((quantity) => ({
      head: quantity.name + unitWords(quantity, units),
      stack: stackOf(quantity, units),
      right: true,
    })),
  ];
  const rows = analyses.map(({ model, input }, i): Row => ({
    cells: [
      model.name,
      formatShape(input.shape),
      ...shown.map((quantity) => inUnits(quantity, quantity.values[i] ?? null, units)),
    ],
  }));
  return {
    title: '',
    parts: [{ name: '', columns, rows }],
    notes: comparisonNotes(analyses)
      .filter(({ label }) => label !== 'ratios')
      .map((note) => ({ ...note, only: 'terminal' })),
  };
}

/** `training` above `memory`, and beneath it the unit. */
const stackOf = (quantity: Quantity, units: readonly string[]): Styled[] =>
  [...quantity.name.split(' '), ...unitWords(quantity, units).trim().split(' ')]
    .filter((word) => word !== '')
    .map((text) => ({ text, style: 'strong' }));

function networksRecords({ analyses, quantities: shown, units }: Compared): Records {
  return {
    head: ['network', 'input', ...shown.map((quantity) => quantity.name + unitWords(quantity, units))],
    rows: analyses.map(({ model, input }, i) => [
      model.name,
      formatShape(input.shape),
      ...shown.map((quantity) => inUnits(quantity, quantity.values[i] ?? null, units) ?? ''),
    ]),
  };
}

/** A row a quantity, a column a network, ratios against the first. */
function comparisonSheet({ analyses, quantities: shown, units }: Compared): Sheet {
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
    parts: [{ name: '', columns, rows: shown.map((quantity) => rowOf(quantity, units)) }],
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

function rowOf(quantity: Quantity, units: readonly string[]): Row {
  const { name, unit, values, part } = quantity;
  const [first, ...others] = values;
  return {
    level: part ? 'part' : 'whole',
    cells: [
      name + unitWords(quantity, units),
      unit,
      inUnits(quantity, first ?? null, units),
      ...others.flatMap((value) => [
        inUnits(quantity, value, units),
        value === null || first == null ? null : ratio(value, first),
      ]),
    ],
  };
}

/** One record a quantity; a part says of what. */
function comparisonRecords({ analyses, quantities: shown, units }: Compared): Records {
  let whole = '';
  const rows = shown.map((quantity) => {
    const { name, unit, values, part } = quantity;
    if (!part) whole = name;
    const words = (part ? `${whole}: ${name}` : name) + unitWords(quantity, units);
    return [words, unit, ...values.map((value) => inUnits(quantity, value, units) ?? '')];
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
