import type { GraphBuilder } from '../../graph/builder.ts';
import { add } from '../../layers/add.ts';
import { batchnorm2d } from '../../layers/batchnorm.ts';
import { conv2d } from '../../layers/conv.ts';
import { dropout } from '../../layers/dropout.ts';
import { linear } from '../../layers/linear.ts';
import { relu6 } from '../../layers/relu6.ts';
import { convNormActivation } from './convolution.ts';
import { globalPool, sequence, torchvision } from './torchvision.ts';

/** Expansion, channels, blocks and the stride of the first block. Source: table 2 of the paper. */
const stages = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

const wide = (out_channels: number) => ({ out_channels, activation: relu6 });

export const mobilenetV2 = torchvision('mobilenet_v2', 'MobileNetV2', (net, { classes }) => {
  const features = sequence(net, 'features');
  let channels = 32;
  convNormActivation(net, features.next(), { ...wide(channels), kernel_size: 3, stride: 2 });
  for (const [expansion, out, blocks, firstStride] of stages) {
    for (let i = 0; i < blocks; i++) {
      const stride = i === 0 ? firstStride : 1;
      drawBlock(net, features.next(), { channels, expansion, out, stride });
      channels = out;
    }
  }
  convNormActivation(net, features.next(), { ...wide(1280), kernel_size: 1 });
  globalPool(net);
  const classifier = sequence(net, 'classifier');
  classifier.add(dropout, { p: 0.2 });
  classifier.add(linear, { out_features: classes }, { givesClasses: true });
});

interface Block {
  readonly channels: number;
  readonly expansion: number;
  readonly out: number;
  readonly stride: number;
}

/** Inverted residual: widen by 1×1, filter each channel, narrow by 1×1 without an activation. */
function drawBlock(net: GraphBuilder, path: string, { channels, expansion, out, stride }: Block): void {
  const input = net.last;
  const conv = sequence(net, `${path}.conv`);
  const hidden = channels * expansion;
  if (expansion !== 1) convNormActivation(net, conv.next(), { ...wide(hidden), kernel_size: 1 });
  convNormActivation(net, conv.next(), { ...wide(hidden), kernel_size: 3, stride, groups: hidden });
  conv.add(conv2d, { out_channels: out, kernel_size: 1, bias: false });
  const narrow = conv.add(batchnorm2d, {});
  if (stride === 1 && channels === out) net.add(`${path}.add`, add, {}, { from: [input, narrow] });
}
