import type { Analysis, LayerAnalysis } from '../../../analysis/analysis.ts';
import { grouped, share } from '../../../core/numbers.ts';
import { formatShape } from '../../../core/shape.ts';
import type { AdaptiveColumn, AdaptiveTable, Features } from '../../sheet/sheet.ts';
import { isBlock, type Block } from './blocks.ts';
import * as cells from './cells.ts';
import type { Row } from './rows.ts';

/** A column of the table of layers. */
interface LayerColumn {
  /** Two lines. */
  readonly head: readonly [string, string];
  readonly right?: boolean;
  readonly layer: (layer: LayerAnalysis, row: Row) => string;
  /** Left out where blocks have nothing to say. */
  readonly block?: (block: Block, row: Row) => string;
  readonly total?: string;
  /** The layer's part of the total, from 0 to 1. */
  readonly part?: (layer: LayerAnalysis) => number;
}

/** What can be saved or added to make the table fit. */
const plain = {
  fullPaths: false,
  deepIndent: true,
  kernelInFull: true,
  batch: true,
  commas: true,
  shares: true,
  kernels: true,
  channels: true,
  wideGap: true,
  kind: false,
  flops: false,
  backward: false,
  field: false,
  attributes: false,
  input: false,
} as const satisfies Features;

type Feature = keyof typeof plain;

const savings: readonly Feature[] = [
  'kernelInFull',
  'wideGap',
  'deepIndent',
  'batch',
  'commas',
  'shares',
  'kernels',
  'channels',
];

const luxuries: readonly Feature[] = [
  'fullPaths',
  'kind',
  'field',
  'flops',
  'backward',
  'attributes',
  'input',
];

/** From this part of the total on, a number is highlighted. */
const LARGE = 0.1;

/** The layers in a terminal, in the form that its width has room for. */
export function layerTable(analysis: Analysis, rows: readonly Row[]): AdaptiveTable {
  const batchFirst = analysis.layers.every(({ outputShape }) => outputShape[0] === analysis.input.shape[0]);
  return {
    only: 'terminal',
    rows: rows.length,
    strong: (row) => isBlock(rows[row]!.item),
    columns: (features) =>
      new Map(
        Object.entries(columnsOf(features as Record<Feature, boolean>, analysis)).map(([key, column]) => [
          key,
          overRows(column, rows),
        ]),
      ),
    gap: ({ wideGap }) => (wideGap ? 2 : 1),
    plain,
    savings: savings
      .filter((feature) => feature !== 'batch' || batchFirst)
      .map((feature) => ({ [feature]: false })),
    luxuries: luxuries.map((feature) => ({ [feature]: true })),
  };
}

function overRows({ layer, block, part, ...column }: LayerColumn, rows: readonly Row[]): AdaptiveColumn {
  return {
    ...column,
    text(row) {
      const shown = rows[row]!;
      return isBlock(shown.item) ? (block?.(shown.item, shown) ?? '') : layer(shown.item, shown);
    },
    ...(part && {
      large(row) {
        const { item } = rows[row]!;
        return !isBlock(item) && part(item) >= LARGE;
      },
    }),
  };
}

/** The keys say all that decides a column's text, so that widths can be remembered by them. */
function columnsOf(shown: Record<Feature, boolean>, { totals }: Analysis): Record<string, LayerColumn> {
  const number = shown.commas ? grouped : String;
  const amount = (count: number, whole: number, mark?: string) =>
    shown.shares ? `${number(count)} ${(mark ?? share(count, whole)).padStart(4)}` : number(count);
  const amounts = (
    name: string,
    key: 'params' | 'macs',
    mark?: (layer: LayerAnalysis) => string | undefined,
  ): LayerColumn => ({
    head: [shown.shares ? `${name}    %` : name, ''],
    right: true,
    layer: (layer) => amount(layer[key], totals[key], mark?.(layer)),
    block: (block) => amount(block[key], totals[key]),
    total: amount(totals[key], totals[key]),
    part: (layer) => layer[key] / Math.max(1, totals[key]),
  });
  const plainNumber = (head: readonly [string, string], key: 'flops' | 'backwardMacs'): LayerColumn => ({
    head,
    right: true,
    layer: (layer) => number(layer[key]),
    block: (block) => number(block[key]),
    total: number(totals[key]),
  });
  const indent = shown.deepIndent ? 2 : 1;
  const shape = (sizes: readonly number[]) => formatShape(shown.batch ? sizes : sizes.slice(1));
  const nameOf = ({ path }: LayerAnalysis | Block, { label, level }: Row) =>
    ' '.repeat(level * indent) + (shown.fullPaths ? path : label);
  const style = `${shown.commas}/${shown.shares}`;
  return {
    [`name/${shown.fullPaths}/${indent}`]: {
      head: ['layer', ''],
      layer: nameOf,
      block: (block, row) => nameOf(block, row) + (row.collapsed ? `  ${cells.blockSize(block)}` : ''),
    },
    ...(shown.kind && { kind: { head: ['kind', ''], layer: ({ kind }) => kind } }),
    ...(shown.channels && { channels: { head: ['in→out', ''], layer: cells.channels } }),
    ...(shown.kernels && {
      [`kernel/${shown.kernelInFull}`]: {
        head: ['kernel', 'stride'],
        layer: shown.kernelInFull ? cells.kernelInFull : cells.kernel,
      },
    }),
    ...(shown.input && {
      input: { head: ['input', ''], layer: ({ inputShapes }) => inputShapes.map(shape).join(' ') },
    }),
    [`output/${shown.batch}`]: {
      head: ['output', shown.batch ? 'N×C×H×W' : 'C×H×W'],
      layer: ({ outputShape }) => shape(outputShape),
      block: ({ outputShape }) => shape(outputShape),
    },
    [`params/${style}`]: amounts('parameters', 'params', ({ sharesWeightsOf }) =>
      sharesWeightsOf === undefined ? undefined : 'tied',
    ),
    [`macs/${style}`]: amounts('MACs', 'macs'),
    ...(shown.flops && { flops: plainNumber(['FLOPs', ''], 'flops') }),
    ...(shown.backward && { backward: plainNumber(['backward', 'MACs'], 'backwardMacs') }),
    ...(shown.field && { field: { head: ['field', 'pixels'], layer: cells.field } }),
    ...(shown.attributes && {
      attributes: { head: ['attributes', ''], layer: cells.attributes },
    }),
  };
}
