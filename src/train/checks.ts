import { VggError } from '../core/errors/error.ts';
import type { TrainingMemory } from '../analysis/memory/analyze-memory.ts';
import { analyze } from '../analysis/analyze.ts';
import type { Analysis } from '../analysis/analysis.ts';
import { BYTES, inBlocks } from '../analysis/memory/storage.ts';
import { elements, sum } from '../core/arithmetic.ts';
import { formatShape, sameShape, type Shape } from '../core/shape.ts';
import type { Scalars } from '../graph/parameters.ts';
import type { ResolvedGraph } from '../graph/resolve.ts';
import { optimizerMemoryOf, type OptimizerSettings } from '../optimizers/registry.ts';
import type { Batch } from './data/batches.ts';
import type { MemoryObservation, MemoryPrediction, Observation, Trainer } from './engines/engine.ts';

interface Pair<T = number> {
  readonly predicted: T;
  readonly observed: T;
}

/** What the analysis predicts beside what the engine really does. */
export interface Checks {
  /** Counts, shapes and the bytes of the weights are the same. */
  readonly passed: boolean;
  readonly params: Pair;
  readonly buffers: Pair;
  readonly shapes: { readonly layers: number; readonly mismatches: readonly Mismatch[] };
  /** Mean loss of the first batch before the first step, beside ln(classes). */
  readonly initialLoss: Pair;
  /** Bytes of one step's forward and backward pass. */
  readonly memory: {
    readonly model: string;
    readonly microBatch: number;
    /** Weights, buffers, optimizer state, and what the engine keeps between steps beside them. */
    readonly weights: Pair;
    /** Learnable tensors alone, each rounded up to a block of 512 bytes as PyTorch does. */
    readonly parameters: Pair;
    readonly endOfForward: Pair;
    readonly peak: Pair;
  };
}

export interface Mismatch {
  readonly path: string;
  readonly predicted: Shape;
  readonly observed: Shape;
}

/** Two, so that a batch taken for a channel shows. */
const PROBE = 2;

/** The analysis that a training is compared with: of the very network, with its optimizer, for a batch of two. */
export const analysisToCheck = (
  { graph, input }: ResolvedGraph,
  { name, weightDecay }: OptimizerSettings,
): Analysis =>
  analyze(graph, {
    input: [PROBE, ...input.slice(1)],
    memory: { optimizer: name, weightDecay: weightDecay > 0 },
  });

/** Looks at the engine's network and at one step of it, before the first step. */
export async function check(
  trainer: Trainer,
  analysis: Analysis,
  batch: Batch,
  classes: number,
): Promise<Checks> {
  const observed = await trainer.observe(analysis.input.shape[0]!);
  const { loss, count } = await trainer.evaluate(batch);
  const prediction = trainer.predictMemory();
  const counts = compareCounts(analysis, observed);
  const memory = compareMemory(analysis, observed, prediction, await trainer.observeMemory(batch));
  return {
    ...counts,
    passed: counts.passed && isSame(memory.weights) && isSame(memory.parameters),
    initialLoss: { predicted: Math.log(classes), observed: loss / count },
    memory,
  };
}

const isSame = ({ predicted, observed }: Pair): boolean => predicted === observed;

/** Pure: the counts and shapes of the analysis beside the engine's, for the same batch. */
export function compareCounts(
  analysis: Analysis,
  observed: Observation,
): Pick<Checks, 'passed' | 'params' | 'buffers' | 'shapes'> {
  const held = heldByEngines(analysis);
  const params = { predicted: held.params, observed: observed.params };
  const buffers = { predicted: held.buffers, observed: observed.buffers };
  const checked = analysis.layers.filter(({ trainingOnly }) => !trainingOnly);
  const mismatches = checked.flatMap(({ path, outputShape }): Mismatch[] => {
    const shape = observed.shapes.get(path) ?? [];
    return sameShape(shape, outputShape) ? [] : [{ path, predicted: outputShape, observed: shape }];
  });
  return {
    passed: isSame(params) && isSame(buffers) && mismatches.length === 0,
    params,
    buffers,
    shapes: { layers: checked.length, mismatches },
  };
}

/**
 * What the analysis counts, without layers that run only in training and buffers of integers. To an engine,
 * frozen weights are buffers: they are kept and not learned.
 */
function heldByEngines({ totals, layers }: Analysis): Scalars {
  const without = layers.map(
    ({ trainingOnly, params, trainableParams, buffers, weights, sharesWeightsOf }) => {
      if (trainingOnly) return { params, buffers };
      const frozen = params - trainableParams;
      const integers = weights.filter(({ dtype }) => dtype !== undefined);
      const held = sum(integers.map(({ shape }) => elements(shape)));
      return { params: frozen, buffers: (sharesWeightsOf === undefined ? held : 0) - frozen };
    },
  );
  return {
    params: totals.params - sum(without.map(({ params }) => params)),
    buffers: totals.buffers - sum(without.map(({ buffers }) => buffers)),
  };
}

/** The weights' bytes are the analysis'; how much a step takes beside them, each engine's own model predicts. */
function compareMemory(
  analysis: Analysis,
  { parameterBytes }: Observation,
  { model, kept, endOfForward, peak }: MemoryPrediction,
  observed: MemoryObservation,
): Checks['memory'] {
  const weights = stateBytes(analysis) + kept;
  return {
    model,
    microBatch: observed.microBatch,
    weights: { predicted: weights, observed: observed.weights },
    parameters: {
      predicted: simulatedParameters(analysis),
      observed: sum(parameterBytes.map(inBlocks)),
    },
    endOfForward: { predicted: weights + endOfForward, observed: observed.endOfForward },
    peak: { predicted: weights + peak, observed: observed.peak },
  };
}

/** Bytes of weights, buffers and optimizer state as float32, by the analysis' counts. */
export function stateBytes(analysis: Analysis): number {
  const { params, buffers } = heldByEngines(analysis);
  const { states } = optimizerMemoryOf(trainingOf(analysis).optimizer);
  return BYTES.float32 * (params * (1 + states.length) + buffers);
}

/** Throws `cannot-train` with what PyTorch says. */
function trainingOf({ memory: { training, trainingRefused } }: Analysis): TrainingMemory {
  if (!training) throw new VggError('cannot-train', { reason: trainingRefused?.message ?? '' });
  return training;
}

/** Bytes of the learnable tensors that the simulated step allocated, but for what is frozen or runs only in training. */
function simulatedParameters(analysis: Analysis): number {
  const { layers } = analysis;
  const absent = layers
    .filter(({ sharesWeightsOf }) => sharesWeightsOf === undefined)
    .flatMap(({ trainingOnly, weights }) =>
      weights.filter(({ buffer, frozen }) => !buffer && (trainingOnly || frozen)),
    );
  return (
    trainingOf(analysis).parameters -
    sum(absent.map(({ shape }) => inBlocks(BYTES.float32 * elements(shape))))
  );
}

/** The differences that end a run, one line each; empty when the checks passed. */
export function differences({ params, buffers, shapes, memory }: Checks): string[] {
  const counts = [
    ['parameters', params],
    ['buffers', buffers],
    ['bytes of weights and optimizer state', memory.weights],
    ['bytes of parameters in blocks of 512', memory.parameters],
  ] as const;
  return [
    ...counts
      .filter(([, pair]) => !isSame(pair))
      .map(
        ([what, { predicted, observed }]) => `${what}: predicted ${predicted}, the engine has ${observed}`,
      ),
    ...shapes.mismatches.map(
      ({ path, predicted, observed }) =>
        `${path}: predicted ${formatShape(predicted)}, the engine gives ${formatShape(observed) || 'nothing'}`,
    ),
  ];
}
