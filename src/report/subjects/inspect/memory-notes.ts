import type { Analysis } from '../../../analysis/analysis.ts';
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
export function trainingText({ memory: { training } }: Analysis): string {
  const { optimizer, weightDecay, foreach, accumulate, checkpointing } = training;
  return [
    optimizer + (weightDecay ? ' with weight decay' : ''),
    ...(foreach ? [] : ['one tensor at a time']),
    ...(accumulate > 1 ? [`${accumulate} batches a step`] : []),
    ...(checkpointing === undefined
      ? []
      : [`checkpointing ${checkpointing === 'block' ? 'by block' : `in ${checkpointing} stretches`}`]),
  ].join(', ');
}

/** Memory in two or three lines, beneath the layers. */
export function memoryNotes(analysis: Analysis): Note[] {
  const { training, inference } = analysis.memory;
  const onDevice = ({ low, high }: { low: number; high: number }) => readableRange([low, high]);
  return [
    {
      label: 'training',
      text:
        `${readable(training.peakBytes)} of tensors (${trainingText(analysis)}), peak in ` +
        `${momentText(training.peakAt)}; a GPU needs ${onDevice(training.deviceBytes)}`,
    },
    {
      label: 'inference',
      text: `${readable(inference.peakBytes)} of tensors; a GPU needs ${onDevice(inference.deviceBytes)}`,
    },
    ...(training.parallel
      ? [
          {
            label: training.parallel.strategy,
            text:
              `${readable(training.parallel.peakBytes)} on each of ${training.parallel.devices} devices: ` +
              `${readable(training.parallel.modelStateBytes)} of model states (${training.parallel.formula}; ` +
              `${training.parallel.source}) + ${readable(training.parallel.workingBytes)} of working set`,
          },
        ]
      : []),
  ];
}
