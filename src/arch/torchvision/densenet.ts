import type { GraphBuilder } from '../../graph/builder.ts';
import { avgpool2d } from '../../layers/avgpool.ts';
import { batchnorm2d } from '../../layers/batchnorm.ts';
import { concat } from '../../layers/concat.ts';
import { conv2d } from '../../layers/conv.ts';
import { linear } from '../../layers/linear.ts';
import { maxpool2d } from '../../layers/maxpool.ts';
import { relu } from '../../layers/relu.ts';
import type { Architecture } from '../architecture.ts';
import { globalPool, torchvision } from './torchvision.ts';

interface Plan {
  /** Channels that each layer of a block adds. */
  readonly growth: number;
  readonly stem: number;
  /** Layers in each block. */
  readonly blocks: readonly number[];
}

const inplace = { inplace: true };

const plans: Readonly<Record<number, Plan>> = {
  121: { growth: 32, stem: 64, blocks: [6, 12, 24, 16] },
  161: { growth: 48, stem: 96, blocks: [6, 12, 36, 24] },
  169: { growth: 32, stem: 64, blocks: [6, 12, 32, 32] },
  201: { growth: 32, stem: 64, blocks: [6, 12, 48, 32] },
};

export const densenets: readonly Architecture[] = Object.entries(plans).map(([depth, plan]) =>
  torchvision(`densenet${depth}`, `DenseNet-${depth}`, (net, { classes }) => {
    const { growth, stem, blocks } = plan;
    const first = { out_channels: stem, kernel_size: 7, stride: 2, padding: 3, bias: false };
    net.add('features.conv0', conv2d, first);
    net.add('features.norm0', batchnorm2d, {});
    net.add('features.relu0', relu, inplace);
    net.add('features.pool0', maxpool2d, { kernel_size: 3, stride: 2, padding: 1 });
    let channels = stem;
    blocks.forEach((layers, i) => {
      drawBlock(net, `features.denseblock${i + 1}`, layers, growth);
      channels += layers * growth;
      if (i + 1 === blocks.length) return;
      channels = Math.floor(channels / 2);
      drawTransition(net, `features.transition${i + 1}`, channels);
    });
    net.add('features.norm5', batchnorm2d, {});
    net.add('relu', relu, inplace);
    globalPool(net);
    net.add('classifier', linear, { out_features: classes }, { givesClasses: true });
  }),
);

/** Each layer reads the input and what all layers before it gave, side by side. */
function drawBlock(net: GraphBuilder, path: string, layers: number, growth: number): void {
  const features = [net.last];
  for (let i = 1; i <= layers; i++) {
    const layer = `${path}.denselayer${i}`;
    // torchvision's bn_function has a variable for the concatenation.
    net.add(`${layer}.concat`, concat, {}, { from: features, heldUntil: `${layer}.conv1` });
    net.add(`${layer}.norm1`, batchnorm2d, {});
    net.add(`${layer}.relu1`, relu, inplace);
    net.add(`${layer}.conv1`, conv2d, { out_channels: 4 * growth, kernel_size: 1, bias: false });
    net.add(`${layer}.norm2`, batchnorm2d, {});
    net.add(`${layer}.relu2`, relu, inplace);
    const widen = { out_channels: growth, kernel_size: 3, padding: 1, bias: false };
    features.push(net.add(`${layer}.conv2`, conv2d, widen));
  }
  net.add(`${path}.concat`, concat, {}, { from: features });
}

function drawTransition(net: GraphBuilder, path: string, channels: number): void {
  net.add(`${path}.norm`, batchnorm2d, {});
  net.add(`${path}.relu`, relu, inplace);
  net.add(`${path}.conv`, conv2d, { out_channels: channels, kernel_size: 1, bias: false });
  net.add(`${path}.pool`, avgpool2d, { kernel_size: 2, stride: 2 });
}
