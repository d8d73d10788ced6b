import type { GraphBuilder } from '../../graph/builder.ts';
import { add } from '../../layers/add.ts';
import { batchnorm2d } from '../../layers/batchnorm2d.ts';
import { conv2d } from '../../layers/conv2d.ts';
import { linear } from '../../layers/linear.ts';
import { maxpool2d } from '../../layers/maxpool2d.ts';
import { relu } from '../../layers/relu.ts';
import type { Architecture } from '../architecture.ts';
import { globalPool, torchvision } from './torchvision.ts';

type Blocks = readonly [number, number, number, number];

const inplace = { inplace: true };

/** The convolutions of a block's main path; the last has no ReLU of its own. */
interface BlockKind {
  /** Output channels for each channel of the stage's width. */
  readonly expansion: number;
  convolutions(width: number, stride: number): readonly Convolution[];
}
interface Convolution {
  readonly out_channels: number;
  readonly kernel_size: number;
  readonly stride?: number;
}

const basic: BlockKind = {
  expansion: 1,
  convolutions: (width, stride) => [
    { out_channels: width, kernel_size: 3, stride },
    { out_channels: width, kernel_size: 3 },
  ],
};

/** Strides at the 3×3 convolution, as torchvision does (called v1.5); the paper strides at the first 1×1. */
const bottleneck: BlockKind = {
  expansion: 4,
  convolutions: (width, stride) => [
    { out_channels: width, kernel_size: 1 },
    { out_channels: width, kernel_size: 3, stride },
    { out_channels: 4 * width, kernel_size: 1 },
  ],
};

function resnet(depth: number, kind: BlockKind, blocks: Blocks): Architecture {
  return torchvision(
    `resnet${depth}`,
    `ResNet-${depth}${kind === bottleneck ? ' v1.5' : ''}`,
    (net, { classes }) => {
      net.add('conv1', conv2d, { out_channels: 64, kernel_size: 7, stride: 2, padding: 3, bias: false });
      net.add('bn1', batchnorm2d, {});
      net.add('relu', relu, inplace);
      net.add('maxpool', maxpool2d, { kernel_size: 3, stride: 2, padding: 1 });
      let channels = 64;
      blocks.forEach((count, stage) => {
        const width = 64 * 2 ** stage;
        for (let i = 0; i < count; i++) {
          const stride = stage > 0 && i === 0 ? 2 : 1;
          const project = stride !== 1 || channels !== width * kind.expansion;
          channels = width * kind.expansion;
          drawBlock(net, `layer${stage + 1}.${i}`, kind.convolutions(width, stride), project ? stride : 0);
        }
      });
      globalPool(net);
      net.add('fc', linear, { out_features: classes }, { givesClasses: true });
    },
  );
}

/** A residual block; `projectionStride` 0 adds its input as it is. One ReLU module serves all of the block. */
function drawBlock(
  net: GraphBuilder,
  path: string,
  convolutions: readonly Convolution[],
  projectionStride: number,
): void {
  const input = net.last;
  const last = convolutions.length;
  convolutions.forEach((convolution, i) => {
    const padding = (convolution.kernel_size - 1) / 2;
    net.add(`${path}.conv${i + 1}`, conv2d, { ...convolution, padding, bias: false });
    net.add(`${path}.bn${i + 1}`, batchnorm2d, {});
    if (i + 1 < last) net.add(`${path}.relu${i + 1}`, relu, inplace);
  });
  const main = net.last;
  let shortcut = input;
  if (projectionStride > 0) {
    const { out_channels } = convolutions[last - 1]!;
    const projection = { out_channels, kernel_size: 1, stride: projectionStride, bias: false };
    net.add(`${path}.downsample.0`, conv2d, projection, { from: input });
    shortcut = net.add(`${path}.downsample.1`, batchnorm2d, {});
  }
  net.add(`${path}.add`, add, inplace, { from: [main, shortcut] });
  net.add(`${path}.relu${last}`, relu, inplace);
}

export const resnets: readonly Architecture[] = [
  resnet(18, basic, [2, 2, 2, 2]),
  resnet(34, basic, [3, 4, 6, 3]),
  resnet(50, bottleneck, [3, 4, 6, 3]),
  resnet(101, bottleneck, [3, 4, 23, 3]),
  resnet(152, bottleneck, [3, 8, 36, 3]),
];
