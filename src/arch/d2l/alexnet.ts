import { GraphBuilder } from '../../graph/builder.ts';
import { conv2d } from '../../layers/conv2d.ts';
import { maxpool2d } from '../../layers/maxpool2d.ts';
import { relu } from '../../layers/relu.ts';
import type { Architecture } from '../architecture.ts';
import { bookHead } from './head.ts';

const input = [1, 224, 224] as const;
const pool = { kernel_size: 3, stride: 2 };

/** Source: d2l 0.17, section 7.1. */
export const alexnet: Architecture = {
  name: 'alexnet',
  source: 'd2l',
  summary: 'AlexNet of the book: 5 convolutions, 3 fully connected',
  input,
  defaults: { classes: 10, head: 'follow' },
  build({ classes, head }) {
    const net = new GraphBuilder();
    net.add('conv1', conv2d, { out_channels: 96, kernel_size: 11, stride: 4, padding: 1 });
    net.add('conv1_relu', relu, {});
    net.add('pool1', maxpool2d, pool);
    net.add('conv2', conv2d, { out_channels: 256, kernel_size: 5, padding: 2 });
    net.add('conv2_relu', relu, {});
    net.add('pool2', maxpool2d, pool);
    [384, 384, 256].forEach((out_channels, i) => {
      net.add(`conv${i + 3}`, conv2d, { out_channels, kernel_size: 3, padding: 1 });
      net.add(`conv${i + 3}_relu`, relu, {});
    });
    net.add('pool3', maxpool2d, pool);
    bookHead(net, classes, head === 'fixed' ? 6400 : undefined);
    return net.build({ name: 'alexnet', source: 'd2l', defaultInput: input });
  },
};
