import { architecture } from '../../dist/arch/catalog.js';
import { buildArchitecture } from '../../dist/arch/architecture.js';
import { resolve } from '../../dist/graph/resolve.js';
import { thin } from '../../dist/graph/thin.js';
import { layerKind } from '../../dist/layers/registry.js';
import { initialWeights } from '../../dist/train/weights.js';
import { narrow } from '../lib/onnx-network.mjs';
import { collect } from '../lib/outcome.mjs';
import { random } from '../lib/random.mjs';
import { lossesOf, randomBatches, trainingRequest } from '../lib/training-steps.mjs';

/**
 * @import { OptimizerSettings } from '../../dist/optimizers/registry.js'
 * @import { Graph } from '../../dist/graph/graph.js'
 */

export const title = 'losses of twenty steps of every optimizer, on onnxruntime and in torch';

const STEPS = 20;
const BATCH = 8;
const SEED = 7;
/**
 * Losses may differ by `tolerance`. With batch-norm, corners make a training so steep that rounding alone parts it: in
 * ResNet-18 an activation that is rounded to the other side of a ReLU's corner moves the loss by 1e-2, and torch in
 * float32 with one thread, with two, or without oneDNN is up to 0.4 from float64 within twenty steps, each at other
 * steps; no bound that lets all of them pass finds an error. The same network with its corners rounded off stays within
 * 2e-5 on all of them, ours too. A filter gradient that is wrong by a hundredth then shows with SGD, a weight decay that
 * is wrong by as much with Adam.
 */
const NETWORKS = [
  { name: 'lenet', ratio: 1, size: 28, tolerance: 1e-3 },
  { name: 'vgg11', ratio: 16, size: 32, tolerance: 1e-3 },
  { name: 'alexnet', ratio: 8, size: 96, tolerance: 1e-3 },
  { name: 'torchvision/resnet18', ratio: 8, size: 128, tolerance: 1e-4, rounded: true },
];
/** @type {readonly OptimizerSettings[]} */
const OPTIMIZERS = [
  { name: 'sgd', lr: 0.02, momentum: 0, weightDecay: 0 },
  { name: 'sgd', lr: 0.02, momentum: 0, weightDecay: 0.01 },
  { name: 'momentum', lr: 0.01, momentum: 0.9, weightDecay: 0 },
  { name: 'momentum', lr: 0.01, momentum: 0.9, weightDecay: 0.01 },
  { name: 'adam', lr: 0.001, momentum: 0, weightDecay: 0 },
  { name: 'adam', lr: 0.001, momentum: 0, weightDecay: 0.01 },
  { name: 'adamw', lr: 0.001, momentum: 0, weightDecay: 0.01 },
];

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, note }) {
  const outcomes = [];
  for (const { name, ratio, size, tolerance, rounded } of NETWORKS) {
    note(name);
    const thinned = narrow(thin(buildArchitecture(architecture(name), { classes: 10 }), ratio));
    const graph = rounded ? withoutCorners(thinned) : thinned;
    const resolved = resolve(graph, [BATCH, graph.inputs[0].shape[0] ?? 1, size, size]);
    const batches = randomBatches(resolved, STEPS, random(SEED));
    const weights = initialWeights(resolved, SEED);
    const answers = await python(
      'onnx_steps.py',
      OPTIMIZERS.map((optimizer) => trainingRequest(resolved, { weights, optimizer, batches, seed: SEED })),
    );
    for (const [i, optimizer] of OPTIMIZERS.entries()) {
      const { name: kind, weightDecay } = optimizer;
      const report = collect(`${name}/${ratio}, ${kind}${weightDecay ? ', weight decay' : ''}`);
      const ours = await lossesOf(resolved, { weights, optimizer, batches, seed: SEED });
      const { float32, float64 } = answers[i];
      ours.forEach((loss, step) => {
        if (Math.abs(loss - float64[step]) <= tolerance) return;
        const theirs = `theirs ${float64[step]} in float64, ${float32[step]} in float32`;
        report.problem(`step ${step + 1}: ours ${loss}, ${theirs}`);
      });
      outcomes.push(report.outcome());
    }
  }
  return outcomes;
}

/**
 * ReLU as SiLU, and means in place of maxima.
 * @param {Graph} graph
 */
function withoutCorners(graph) {
  const nodes = graph.nodes.map((node) => {
    const { kernel_size, stride, padding } = /** @type {Record<string, unknown>} */ (node.attributes);
    if (node.kind === 'relu')
      return { ...node, kind: 'silu', attributes: layerKind('silu').attributes.parse({}) };
    if (node.kind !== 'maxpool2d') return node;
    const attributes = layerKind('avgpool2d').attributes.parse({ kernel_size, stride, padding });
    return { ...node, kind: 'avgpool2d', attributes };
  });
  return { ...graph, nodes };
}
