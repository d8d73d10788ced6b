import type { GraphBuilder } from '../../graph/builder.ts';
import { adaptive_avgpool2d } from '../../layers/adaptive_avgpool.ts';
import { add } from '../../layers/add.ts';
import { batchnorm2d } from '../../layers/batchnorm.ts';
import { conv2d } from '../../layers/conv.ts';
import { flatten } from '../../layers/flatten.ts';
import { linear } from '../../layers/linear.ts';
import { maxpool2d } from '../../layers/maxpool.ts';
import { relu } from '../../layers/relu.ts';
import { book } from './book.ts';

/** Source: d2l 0.17, section 7.6. */
export const resnet18 = book('resnet18', 'ResNet-18 of the book', { side: 224 }, (net, { classes }) => {
  net.add('b1.conv', conv2d, { out_channels: 64, kernel_size: 7, stride: 2, padding: 3 });
  net.add('b1.bn', batchnorm2d, {});
  net.add('b1.relu', relu, {});
  net.add('b1.pool', maxpool2d, { kernel_size: 3, stride: 2, padding: 1 });
  [64, 128, 256, 512].forEach((channels, i) => {
    drawResidual(net, `b${i + 2}.residual1`, channels, i > 0);
    drawResidual(net, `b${i + 2}.residual2`, channels, false);
  });
  net.add('avgpool', adaptive_avgpool2d, { output_size: 1 });
  net.add('flatten', flatten, {});
  net.add('fc', linear, { out_features: classes }, { givesClasses: true });
});

/** Two 3×3 convolutions and the input; `halve` takes both at stride 2, the input through a 1×1 convolution. */
function drawResidual(net: GraphBuilder, path: string, out_channels: number, halve: boolean): void {
  const input = net.last;
  const stride = halve ? 2 : 1;
  net.add(`${path}.conv1`, conv2d, { out_channels, kernel_size: 3, stride, padding: 1 });
  net.add(`${path}.bn1`, batchnorm2d, {});
  net.add(`${path}.relu1`, relu, {});
  net.add(`${path}.conv2`, conv2d, { out_channels, kernel_size: 3, padding: 1 });
  const main = net.add(`${path}.bn2`, batchnorm2d, {});
  const projection = { out_channels, kernel_size: 1, stride };
  const shortcut = halve ? net.add(`${path}.conv3`, conv2d, projection, { from: input }) : input;
  net.add(`${path}.add`, add, { inplace: true }, { from: [main, shortcut] });
  net.add(`${path}.relu2`, relu, {});
}
