import type { Analysis } from '../../analysis/analysis.ts';

/** A number of the whole network, and what it is in the second one. */
export interface TotalChange {
  readonly quantity: string;
  /** `layers`, `scalars`, `MACs` or `bytes`. */
  readonly unit: string;
  readonly before: number;
  readonly after: number;
}

/** What people watch of a network, changed or not. */
export function totalChanges(before: Analysis, after: Analysis): TotalChange[] {
  const [b, a] = [before.totals, after.totals];
  const change = (quantity: string, unit: string, was: number, is: number): TotalChange => ({
    quantity,
    unit,
    before: was,
    after: is,
  });
  const [trainedBefore, trainedAfter] = [before.memory.training, after.memory.training];
  return [
    change('weight layers', 'layers', before.model.weightLayers, after.model.weightLayers),
    change('parameters', 'scalars', b.params, a.params),
    change('trainable parameters', 'scalars', b.trainableParams, a.trainableParams),
    change('buffers', 'scalars', b.buffers, a.buffers),
    change('MACs', 'MACs', b.macs, a.macs),
    change('backward MACs', 'MACs', b.backwardMacs, a.backwardMacs),
    change('inference memory', 'bytes', before.memory.inference.peakBytes, after.memory.inference.peakBytes),
    ...(trainedBefore && trainedAfter
      ? [change('training memory', 'bytes', trainedBefore.peakBytes, trainedAfter.peakBytes)]
      : []),
  ];
}
