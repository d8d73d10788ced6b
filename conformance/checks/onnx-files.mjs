import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { analyze } from '../../dist/analysis/analyze.js';
import { inMemory } from '../../dist/core/random-access.js';
import { readModel } from '../../dist/onnx/read-model.js';
import { inputsOf } from '../../dist/read/onnx/inputs.js';
import { readOnnx } from '../../dist/read/onnx/read.js';
import { Translation } from '../../dist/read/onnx/translation.js';
import { collect } from '../lib/outcome.mjs';

export const title = 'ONNX files, torchvision exported and the networks that come with onnx';

/** What the `onnx` package counts in those networks, and the means and deviations apart. */
const LIGHT = {
  light_bvlc_alexnet: { params: 60_965_224, buffers: 0 },
  light_densenet121: { params: 8_062_504, buffers: 83_648 },
  light_inception_v1: { params: 6_998_552, buffers: 0 },
  light_inception_v2: { params: 11_214_888, buffers: 19_904 },
  light_resnet50: { params: 25_557_032, buffers: 53_120 },
  light_shufflenet: { params: 1_393_320, buffers: 26_832 },
  light_squeezenet: { params: 1_235_496, buffers: 0 },
  light_vgg19: { params: 143_667_240, buffers: 0 },
  light_zfnet512: { params: 87_250_536, buffers: 0 },
};

const SAMPLE = [
  'alexnet',
  'densenet121',
  'efficientnet_b0',
  'googlenet',
  'inception_v3',
  'mnasnet0_5',
  'mobilenet_v2',
  'mobilenet_v3_small',
  'regnet_y_400mf',
  'resnet18',
  'shufflenet_v2_x0_5',
  'squeezenet1_1',
  'swin_t',
  'vgg11_bn',
  'vit_b_32',
];
const MORE = [
  'convnext_tiny',
  'densenet161',
  'efficientnet_v2_s',
  'maxvit_t',
  'mobilenet_v3_large',
  'regnet_x_400mf',
  'resnet50',
  'resnext50_32x4d',
  'shufflenet_v2_x1_0',
  'vgg16',
  'wide_resnet50_2',
];

/** Each way to export: version of the operators, and whether the batch is open. */
const WAYS = [
  { opset: 13, openBatch: true },
  { opset: 17, openBatch: true },
  { opset: 17, openBatch: false },
];
/** Attention has operators from then on. */
const ATTENTION = /^(?:vit|swin|maxvit)_/;
const BATCH = 2;

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, sampled }) {
  const folder = mkdtempSync(join(tmpdir(), 'vgg-onnx-'));
  try {
    const names = sampled([...SAMPLE, ...MORE], SAMPLE);
    const networks = names.flatMap((name, i) =>
      // Every network in one of the ways, and all of them in turn.
      sampled(WAYS, WAYS.slice(i % WAYS.length).slice(0, 1)).map(({ opset: version, openBatch }) => {
        const opset = ATTENTION.test(name) ? Math.max(version, 14) : version;
        const side = name === 'inception_v3' ? 299 : 224;
        const file = `${name}-${opset}-${openBatch ? 'open' : 'fixed'}.onnx`;
        // Attention has the batch among the sizes of its matrices, where a fixed one stays.
        const batches = openBatch || !ATTENTION.test(name) ? [BATCH, 5] : [BATCH];
        return { name, file, opset, openBatch, batches, input: [BATCH, 3, side, side] };
      }),
    );
    const { exported, light } = await python('onnx_files.py', { folder, networks });
    return [
      ...networks.map((network, i) => compareExported(join(folder, network.file), network, exported[i])),
      ...light.map(({ file, shapes }) => compareLight(file, shapes)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compareExported(file, { input, batches }, { parameters, buffers, output, shapes }) {
  const report = collect(basename(file));
  const graph = readOnnx(inMemory(readFileSync(file)), basename(file), { batch: BATCH });
  for (const batch of batches) {
    const { totals, outputs, warnings } = analyze(graph, { input: [batch, ...input.slice(1)] });
    report.equal('parameters', totals.params, parameters);
    report.equal('buffers', totals.buffers, buffers);
    report.equal('output', outputs[0]?.shape, [batch, ...output.slice(1)]);
    report.equal(
      'warnings',
      warnings.map(({ message }) => message),
      [],
    );
  }
  compareShapes(report, file, shapes);
  return report.outcome();
}

function compareLight(file, shapes) {
  const name = basename(file, '.onnx');
  const report = collect(name);
  const { totals } = analyze(readOnnx(inMemory(readFileSync(file)), name));
  report.equal('parameters', totals.params, LIGHT[name]?.params);
  report.equal('buffers', totals.buffers, LIGHT[name]?.buffers);
  compareShapes(report, file, shapes);
  return report.outcome();
}

/** The shape of every value that onnx infers. */
function compareShapes(report, file, shapes) {
  const model = readModel(inMemory(readFileSync(file)));
  const { inputs, batch = BATCH, sizes, batchNames } = inputsOf(model.graph, {});
  const values = inputs.map(({ called, type, example }) => ({
    constant: /** @type {const} */ (false),
    reference: `@${called}`,
    shape: [batch, ...example],
    type,
  }));
  const named = new Map([...sizes, ...batchNames.map((name) => /** @type {const} */ ([name, batch]))]);
  const translation = new Translation(
    model,
    values,
    inputs.map(({ name }) => name),
    named,
  );
  translation.run();
  for (const [name, shape] of Object.entries(shapes)) {
    const ours = translation.valueOf(name);
    // A second result that no layer of ours gives, or a constant of a node that a layer has absorbed.
    if (ours) report.equal(name, ours.shape, shape);
  }
}
