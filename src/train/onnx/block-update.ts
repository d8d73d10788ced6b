import type { Shape } from '../../core/shape.ts';
import type { OptimizerSettings } from '../../optimizers/registry.ts';
import { BLOCK_OF, blocksOf } from './blocks.ts';
import type { Feeder, StepInputs } from './feeds.ts';
import type { Gathered } from './gathered.ts';
import { gradientName, NAMES } from './names.ts';
import { factorsOf, type Learned } from './part.ts';
import type { Ready, Sessions } from './sessions.ts';
import { keepUpdate, StepOutputs, type StepGraph } from './step-graph.ts';
import type { Target } from './targets/target.ts';
import { writeStepNumbers } from './step-numbers.ts';
import { OnnxWriter } from '../../onnx/writer.ts';

/** Rows and columns, of either as many as a block has. */
const OPEN: Shape = [1, 1];

/** The update of a block of any weight, from a block of its gradient or from the factors of one. */
function writeBlockUpdate(optimizer: OptimizerSettings, target: Target, fromFactors: boolean): StepGraph {
  const g = new OnnxWriter({ training: true, dialect: target });
  const outputs = new StepOutputs();
  g.scope = 'update';
  const numbers = {
    one: g.constant(1, 'float32', [1]),
    learningRate: g.input(NAMES.learningRate, [1]),
    perStep: writeStepNumbers(g, optimizer),
  };
  const weight = g.input(BLOCK_OF, OPEN);
  const [transposed, by] = fromFactors
    ? factorsOf({ name: BLOCK_OF, shape: OPEN }).map(({ name }) => g.input(name, OPEN))
    : [];
  const gradient = transposed && by ? { transposed, by } : g.input(gradientName(BLOCK_OF), OPEN);
  keepUpdate(g, outputs, optimizer, numbers, { name: BLOCK_OF, weight, gradient });
  const { model, ...rest } = outputs.graph(g, {
    name: 'update',
    about: `an update of some rows of a weight by ${optimizer.name}`,
  });
  return { ...rest, model: { ...model, openSizes: true } };
}

export interface BlockUpdate {
  readonly sessions: Sessions;
  readonly feeder: Feeder;
  readonly target: Target;
  readonly gathered: Gathered;
}

/**
 * The other half of a step in parts: updates the weights by what the parts have left, block by block. Beside weights
 * and gradients it needs the memory of a few blocks.
 */
export async function updateInBlocks(
  { sessions, feeder, target, gathered }: BlockUpdate,
  learned: readonly Learned[],
  inputs: StepInputs,
): Promise<void> {
  const whole = gathered.of(0, inputs.examples);
  const ready = new Map<boolean, Ready<StepGraph>>();
  // All graphs are there before the first weight changes: to prepare one may fail.
  for (const fromFactors of new Set(learned.map(isProduct))) {
    const graph = await sessions.get(
      fromFactors ? 'update from factors' : 'update',
      () => writeBlockUpdate(inputs.optimizer, target, fromFactors),
      { keepsMemory: true },
    );
    ready.set(fromFactors, graph);
  }
  for (const one of learned) {
    const { session, graph } = ready.get(isProduct(one))!;
    for (const block of blocksOf(one, whole)) {
      const { feeds, into } = feeder.step(graph, undefined, block, inputs);
      await session.run(feeds, into);
    }
  }
}

/** Its gradient is left as two factors. */
const isProduct = ({ rowsEach }: Learned): boolean => rowsEach !== undefined;
