import type { Analysis, LayerAnalysis } from '../../../analysis/analysis.ts';
import { formatShape } from '../../../core/shape.ts';
import type { ReportOptions } from '../../options.ts';
import type { Field, Records } from '../../sheet/report.ts';
import { isBlock, type Block } from './blocks.ts';
import { rowsOf } from './rows.ts';

interface Column {
  readonly name: string;
  readonly layer: (layer: LayerAnalysis) => Field;
  /** Of a block that `--depth` collapsed; empty when left out. */
  readonly block?: (block: Block) => Field;
}

/** ASCII, for programs that read it. */
const shape = (sizes: readonly number[]) => formatShape(sizes).replaceAll('×', 'x');

const count = (name: string, of: (item: LayerAnalysis | Block) => number): Column => ({
  name,
  layer: of,
  block: of,
});

const columns: readonly Column[] = [
  { name: 'path', layer: ({ path }) => path, block: ({ path }) => path },
  { name: 'kind', layer: ({ kind }) => kind, block: () => 'block' },
  { name: 'family', layer: ({ family }) => family },
  { name: 'inputs', layer: ({ inputs }) => inputs.join(' ') },
  { name: 'input_shapes', layer: ({ inputShapes }) => inputShapes.map(shape).join(' ') },
  {
    name: 'output_shape',
    layer: ({ outputShape }) => shape(outputShape),
    block: ({ outputShape }) => shape(outputShape),
  },
  { name: 'kernel', layer: ({ window }) => (window ? shape(window.kernel) : '') },
  { name: 'stride', layer: ({ window }) => (window ? shape(window.stride) : '') },
  count('params', ({ params }) => params),
  count('trainable_params', ({ trainableParams }) => trainableParams),
  count('buffers', ({ buffers }) => buffers),
  count('macs', ({ macs }) => macs),
  count('flops', ({ flops }) => flops),
  count('backward_macs', ({ backwardMacs }) => backwardMacs),
  count('saved_bytes', ({ savedBytes }) => savedBytes),
  { name: 'receptive_field', layer: ({ receptiveField }) => (receptiveField ? shape(receptiveField) : '') },
  { name: 'training_only', layer: ({ trainingOnly }) => trainingOnly === true },
];

/** One record a layer, or a block where `depth` folds them. Shapes as `1x64x224x224`. */
export function layerRecords(analysis: Analysis, options: Pick<ReportOptions, 'only' | 'depth'>): Records {
  const rows = rowsOf(analysis, options)
    .rows.filter(({ item, collapsed }) => !isBlock(item) || collapsed)
    .map(({ item }) =>
      columns.map(({ layer, block }) => (isBlock(item) ? (block?.(item) ?? '') : layer(item))),
    );
  return { head: columns.map(({ name }) => name), rows };
}
