import type { GraphBuilder } from '../../graph/builder.ts';
import { adaptive_avgpool2d } from '../../layers/adaptive_avgpool.ts';
import { conv2d } from '../../layers/conv.ts';
import { dropout } from '../../layers/dropout.ts';
import { flatten } from '../../layers/flatten.ts';
import { maxpool2d } from '../../layers/maxpool.ts';
import { relu } from '../../layers/relu.ts';
import { book } from './book.ts';

const pool = { kernel_size: 3, stride: 2 };

/** Source: d2l 0.17, section 7.3. */
export const nin = book('nin', 'Network in Network of the book', { side: 224 }, (net, { classes }) => {
  drawBlock(net, 'block1', { out_channels: 96, kernel_size: 11, stride: 4 });
  net.add('pool1', maxpool2d, pool);
  drawBlock(net, 'block2', { out_channels: 256, kernel_size: 5, padding: 2 });
  net.add('pool2', maxpool2d, pool);
  drawBlock(net, 'block3', { out_channels: 384, kernel_size: 3, padding: 1 });
  net.add('pool3', maxpool2d, pool);
  net.add('drop', dropout, { p: 0.5 });
  drawBlock(net, 'block4', { out_channels: classes, kernel_size: 3, padding: 1 }, { givesClasses: true });
  net.add('avgpool', adaptive_avgpool2d, { output_size: 1 });
  net.add('flatten', flatten, {});
});

interface FirstConvolution {
  readonly out_channels: number;
  readonly kernel_size: number;
  readonly stride?: number;
  readonly padding?: number;
}

/** A convolution and two 1×1 convolutions of the same width. */
function drawBlock(
  net: GraphBuilder,
  path: string,
  first: FirstConvolution,
  options: { readonly givesClasses?: boolean } = {},
): void {
  const pointwise = { out_channels: first.out_channels, kernel_size: 1 };
  [first, pointwise, pointwise].forEach((convolution, i) => {
    net.add(`${path}.conv${i + 1}`, conv2d, convolution, options);
    net.add(`${path}.relu${i + 1}`, relu, {});
  });
}
