// Run in a folder that has tfjs-node: what the tensorflow engine is, one product of it, its gradients beside the plain
// JavaScript backend's, and its speed on the network that argument 1 names. Prints JSON.
import util from 'node:util';
import { resolve } from '../../dist/graph/resolve.js';
import { thin } from '../../dist/graph/thin.js';
import { buildArchitecture } from '../../dist/arch/architecture.js';
import { architecture } from '../../dist/arch/catalog.js';
import { loadNetwork } from '../../dist/cli/io/load-network.js';
import { lookForPackagesFrom } from '../../dist/train/engines/packages.js';
import { selectEngine } from '../../dist/train/engines/select.js';
import { Random } from '../../dist/train/random.js';
import { loadTensorFlow } from '../../dist/train/tfjs/tfjs.js';
import { initialWeights } from '../../dist/train/weights.js';
import { present } from './present.mjs';

/**
 * @import { ResolvedGraph } from '../../dist/graph/resolve.js'
 * @import { Shape } from '../../dist/core/shape.js'
 * @import { EngineName } from '../../dist/train/engines/registry.js'
 */

const utilIsWhole = 'isNullOrUndefined' in util && 'isArray' in util;
lookForPackagesFrom(process.cwd());
const { about } = await selectEngine('tensorflow');
const { tf } = loadTensorFlow('tensorflow', '@tensorflow/tfjs-node');
const product = [
  ...(await tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])).data()),
];
/** @type {Record<string, Record<string, number>>} */
const gradients = {};
for (const [spec, input] of Object.entries({
  'fixtures/train/small-relu.yaml': [4, 1, 28, 28],
  'fixtures/train/zoo.yaml': [6, 3, 21, 18],
})) {
  const cwd = new URL('../../', import.meta.url).pathname;
  const graph = await loadNetwork(spec, {}, { cwd, stdin: process.stdin });
  const network = resolve(graph, input);
  gradients[spec] = differences(await gradientsOf('tensorflow', network), await gradientsOf('cpu', network));
}
const speed = process.argv[2] === undefined ? undefined : await examplesPerSec(JSON.parse(process.argv[2]));
const report = { node: process.version, utilIsWhole, backend: about.backend, product, gradients, speed };
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);

/** @param {Shape} input */
function examplesFor([count = 0, ...image]) {
  const random = new Random(1, 'images');
  return {
    count,
    images: random.uniform(count * image.reduce((a, b) => a * b), 1),
    labels: Uint8Array.from({ length: count }, () => random.below(10)),
  };
}

/**
 * @param {EngineName} engineName
 * @param {ResolvedGraph} network
 * @param {number} lr
 */
async function build(engineName, network, lr) {
  const { engine } = await selectEngine(engineName);
  const optimizer = { name: /** @type {const} */ ('sgd'), lr, momentum: 0, weightDecay: 0 };
  const weights = initialWeights(network, 0);
  return engine.build(network, {
    weights: () => weights,
    optimizer,
    seed: 0,
    batch: present(network.input[0], 'batch'),
  });
}

/**
 * A step of plain SGD with rate 1 shows the gradient.
 * @param {EngineName} engineName
 * @param {ResolvedGraph} network
 */
async function gradientsOf(engineName, network) {
  const trainer = await build(engineName, network, 1);
  const before = await trainer.state();
  await trainer.step(examplesFor(network.input), 0);
  const after = await trainer.state();
  trainer.dispose();
  return new Map(
    [...before].map(([name, values]) => [name, difference(values, present(after.get(name), name))]),
  );
}

/**
 * @param {Float32Array} values
 * @param {Float32Array} others
 */
function difference(values, others) {
  return values.map((value, i) => value - (others[i] ?? NaN));
}

/**
 * For each weight the largest difference, as a share of the largest gradient.
 * @param {Map<string, Float32Array>} ours
 * @param {Map<string, Float32Array>} theirs
 */
function differences(ours, theirs) {
  /** @param {Float32Array} values */
  const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Object.fromEntries(
    [...ours].map(([name, values]) => {
      const other = present(theirs.get(name), name);
      return [name, largest(difference(values, other)) / Math.max(1e-6, largest(other))];
    }),
  );
}

/**
 * Median of four steps after the first.
 * @param {{ name: string, ratio: number, input: Shape }} timed
 */
async function examplesPerSec({ name, ratio, input }) {
  const network = resolve(thin(buildArchitecture(architecture(name), { classes: 10 }), ratio), input);
  const trainer = await build('tensorflow', network, 0.01);
  const examples = examplesFor(input);
  /** @type {number[]} */
  const rates = [];
  for (let step = 0; step < 5; step++) {
    const start = performance.now();
    await trainer.step(examples, step);
    if (step > 0) rates.push(examples.count / ((performance.now() - start) / 1000));
  }
  return rates.sort((a, b) => a - b)[2];
}
