import type { GraphBuilder } from '../../graph/builder.ts';
import { adaptive_avgpool2d } from '../../layers/adaptive_avgpool.ts';
import { avgpool2d } from '../../layers/avgpool.ts';
import { batchnorm2d } from '../../layers/batchnorm.ts';
import { concat } from '../../layers/concat.ts';
import { conv2d } from '../../layers/conv.ts';
import { flatten } from '../../layers/flatten.ts';
import { linear } from '../../layers/linear.ts';
import { maxpool2d } from '../../layers/maxpool.ts';
import { relu } from '../../layers/relu.ts';
import { book } from './book.ts';

const STEM = 64;
const GROWTH = 32;
const CONVS_IN_BLOCKS = [4, 4, 4, 4];

/** Source: d2l 0.17, section 7.7. */
export const densenet = book(
  'densenet',
  'DenseNet of the book: 4 dense blocks of 4 convolutions',
  { side: 96 },
  (net, { classes }) => {
    net.add('b1.conv', conv2d, { out_channels: STEM, kernel_size: 7, stride: 2, padding: 3 });
    net.add('b1.bn', batchnorm2d, {});
    net.add('b1.relu', relu, {});
    net.add('b1.pool', maxpool2d, { kernel_size: 3, stride: 2, padding: 1 });
    let channels = STEM;
    CONVS_IN_BLOCKS.forEach((convs, i) => {
      drawDenseBlock(net, `block${i + 1}`, convs);
      channels += convs * GROWTH;
      if (i + 1 === CONVS_IN_BLOCKS.length) return;
      channels /= 2;
      drawTransition(net, `transition${i + 1}`, channels);
    });
    net.add('bn', batchnorm2d, {});
    net.add('relu', relu, {});
    net.add('avgpool', adaptive_avgpool2d, { output_size: 1 });
    net.add('flatten', flatten, {});
    net.add('fc', linear, { out_features: classes }, { givesClasses: true });
  },
);

/** Each convolution's output is laid beside its input. */
function drawDenseBlock(net: GraphBuilder, path: string, convs: number): void {
  for (let n = 1; n <= convs; n++) {
    const input = net.last;
    net.add(`${path}.bn${n}`, batchnorm2d, {});
    net.add(`${path}.relu${n}`, relu, {});
    const output = net.add(`${path}.conv${n}`, conv2d, { out_channels: GROWTH, kernel_size: 3, padding: 1 });
    net.add(`${path}.concat${n}`, concat, {}, { from: [input, output] });
  }
}

function drawTransition(net: GraphBuilder, path: string, channels: number): void {
  net.add(`${path}.bn`, batchnorm2d, {});
  net.add(`${path}.relu`, relu, {});
  net.add(`${path}.conv`, conv2d, { out_channels: channels, kernel_size: 1 });
  net.add(`${path}.pool`, avgpool2d, { kernel_size: 2, stride: 2 });
}
