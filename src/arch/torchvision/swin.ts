import type { GraphBuilder } from '../../graph/builder.ts';
import { add } from '../../layers/add.ts';
import { adaptive_avgpool2d } from '../../layers/adaptive_avgpool.ts';
import { conv2d } from '../../layers/conv.ts';
import { dropout } from '../../layers/dropout.ts';
import { flatten } from '../../layers/flatten.ts';
import { gelu } from '../../layers/gelu.ts';
import { layernorm } from '../../layers/layernorm.ts';
import { linear } from '../../layers/linear.ts';
import { patch_merging_pad } from '../../layers/patch_merging_pad.ts';
import { permute } from '../../layers/permute.ts';
import { shifted_window_attention } from '../../layers/shifted_window_attention.ts';
import { stochastic_depth } from '../../layers/stochastic_depth.ts';
import type { Architecture } from '../architecture.ts';
import { sequence, torchvision } from './torchvision.ts';

interface Plan {
  readonly summary: string;
  readonly channels: number;
  readonly blocks: readonly [number, number, number, number];
  readonly heads: readonly [number, number, number, number];
  /** Of the last block's branches; the first's are never dropped. */
  readonly dropped: number;
}

const heads = [3, 6, 12, 24] as const;
const tiny = { channels: 96, blocks: [2, 2, 6, 2], heads, dropped: 0.2 } as const;
const small = { channels: 96, blocks: [2, 2, 18, 2], heads, dropped: 0.3 } as const;
const base = { channels: 128, blocks: [2, 2, 18, 2], heads: [4, 8, 16, 32], dropped: 0.5 } as const;

const plans: Readonly<Record<string, Plan>> = {
  swin_t: { summary: 'Swin-T', ...tiny },
  swin_s: { summary: 'Swin-S', ...small },
  swin_b: { summary: 'Swin-B', ...base },
};

const WINDOW = 7;

const swin = (name: string, { summary, channels, blocks, heads: headsOf, dropped }: Plan): Architecture =>
  torchvision(name, summary, (net, { classes }) => {
    const features = sequence(net, 'features');
    const stem = features.next();
    net.add(`${stem}.0`, conv2d, { out_channels: channels, kernel_size: 4, stride: 4 });
    net.add(`${stem}.1`, permute, { dims: [0, 2, 3, 1] });
    net.add(`${stem}.2`, layernorm, {});
    const last = blocks.reduce((a, b) => a + b) - 1;
    let block = 0;
    blocks.forEach((count, stage) => {
      const width = channels * 2 ** stage;
      const members = sequence(net, features.next());
      for (let i = 0; i < count; i++) {
        const shift = i % 2 === 0 ? 0 : Math.floor(WINDOW / 2);
        drawBlock(net, members.next(), {
          width,
          heads: headsOf[stage]!,
          shift,
          p: (dropped * block++) / last,
        });
      }
      if (stage + 1 < blocks.length) merge(net, features.next(), width);
    });
    net.add('norm', layernorm, {});
    net.add('permute', permute, { dims: [0, 3, 1, 2] });
    net.add('avgpool', adaptive_avgpool2d, { output_size: 1 });
    net.add('flatten', flatten, {});
    net.add('head', linear, { out_features: classes }, { givesClasses: true });
  });

interface Block {
  readonly width: number;
  readonly heads: number;
  readonly shift: number;
  readonly p: number;
}

/** Attention inside windows, then two linear layers at each pixel; each branch is added to what came in. */
function drawBlock(net: GraphBuilder, path: string, { width, heads: count, shift, p }: Block): void {
  const input = net.last;
  net.add(`${path}.norm1`, layernorm, {});
  net.add(`${path}.attn`, shifted_window_attention, {
    window_size: [WINDOW, WINDOW],
    shift_size: [shift, shift],
    num_heads: count,
  });
  const attended = net.add(`${path}.stochastic_depth1`, stochastic_depth, { p, mode: 'row' });
  const sum = net.add(`${path}.add1`, add, {}, { from: [input, attended] });
  net.add(`${path}.norm2`, layernorm, {}, { from: [sum] });
  const mlp = sequence(net, `${path}.mlp`);
  mlp.add(linear, { out_features: 4 * width });
  mlp.add(gelu, {});
  mlp.add(dropout, { p: 0 });
  mlp.add(linear, { out_features: width });
  mlp.add(dropout, { p: 0 });
  const mixed = net.add(`${path}.stochastic_depth2`, stochastic_depth, { p, mode: 'row' });
  net.add(`${path}.add2`, add, {}, { from: [sum, mixed] });
}

/** Half the sides, twice the channels. */
function merge(net: GraphBuilder, path: string, width: number): void {
  net.add(`${path}.pad`, patch_merging_pad, {});
  net.add(`${path}.norm`, layernorm, {});
  net.add(`${path}.reduction`, linear, { out_features: 2 * width, bias: false });
}

export const swins: readonly Architecture[] = Object.entries(plans).map(([name, plan]) => swin(name, plan));
