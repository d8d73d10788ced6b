import type { ChalkInstance } from 'chalk';
import type { DeviceFit, Fit } from '../analysis/fit/fit.ts';
import { batchRows, deviceRows, fitNotes, fitTitle, type TextTable } from './subjects/fit.ts';
import { grid } from './formats/table/grid.ts';
import { wrapNotes } from './formats/table/wrap.ts';

const GAP = 2;

/** The devices, then memory and time by batch size, as many devices beside each other as there is room for. */
export function fitReport(fit: Fit, width: number, chalk: ChalkInstance): string {
  const timed = fit.devices.filter(({ steps }) => steps);
  return [
    chalk.bold(fitTitle(fit)),
    '',
    ...drawn(deviceRows(fit), chalk),
    '',
    chalk.bold(`training by batch size: memory${timed.length > 0 ? ', and examples a second' : ''}`),
    ...batchTables(fit, timed, width).flatMap((rows) => [...drawn(rows, chalk), '']),
    ...wrapNotes(fitNotes(fit), width, chalk.dim),
    '',
  ].join('\n');
}

/** Devices that have no room beside the others follow in tables of their own. */
function batchTables(fit: Fit, timed: readonly DeviceFit[], width: number): TextTable[] {
  const tables: TextTable[] = [];
  let rest = timed;
  do {
    let count = Math.max(1, rest.length);
    while (count > 1 && widthOf(batchRows(fit, rest.slice(0, count))) > width) count--;
    tables.push(batchRows(fit, rest.slice(0, count)));
    rest = rest.slice(count);
  } while (rest.length > 0);
  return tables;
}

const columnWidths = (rows: TextTable) =>
  rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));

const widthOf = (rows: TextTable) => columnWidths(rows).reduce((total, width) => total + width + GAP, -GAP);

function drawn(rows: TextTable, chalk: ChalkInstance): string[] {
  const cells = rows.map((row, i) =>
    row.map((text, column) => ({ text: i === 0 ? chalk.dim(text) : text, right: column > 0 })),
  );
  return grid(cells, columnWidths(rows), GAP);
}
