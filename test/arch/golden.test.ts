import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analysis/analyze.ts';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { buildArchitecture } from '../../src/arch/architecture.ts';
import { architecture, architectures } from '../../src/arch/catalog.ts';

/**
 * `npx vitest run test/arch -u` writes them again; the conformance run is what says that they are right.
 * Layer by layer for one of each family, in all for every network.
 */
const inDetail = [
  'lenet',
  'alexnet',
  'vgg11',
  'vgg16-1x1',
  'nin',
  'googlenet',
  'resnet18',
  'densenet',
  'torchvision/alexnet',
  'torchvision/vgg11_bn',
  'torchvision/squeezenet1_1',
  'torchvision/resnet18',
  'torchvision/resnet50',
  'torchvision/resnext50_32x4d',
  'torchvision/googlenet',
  'torchvision/inception_v3',
  'torchvision/mobilenet_v2',
  'torchvision/mobilenet_v3_small',
  'torchvision/densenet121',
  'torchvision/efficientnet_b0',
  'torchvision/efficientnet_v2_s',
  'torchvision/regnet_y_400mf',
  'torchvision/mnasnet0_5',
  'torchvision/shufflenet_v2_x0_5',
  'torchvision/convnext_tiny',
  'torchvision/deeplabv3_mobilenet_v3_large',
  'torchvision/lraspp_mobilenet_v3_large',
  'paper/vgg-a-lrn',
  'paper/vgg-c',
  'paper/alexnet',
];

const fixture = (name: string) =>
  new URL(`../../fixtures/arch/${name.replace('/', '-')}.json`, import.meta.url).pathname;
const analysisOf = (name: string) => analyze(buildArchitecture(architecture(name), { auxLogits: true }));

function totalsOf({ totals, model, layers }: Analysis) {
  const { params, buffers, macs, flops, backwardMacs, activations, receptiveField } = totals;
  const { weightLayers } = model;
  return {
    weightLayers,
    layers: layers.length,
    params,
    buffers,
    macs,
    flops,
    backwardMacs,
    activations,
    receptiveField,
  };
}

/** One line a layer. */
function rows({ layers }: Analysis): string {
  const lines = layers.map(({ path, kind, inputs, outputShape, params, buffers, macs, backwardMacs }) =>
    JSON.stringify([
      path,
      kind,
      inputs.join(' '),
      outputShape.join('×'),
      params,
      buffers,
      macs,
      backwardMacs,
    ]),
  );
  return `[\n${lines.join(',\n')}\n]\n`;
}

test('has a record of each, and no other', () => {
  const files = [...inDetail, 'totals'].map((name) => basename(fixture(name)));
  expect(readdirSync(dirname(fixture('totals'))).toSorted()).toEqual(files.toSorted());
});

describe.each(inDetail)('%s, layer by layer', (name) => {
  const analysis = analysisOf(name);

  test('is as recorded', async () => {
    await expect(rows(analysis)).toMatchFileSnapshot(fixture(name));
  });

  test('adds up to its totals', () => {
    const { params, buffers, macs, backwardMacs } = analysis.totals;
    const columns = JSON.parse(rows(analysis)) as (string | number)[][];
    const add = (column: number) => columns.reduce((sum, row) => sum + Number(row[column]), 0);
    expect([4, 5, 6, 7].map(add)).toEqual([params, buffers, macs, backwardMacs]);
  });
});

test('every network, in all', async () => {
  const lines = architectures.map(
    ({ name }) => `${JSON.stringify(name)}: ${JSON.stringify(totalsOf(analysisOf(name)))}`,
  );
  await expect(`{\n${lines.join(',\n')}\n}\n`).toMatchFileSnapshot(fixture('totals'));
});
