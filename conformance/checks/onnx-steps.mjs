import { architecture } from '../../dist/arch/catalog.js';
import { buildArchitecture } from '../../dist/arch/architecture.js';
import { resolve } from '../../dist/graph/resolve.js';
import { thin } from '../../dist/graph/thin.js';
import { initialWeights } from '../../dist/train/weights.js';
import { narrow } from '../lib/onnx-network.mjs';
import { collect } from '../lib/outcome.mjs';
import { random } from '../lib/random.mjs';
import { lossesOf, randomBatches, trainingRequest } from '../lib/training-steps.mjs';

export const title = 'losses of twenty steps of every optimizer, on onnxruntime and in torch';

const STEPS = 20;
const BATCH = 8;
const SEED = 7;
const TOLERANCE = 1e-3;
/**
 * Batch-norm makes some trainings so steep that rounding alone parts them: torch in float32 leaves torch in float64
 * behind within ten steps. There we may differ from torch by a few times what torch differs from itself.
 */
const ROUNDING_FACTOR = 5;
const NETWORKS = [
  { name: 'lenet', ratio: 1, size: 28 },
  { name: 'vgg11', ratio: 16, size: 32 },
  { name: 'alexnet', ratio: 8, size: 96 },
  { name: 'torchvision/resnet18', ratio: 8, size: 128 },
];
const OPTIMIZERS = [
  { name: 'sgd', lr: 0.02, momentum: 0, weightDecay: 0 },
  { name: 'sgd', lr: 0.02, momentum: 0, weightDecay: 0.01 },
  { name: 'momentum', lr: 0.01, momentum: 0.9, weightDecay: 0 },
  { name: 'momentum', lr: 0.01, momentum: 0.9, weightDecay: 0.01 },
  { name: 'adam', lr: 0.001, momentum: 0, weightDecay: 0 },
  { name: 'adam', lr: 0.001, momentum: 0, weightDecay: 0.01 },
  { name: 'adamw', lr: 0.001, momentum: 0, weightDecay: 0.01 },
];

export async function run({ python, note }) {
  const outcomes = [];
  for (const { name, ratio, size } of NETWORKS) {
    note(name);
    const graph = narrow(thin(buildArchitecture(architecture(name), { classes: 10 }), ratio));
    const resolved = resolve(graph, [BATCH, graph.defaultInput[0], size, size]);
    const batches = randomBatches(resolved, STEPS, random(SEED));
    const weights = initialWeights(resolved, SEED);
    const theirs = await python(
      'onnx_steps.py',
      OPTIMIZERS.map((optimizer) => trainingRequest(resolved, { weights, optimizer, batches, seed: SEED })),
    );
    for (const [i, optimizer] of OPTIMIZERS.entries()) {
      const { name: kind, weightDecay } = optimizer;
      const report = collect(`${name}/${ratio}, ${kind}${weightDecay ? ', weight decay' : ''}`);
      const ours = await lossesOf(resolved, { weights, optimizer, batches, seed: SEED });
      const { float32, float64 } = theirs[i];
      let rounding = 0;
      ours.forEach((loss, step) => {
        rounding = Math.max(rounding, Math.abs(float32[step] - float64[step]));
        const difference = Math.abs(loss - float32[step]);
        if (!(difference <= Math.max(TOLERANCE, ROUNDING_FACTOR * rounding))) {
          report.problem(
            `step ${step + 1}: ours ${loss}, theirs ${float32[step]}, in float64 ${float64[step]}`,
          );
        }
      });
      outcomes.push(report.outcome());
    }
  }
  return outcomes;
}
