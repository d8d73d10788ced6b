import type { Analysis, LayerAnalysis } from '../analysis/analysis.ts';
import { formatShape } from '../core/shape.ts';
import type { Fit } from '../analysis/fit/fit.ts';
import { isBlock, type Block } from './subjects/inspect/blocks.ts';
import { csvText as print, type Field } from './csv-text.ts';
import type { ListItem, ReportOptions } from './options.ts';
import { quantities } from './subjects/compare/quantities.ts';
import { rowsOf } from './subjects/inspect/rows.ts';

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

/** One record a layer and no totals, so that a column may be added up. Shapes as `1x64x224x224`. */
export function inspect(analysis: Analysis, options: ReportOptions): string {
  const records = rowsOf(analysis, options)
    .rows.filter(({ item, collapsed }) => !isBlock(item) || collapsed)
    .map(({ item }) =>
      columns.map(({ layer, block }) => (isBlock(item) ? (block?.(item) ?? '') : layer(item))),
    );
  return print([columns.map(({ name }) => name), ...records]);
}

/** One record a quantity. */
export function compare(analyses: readonly Analysis[]): string {
  let whole = '';
  const records = quantities(analyses).map(({ name, unit, values, part }) => {
    if (!part) whole = name;
    return [part ? `${whole}: ${name}` : name, unit, ...values.map((value) => value ?? '')];
  });
  return print([['quantity', 'unit', ...analyses.map(({ model }) => model.name)], ...records]);
}

/** One record a name; facts that not all sections have are empty where they are missing. */
export function list(items: readonly ListItem[]): string {
  const facts = [...new Set(items.flatMap((item) => Object.keys(item.facts ?? {})))];
  const records = items.map((item) => [
    item.section,
    item.name,
    ...facts.map((fact) => item.facts?.[fact] ?? ''),
    item.summary,
  ]);
  return print([['section', 'name', ...facts, 'summary'], ...records]);
}

/** One record a device and batch size; time in seconds, empty where the device's speed is not known. */
export function fit({ devices, memory }: Fit): string {
  const head = [
    'device',
    'device_bytes',
    'batch',
    'training_bytes',
    'training_device_low',
    'training_device_high',
  ];
  const records = devices.flatMap((device) =>
    memory.map(({ batch, trainingBytes, trainingDeviceBytes }, i): Field[] => {
      const step = device.steps?.[i];
      const times = step ? [step.fits, step.seconds, step.examplesPerSecond, step.limit] : ['', '', '', ''];
      return [device.name, device.memoryBytes, batch, trainingBytes, ...trainingDeviceBytes, ...times];
    }),
  );
  return print([[...head, 'fits', 'step_seconds', 'examples_per_second', 'limit'], ...records]);
}
