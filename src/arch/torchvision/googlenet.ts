import type { GraphBuilder } from '../../graph/builder.ts';
import { adaptive_avgpool2d } from '../../layers/adaptive_avgpool.ts';
import { concat } from '../../layers/concat.ts';
import { dropout } from '../../layers/dropout.ts';
import { flatten } from '../../layers/flatten.ts';
import { linear } from '../../layers/linear.ts';
import { maxpool2d } from '../../layers/maxpool.ts';
import { relu } from '../../layers/relu.ts';
import { basicConv } from './convolution.ts';
import { globalPool, torchvision } from './torchvision.ts';

/** Channels of an inception module's branches: 1×1, two pairs of 1×1 and 3×3, 1×1 after the pool. */
type Inception = readonly [
  number,
  reduce: number,
  number,
  reduce: number,
  number,
  pool: number,
  aux?: 'aux1' | 'aux2',
];

/** Stages between pools, and the auxiliary head that leaves after a module. */
const stages: readonly { readonly pool?: number; readonly modules: Readonly<Record<string, Inception>> }[] = [
  {
    pool: 3,
    modules: {
      inception3a: [64, 96, 128, 16, 32, 32],
      inception3b: [128, 128, 192, 32, 96, 64],
    },
  },
  {
    pool: 2,
    modules: {
      inception4a: [192, 96, 208, 16, 48, 64, 'aux1'],
      inception4b: [160, 112, 224, 24, 64, 64],
      inception4c: [128, 128, 256, 24, 64, 64],
      inception4d: [112, 144, 288, 32, 64, 64, 'aux2'],
      inception4e: [256, 160, 320, 32, 128, 128],
    },
  },
  {
    modules: {
      inception5a: [256, 160, 320, 32, 128, 128],
      inception5b: [384, 192, 384, 48, 128, 128],
    },
  },
];

/** Ceiling mode as in Caffe, which the published weights come from. */
const pool = (side: number) => ({ kernel_size: side, stride: 2, ceil_mode: true });

export const googlenet = torchvision(
  'googlenet',
  'GoogLeNet; auxiliary heads on request',
  (net, { classes, auxLogits }) => {
    basicConv(net, 'conv1', { out_channels: 64, kernel_size: 7, stride: 2, padding: 3 });
    net.add('maxpool1', maxpool2d, pool(3));
    basicConv(net, 'conv2', { out_channels: 64, kernel_size: 1 });
    basicConv(net, 'conv3', { out_channels: 192, kernel_size: 3, padding: 1 });
    net.add('maxpool2', maxpool2d, pool(3));
    const auxiliary = new Map<string, string>();
    stages.forEach((stage, i) => {
      for (const [path, module] of Object.entries(stage.modules)) {
        drawInception(net, path, module);
        const head = module[6];
        if (auxLogits && head) auxiliary.set(head, drawAuxiliary(net, head, classes));
      }
      if (stage.pool !== undefined) net.add(`maxpool${i + 3}`, maxpool2d, pool(stage.pool));
    });
    globalPool(net);
    net.add('dropout', dropout, { p: 0.2 });
    const main = net.add('fc', linear, { out_features: classes }, { givesClasses: true });
    // torchvision returns the later head first.
    return [main, ...['aux2', 'aux1'].flatMap((head) => auxiliary.get(head) ?? [])];
  },
  { auxLogits: false },
);

function drawInception(net: GraphBuilder, path: string, module: Inception): void {
  const input = net.last;
  const [direct, reduceA, wideA, reduceB, wideB, pooled] = module;
  const branches = [basicConv(net, `${path}.branch1`, { out_channels: direct, kernel_size: 1 })];
  // The second pair is 5×5 in the paper; torchvision keeps 3×3 for the sake of the published weights.
  for (const [branch, reduce, wide] of [
    ['branch2', reduceA, wideA],
    ['branch3', reduceB, wideB],
  ] as const) {
    basicConv(net, `${path}.${branch}.0`, { out_channels: reduce, kernel_size: 1 }, input);
    const widen = { out_channels: wide, kernel_size: 3, padding: 1 };
    branches.push(basicConv(net, `${path}.${branch}.1`, widen));
  }
  const smooth = { kernel_size: 3, stride: 1, padding: 1, ceil_mode: true };
  net.add(`${path}.branch4.0`, maxpool2d, smooth, { from: input });
  branches.push(basicConv(net, `${path}.branch4.1`, { out_channels: pooled, kernel_size: 1 }));
  net.add(`${path}.concat`, concat, {}, { from: branches });
}

/** A classifier on the features so far; the network goes on from where it was. */
function drawAuxiliary(net: GraphBuilder, path: string, classes: number): string {
  const trunk = net.last;
  net.trainingOnly = true;
  net.add(`${path}.avgpool`, adaptive_avgpool2d, { output_size: 4 });
  basicConv(net, `${path}.conv`, { out_channels: 128, kernel_size: 1 });
  net.add(`${path}.flatten`, flatten, {});
  net.add(`${path}.fc1`, linear, { out_features: 1024 });
  net.add(`${path}.relu`, relu, { inplace: true });
  net.add(`${path}.dropout`, dropout, { p: 0.7 });
  const output = net.add(`${path}.fc2`, linear, { out_features: classes }, { givesClasses: true });
  net.trainingOnly = false;
  net.last = trunk;
  return output;
}
