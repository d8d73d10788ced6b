import type { Analysis } from '../../../analysis/analysis.ts';
import type { Breakdown, InferenceMemory, TrainingMemory } from '../../../analysis/memory/analyze-memory.ts';
import type { Level } from '../../../analysis/memory/device-bytes.ts';
import type { Moment } from '../../../analysis/memory/storage.ts';
import { readable, readableRange } from '../../../core/bytes.ts';
import { share } from '../../../core/numbers.ts';
import type { Cell, Row, Styled, Table } from '../../sheet/sheet.ts';
import { momentText, trainingText } from './memory-notes.ts';

const LONGEST_LABEL = 36;

/** What the categories of live bytes are called where people read them. */
const names: Readonly<Record<keyof Breakdown, string>> = {
  parameters: 'parameters',
  average: 'average of weights',
  gradients: 'gradients',
  optimizerState: 'optimizer state',
  activations: 'saved activations',
  temporaries: 'temporaries',
  inputs: 'batch and labels',
  buffers: 'buffers',
};

/** The moments of the step, what is live at the peak, what a device needs on top, and what each layer keeps. */
export function memoryDetail(analysis: Analysis): Table[] {
  const { training, inference } = analysis.memory;
  return [
    ...(training ? [stepTable(training, analysis.input.dtype)] : []),
    amounts('memory of inference', peakRows(inference)),
    ...(training ? [kept(analysis)] : []),
  ];
}

function stepTable(training: TrainingMemory, dtype: string): Table {
  const moments = training.timeline ?? [];
  return {
    ...amounts(`memory of a training step · ${trainingText(training)} · ${dtype}`, trainingRows(training)),
    below: (width) => timeline(moments, width),
  };
}

function amounts(name: string, rows: readonly Row[]): Table {
  return {
    name,
    only: 'terminal',
    columns: [
      { head: '' },
      { head: '', right: true },
      { head: '', right: true },
      { head: '', style: 'faint', wraps: 20 },
    ],
    rows,
  };
}

const bytesRow = (label: string, bytes: number, remark = ''): Row => ({
  cells: [label, bytes, readable(bytes), remark],
});

const rangeRow = (label: string, range: readonly [number, number], remark: string): Row => ({
  cells: [label, '', readableRange(range), remark],
});

const levelRow = (label: string, { low, likely, high }: Level, remark: string): Row => ({
  cells: [label, likely, readable(likely), `${remark} (${readableRange([low, high])})`],
});

function peakRows(memory: TrainingMemory | InferenceMemory): Row[] {
  const { peakBytes, peakAt, reservedBytes, deviceBytes } = memory;
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
    levelRow('= reserved', reservedBytes, 'likely; max_memory_reserved'),
    levelRow('= on the device', deviceBytes, 'likely; nvidia-smi'),
  ];
}

function trainingRows(training: TrainingMemory): Row[] {
  return [
    bytesRow('first step', training.firstStepPeakBytes, 'optimizer state appears'),
    bytesRow('end of forward', training.endOfForwardBytes, 'the loss is known'),
    ...peakRows(training),
  ];
}

function kept({ layers }: Analysis): Table {
  const keeping = layers.filter(({ savedBytes }) => savedBytes > 0);
  const total = keeping.reduce((all, { savedBytes }) => all + savedBytes, 0);
  const largest = Math.max(1, ...keeping.map(({ savedBytes }) => savedBytes));
  const row = (path: string, bytes: number, drawn: number): { cells: Cell[] } => ({
    cells: [path, bytes, share(bytes, total).padStart(5), drawn],
  });
  return {
    name: 'kept for the backward pass, by the layer that made it',
    only: 'terminal',
    columns: [
      { head: '', longest: LONGEST_LABEL },
      { head: '', right: true },
      { head: '', right: true },
      { head: '', bars: true, style: 'accent' },
    ],
    rows: [
      ...keeping.map(({ path, savedBytes }) => row(path, savedBytes, savedBytes / largest)),
      row('total', total, 0),
    ],
  };
}

const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Live bytes after every operator, drawn in one line; the marks beneath say where backward and the update begin. */
function timeline(moments: readonly Moment[], width: number): Styled[] {
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
  return [
    { text: drawn, style: 'accent' },
    { text: marks.slice(0, width), style: 'faint' },
  ];
}
