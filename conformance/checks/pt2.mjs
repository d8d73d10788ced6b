import { readFileSync } from 'node:fs';
import { analyze } from '../../dist/analysis/analyze.js';
import { architecture } from '../../dist/arch/catalog.js';
import { load } from '../../dist/arch/load.js';
import { namedSource } from '../../dist/arch/named.js';
import { inMemory } from '../../dist/core/random-access.js';
import { readPt2 } from '../../dist/read/pt2/read.js';
import { collect } from '../lib/outcome.mjs';

export const title = "torch.export: recorded programs, and torchvision's networks against those by name";

/** Of the families that are read: Swin writes into its masks, and others return tuples that are not saved. */
const SAMPLE = [
  'alexnet',
  'convnext_tiny',
  'densenet121',
  'efficientnet_b0',
  'maxvit_t',
  'mnasnet0_5',
  'mobilenet_v2',
  'mobilenet_v3_small',
  'regnet_y_400mf',
  'resnet18',
  'shufflenet_v2_x0_5',
  'squeezenet1_1',
  'vgg11_bn',
  'vit_b_16',
];
const MORE = [
  'resnext50_32x4d',
  'wide_resnet50_2',
  'efficientnet_v2_s',
  'vgg19',
  'regnet_x_400mf',
  'vit_b_32',
];
const BATCH = 2;
const COUNTED = /** @type {const} */ (['params', 'trainableParams', 'buffers', 'macs', 'backwardMacs']);
const HELD = /** @type {const} */ (['peakBytes', 'endOfForwardBytes', 'parameters', 'buffers', 'gradients']);

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, sampled }) {
  const names = sampled([...SAMPLE, ...MORE], SAMPLE);
  const networks = Object.fromEntries(
    names.map((name) => [name, { input: architecture(`torchvision/${name}`).input, arguments: {} }]),
  );
  const { paths, fixtures } = await python('pt2_networks.py', { networks });
  return [
    ...Object.keys(fixtures).map((name) => {
      const report = collect(`the program ${name}`);
      const file = new URL(`../../fixtures/pt2/${name}.json`, import.meta.url);
      report.equal('what PyTorch exports', fixtures[name], JSON.parse(readFileSync(file, 'utf8')));
      return report.outcome();
    }),
    ...names.map((name) => compareNetwork(name, paths[name])),
  ];
}

/**
 * @param {string} name
 * @param {string} path
 */
function compareNetwork(name, path) {
  const report = collect(`torchvision/${name}`);
  const known = architecture(`torchvision/${name}`);
  /** @type {[number, ...number[]]} */
  const input = [BATCH, ...known.input];
  const ours = analyze(readPt2(inMemory(readFileSync(path)), name), { input });
  const byName = analyze(load(namedSource(known), {}), { input });
  for (const key of COUNTED) report.equal(key, ours.totals[key], byName.totals[key]);
  for (const key of HELD) report.equal(key, ours.memory.training?.[key], byName.memory.training?.[key]);
  // Attention is one layer by name, and several in the program.
  const shapes = new Map(
    byName.layers.map(({ path: at, kind, outputShape }) => [`${at} ${kind}`, outputShape]),
  );
  for (const { path: at, kind, outputShape, params } of ours.layers) {
    const same = shapes.get(`${at} ${kind}`);
    if (params > 0 && same) report.equal(at, outputShape, same);
  }
  return report.outcome();
}
