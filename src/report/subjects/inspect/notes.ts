import type { Analysis } from '../../../analysis/analysis.ts';
import { formatShape } from '../../../core/shape.ts';
import { memoryNotes } from './memory-notes.ts';
import type { ReportOptions } from '../../options.ts';
import { grouped, pairText } from '../../../core/numbers.ts';

/** A line beneath the layers. */
export interface Note {
  readonly label: string;
  readonly text: string;
}

/** `vgg11 · d2l · 11 weight layers · input 1×1×224×224 · float32`; the source is left out where the name says it. */
export function headline({ model, input }: Analysis): string {
  const depth = `${model.weightLayers} weight layer${model.weightLayers === 1 ? '' : 's'}`;
  const source = model.name.startsWith(`${model.source}/`) ? [] : [model.source];
  return [model.name, ...source, depth, `input ${formatShape(input.shape)}`, input.dtype].join(' · ');
}

/** What the columns add up to, and by which rule. `hidden` layers are those that `--only` leaves out. */
export function notesOf(analysis: Analysis, hidden: number, { only }: Pick<ReportOptions, 'only'>): Note[] {
  const { totals, convention, layers } = analysis;
  const elementwise = Object.entries(totals.elementwise)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${kind} ${grouped(count)}`);
  const frozen = totals.params - totals.trainableParams;
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
        (frozen > 0 ? `, of which ${grouped(totals.trainableParams)} are learnt` : '') +
        (totals.buffers > 0 ? `; ${grouped(totals.buffers)} in buffers` : ''),
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
      text: `${pairText(totals.receptiveField)} pixels, before the first layer that sees the whole image`,
    },
    ...memoryNotes(analysis),
    { label: 'counted', text: `parameters: ${convention.params}. MACs: ${convention.macs}` },
    { label: 'not counted', text: convention.notCounted.join('; ') || 'nothing is left out' },
    tied && { label: 'tied', text: "uses another layer's weights, which are counted there" },
  ];
  return notes.filter((note) => note !== false);
}

/** What the rows of a comparison mean. */
export function comparisonNotes(analyses: readonly Analysis[]): Note[] {
  const [first] = analyses;
  if (!first) return [];
  const { model, convention } = first;
  return [
    { label: 'ratios', text: `against ${model.name}` },
    {
      label: 'units',
      text:
        'parameters and buffers in scalars, layer outputs in elements, receptive field in pixels, memory in bytes ' +
        'of tensors at the peak of a step, time a lower bound in microseconds a step',
    },
    {
      label: 'counted',
      text: `parameters: ${convention.params}. MACs: ${convention.macs}. FLOPs: ${convention.flops}`,
    },
  ];
}
