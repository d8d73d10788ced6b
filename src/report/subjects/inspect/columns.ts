import type { Analysis, LayerAnalysis } from '../../../analysis/analysis.ts';
import { formatShape } from '../../../core/shape.ts';
import { isBlock, type Block } from './blocks.ts';
import * as cells from './cells.ts';
import { grouped, share } from '../../../core/numbers.ts';
import type { Row } from './rows.ts';

/** A column of the table of layers. */
export interface Column {
  /** Two lines. */
  readonly head: readonly [string, string];
  readonly right?: boolean;
  readonly layer: (layer: LayerAnalysis, row: Row) => string;
  /** Left out where blocks have nothing to say. */
  readonly block?: (block: Block, row: Row) => string;
  readonly total?: (totals: Analysis['totals']) => string;
  /** The layer's part of the total, from 0 to 1. */
  readonly part?: (layer: LayerAnalysis) => number;
}

/** What can be given up or added to make a table fit. */
interface Choice {
  readonly fullPaths: boolean;
  readonly indent: number;
  readonly kernelInFull: boolean;
  readonly batch: boolean;
  readonly commas: boolean;
  readonly shares: boolean;
  readonly kernels: boolean;
  readonly channels: boolean;
  readonly gap: number;
  readonly kind: boolean;
  readonly flops: boolean;
  readonly backward: boolean;
  readonly field: boolean;
  readonly attributes: boolean;
  readonly input: boolean;
}

const plain: Choice = {
  fullPaths: false,
  indent: 2,
  kernelInFull: true,
  batch: true,
  commas: true,
  shares: true,
  kernels: true,
  channels: true,
  gap: 2,
  kind: false,
  flops: false,
  backward: false,
  field: false,
  attributes: false,
  input: false,
};

/** Given up one after the other while the table is too wide. */
const savings: readonly Partial<Choice>[] = [
  { kernelInFull: false },
  { gap: 1 },
  { indent: 1 },
  { batch: false },
  { commas: false },
  { shares: false },
  { kernels: false },
  { channels: false },
];

/** Added one after the other where there is room. */
const luxuries: readonly Partial<Choice>[] = [
  { fullPaths: true },
  { kind: true },
  { field: true },
  { flops: true },
  { backward: true },
  { attributes: true },
  { input: true },
];

/** What the last row is called. */
export const TOTAL = 'total';

/** Names are cut to no less than this. */
const SHORTEST_NAME = 8;

export interface Layout {
  readonly columns: readonly Column[];
  readonly widths: readonly number[];
  readonly gap: number;
}

/** The columns that fit in `width`, the name column cut where nothing else helps. */
export function fit(analysis: Analysis, rows: readonly Row[], width: number): Layout {
  const measured = new Map<string, number>();
  const layoutOf = (choice: Choice): Layout => {
    const [name, ...others] = Object.entries(columnsOf(choice, analysis));
    const columns = others.map(([, column]) => column);
    const widths = others.map(([key, column]) => {
      const known = measured.get(key) ?? measure(column, rows, analysis);
      measured.set(key, known);
      return known;
    });
    const room = nameWidth(name![1], { columns, widths, gap: choice.gap }, rows);
    return { columns: [name![1], ...columns], widths: [room, ...widths], gap: choice.gap };
  };
  let choice = plain;
  let layout = layoutOf(choice);
  for (const saving of savings) {
    if (widthOf(layout) <= width) break;
    if (saving.batch === false && !batchFirst(analysis)) continue;
    choice = { ...choice, ...saving };
    layout = layoutOf(choice);
  }
  // What was given up in vain, because a later saving gained more, comes back.
  const given = savings.map((saving) =>
    Object.fromEntries(Object.keys(saving).map((key) => [key, plain[key as keyof Choice]])),
  );
  for (const luxury of [...given, ...luxuries]) {
    const wider = layoutOf({ ...choice, ...luxury });
    if (widthOf(wider) > width) continue;
    choice = { ...choice, ...luxury };
    layout = wider;
  }
  const surplus = Math.max(0, widthOf(layout) - width);
  const [name = 0, ...rest] = layout.widths;
  return { ...layout, widths: [Math.max(Math.min(name, SHORTEST_NAME), name - surplus), ...rest] };
}

export const widthOf = ({ widths, gap }: Pick<Layout, 'widths' | 'gap'>): number =>
  widths.reduce((total, width) => total + width + gap, -gap);

function measure(column: Column, rows: readonly Row[], { totals }: Analysis): number {
  let most = Math.max(...column.head.map((line) => line.length), column.total?.(totals).length ?? 0);
  for (const row of rows) {
    most = Math.max(most, cellText(column, row).length);
  }
  return most;
}

/** How wide the names must be when each runs on through the columns beside it that its row leaves empty. */
function nameWidth(name: Column, beside: Layout, rows: readonly Row[]): number {
  let most = Math.max(...name.head.map((line) => line.length), TOTAL.length);
  for (const row of rows) {
    const text = cellText(name, row);
    if (text.length > most) most = Math.max(most, text.length - emptyBeside(beside, row).width);
  }
  return most;
}

/** The columns right after the name that a row leaves empty, and the room that they give. */
export function emptyBeside({ columns, widths, gap }: Layout, row: Row): { count: number; width: number } {
  let count = 0;
  let width = 0;
  while (count < columns.length && cellText(columns[count]!, row) === '') width += gap + widths[count++]!;
  return { count, width };
}

/** What a column says about a layer or a block. */
export function cellText(column: Column, row: Row): string {
  return isBlock(row.item) ? (column.block?.(row.item, row) ?? '') : column.layer(row.item, row);
}

const batchFirst = ({ input, layers }: Analysis) =>
  layers.every(({ outputShape }) => outputShape[0] === input.shape[0]);

/** The keys say all that decides a column's text, so that widths can be remembered by them. */
function columnsOf(choice: Choice, { totals }: Analysis): Record<string, Column> {
  const number = choice.commas ? grouped : String;
  const amount = (count: number, whole: number, mark?: string) =>
    choice.shares ? `${number(count)} ${(mark ?? share(count, whole)).padStart(4)}` : number(count);
  const amounts = (
    name: string,
    key: 'params' | 'macs',
    mark?: (layer: LayerAnalysis) => string | undefined,
  ) => ({
    head: [choice.shares ? `${name}    %` : name, ''] as const,
    right: true,
    layer: (layer: LayerAnalysis) => amount(layer[key], totals[key], mark?.(layer)),
    block: (block: Block) => amount(block[key], totals[key]),
    total: () => amount(totals[key], totals[key]),
    part: (layer: LayerAnalysis) => layer[key] / Math.max(1, totals[key]),
  });
  const plainNumber = (head: readonly [string, string], key: 'flops' | 'backwardMacs') => ({
    head,
    right: true,
    layer: (layer: LayerAnalysis) => number(layer[key]),
    block: (block: Block) => number(block[key]),
    total: () => number(totals[key]),
  });
  const shape = (sizes: readonly number[]) => formatShape(choice.batch ? sizes : sizes.slice(1));
  const nameOf = ({ path }: LayerAnalysis | Block, { label, level }: Row) =>
    ' '.repeat(level * choice.indent) + (choice.fullPaths ? path : label);
  const style = `${choice.commas}/${choice.shares}`;
  return {
    [`name/${choice.fullPaths}/${choice.indent}`]: {
      head: ['layer', ''],
      layer: nameOf,
      block: (block, row) => nameOf(block, row) + (row.collapsed ? `  ${cells.blockSize(block)}` : ''),
    },
    ...(choice.kind && { kind: { head: ['kind', ''], layer: ({ kind }) => kind } }),
    ...(choice.channels && { channels: { head: ['in→out', ''], layer: cells.channels } }),
    ...(choice.kernels && {
      [`kernel/${choice.kernelInFull}`]: {
        head: ['kernel', 'stride'],
        layer: choice.kernelInFull ? cells.kernelInFull : cells.kernel,
      },
    }),
    ...(choice.input && {
      input: { head: ['input', ''], layer: ({ inputShapes }) => inputShapes.map(shape).join(' ') },
    }),
    [`output/${choice.batch}`]: {
      head: ['output', choice.batch ? 'N×C×H×W' : 'C×H×W'],
      layer: ({ outputShape }) => shape(outputShape),
      block: ({ outputShape }) => shape(outputShape),
    },
    [`params/${style}`]: amounts('parameters', 'params', ({ sharesWeightsOf }) =>
      sharesWeightsOf === undefined ? undefined : 'tied',
    ),
    [`macs/${style}`]: amounts('MACs', 'macs'),
    ...(choice.flops && { flops: plainNumber(['FLOPs', ''], 'flops') }),
    ...(choice.backward && { backward: plainNumber(['backward', 'MACs'], 'backwardMacs') }),
    ...(choice.field && { field: { head: ['field', 'pixels'], layer: cells.field } }),
    ...(choice.attributes && {
      attributes: { head: ['attributes', ''], layer: cells.attributes },
    }),
  };
}
