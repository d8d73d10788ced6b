import type { Analysis, LayerAnalysis } from '../../../analysis/analysis.ts';
import type { StepTime } from '../../../analysis/time/roofline.ts';
import { elements, sum } from '../../../core/arithmetic.ts';
import type { Family } from '../../../layers/layer.ts';

/** One line of a comparison: the same quantity of every network. */
export interface Quantity {
  readonly name: string;
  /** `layers`, `scalars`, `MACs`, `FLOPs`, `elements`, `pixels`, `bytes` or `µs`. */
  readonly unit: string;
  /** In the order of the networks; null where a network has no such thing. */
  readonly values: readonly (number | null)[];
  /** Part of the quantity above it. */
  readonly part: boolean;
}

/** What the families are called where their counts are shown. */
const familyNames: Readonly<Record<Family, string>> = {
  conv: 'convolution',
  linear: 'linear',
  activation: 'activation',
  pool: 'pooling',
  norm: 'normalization',
  dropout: 'dropout',
  reshape: 'reshape',
  join: 'join',
  resize: 'resize',
};

const present = ({ values }: Quantity): boolean => values.some((value) => value !== null && value > 0);

/** What a comparison compares, in the order in which it is read. */
export function quantities(analyses: readonly Analysis[]): Quantity[] {
  const whole = (name: string, unit: string, of: (analysis: Analysis) => number | null): Quantity => ({
    name,
    unit,
    values: analyses.map(of),
    part: false,
  });
  const parts = (unit: string, of: (layer: LayerAnalysis) => number): Quantity[] =>
    (Object.keys(familyNames) as Family[])
      .map((family) => ({
        name: familyNames[family],
        unit,
        values: analyses.map(({ layers }) => sum(layers.filter((layer) => layer.family === family).map(of))),
        part: true,
      }))
      .filter(present);
  return [
    whole('weight layers', 'layers', ({ model }) => model.weightLayers),
    whole('parameters', 'scalars', ({ totals }) => totals.params),
    ...parts('scalars', ({ params }) => params),
    ...[whole('buffers', 'scalars', ({ totals }) => totals.buffers)].filter(present),
    whole('MACs', 'MACs', ({ totals }) => totals.macs),
    ...parts('MACs', ({ macs }) => macs),
    whole('backward MACs', 'MACs', ({ totals }) => totals.backwardMacs),
    whole('FLOPs', 'FLOPs', ({ totals }) => totals.flops),
    ...parts('FLOPs', ({ flops }) => flops),
    whole('layer outputs', 'elements', ({ totals }) => totals.activations),
    ...parts('elements', ({ outputShape, trainingOnly }) => (trainingOnly ? 0 : elements(outputShape))),
    ...receptiveFields(analyses, whole),
    whole('kept for backward', 'bytes', ({ layers }) => sum(layers.map(({ savedBytes }) => savedBytes))),
    ...parts('bytes', ({ savedBytes }) => savedBytes),
    whole('training memory', 'bytes', ({ memory }) => memory.training?.peakBytes ?? null),
    ...memoryParts(analyses).filter(present),
    whole('inference memory', 'bytes', ({ memory }) => memory.inference.peakBytes),
    ...times(analyses),
  ];
}

/** What is live at the peak of a training step. */
function memoryParts(analyses: readonly Analysis[]): Quantity[] {
  const parts = [
    ['parameters', 'parameters'],
    ['average', 'average'],
    ['gradients', 'gradients'],
    ['optimizer state', 'optimizerState'],
    ['activations', 'activations'],
    ['temporaries', 'temporaries'],
    ['batch, labels', 'inputs'],
    ['buffers', 'buffers'],
  ] as const;
  return parts.map(([name, part]) => ({
    name,
    unit: 'bytes',
    values: analyses.map(({ memory }) => memory.training?.[part] ?? null),
    part: true,
  }));
}

/** What is likely, in whole microseconds. */
function times([first, ...others]: readonly Analysis[]): Quantity[] {
  const microseconds = (step: StepTime | undefined) => (step ? Math.round(step.likelySeconds * 1e6) : null);
  return (first?.time ?? []).flatMap(({ device }, i) =>
    (['training', 'inference'] as const).map((mode) => ({
      name: `µs ${mode} ${device}`,
      unit: 'µs',
      values: [first!, ...others].map(({ time }) => microseconds(time![i]![mode])),
      part: false,
    })),
  );
}

/** One line where all fields are as long along each axis, otherwise one for each axis. */
function receptiveFields(
  analyses: readonly Analysis[],
  whole: (name: string, unit: string, of: (analysis: Analysis) => number | null) => Quantity,
): Quantity[] {
  // Counted from the last axis, which all have that have any.
  const side = (axis: number) => (analysis: Analysis) => analysis.totals.receptiveField?.at(-axis) ?? null;
  const fields = analyses.map(({ totals }) => totals.receptiveField ?? []);
  if (fields.every((field) => field.every((length) => length === field[0]))) {
    return [whole('receptive field', 'pixels', side(1))];
  }
  const axes = Math.max(...fields.map(({ length }) => length));
  const names = ['width', 'height', 'depth'].slice(0, axes).entries();
  return [...names].map(([axis, name]) => whole(`field, ${name}`, 'pixels', side(axis + 1))).toReversed();
}
