import { readable } from '../../../core/bytes.ts';
import type { Analysis } from '../../../analysis/analysis.ts';
import type { StepTime } from '../../../analysis/time/roofline.ts';
import { formatShape } from '../../../core/shape.ts';
import type { Note } from '../../sheet/sheet.ts';
import { memoryNotes } from './memory-notes.ts';
import type { ReportOptions } from '../../options.ts';
import { duration } from '../../../core/duration.ts';
import { grouped, axesText } from '../../../core/numbers.ts';

/** `vgg11 · d2l · 11 weight layers · input 1×1×224×224 · float32`; the source is left out where the name says it. */
export function headline({ model, input }: Analysis): string {
  const depth = `${model.weightLayers} weight layer${model.weightLayers === 1 ? '' : 's'}`;
  const source = model.name.startsWith(`${model.source}/`) ? [] : [model.source];
  return [model.name, ...source, depth, `input ${formatShape(input.shape)}`, input.dtype].join(' · ');
}

/** What the columns add up to, and by which rule. `hidden` layers are those that `--only` leaves out. */
export function notesOf(analysis: Analysis, hidden: number, { only }: Pick<ReportOptions, 'only'>): Note[] {
  const { model, totals, convention, layers } = analysis;
  const elementwise = Object.entries(totals.elementwise)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${kind} ${grouped(count)}`);
  const frozen = totals.params - totals.trainableParams;
  const branches = layers.some(({ inputs }) => inputs.length > 1);
  const tied = layers.some(({ sharesWeightsOf }) => sharesWeightsOf !== undefined);
  const notes: (Note | false)[] = [
    hidden > 0 && {
      label: 'shown',
      text:
        `${layers.length - hidden} of ${layers.length} layers; --only ${only?.join(',')} hides ` +
        `${hidden}, which the totals count`,
    },
    {
      label: 'parameters',
      text:
        grouped(totals.params) +
        (frozen > 0 ? `, of which ${grouped(totals.trainableParams)} are learned` : '') +
        (totals.buffers > 0 ? `; ${grouped(totals.buffers)} in buffers` : ''),
    },
    model.storedBytes !== undefined && {
      label: 'in the file',
      text:
        Object.entries(model.storedBytes)
          .map(([type, bytes]) => `${readable(bytes)} of ${type}`)
          .join(', ') || 'no weights',
    },
    {
      label: 'MACs',
      text: `${grouped(totals.macs)} forward, ${grouped(totals.backwardMacs)} backward`,
    },
    {
      label: 'FLOPs',
      text:
        `${grouped(totals.flops)} = 2 × MACs` +
        (elementwise.length === 0 ? '' : ` + element-wise (${elementwise.join(', ')})`),
    },
    { label: 'layer outputs', text: `${grouped(totals.activations)} elements` },
    totals.receptiveField !== null && {
      label: 'receptive field',
      text:
        `${axesText(totals.receptiveField)} pixels${branches ? ' on the widest path' : ''}, ` +
        'before the first layer that sees the whole image',
    },
    ...memoryNotes(analysis),
    ...timeNotes(analysis),
    { label: 'counted', text: `parameters: ${convention.params}. MACs: ${convention.macs}` },
    { label: 'not counted', text: convention.notCounted.join('; ') || 'nothing is left out' },
    tied && { label: 'tied', text: "uses another layer's weights, which are counted there" },
  ];
  return notes.filter((note) => note !== false);
}

/** The likely time on each device that was asked for, and the bound. */
const timeNotes = ({ time = [] }: Analysis): Note[] =>
  time.map(({ device, training, inference }) => {
    const of = (name: string, { likelySeconds, seconds }: StepTime) =>
      `${name} likely ${duration(likelySeconds)}, at least ${duration(seconds)}`;
    const steps = [...(training ? [of('training step', training)] : []), of('inference', inference)];
    return { label: device, text: steps.join('; ') };
  });
