import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { architecture } from '../../dist/arch/catalog.js';
import { buildArchitecture } from '../../dist/arch/architecture.js';
import { resolve } from '../../dist/graph/resolve.js';
import { thin } from '../../dist/graph/thin.js';
import { onnx } from '../../dist/train/engines/onnx.js';
import {
  fromBase64,
  graphAsJson,
  narrow,
  randomValues,
  randomWeights,
  toBase64,
} from '../lib/onnx-network.mjs';
import { collect } from '../lib/outcome.mjs';
import { random } from '../lib/random.mjs';

/**
 * @import { OptimizerSettings } from '../../dist/optimizers/registry.js'
 * @import { RandomNumbers } from '../lib/types.ts'
 */

export const title =
  "saved networks pass onnx's checker and give torch's scores in Python, whatever the batch";

const TOLERANCE = 1e-5;
const BATCHES = [1, 5];
/** @type {OptimizerSettings} */
const optimizer = { name: 'sgd', lr: 0.05, momentum: 0, weightDecay: 0 };
const NETWORKS = [
  { name: 'lenet', ratio: 1, side: 28 },
  { name: 'vgg11', ratio: 8, side: 32 },
  { name: 'torchvision/vgg11_bn', ratio: 16, side: 32 },
  { name: 'paper/alexnet', ratio: 8, side: 67 },
  { name: 'torchvision/resnet18', ratio: 8, side: 64 },
  { name: 'torchvision/densenet121', ratio: 8, side: 64 },
  { name: 'torchvision/efficientnet_b0', ratio: 2, side: 64 },
  { name: 'torchvision/googlenet', ratio: 8, side: 64 },
];

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python }) {
  const folder = mkdtempSync(join(tmpdir(), 'vgg-saved-'));
  const rng = random(20260104);
  try {
    const requests = [];
    for (const [i, network] of NETWORKS.entries())
      requests.push(...(await saved(network, join(folder, String(i)), rng)));
    const answers = await python('onnx_saved.py', requests);
    return requests.map(({ name }, i) => compare(name, answers[i]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {typeof NETWORKS[number]} network
 * @param {string} folder
 * @param {RandomNumbers} rng
 */
async function saved({ name, ratio, side }, folder, rng) {
  const choices = { classes: 10, auxLogits: false, head: /** @type {const} */ ('follow') };
  const graph = narrow(thin(buildArchitecture(architecture(name), choices), ratio));
  const resolved = resolve(graph, [4, graph.inputs[0].shape[0] ?? 1, side, side]);
  const weights = randomWeights(resolved, rng);
  const trainer = await onnx.build(resolved, { weights: () => weights, optimizer, seed: 0, batch: 4 });
  await trainer.save(folder);
  trainer.dispose();
  return BATCHES.map((batch) => {
    const input = [batch, ...resolved.input.slice(1)];
    return {
      name: `${name}/${ratio}, batch ${batch}`,
      file: join(folder, 'model.onnx'),
      graph: graphAsJson(resolved),
      input,
      images: toBase64(randomValues(input, rng)),
      weights: Object.fromEntries([...weights].map(([weight, values]) => [weight, toBase64(values)])),
    };
  });
}

function compare(name, { error, file, torch, domains }) {
  const report = collect(name);
  if (error !== undefined) {
    report.problem(error);
    return report.outcome();
  }
  report.equal('domains of the operators', domains, ['']);
  const [ours, theirs] = [fromBase64(file), fromBase64(torch)];
  const size = Math.hypot(...theirs);
  const off = Math.hypot(...theirs.map((value, i) => value - (ours[i] ?? NaN))) / size;
  if (ours.length !== theirs.length || !(off <= TOLERANCE)) report.problem(`scores are off by ${off}`);
  return report.outcome();
}
