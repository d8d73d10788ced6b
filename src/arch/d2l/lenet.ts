import { avgpool2d } from '../../layers/avgpool.ts';
import { conv2d } from '../../layers/conv.ts';
import { flatten } from '../../layers/flatten.ts';
import { linear } from '../../layers/linear.ts';
import { sigmoid } from '../../layers/sigmoid.ts';
import { book } from './book.ts';

const pool = { kernel_size: 2, stride: 2 };
const HEAD_FEATURES = 16 * 5 * 5;

/** Source: d2l 0.17, section 6.6. */
export const lenet = book(
  'lenet',
  'LeNet of the book: 2 convolutions, 3 fully connected',
  { side: 28, defaults: { head: 'follow' } },
  (net, { classes, head }) => {
    net.add('conv1', conv2d, { out_channels: 6, kernel_size: 5, padding: 2 });
    net.add('sigmoid1', sigmoid, {});
    net.add('pool1', avgpool2d, pool);
    net.add('conv2', conv2d, { out_channels: 16, kernel_size: 5 });
    net.add('sigmoid2', sigmoid, {});
    net.add('pool2', avgpool2d, pool);
    net.add('flatten', flatten, {});
    net.add('fc1', linear, { out_features: 120, ...(head === 'fixed' && { in_features: HEAD_FEATURES }) });
    net.add('sigmoid3', sigmoid, {});
    net.add('fc2', linear, { out_features: 84 });
    net.add('sigmoid4', sigmoid, {});
    net.add('fc3', linear, { out_features: classes }, { givesClasses: true });
  },
);
