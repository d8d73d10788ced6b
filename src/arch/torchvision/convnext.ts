import type { GraphBuilder } from '../../graph/builder.ts';
import { adaptive_avgpool2d } from '../../layers/adaptive_avgpool.ts';
import { add } from '../../layers/add.ts';
import { conv2d } from '../../layers/conv.ts';
import { flatten } from '../../layers/flatten.ts';
import { gelu } from '../../layers/gelu.ts';
import { layernorm } from '../../layers/layernorm.ts';
import { linear } from '../../layers/linear.ts';
import { mul } from '../../layers/mul.ts';
import { parameter } from '../../layers/parameter.ts';
import { permute } from '../../layers/permute.ts';
import { stochastic_depth } from '../../layers/stochastic_depth.ts';
import type { Architecture } from '../architecture.ts';
import { sequence, torchvision } from './torchvision.ts';

interface Plan {
  readonly summary: string;
  readonly channels: readonly [number, number, number, number];
  readonly blocks: readonly [number, number, number, number];
  /** Of the last block's branch; the first is never dropped. */
  readonly dropped: number;
}

const plans: Readonly<Record<string, Plan>> = {
  convnext_tiny: { summary: 'ConvNeXt-T', channels: [96, 192, 384, 768], blocks: [3, 3, 9, 3], dropped: 0.1 },
  convnext_small: {
    summary: 'ConvNeXt-S',
    channels: [96, 192, 384, 768],
    blocks: [3, 3, 27, 3],
    dropped: 0.4,
  },
  convnext_base: {
    summary: 'ConvNeXt-B',
    channels: [128, 256, 512, 1024],
    blocks: [3, 3, 27, 3],
    dropped: 0.5,
  },
  convnext_large: {
    summary: 'ConvNeXt-L',
    channels: [192, 384, 768, 1536],
    blocks: [3, 3, 27, 3],
    dropped: 0.5,
  },
};

const eps = 1e-6;
const LAYER_SCALE = 1e-6;
const CHANNELS_LAST = { dims: [0, 2, 3, 1] };
const CHANNELS_FIRST = { dims: [0, 3, 1, 2] };

/** torchvision's `LayerNorm2d`: over the channels, which go last for it and back. */
function normalizeChannels(net: GraphBuilder, path: string): void {
  net.add(`${path}_permute`, permute, CHANNELS_LAST);
  net.add(path, layernorm, { eps });
  net.add(`${path}_permute_back`, permute, CHANNELS_FIRST);
}

const convnext = (name: string, { summary, channels, blocks, dropped }: Plan): Architecture =>
  torchvision(name, summary, (net, { classes }) => {
    const features = sequence(net, 'features');
    const stem = features.next();
    net.add(`${stem}.0`, conv2d, { out_channels: channels[0], kernel_size: 4, stride: 4 });
    normalizeChannels(net, `${stem}.1`);
    const last = blocks.reduce((a, b) => a + b) - 1;
    let block = 0;
    channels.forEach((width, stage) => {
      if (stage > 0) {
        const smaller = features.next();
        normalizeChannels(net, `${smaller}.0`);
        net.add(`${smaller}.1`, conv2d, { out_channels: width, kernel_size: 2, stride: 2 });
      }
      const members = sequence(net, features.next());
      for (let i = 0; i < blocks[stage]!; i++) {
        drawBlock(net, members.next(), width, (dropped * block++) / last);
      }
    });
    net.add('avgpool', adaptive_avgpool2d, { output_size: 1 });
    normalizeChannels(net, 'classifier.0');
    net.add('classifier.1', flatten, {});
    net.add('classifier.2', linear, { out_features: classes }, { givesClasses: true });
  });

/** Filter each channel, then widen and narrow at each pixel; scaled by channel and added to the input. */
function drawBlock(net: GraphBuilder, path: string, channels: number, p: number): void {
  const input = net.last;
  const block = sequence(net, `${path}.block`);
  block.add(conv2d, { out_channels: channels, kernel_size: 7, padding: 3, groups: channels });
  block.add(permute, CHANNELS_LAST);
  block.add(layernorm, { eps });
  block.add(linear, { out_features: 4 * channels });
  block.add(gelu, {});
  block.add(linear, { out_features: channels });
  const branch = block.add(permute, CHANNELS_FIRST);
  const scale = net.add(`${path}.layer_scale`, parameter, { shape: [channels, 1, 1], value: LAYER_SCALE });
  net.add(`${path}.mul`, mul, {}, { from: [scale, branch] });
  const result = net.add(`${path}.stochastic_depth`, stochastic_depth, { p, mode: 'row' });
  net.add(`${path}.add`, add, { inplace: true }, { from: [result, input] });
}

export const convnexts: readonly Architecture[] = Object.entries(plans).map(([name, plan]) =>
  convnext(name, plan),
);
