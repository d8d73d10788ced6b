import type { Comparison, DeviceFit, Fit } from '../../analysis/fit/fit.ts';
import type { Largest } from '../../analysis/fit/largest-batches.ts';
import { formatShape } from '../../core/shape.ts';
import { readable, readableRange } from '../../core/bytes.ts';
import { duration } from '../../core/duration.ts';
import { grouped } from '../../core/numbers.ts';
import type { ReportOptions } from '../options.ts';
import { batchBars } from './plot/batches.ts';
import type { Records, Report } from '../sheet/report.ts';
import type { Column, Note, Row, Sheet, Table } from '../sheet/sheet.ts';

/** Largest batches of devices, memory and time against batch size. */
export const fitReport = (fit: Fit, { plot }: Pick<ReportOptions, 'plot'> = {}): Report => ({
  sheets: () => [fitSheet(fit, plot)],
  records: () => [fitRecords(fit)],
  data: () => fit,
});

/** The devices, then memory and time by batch size, a column a device. */
function fitSheet(fit: Fit, plot = false): Sheet {
  const { model, image, dtype, optimizer } = fit;
  return {
    title: [model.name, `image ${formatShape(image)}`, dtype, optimizer].join(' · '),
    parts: [deviceTable(fit), batchTable(fit), ...(plot ? [batchBars(fit)] : [])],
    notes: fitNotes(fit),
  };
}

/** Numbers beside a first column that is read like one on a page. */
const first = (head: string): Column => ({ head, right: 'page' });
const number = (head: string): Column => ({ head, right: true });

/** A row a device: how much likely fits, and what a step then likely takes. */
function deviceTable({ devices, batch }: Fit): Table {
  return {
    name: '',
    unruled: true,
    columns: [
      first('device'),
      ...['memory', 'training', 'from–to', 'inference', 'step', 'limit'].map(number),
    ],
    rows: devices.map((device): Row => {
      const best = bestStep(device);
      return {
        cells: [
          device.name,
          readable(device.memoryBytes),
          sizeText(device.training.likely, batch.to),
          rangeText(device.training, batch.to),
          sizeText(device.inference.likely, batch.to),
          ...(best ? [duration(best.likelySeconds), best.limit] : [null, null]),
        ],
      };
    }),
  };
}

/** A row a batch size: memory of training, then examples a second on each of the devices whose speed is known. */
function batchTable({ devices, memory }: Fit): Table {
  const timed = devices.filter(({ steps }) => steps);
  return {
    name: `training by batch size: memory on the device${timed.length > 0 ? ', and examples a second' : ''}`,
    unruled: true,
    columns: [
      first('batch'),
      number('tensors'),
      number('likely'),
      number('from–to'),
      ...timed.map(({ name }, group): Column => ({ ...number(name), group })),
    ],
    rows: memory.map(({ batch, trainingBytes, trainingDeviceLikely, trainingDeviceBytes }, i): Row => ({
      cells: [
        batch,
        readable(trainingBytes),
        readable(trainingDeviceLikely),
        readableRange(trainingDeviceBytes),
        ...timed.map(({ steps, training }) => {
          const step = steps?.[i];
          if (!step || step.fits === 'no') return null;
          return rate(step.batch / step.likelySeconds) + (step.batch > training.likely ? '?' : '');
        }),
      ],
    })),
  };
}

/** One record a device and batch size; time in seconds, empty where the device's speed is not known. */
function fitRecords({ devices, memory }: Fit): Records {
  const head = [
    'device',
    'device_bytes',
    'batch',
    'training_bytes',
    'training_device_low',
    'training_device_likely',
    'training_device_high',
    'fits',
    'step_seconds',
    'step_likely_seconds',
    'examples_per_second',
    'limit',
  ];
  const rows = devices.flatMap((device) =>
    memory.map(({ batch, trainingBytes, trainingDeviceBytes: [low, high], trainingDeviceLikely }, i) => {
      const step = device.steps?.[i];
      const times = step
        ? [step.fits, step.seconds, step.likelySeconds, step.examplesPerSecond, step.limit]
        : ['', '', '', '', ''];
      return [
        device.name,
        device.memoryBytes,
        batch,
        trainingBytes,
        low,
        trainingDeviceLikely,
        high,
        ...times,
      ];
    }),
  );
  return { head, rows };
}

/** What the tables mean, and what they say about two devices. */
function fitNotes(fit: Fit): Note[] {
  const { devices, comparisons, examples, epochs, batch } = fit;
  const times = devices.flatMap((device) => {
    const best = bestStep(device);
    return best ? [`${device.name} ${duration(best.likelyTrainingSeconds)}`] : [];
  });
  const images = `${grouped(examples)} images at the largest batch: ${times.join(', ')}`;
  return [
    {
      label: 'largest batch',
      text:
        `what likely fits, with all smaller batches; from–to: the first fits even with workspaces, allocator and ` +
        `context at their upper ends, the second with all at their lower; looked for from ${grouped(batch.from)} to ` +
        `${grouped(batch.to)}; ? marks what may fit; a card that is full gives cached memory back, so that it runs with ` +
        `a little less than the second table's likely memory` +
        (times.length === 0 ? '' : '; the step beside it is that of the largest batch in the second table'),
    },
    ...(times.length === 0
      ? []
      : [
          epochs === 1
            ? { label: 'epoch', text: images }
            : { label: 'training', text: `${grouped(epochs)} epochs of ${images}` },
          {
            label: 'time',
            text:
              'likely, at what real kernels achieve; data loading comes on top. Comparisons and limits are those of a ' +
              'lower bound: every layer at the full rate of its unit or of the memory, whichever is slower, and 2 µs a ' +
              'kernel',
          },
        ]),
    ...comparisons.map((comparison) => ({ label: 'compared', text: comparisonText(comparison) })),
    ...(comparisons.length === 0
      ? []
      : [
          {
            label: 'batch size?',
            text:
              'where a slower device is ahead of larger batches than these, the batch size is not why: the faster one ' +
              'waits for something else, data loading above all',
          },
        ]),
  ];
}

/** Is it the batch size? Said in numbers. */
function comparisonText(comparison: Comparison): string {
  const { faster, slower, ratio, atBatch, fasterLosesUpTo, slowerBestBatch } = comparison;
  const same = `at an equal batch of ${grouped(atBatch)}, ${faster} is ${ratio.toFixed(1)} times as fast as ${slower}`;
  const lost =
    fasterLosesUpTo === 0 ? 'at no batch size' : `only at batch sizes up to ${grouped(fasterLosesUpTo)}`;
  return `${same}; ${slower} at its largest, ${grouped(slowerBestBatch)}, is ahead of ${faster} ${lost}`;
}

/** The step at the largest batch of the table that likely fits; that may fit, where none is likely to. */
function bestStep({ steps, training }: DeviceFit) {
  return (
    steps?.findLast(({ batch }) => batch <= training.likely) ?? steps?.findLast(({ fits }) => fits !== 'no')
  );
}

const sizeText = (size: number, end: number): string =>
  size === 0 ? 'none' : size === end ? `≥${grouped(size)}` : grouped(size);

function rangeText({ safe, possible }: Largest, end: number): string {
  const [from, to] = [sizeText(safe, end), sizeText(possible, end)];
  return from === to ? from : `${from}–${to}`;
}

const rate = (perSecond: number) =>
  perSecond >= 100 ? grouped(Math.round(perSecond)) : perSecond.toPrecision(3);
