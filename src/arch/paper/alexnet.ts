import { conv2d } from '../../layers/conv.ts';
import { local_response_norm } from '../../layers/local_response_norm.ts';
import { maxpool2d } from '../../layers/maxpool.ts';
import { relu } from '../../layers/relu.ts';
import { network } from '../network.ts';
import { paperHead } from './head.ts';

/** Section 3.3 of the paper: n = 5, k = 2, β = 0.75, α = 1e−4; PyTorch's alpha is divided by n. */
export const krizhevskyNorm = { size: 5, k: 2, beta: 0.75, alpha: 5 * 1e-4 };

/** Windows overlap: section 3.4. */
const pool = { kernel_size: 3, stride: 2 };
const HEAD_FEATURES = 6 * 6 * 256;

/**
 * Two columns on two GPUs that meet at the third convolution: groups of 2 at the second, fourth and fifth.
 * Layer names as in Caffe. The paper says 224 pixels; its 55×55 maps need 227.
 * Source: Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural Networks".
 */
export const alexnet = network(
  {
    name: 'paper/alexnet',
    source: 'paper',
    summary: 'AlexNet as published: two columns (groups), local response normalization',
    input: [3, 227, 227],
    defaults: { classes: 1000, head: 'fixed' },
  },
  (net, options) => {
    net.add('conv1', conv2d, { out_channels: 96, kernel_size: 11, stride: 4 });
    net.add('relu1', relu, {});
    net.add('norm1', local_response_norm, krizhevskyNorm);
    net.add('pool1', maxpool2d, pool);
    net.add('conv2', conv2d, { out_channels: 256, kernel_size: 5, padding: 2, groups: 2 });
    net.add('relu2', relu, {});
    net.add('norm2', local_response_norm, krizhevskyNorm);
    net.add('pool2', maxpool2d, pool);
    net.add('conv3', conv2d, { out_channels: 384, kernel_size: 3, padding: 1 });
    net.add('relu3', relu, {});
    net.add('conv4', conv2d, { out_channels: 384, kernel_size: 3, padding: 1, groups: 2 });
    net.add('relu4', relu, {});
    net.add('conv5', conv2d, { out_channels: 256, kernel_size: 3, padding: 1, groups: 2 });
    net.add('relu5', relu, {});
    net.add('pool5', maxpool2d, pool);
    paperHead(net, options, HEAD_FEATURES);
  },
);
