import type { Shape } from '../../core/shape.ts';
import type { Analysis, LayerAnalysis } from '../../analysis/analysis.ts';
import type { Totals } from '../../analysis/counts/totals.ts';
import type { TrainingMemory } from '../../analysis/memory/analyze-memory.ts';
import { categories } from '../../analysis/memory/storage.ts';

/** A number, or a text such as a shape or a kind. */
export type LockedValue = number | string;

/** What a lock holds of one thing, by field. */
export type Fields = Readonly<Record<string, LockedValue>>;

/** Every number of a network that a change could move, as plain data. Bytes are those of tensors alone. */
export interface LockedModel {
  readonly input: string;
  readonly dtype: string;
  readonly weightLayers: number;
  readonly totals: Fields;
  readonly memory: { readonly inference: Fields; readonly training: Fields };
  /** In the order of the network. */
  readonly layers: Readonly<Record<string, Fields>>;
}

/** Fields of each part, so that one that is written at another place is not taken for what it is not. */
const totalsFields: Readonly<Record<keyof Omit<Totals, 'elementwise'>, true>> = {
  params: true,
  trainableParams: true,
  buffers: true,
  macs: true,
  flops: true,
  backwardMacs: true,
  activations: true,
  receptiveField: true,
};
const layerFieldNames = [
  'kind',
  'outputShape',
  'params',
  'trainableParams',
  'buffers',
  'macs',
  'flops',
  'backwardMacs',
  'savedBytes',
  'receptiveField',
] as const;

export const fieldNames: Readonly<Record<'totals' | 'inference' | 'training' | 'layer', readonly string[]>> =
  {
    // Besides, one for each kind with element-wise work: `elementwise.relu`.
    totals: Object.keys(totalsFields),
    inference: ['peakBytes'],
    training: ['optimizer', 'peakBytes', 'firstStepPeakBytes', 'endOfForwardBytes', ...categories],
    layer: layerFieldNames,
  };

const shapeText = (shape: Shape): string => shape.join('x');

export function lockedModel({ input, model, totals, memory, layers }: Analysis): LockedModel {
  const { elementwise, receptiveField, ...counts } = totals;
  const { inference, training } = memory;
  return {
    input: shapeText(input.shape),
    dtype: input.dtype,
    weightLayers: model.weightLayers,
    totals: {
      ...counts,
      ...Object.fromEntries(
        Object.entries(elementwise).map(([kind, count]) => [`elementwise.${kind}`, count]),
      ),
      receptiveField: receptiveField ? shapeText(receptiveField) : 'all',
    },
    memory: {
      inference: { peakBytes: inference.peakBytes },
      training: training ? trainingFields(training) : {},
    },
    layers: Object.fromEntries(layers.map((layer) => [layer.path, layerFields(layer)])),
  };
}

function trainingFields(training: TrainingMemory): Fields {
  const { optimizer, peakBytes, firstStepPeakBytes, endOfForwardBytes } = training;
  return {
    optimizer,
    peakBytes,
    firstStepPeakBytes,
    endOfForwardBytes,
    // Most trainings keep no average: locks that are older than it go on to hold.
    ...Object.fromEntries(
      categories
        .filter((category) => category !== 'average' || training.average > 0)
        .map((category) => [category, training[category]]),
    ),
  };
}

function layerFields(layer: LayerAnalysis): Fields {
  const { kind, outputShape, params, trainableParams, buffers, macs, flops, backwardMacs, savedBytes } =
    layer;
  const { receptiveField } = layer;
  return {
    kind,
    outputShape: shapeText(outputShape),
    params,
    ...(trainableParams !== params && { trainableParams }),
    buffers,
    macs,
    flops,
    backwardMacs,
    savedBytes,
    ...(receptiveField && { receptiveField: shapeText(receptiveField) }),
  };
}
