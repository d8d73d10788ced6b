import { readFileSync } from 'node:fs';
import { analyze } from '../../dist/analysis/analyze.js';
import { architecture } from '../../dist/arch/catalog.js';
import { namedSource } from '../../dist/arch/named.js';
import { load } from '../../dist/arch/load.js';
import { pythonFiles } from '../../dist/cli/io/python-files.js';
import { readPython } from '../../dist/read/torch/read.js';
import { collect } from '../lib/outcome.mjs';
import { pythonParser } from '../lib/python-parser.mjs';

export const title = "PyTorch source: our programs, and torchvision's own files against its networks by name";

/** One of each family. */
const SAMPLE = [
  'alexnet',
  'convnext_tiny',
  'densenet121',
  'efficientnet_b0',
  'googlenet',
  'inception_v3',
  'maxvit_t',
  'mnasnet0_5',
  'mobilenet_v3_small',
  'regnet_y_400mf',
  'resnet18',
  'shufflenet_v2_x0_5',
  'squeezenet1_1',
  'swin_t',
  'swin_v2_t',
  'vgg11_bn',
  'vit_b_16',
];
const MORE = [
  'convnext_small convnext_base convnext_large densenet161 densenet169 densenet201 efficientnet_b1 efficientnet_b2',
  'efficientnet_b3 efficientnet_b4 efficientnet_b5 efficientnet_b6 efficientnet_b7 efficientnet_v2_s',
  'efficientnet_v2_m efficientnet_v2_l mnasnet0_75 mnasnet1_0 mnasnet1_3 mobilenet_v2 mobilenet_v3_large',
  'regnet_y_800mf regnet_y_1_6gf regnet_y_3_2gf regnet_y_8gf regnet_y_16gf regnet_y_32gf regnet_y_128gf',
  'regnet_x_400mf regnet_x_800mf regnet_x_1_6gf regnet_x_3_2gf regnet_x_8gf regnet_x_16gf regnet_x_32gf',
  'resnet34 resnet50 resnet101 resnet152 resnext50_32x4d resnext101_32x8d resnext101_64x4d wide_resnet50_2',
  'wide_resnet101_2 shufflenet_v2_x1_0 shufflenet_v2_x1_5 shufflenet_v2_x2_0 squeezenet1_0 swin_s swin_b',
  'swin_v2_s swin_v2_b vgg11 vgg13 vgg13_bn vgg16 vgg16_bn vgg19 vgg19_bn vit_b_32 vit_l_16 vit_l_32 vit_h_14',
].flatMap((names) => names.split(' '));

/** What the builder of a name is called with to be the network of that name. */
const ARGUMENTS = new Map([
  ['googlenet', 'aux_logits=False'],
  ['inception_v3', 'init_weights=False'],
  ['vit_h_14', 'image_size=518'],
]);

const HELD = /** @type {const} */ (['peakBytes', 'endOfForwardBytes', 'parameters', 'buffers', 'gradients']);
const COUNTED = /** @type {const} */ (['params', 'trainableParams', 'buffers', 'macs', 'backwardMacs']);

/** Their attention is one layer by name, and several functions in the source. */
const WINDOWS = /^swin_/;
/** Their blocks keep lists of tensors, which are freed after their last reader instead of with the list. */
const LISTS = /^densenet/;

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, sampled }) {
  const parser = await pythonParser();
  const folder = new URL('../../fixtures/torch/', import.meta.url);
  const recorded = JSON.parse(readFileSync(new URL('facts.json', folder), 'utf8'));
  const { programs, packages } = await python('python_source.py', {});
  return [
    ...Object.keys(recorded).map((name) => {
      const report = collect(`the program ${name}`);
      report.equal('what PyTorch makes of it', programs[name], recorded[name]);
      return report.outcome();
    }),
    ...sampled([...SAMPLE, ...MORE], SAMPLE).map((name) => compareNetwork(parser, packages, name)),
  ];
}

/**
 * @param {import('../../dist/read/python/parse/parser.js').Parser} parser
 * @param {string} packages
 * @param {string} name
 */
function compareNetwork(parser, packages, name) {
  const report = collect(`torchvision/${name}`);
  const known = architecture(`torchvision/${name}`);
  const { find } = pythonFiles('net.py', packages, [packages], () => {});
  const text = `from torchvision.models import ${name}\nnet = ${name}(${ARGUMENTS.get(name) ?? ''})\n`;
  const sizes = [1, ...known.input];
  const input = [{ text: sizes.join('x'), sizes }];
  const ours = analyze(readPython({ parser, text, file: 'net.py', find, input }));
  const byName = analyze(load(namedSource(known), {}));
  for (const key of COUNTED) report.equal(key, ours.totals[key], byName.totals[key]);
  for (const key of HELD) report.equal(key, ours.memory.training?.[key], byName.memory.training?.[key]);
  if (!WINDOWS.test(name) && !LISTS.test(name))
    report.equal('inference', ours.memory.inference.peakBytes, byName.memory.inference.peakBytes);
  const shapes = new Map(byName.layers.map(({ path, outputShape }) => [path, outputShape]));
  for (const { path, outputShape, params } of ours.layers) {
    if (params > 0 && shapes.has(path)) report.equal(path, outputShape, shapes.get(path));
  }
  return report.outcome();
}
