import { buildArchitecture } from '../../dist/arch/architecture.js';
import { architecture } from '../../dist/arch/catalog.js';
import { resolve } from '../../dist/graph/resolve.js';
import { thin } from '../../dist/graph/thin.js';
import { graphRequest } from '../lib/memory.mjs';

/** Plain chains, branches, batch-norm, grouped convolutions, ReLUs in place and not. */
const NETWORKS = [
  'alexnet',
  'vgg11',
  'vgg16-1x1',
  'torchvision/vgg16',
  'torchvision/resnet50',
  'torchvision/mobilenet_v2',
  'torchvision/densenet121',
];

const OPTIMIZERS = [
  { optimizer: 'sgd', weightDecay: false },
  { optimizer: 'momentum', weightDecay: true },
  { optimizer: 'adam', weightDecay: false },
  { optimizer: 'adamw', weightDecay: true },
];

const DTYPES = ['float32', 'amp', 'bfloat16'];

/** Every optimizer with every type. */
const WAYS = OPTIMIZERS.flatMap((optimizer) =>
  DTYPES.map((dtype) => ({ dtype, ...optimizer, foreach: true })),
);

const network = (name) => {
  const graph = buildArchitecture(architecture(name));
  return { name, graph, ratio: 1, image: graph.inputs[0].shape };
};

/** What a GPU is measured with: every network in every way with batches of these sizes. */
export function gpuGrid() {
  return NETWORKS.map((name) => ({ ...network(name), batches: [1, 8, 64], ways: WAYS }));
}

/** Images that the networks just take. */
const LEAST_PIXELS = { alexnet: 72 };

/** What a processor runs in a minute: LeNet in every way, the others thin, on small images, in one way each. */
export function smallGrid() {
  const small = NETWORKS.map((name, i) => {
    const { graph, image } = network(name);
    const pixels = LEAST_PIXELS[name] ?? 32;
    // Five and twelve have no common divisor, so that all ways come in turn.
    const ways = [WAYS[(5 * i) % WAYS.length]];
    return { name, graph: thin(graph, 8), ratio: 8, image: [image[0], pixels, pixels], batches: [2], ways };
  });
  return [{ ...network('lenet'), batches: [2], ways: WAYS }, ...small];
}

/** The request to `measure.py`: the networks as graphs, and the entries of the grid. */
export function gridRequest(device, grid) {
  const networks = grid.map(({ name, graph, image }) => [name, graphRequest(resolve(graph, [1, ...image]))]);
  const entries = grid.flatMap(({ name, ratio, image, batches, ways }) =>
    batches.flatMap((batch) =>
      ways.map((way) => ({ network: name, ratio, input: [batch, ...image], ...way })),
    ),
  );
  return { device, networks: Object.fromEntries(networks), entries };
}
