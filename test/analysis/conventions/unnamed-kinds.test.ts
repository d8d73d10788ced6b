import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { quantities, type QuantityName } from '../../../src/analysis/conventions/counting.ts';
import { conventions } from '../../../src/analysis/conventions/registry.ts';
import { tally } from '../../../src/analysis/conventions/count.ts';
import type { LayerFacts } from '../../../src/analysis/counts/layer-facts.ts';

/** Layers of kinds that no convention names, so that each must count them by its rule for such kinds. */
const toy = (facts: Partial<LayerFacts>): LayerFacts => ({
  path: 'toy',
  kind: 'toy',
  family: 'activation',
  inputs: ['@input'],
  attributes: {},
  inputShapes: [[2, 3, 8]],
  outputShape: [2, 3, 8],
  weights: [],
  params: 0,
  trainableParams: 0,
  buffers: 0,
  macs: 0,
  flops: 0,
  backwardMacs: 0,
  ...facts,
});

const layers = {
  /** An activation with a learnable slope for each channel, and running statistics. */
  activation: toy({
    weights: [
      { name: 'weight', shape: [3] },
      { name: 'running_mean', shape: [3], buffer: true },
    ],
    params: 3,
    buffers: 3,
    flops: 48,
  }),
  /** A convolution over one axis, kernel 3, padding 1: 2×5×8 outputs of 3×3 products, and a bias. */
  convolution: toy({
    family: 'conv',
    outputShape: [2, 5, 8],
    weights: [
      { name: 'weight', shape: [5, 3, 3] },
      { name: 'bias', shape: [5] },
    ],
    params: 50,
    macs: 720,
    flops: 1440,
    backwardMacs: 1440,
  }),
  /** A product of two tensors, which has no weights. */
  product: toy({
    family: 'join',
    inputShapes: [
      [2, 3, 8],
      [2, 8, 4],
    ],
    outputShape: [2, 3, 4],
    macs: 192,
    flops: 384,
    backwardMacs: 384,
  }),
};

type Counts = Readonly<Record<keyof typeof layers, Partial<Record<QuantityName, number>>>>;

const expected: Readonly<Record<string, Counts>> = {
  default: {
    activation: { params: 3, macs: 0, flops: 48 },
    convolution: { params: 50, macs: 720, flops: 1440 },
    product: { params: 0, macs: 192, flops: 384 },
  },
  torchvision: {
    activation: { params: 3, macs: 0 },
    convolution: { params: 50, macs: 720 },
    product: { params: 0, macs: 192 },
  },
  torch: {
    activation: { flops: 0 },
    convolution: { flops: 1440 },
    product: { flops: 384 },
  },
  fvcore: {
    activation: { params: 3, macs: 0 },
    convolution: { params: 50, macs: 720 },
    product: { params: 0, macs: 192 },
  },
  // Weights times batch; of a convolution, times output positions.
  torchinfo: {
    activation: { params: 3, macs: 6 },
    convolution: { params: 50, macs: 800 },
    product: { params: 0, macs: 0 },
  },
  thop: {
    activation: { params: 0, macs: 0 },
    convolution: { params: 50, macs: 720 },
    product: { params: 0, macs: 0 },
  },
  'thop-2020': {
    activation: { params: 0, macs: 0 },
    convolution: { params: 50, macs: 800 },
    product: { params: 0, macs: 0 },
  },
  'thop-2020-01': {
    activation: { params: 3, macs: 0 },
    convolution: { params: 50, macs: 800 },
    product: { params: 0, macs: 0 },
  },
  'thop-2019': {
    activation: { params: 3, macs: 0 },
    convolution: { params: 50, macs: 800 },
    product: { params: 0, macs: 0 },
  },
  ptflops: {
    activation: { params: 3, macs: 0 },
    convolution: { params: 50, macs: 800 },
    product: { params: 0, macs: 192 },
  },
  'ptflops-modules': {
    activation: { params: 3, macs: 0 },
    convolution: { params: 50, macs: 800 },
    product: { params: 0, macs: 0 },
  },
  'ptflops-aten': {
    activation: { params: 3, macs: 0 },
    convolution: { params: 50, macs: 800 },
    product: { params: 0, macs: 192 },
  },
  deepspeed: {
    activation: { params: 3, macs: 0, flops: 0 },
    convolution: { params: 50, macs: 720, flops: 1520 },
    product: { params: 0, macs: 192, flops: 384 },
  },
  keras: {
    activation: { params: 6 },
    convolution: { params: 50 },
    product: { params: 0 },
  },
  hand: {
    activation: { params: 0 },
    convolution: { params: 45 },
    product: { params: 0 },
  },
};

test('every convention is held to its rule', () => {
  expect(Object.keys(expected)).toEqual(conventions.map(({ name }) => name));
});

describe.each(conventions.map((convention) => [convention.name, convention] as const))('%s', (name, each) => {
  test.each(Object.entries(layers))('counts an unknown %s by its rule', (which, layer) => {
    const counted = Object.fromEntries(
      quantities.flatMap((quantity) => {
        const found = tally([layer], each, quantity);
        return found ? [[quantity, found.total]] : [];
      }),
    );
    expect(counted).toEqual(expected[name]![which as keyof typeof layers]);
  });

  test('says its rule in the documentation', () => {
    const page = readFileSync(new URL('../../../docs/conventions.md', import.meta.url), 'utf8');
    const row = new RegExp(`^\\| .*\`${name}\`.* \\| (.*) \\|$`, 'm').exec(
      page.split('## Layers that a tool')[1]!,
    );
    expect(row?.[1]).toBe(each.unnamed);
  });
});
