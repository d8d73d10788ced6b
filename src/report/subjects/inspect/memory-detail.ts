import type { ChalkInstance } from 'chalk';
import type { Analysis } from '../../../analysis/analysis.ts';
import type { Breakdown, InferenceMemory, TrainingMemory } from '../../../analysis/memory/analyse-memory.ts';
import type { Moment } from '../../../analysis/memory/storage.ts';
import { readable, readableRange } from '../../../core/bytes.ts';
import { grid, type GridCell } from '../../formats/table/grid.ts';
import { momentText, trainingText } from './memory-notes.ts';
import { grouped, share } from '../../../core/numbers.ts';
import { tail } from '../../formats/table/wrap.ts';

const GAP = 2;
const WIDEST_LABEL = 36;

/** What the categories of live bytes are called where people read them. */
const names: Readonly<Record<keyof Breakdown, string>> = {
  parameters: 'parameters',
  gradients: 'gradients',
  optimizerState: 'optimizer state',
  activations: 'saved activations',
  temporaries: 'temporaries',
  inputs: 'batch and labels',
  buffers: 'buffers',
};

/** The moments of the step, what is live at the peak, what a device needs on top, and what each layer keeps. */
export function memoryDetail(analysis: Analysis, width: number, chalk: ChalkInstance): string[] {
  const { training, inference } = analysis.memory;
  return [
    chalk.bold(`memory of a training step · ${trainingText(analysis)} · ${analysis.input.dtype}`),
    ...table(trainingRows(training), chalk),
    ...timeline(training.timeline ?? [], width, chalk),
    '',
    chalk.bold('memory of inference'),
    ...table(peakRows(inference), chalk),
    '',
    chalk.bold('kept for the backward pass, by the layer that made it'),
    ...kept(analysis, width, chalk),
    '',
  ];
}

type Row = readonly [label: string, bytes: string, readable: string, remark: string];

const bytesRow = (label: string, bytes: number, remark = ''): Row => [
  label,
  grouped(bytes),
  readable(bytes),
  remark,
];

const rangeRow = (label: string, [low, high]: readonly [number, number], remark: string): Row => [
  label,
  '',
  readableRange([low, high]),
  remark,
];

function peakRows(memory: TrainingMemory | InferenceMemory): Row[] {
  const { peakBytes, peakAt, deviceBytes } = memory;
  const parts = (Object.keys(names) as (keyof Breakdown)[])
    .filter((part) => memory[part] > 0)
    .sort((a, b) => memory[b] - memory[a])
    .map((part) => bytesRow(`  ${names[part]}`, memory[part], `${share(memory[part], peakBytes)} %`));
  return [
    bytesRow('peak', peakBytes, momentText(peakAt)),
    ...parts,
    rangeRow('+ allocator', deviceBytes.allocator, 'held beyond the live tensors'),
    rangeRow('+ workspaces', deviceBytes.workspace, 'cuBLAS, cuDNN'),
    rangeRow('+ context', deviceBytes.context, 'CUDA'),
    rangeRow('= on the device', [deviceBytes.low, deviceBytes.high], ''),
  ];
}

function trainingRows(training: TrainingMemory): Row[] {
  return [
    bytesRow('first step', training.firstStepPeakBytes, 'optimizer state appears'),
    bytesRow('end of forward', training.endOfForwardBytes, 'the loss is known'),
    ...peakRows(training),
  ];
}

function table(rows: readonly Row[], chalk: ChalkInstance): string[] {
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const cells = rows.map(([label, bytes, text, remark]): GridCell[] => [
    { text: label },
    { text: bytes, right: true },
    { text: text, right: true },
    { text: chalk.dim(remark) },
  ]);
  return grid(cells, widths, GAP);
}

function kept({ layers }: Analysis, width: number, chalk: ChalkInstance): string[] {
  const keeping = layers.filter(({ savedBytes }) => savedBytes > 0);
  const total = keeping.reduce((all, { savedBytes }) => all + savedBytes, 0);
  const label = Math.min(WIDEST_LABEL, Math.max(5, ...keeping.map(({ path }) => path.length)));
  const number = grouped(total).length;
  const bar = Math.max(0, width - label - number - 5 - 3 * GAP);
  const largest = Math.max(1, ...keeping.map(({ savedBytes }) => savedBytes));
  const line = (path: string, bytes: number, drawn: number): GridCell[] => [
    { text: tail(path, label) },
    { text: grouped(bytes), right: true },
    { text: share(bytes, total), right: true },
    { text: chalk.cyan('█'.repeat(Math.round(drawn * bar))) },
  ];
  return grid(
    [
      ...keeping.map(({ path, savedBytes }) => line(path, savedBytes, savedBytes / largest)),
      line('total', total, 0),
    ],
    [label, number, 5, bar],
    GAP,
  );
}

const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Live bytes after every operator, drawn in one line; the marks beneath say where backward and the update begin. */
function timeline(moments: readonly Moment[], width: number, chalk: ChalkInstance): string[] {
  if (moments.length === 0) return [];
  const columns = Math.min(width - 1, moments.length);
  const slots = Array.from({ length: columns }, (_, i) =>
    moments.slice(
      Math.floor((i * moments.length) / columns),
      Math.max(
        Math.floor(((i + 1) * moments.length) / columns),
        Math.floor((i * moments.length) / columns) + 1,
      ),
    ),
  );
  const heights = slots.map((slot) => slot.reduce((most, { bytes }) => Math.max(most, bytes), 0));
  const top = Math.max(...heights);
  const drawn = heights.map((bytes) => LEVELS[Math.min(7, Math.floor((8 * bytes) / top))]!).join('');
  const starts = (phase: string) => slots.findIndex((slot) => slot.some((moment) => moment.phase === phase));
  const marks = ['forward', 'backward', 'optimizer'].reduce((line, phase) => {
    const at = starts(phase);
    const room = columns - phase.length;
    return at < 0 ? line : line.padEnd(Math.min(at, Math.max(line.length + 1, room))) + phase;
  }, '');
  return [chalk.cyan(drawn), chalk.dim(marks.slice(0, width))];
}
