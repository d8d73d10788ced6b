import { type ResolvedGraph, resolve } from '../graph/resolve.ts';
import { countScalars } from '../graph/parameters.ts';
import { formatShape, sameShape, type Shape } from '../core/shape.ts';
import type { Batch } from './data/batches.ts';
import type { MemoryObservation, MemoryPrediction, Observation, Trainer } from './engine.ts';
import { weightSpecs } from './weights.ts';

interface Pair<T = number> {
  readonly predicted: T;
  readonly observed: T;
}

/** What was foretold beside what the engine really does. */
export interface Checks {
  /** Counts and shapes are the same. */
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
    readonly weights: Pair;
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

/** Looks at the engine's network and at one step of it, before the first step. */
export async function check(
  trainer: Trainer,
  network: ResolvedGraph,
  batch: Batch,
  classes: number,
): Promise<Checks> {
  const observed = await trainer.observe(PROBE);
  const { loss, count } = await trainer.evaluate(batch);
  const prediction = trainer.predictMemory();
  return {
    ...compareCounts(network, observed),
    initialLoss: { predicted: Math.log(classes), observed: loss / count },
    memory: compareMemory(prediction, await trainer.observeMemory(batch)),
  };
}

/** Pure: the network's own counts and shapes beside the engine's. */
export function compareCounts(
  network: ResolvedGraph,
  observed: Observation,
): Pick<Checks, 'passed' | 'params' | 'buffers' | 'shapes'> {
  const counted = countScalars(weightSpecs(network).map(({ spec }) => spec));
  const params = { predicted: counted.params, observed: observed.params };
  const buffers = { predicted: counted.buffers, observed: observed.buffers };
  const { nodes } = resolve(network.graph, [observed.batch, ...network.input.slice(1)]);
  const checked = nodes.filter(({ node }) => !node.trainingOnly);
  const mismatches = checked.flatMap(({ node: { path }, output }): Mismatch[] => {
    const shape = observed.shapes.get(path) ?? [];
    return sameShape(shape, output) ? [] : [{ path, predicted: output, observed: shape }];
  });
  return {
    passed:
      params.predicted === params.observed &&
      buffers.predicted === buffers.observed &&
      mismatches.length === 0,
    params,
    buffers,
    shapes: { layers: checked.length, mismatches },
  };
}

function compareMemory(predicted: MemoryPrediction, observed: MemoryObservation): Checks['memory'] {
  const pair = (key: 'weights' | 'endOfForward' | 'peak') => ({
    predicted: predicted[key],
    observed: observed[key],
  });
  return {
    model: predicted.model,
    microBatch: observed.microBatch,
    weights: pair('weights'),
    endOfForward: pair('endOfForward'),
    peak: pair('peak'),
  };
}

/** The differences that end a run, one line each; empty when the checks passed. */
export function differences({ params, buffers, shapes }: Checks): string[] {
  const counts = [
    ['parameters', params],
    ['buffers', buffers],
  ] as const;
  return [
    ...counts
      .filter(([, { predicted, observed }]) => predicted !== observed)
      .map(
        ([what, { predicted, observed }]) => `${what}: predicted ${predicted}, the engine has ${observed}`,
      ),
    ...shapes.mismatches.map(
      ({ path, predicted, observed }) =>
        `${path}: predicted ${formatShape(predicted)}, the engine gives ${formatShape(observed) || 'nothing'}`,
    ),
  ];
}
