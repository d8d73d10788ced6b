import type { Analysis } from '../../../analysis/analysis.ts';
import type { TrainingMemory } from '../../../analysis/memory/analyze-memory.ts';
import type { Level } from '../../../analysis/memory/device-bytes.ts';
import type { Checkpointing } from '../../../analysis/memory/checkpointing.ts';
import type { ParallelMemory } from '../../../analysis/memory/parallel.ts';
import { readable, readableRange } from '../../../core/bytes.ts';
import type { Note } from '../../sheet/sheet.ts';

const whereNames: Readonly<Record<string, string>> = {
  '@loss': 'the loss',
  '@optimizer': "the optimizer's step",
  '@input': 'the batch',
};

/** `backward of block3.relu2`, `the optimizer's step`. */
export function momentText({ phase, path }: { readonly phase: string; readonly path: string }): string {
  const where = whereNames[path] ?? path;
  return phase === 'optimizer' ? where : `${phase} of ${where}`;
}

/** `adam with weight decay, one tensor at a time, 4 batches a step, checkpointing by block`. */
export function trainingText({
  optimizer,
  weightDecay,
  foreach,
  accumulate,
  keepGradients,
  ema,
  checkpointing,
}: TrainingMemory): string {
  return [
    optimizer + (weightDecay ? ' with weight decay' : ''),
    ...(foreach ? [] : ['one tensor at a time']),
    ...(accumulate > 1 ? [`${accumulate} batches a step`] : []),
    ...(keepGradients ? ['gradients kept'] : []),
    ...(ema ? ['an average of the weights'] : []),
    ...(checkpointing === undefined ? [] : [`checkpointing ${checkpointingText(checkpointing)}`]),
  ].join(', ');
}

function checkpointingText(checkpointing: Checkpointing): string {
  if (checkpointing === 'block') return 'by block';
  return typeof checkpointing === 'number' ? `in ${checkpointing} stretches` : checkpointing.join(', ');
}

/** Memory in two or three lines, beneath the layers. */
export function memoryNotes(analysis: Analysis): Note[] {
  const { training, trainingRefused, inference } = analysis.memory;
  return [
    ...(training ? [trainingNote(training)] : []),
    ...(trainingRefused
      ? [{ label: 'training', text: `refused by PyTorch: ${trainingRefused.message}` }]
      : []),
    {
      label: 'inference',
      text: `${readable(inference.peakBytes)} of tensors; a GPU ${needs(inference.deviceBytes)}`,
    },
    ...(training?.parallel ? [parallelNote(training.parallel)] : []),
  ];
}

/** `likely needs 1.62 GiB (1.40–1.93 GiB)` */
const needs = ({ low, likely, high }: Level) =>
  `likely needs ${readable(likely)} (${readableRange([low, high])})`;

const trainingNote = (training: TrainingMemory): Note => ({
  label: 'training',
  text:
    `${readable(training.peakBytes)} of tensors (${trainingText(training)}), peak in ` +
    `${momentText(training.peakAt)}; a GPU ${needs(training.deviceBytes)}`,
});

const parallelNote = (parallel: ParallelMemory): Note => ({
  label: parallel.strategy,
  text:
    `${readable(parallel.peakBytes)} on each of ${parallel.devices} devices: ` +
    `${readable(parallel.modelStateBytes)} of model states (${parallel.formula}; ` +
    `${parallel.source}) + ${readable(parallel.workingBytes)} of working set`,
});
