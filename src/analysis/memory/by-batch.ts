import type { ResolvedGraph } from '../../graph/resolve.ts';
import type { Dtype } from '../../core/dtype.ts';
import { trainingSettings, type MemoryOptions } from './analyze-memory.ts';
import { deviceLevels, type DeviceLevels } from './device-bytes.ts';
import { replayer, type Replayed } from './replay.ts';
import { simulateInference, simulateTraining } from './step.ts';
import type { AllocationOptions, TraceEvent } from './storage.ts';

/** What a device needs at a batch size. */
export type LevelsAt = (batch: number) => DeviceLevels;

/**
 * The levels of training and of inference at any batch size, the same as `analyzeTraining` and `analyzeInference` give,
 * for many sizes: two are simulated, the others replayed. `at` resolves the network.
 */
export function levelsByBatch(
  at: (batch: number) => ResolvedGraph,
  dtype: Dtype,
  options: MemoryOptions,
): { readonly training: LevelsAt; readonly inference: LevelsAt } {
  const settings = trainingSettings(options);
  const allocation = { ...settings.allocation, traced: true };
  const train = (batch: number): Simulated => {
    const { steady, device, trace } = simulateTraining(at(batch), { ...settings, dtype, allocation });
    return { peak: steady.peak.bytes, device, trace: trace! };
  };
  const infer = (batch: number): Simulated => {
    const { peak, device, trace } = simulateInference(at(batch), dtype, allocation);
    return { peak: peak.bytes, device, trace: trace! };
  };
  const levels =
    (replayed: (batch: number) => Replayed, threads: 1 | 2): LevelsAt =>
    (batch) => {
      const { peak, device } = replayed(batch);
      return deviceLevels(peak, device, threads, options);
    };
  return {
    training: levels(replayedOr(train, allocation), 2),
    inference: levels(replayedOr(infer, allocation), 1),
  };
}

interface Simulated extends Replayed {
  readonly trace: readonly TraceEvent[];
}

/** A single example may need fewer copies than several do, so that it is simulated itself. */
function replayedOr(
  simulate: (batch: number) => Simulated,
  allocation: AllocationOptions,
): (batch: number) => Replayed {
  let replayed: ((batch: number) => Replayed) | undefined;
  return (batch) => {
    if (batch === 1) return simulate(batch);
    replayed ??= replayer(simulate(2).trace, simulate(3).trace, allocation) ?? simulate;
    return replayed(batch);
  };
}
