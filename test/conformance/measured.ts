import type { Figures, Measurements, MeasuredRecord } from '../../conformance/gpu/measurements.mjs';
import { analyzeMemory } from '../../src/analysis/memory/analyze-memory.ts';
import { buildArchitecture } from '../../src/arch/architecture.ts';
import { architecture } from '../../src/arch/catalog.ts';
import { resolve } from '../../src/graph/resolve.ts';
import { thin } from '../../src/graph/thin.ts';

/** The memory that we say a record's network and options take. */
export function estimate(record: MeasuredRecord) {
  const { network, ratio, input, dtype, optimizer, weightDecay, foreach } = record;
  const graph = thin(buildArchitecture(architecture(network)), ratio);
  return analyzeMemory(resolve(graph, input), dtype, { optimizer, weightDecay, foreach }).memory;
}

const entry = {
  network: 'lenet',
  ratio: 1,
  input: [8, 1, 28, 28],
  dtype: 'amp',
  optimizer: 'momentum',
  weightDecay: true,
  foreach: true,
} as const;

/** What our own estimate predicts, as if a GPU had said it; the figures of training are changed by `change`. */
export function asPredicted(change: (figures: Figures) => Partial<Figures> = () => ({})): Measurements {
  const { training, inference } = estimate(entry);
  const scratchBytes = 9_000_000;
  const figures = (peak: number): Figures => ({
    requestedBytes: peak + scratchBytes,
    allocatedBytes: peak + scratchBytes,
    reservedBytes: 2 * peak + scratchBytes,
    scratchBytes,
  });
  const changed = (peak: number) => ({ ...figures(peak), ...change(figures(peak)) });
  const inferenceWorkspace = inference.deviceBytes.workspace[0];
  const trainingWorkspace = training!.deviceBytes.workspace[0];
  const withWorkspace = (found: Figures, bytes: number) => ({
    ...found,
    allocatedBytes: found.allocatedBytes - scratchBytes + bytes,
  });
  return {
    machine: {
      device: 'cuda',
      gpu: 'none, this is made up by a test',
      capability: [8, 9],
      totalBytes: 2 ** 33,
      outsideAllocatorBytes: 0,
      driver: '0',
      cuda: '0',
      cudnn: 1,
      pytorch: '0',
      python: '0',
    },
    settings: {
      CUBLAS_WORKSPACE_CONFIG: null,
      CUBLASLT_WORKSPACE_SIZE: null,
      PYTORCH_CUDA_ALLOC_CONF: null,
      cudnnBenchmark: false,
      cudnnDeterministic: false,
      cudnnTf32: true,
      matmulTf32: false,
    },
    records: [
      {
        ...entry,
        training: {
          firstStep: withWorkspace(changed(training!.firstStepPeakBytes), trainingWorkspace),
          steady: withWorkspace(changed(training!.peakBytes), trainingWorkspace),
        },
        inference: withWorkspace(figures(inference.peakBytes), inferenceWorkspace),
      },
      { ...entry, input: [2 ** 20, 1, 28, 28], outOfMemory: true },
    ],
  };
}
