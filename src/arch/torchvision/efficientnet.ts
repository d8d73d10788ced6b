import type { GraphBuilder } from '../../graph/builder.ts';
import { adaptive_avgpool2d } from '../../layers/adaptive_avgpool2d.ts';
import { add } from '../../layers/add.ts';
import { conv2d } from '../../layers/conv2d.ts';
import { dropout } from '../../layers/dropout.ts';
import { linear } from '../../layers/linear.ts';
import { mul } from '../../layers/mul.ts';
import { sigmoid } from '../../layers/sigmoid.ts';
import { silu } from '../../layers/silu.ts';
import { stochastic_depth } from '../../layers/stochastic_depth.ts';
import { convNormActivation } from './convolution.ts';
import { globalPool, sequence, torchvision } from './torchvision.ts';

/** Expansion, kernel, stride of the first block, channels, blocks. Source: table 1 of the paper. */
const stages = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
] as const;

/** How likely the last block would be dropped; it grows from 0 along the blocks. */
const STOCHASTIC_DEPTH = 0.2;

export const efficientnet = torchvision('efficientnet_b0', 'EfficientNet-B0', (net, { classes }) => {
  const features = sequence(net, 'features');
  let channels = 32;
  convNormActivation(net, features.next(), { out_channels: channels, kernel_size: 3, stride: 2 }, silu);
  const all = stages.reduce((count, [, , , , blocks]) => count + blocks, 0);
  let before = 0;
  for (const [expansion, kernel, firstStride, out, blocks] of stages) {
    const stage = sequence(net, features.next());
    for (let i = 0; i < blocks; i++) {
      const stride = i === 0 ? firstStride : 1;
      const drop = (STOCHASTIC_DEPTH * before++) / all;
      drawBlock(net, stage.next(), { channels, expansion, kernel, stride, out, drop });
      channels = out;
    }
  }
  convNormActivation(net, features.next(), { out_channels: 4 * channels, kernel_size: 1 }, silu);
  globalPool(net);
  const classifier = sequence(net, 'classifier');
  classifier.add(dropout, { p: 0.2, inplace: true });
  classifier.add(linear, { out_features: classes }, { givesClasses: true });
});

interface Block {
  readonly channels: number;
  readonly expansion: number;
  readonly kernel: number;
  readonly stride: number;
  readonly out: number;
  readonly drop: number;
}

/** MBConv: widen, filter each channel, weigh the channels, narrow; skipped by a sum where the shapes allow it. */
function drawBlock(net: GraphBuilder, path: string, block: Block): void {
  const { channels, expansion, kernel, stride, out, drop } = block;
  const input = net.last;
  const members = sequence(net, `${path}.block`);
  const hidden = channels * expansion;
  if (expansion !== 1) {
    convNormActivation(net, members.next(), { out_channels: hidden, kernel_size: 1 }, silu);
  }
  const depthwise = { out_channels: hidden, kernel_size: kernel, stride, groups: hidden };
  convNormActivation(net, members.next(), depthwise, silu);
  drawSqueezeExcitation(net, members.next(), channels / 4, hidden);
  convNormActivation(net, members.next(), { out_channels: out, kernel_size: 1 });
  if (stride === 1 && channels === out) {
    const dropped = net.add(`${path}.stochastic_depth`, stochastic_depth, { p: drop, mode: 'row' });
    net.add(`${path}.add`, add, { inplace: true }, { from: [dropped, input] });
  }
}

/** A weight for each channel from the means of all channels. */
function drawSqueezeExcitation(net: GraphBuilder, path: string, squeezed: number, channels: number): void {
  const input = net.last;
  net.add(`${path}.avgpool`, adaptive_avgpool2d, { output_size: 1 });
  net.add(`${path}.fc1`, conv2d, { out_channels: squeezed, kernel_size: 1 });
  net.add(`${path}.activation`, silu, { inplace: true });
  net.add(`${path}.fc2`, conv2d, { out_channels: channels, kernel_size: 1 });
  const scale = net.add(`${path}.scale_activation`, sigmoid, {});
  net.add(`${path}.mul`, mul, {}, { from: [scale, input] });
}
