import type { GraphBuilder } from '../../graph/builder.ts';
import { batchnorm2d } from '../../layers/batchnorm.ts';
import { channel_shuffle } from '../../layers/channel_shuffle.ts';
import { chunk } from '../../layers/chunk.ts';
import { concat } from '../../layers/concat.ts';
import { conv2d } from '../../layers/conv.ts';
import { linear } from '../../layers/linear.ts';
import { maxpool2d } from '../../layers/maxpool.ts';
import { mean } from '../../layers/mean.ts';
import { relu } from '../../layers/relu.ts';
import { resultReference } from '../../graph/graph.ts';
import type { Architecture } from '../architecture.ts';
import type { Convolution } from './convolution.ts';
import { sequence, torchvision } from './torchvision.ts';

/** Channels of the three stages and of the last convolution. Source: table 5 of the paper. */
const widths = {
  x0_5: [48, 96, 192, 1024],
  x1_0: [116, 232, 464, 1024],
  x1_5: [176, 352, 704, 1024],
  x2_0: [244, 488, 976, 2048],
} as const;
const BLOCKS = [4, 8, 4] as const;
const STEM = 24;

type Members = ReturnType<typeof sequence>;

const pointwise = (out_channels: number) => ({ out_channels, kernel_size: 1, bias: false });
const depthwise = (channels: number, stride: number) => ({
  out_channels: channels,
  kernel_size: 3,
  stride,
  padding: 1,
  groups: channels,
  bias: false,
});

function activated(members: Members, convolution: Convolution): string {
  members.add(conv2d, convolution);
  members.add(batchnorm2d, {});
  return members.add(relu, { inplace: true });
}

const shufflenet = (name: string, channels: readonly number[]): Architecture =>
  torchvision(`shufflenet_v2_${name}`, `ShuffleNetV2 ${name.replace('_', '.')}`, (net, { classes }) => {
    activated(sequence(net, 'conv1'), {
      out_channels: STEM,
      kernel_size: 3,
      stride: 2,
      padding: 1,
      bias: false,
    });
    net.add('maxpool', maxpool2d, { kernel_size: 3, stride: 2, padding: 1 });
    let width = STEM;
    channels.slice(0, -1).forEach((out, stage) => {
      const blocks = sequence(net, `stage${stage + 2}`);
      drawReduction(net, blocks.next(), width, out / 2);
      for (let i = 1; i < BLOCKS[stage]!; i++) drawBlock(net, blocks.next(), out / 2);
      width = out;
    });
    activated(sequence(net, 'conv5'), pointwise(channels.at(-1)!));
    net.add('mean', mean, { dim: [2, 3] });
    net.add('fc', linear, { out_features: classes }, { givesClasses: true });
  });

/** The branch that filters each channel between two 1×1 convolutions. */
function drawBranch(net: GraphBuilder, path: string, half: number, stride: number): string {
  const branch = sequence(net, path);
  activated(branch, pointwise(half));
  branch.add(conv2d, depthwise(half, stride));
  branch.add(batchnorm2d, {});
  return activated(branch, pointwise(half));
}

/** Half of the channels pass through the branch, half beside it; then they mix. */
function drawBlock(net: GraphBuilder, path: string, half: number): void {
  const kept = net.add(`${path}.chunk`, chunk, { chunks: 2, dim: 1 });
  net.last = resultReference(kept, 1);
  join(net, path, [kept, drawBranch(net, `${path}.branch2`, half, 1)]);
}

/** Halves the image: both branches read all of it. */
function drawReduction(net: GraphBuilder, path: string, channels: number, half: number): void {
  const input = net.last;
  const beside = sequence(net, `${path}.branch1`);
  beside.add(conv2d, depthwise(channels, 2));
  beside.add(batchnorm2d, {});
  const first = activated(beside, pointwise(half));
  net.last = input;
  join(net, path, [first, drawBranch(net, `${path}.branch2`, half, 2)]);
}

function join(net: GraphBuilder, path: string, branches: readonly string[]): void {
  net.add(`${path}.concat`, concat, {}, { from: branches });
  net.add(`${path}.channel_shuffle`, channel_shuffle, { groups: 2 });
}

export const shufflenets: readonly Architecture[] = Object.entries(widths).map(([name, channels]) =>
  shufflenet(name, channels),
);
