import type { ChalkInstance } from 'chalk';
import type { Analysis } from '../../analysis/analysis.ts';
import { formatShape } from '../../core/shape.ts';
import { grid, type GridCell } from '../formats/table/grid.ts';
import { widthOf } from './inspect/columns.ts';
import { comparisonNotes } from './inspect/notes.ts';
import { grouped, ratio } from '../../core/numbers.ts';
import type { ReportOptions } from '../options.ts';
import { quantities, type Quantity } from './compare/quantities.ts';
import { tail, wrapNotes } from '../formats/table/wrap.ts';

const GAP = 2;
const LONGEST_NAME = 24;

/** One network's column: three lines of heading, then a value and, from the second on, a ratio for each quantity. */
interface ModelColumn {
  readonly head: readonly string[];
  readonly values: readonly string[];
  readonly ratios: readonly string[] | undefined;
}

/** The networks side by side; those that have no room beside the first follow in tables of their own. */
export function comparison(
  analyses: readonly Analysis[],
  { width }: ReportOptions,
  chalk: ChalkInstance,
): string {
  const compared = quantities(analyses);
  const labels = compared.map(labelOf);
  const columns = analyses.map((analysis, i) => columnOf(analysis, i, compared));
  const labelWidth = Math.max(...labels.map((label) => label.length));
  const [first, ...others] = columns;
  const tables: string[] = [];
  for (let rest = others; first && (rest.length > 0 || tables.length === 0);) {
    const room = width - labelWidth - spaceOf(first);
    const count = Math.max(1, fitting(rest, room));
    tables.push(table(labels, labelWidth, [first, ...rest.slice(0, count)], compared, chalk));
    rest = rest.slice(count);
  }
  const notes = wrapNotes(comparisonNotes(analyses), width, chalk.dim);
  return `${tables.join('\n\n')}\n\n${notes.join('\n')}\n`;
}

const labelOf = ({ name, part }: Quantity): string => (part ? `  ${name}` : name);

function columnOf({ model, input }: Analysis, index: number, compared: readonly Quantity[]): ModelColumn {
  const cut = model.name.lastIndexOf('/') + 1;
  return {
    head: [
      tail(model.name.slice(0, cut), LONGEST_NAME),
      tail(model.name.slice(cut), LONGEST_NAME),
      formatShape(input.shape),
    ],
    values: compared.map(({ values }) => text(values[index], grouped)),
    ratios:
      index === 0
        ? undefined
        : compared.map(({ values: [first, ...others] }) =>
            text(others[index - 1], (value) => (first == null ? '–' : ratio(value, first))),
          ),
  };
}

const text = (value: number | null | undefined, as: (value: number) => string) =>
  value == null ? '–' : as(value);

const widest = (texts: readonly string[]) => Math.max(0, ...texts.map((line) => line.length));

const spaceOf = ({ head, values, ratios }: ModelColumn) =>
  GAP + widest([...head, ...values]) + (ratios ? GAP + widest(ratios) : 0);

/** How many of these columns fit in `room`. */
function fitting(columns: readonly ModelColumn[], room: number): number {
  let left = room;
  const tooMany = columns.findIndex((column) => (left -= spaceOf(column)) < 0);
  return tooMany === -1 ? columns.length : tooMany;
}

function table(
  labels: readonly string[],
  labelWidth: number,
  columns: readonly ModelColumn[],
  compared: readonly Quantity[],
  chalk: ChalkInstance,
): string {
  const widths = [
    labelWidth,
    ...columns.flatMap(({ head, values, ratios }) => [
      widest([...head, ...values]),
      ...(ratios ? [widest(ratios)] : []),
    ]),
  ];
  const right = (text: string): GridCell => ({ text, right: true });
  const heads = [0, 1, 2]
    .filter((line) => columns.some(({ head }) => head[line] !== ''))
    .map((line) => [
      { text: '' },
      ...columns.flatMap(({ head, ratios }) => [
        right(line === 2 ? chalk.dim(head[line]!) : chalk.bold(head[line]!)),
        ...(ratios ? [right('')] : []),
      ]),
    ]);
  const body = compared.map(({ part }, row) => {
    const style = part ? (text: string) => text : chalk.bold;
    return [
      { text: style(labels[row]!) },
      ...columns.flatMap(({ values, ratios }) => [
        right(style(values[row]!)),
        ...(ratios ? [right(chalk.cyan(ratios[row]!))] : []),
      ]),
    ];
  });
  const lines = grid([...heads, ...body], widths, GAP);
  lines.splice(heads.length, 0, chalk.dim('─'.repeat(widthOf({ widths, gap: GAP }))));
  return lines.join('\n');
}
