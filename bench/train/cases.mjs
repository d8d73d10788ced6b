// The trainings that bench/train.mjs measures: network, channels divided by, image side, batch; optimizer
// where it is not SGD.
import { buildArchitecture } from '../../dist/arch/architecture.js';
import { architecture } from '../../dist/arch/catalog.js';
import { resolve } from '../../dist/graph/resolve.js';
import { thin } from '../../dist/graph/thin.js';

/** @import { OptimizerName, OptimizerSettings } from '../../dist/optimizers/registry.js' */

/**
 * @typedef {object} Case
 * @property {string} network
 * @property {number} ratio
 * @property {number} side
 * @property {number} batch
 * @property {OptimizerName} [optimizer]
 */

/** @type {readonly Case[]} */
export const cases = [
  { network: 'vgg11', ratio: 4, side: 224, batch: 16 },
  { network: 'vgg11', ratio: 4, side: 224, batch: 64 },
  { network: 'vgg11', ratio: 4, side: 224, batch: 128 },
  { network: 'vgg11', ratio: 4, side: 96, batch: 128 },
  { network: 'alexnet', ratio: 4, side: 224, batch: 128 },
  { network: 'lenet', ratio: 1, side: 28, batch: 256 },
  { network: 'torchvision/resnet18', ratio: 1, side: 64, batch: 32 },
  // Where memory is tightest: a batch that cannot be cut, and an optimizer that keeps twice the weights.
  { network: 'torchvision/vgg11_bn', ratio: 4, side: 224, batch: 128 },
  { network: 'vgg11', ratio: 1, side: 224, batch: 16, optimizer: 'adam' },
];

/** @param {Case} one */
export const nameOf = ({ network, ratio, side, batch, optimizer }) =>
  `${network}${ratio === 1 ? '' : `/${ratio}`} at ${side}, batch ${batch}${optimizer ? `, ${optimizer}` : ''}`;

/**
 * The optimizer of a case: SGD unless it names another.
 * @param {Case} one
 * @returns {OptimizerSettings}
 */
export const optimizerOf = ({ optimizer = 'sgd' }) => ({
  name: optimizer,
  lr: optimizer.startsWith('adam') ? 0.001 : 0.01,
  momentum: optimizer === 'momentum' ? 0.9 : 0,
  weightDecay: 0,
});

/**
 * The network of a case, resolved.
 * @param {Case} one
 */
export function networkOf({ network, ratio, side, batch }) {
  const graph = thin(buildArchitecture(architecture(network), { classes: 10 }), ratio);
  return resolve(graph, [batch, graph.inputs[0].shape[0] ?? 1, side, side]);
}
