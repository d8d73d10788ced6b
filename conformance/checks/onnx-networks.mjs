import { analyze } from '../../dist/analysis/analyze.js';
import { architecture } from '../../dist/arch/catalog.js';
import { buildArchitecture } from '../../dist/arch/architecture.js';
import { collect } from '../lib/outcome.mjs';

/** @import { BuildOptions } from '../../dist/arch/architecture.js' */
/** @import { Shape } from '../../dist/core/shape.js' */

export const title = "published ONNX networks' weights and shapes";

/**
 * The same networks under our names. `outputs: false` where only the weights are the same:
 * - AlexNet: published for 224 pixels where the paper's own maps need 227; its last pool pads below and right, so that
 *   6×6 pixels reach the head all the same. Up to there the shapes are compared at 224 pixels.
 * - Inception v1: the book's GoogLeNet is the same network, but pads its halving pools, so that maps have 56, 28, …
 *   pixels instead of 55, 27, …; torchvision's has 3×3 kernels where the paper has 5×5.
 */
/**
 * A network of the onnx wheel and ours: at `side` pixels, only what `only` computes, output shapes unless told otherwise.
 * @typedef {object} Pair
 * @property {string} file
 * @property {string} name
 * @property {Partial<BuildOptions>} [choices]
 * @property {number} [side]
 * @property {string} [only]
 * @property {boolean} [outputs]
 */

/** @type {readonly Pair[]} */
const NETWORKS = [
  { file: 'light_bvlc_alexnet.onnx', name: 'paper/alexnet', outputs: false },
  {
    file: 'light_bvlc_alexnet.onnx',
    name: 'paper/alexnet',
    choices: { head: 'follow' },
    side: 224,
    only: 'Conv',
  },
  { file: 'light_vgg19.onnx', name: 'torchvision/vgg19' },
  { file: 'light_vgg19.onnx', name: 'paper/vgg-e' },
  { file: 'light_vgg19.onnx', name: 'vgg19', choices: { classes: 1000 } },
  { file: 'light_squeezenet.onnx', name: 'torchvision/squeezenet1_1' },
  { file: 'light_resnet50.onnx', name: 'torchvision/resnet50' },
  { file: 'light_inception_v1.onnx', name: 'googlenet', choices: { classes: 1000 }, outputs: false },
];

/** @typedef {{ operation: string, output: Shape, weights: Shape[] }} WeightedLayer */

/** @type {Readonly<Record<string, string>>} */
const OPERATIONS = { conv2d: 'Conv', linear: 'Gemm', batchnorm2d: 'BatchNormalization' };

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python }) {
  const files = await python(
    'onnx_weights.py',
    NETWORKS.map(({ file }) => file),
  );
  return NETWORKS.map((network, i) => compare(network, files[i].layers));
}

/**
 * @param {Pair} pair
 * @param {WeightedLayer[]} theirs
 */
function compare({ file, name, choices = {}, side, only, outputs = true }, theirs) {
  const report = collect(`${file} and ${name}${side === undefined ? '' : ` at ${side}`}`);
  const graph = buildArchitecture(architecture(name), choices);
  const [, height = 1, width = 1] = graph.inputs[0].shape;
  const { layers } = analyze(graph, { input: [1, 3, side ?? height, side ?? width] });
  const ours = layers
    .filter(({ kind }) => kind in OPERATIONS)
    .map(({ kind, outputShape, weights }) => ({
      operation: OPERATIONS[kind] ?? kind,
      output: outputShape,
      // The step counter of batch-norm is PyTorch's own.
      weights: weights.filter(({ shape }) => shape.length > 0).map(({ shape }) => shape),
    }));
  /** @param {WeightedLayer[]} list */
  const kept = (list) => list.filter(({ operation }) => only === undefined || operation === only);
  /** @param {WeightedLayer} layer */
  const shown = ({ operation, output, weights }) => ({ operation, weights, ...(outputs && { output }) });
  const [a, b] = [kept(ours).map(shown), kept(theirs).map(shown)];
  report.equal('number of layers with weights', a.length, b.length);
  b.forEach((layer, i) => {
    if (a[i]) report.equal(`layer ${i + 1}`, a[i], layer);
  });
  return report.outcome();
}
