import type { MemoryObservation, MemoryPrediction } from '../engines/engine.ts';
import type { StepFeeds } from './feeds.ts';
import { backwardStart, liveness } from './liveness.ts';
import type { Values } from './runtime.ts';
import type { Sessions } from './sessions.ts';
import { NAMES } from './names.ts';
import type { StepGraph } from './step-graph.ts';

/** The graph's tensors in the order in which it is written; onnxruntime may choose another. */
export function predictStep({ model }: StepGraph, kept: number): MemoryPrediction {
  const { endOfForward, peak } = liveness(model);
  return { model: "live tensors of the step's graph", kept, endOfForward, peak };
}

/**
 * The forward part of the step gives out all that the backward part reads, which is counted; the peak is by how much
 * the process grows in a first step. The step writes what it gives into fresh tensors.
 */
export async function observeStep(
  sessions: Sessions,
  step: StepGraph,
  { feeds, into }: StepFeeds,
  weights: number,
): Promise<Omit<MemoryObservation, 'microBatch'>> {
  const kept = await heldAfterForward(sessions, step, feeds);
  const before = process.memoryUsage.rss();
  return sessions.once(step.model, async (session) => {
    await session.run(feeds, {}, [...Object.keys(into), NAMES.loss, NAMES.correct]);
    const grown = process.memoryUsage.rss() - before;
    return { weights, endOfForward: weights + kept, peak: weights + Math.max(grown, kept) };
  });
}

/** Bytes of what the backward pass reads of the forward pass, inputs aside. */
async function heldAfterForward(sessions: Sessions, { model }: StepGraph, feeds: Values): Promise<number> {
  const start = backwardStart(model);
  const [forward, backward] = [model.nodes.slice(0, start), model.nodes.slice(start)];
  const read = new Set(backward.flatMap(({ inputs }) => inputs));
  const views = new Set(
    forward.filter(({ operator }) => operator === 'Reshape').flatMap(({ outputs }) => outputs),
  );
  const kept = forward.flatMap(({ outputs }) => outputs).filter((name) => read.has(name) && !views.has(name));
  const used = new Set(forward.flatMap(({ inputs }) => inputs));
  const shortened = {
    ...model,
    nodes: forward,
    inputs: model.inputs.filter(({ name }) => used.has(name)),
    outputs: kept.map((name) => model.tensors.get(name)!),
  };
  return sessions.once(shortened, async (session) => {
    const taken = Object.entries(feeds).filter(([name]) => used.has(name));
    const results = await session.run(Object.fromEntries(taken), {}, kept);
    return Object.values(results).reduce((bytes, { data }) => bytes + (data as Float32Array).byteLength, 0);
  });
}
