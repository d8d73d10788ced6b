import { conv2d } from '../../layers/conv.ts';
import { maxpool2d } from '../../layers/maxpool.ts';
import { relu } from '../../layers/relu.ts';
import { book } from './book.ts';
import { bookHead } from './head.ts';

const pool = { kernel_size: 3, stride: 2 };
const HEAD_FEATURES = 6400;

/** Source: d2l 0.17, section 7.1. */
export const alexnet = book(
  'alexnet',
  'AlexNet of the book: 5 convolutions, 3 fully connected',
  { side: 224, defaults: { head: 'follow' } },
  (net, { classes, head }) => {
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
    bookHead(net, classes, head === 'fixed' ? HEAD_FEATURES : undefined);
  },
);
