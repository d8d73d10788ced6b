import { adaptive_avgpool2d } from '../../layers/adaptive_avgpool.ts';
import { conv2d } from '../../layers/conv.ts';
import { dropout } from '../../layers/dropout.ts';
import { flatten } from '../../layers/flatten.ts';
import { linear } from '../../layers/linear.ts';
import { maxpool2d } from '../../layers/maxpool.ts';
import { relu } from '../../layers/relu.ts';
import { sequence, torchvision } from './torchvision.ts';

const inplace = { inplace: true };
const pool = { kernel_size: 3, stride: 2 };

/** The one-column AlexNet of "One weird trick for parallelizing convolutional neural networks". */
export const alexnet = torchvision('alexnet', 'AlexNet, the one-column form', (net, { classes }) => {
  const features = sequence(net, 'features');
  features.add(conv2d, { out_channels: 64, kernel_size: 11, stride: 4, padding: 2 });
  features.add(relu, inplace);
  features.add(maxpool2d, pool);
  features.add(conv2d, { out_channels: 192, kernel_size: 5, padding: 2 });
  features.add(relu, inplace);
  features.add(maxpool2d, pool);
  for (const out_channels of [384, 256, 256]) {
    features.add(conv2d, { out_channels, kernel_size: 3, padding: 1 });
    features.add(relu, inplace);
  }
  features.add(maxpool2d, pool);
  net.add('avgpool', adaptive_avgpool2d, { output_size: 6 });
  net.add('flatten', flatten, {});
  const classifier = sequence(net, 'classifier');
  for (let i = 0; i < 2; i++) {
    classifier.add(dropout, { p: 0.5 });
    classifier.add(linear, { out_features: 4096 });
    classifier.add(relu, inplace);
  }
  classifier.add(linear, { out_features: classes }, { givesClasses: true });
});
