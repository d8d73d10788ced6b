import type { GraphBuilder } from '../../graph/builder.ts';
import { add } from '../../layers/add.ts';
import { adaptive_avgpool2d } from '../../layers/adaptive_avgpool.ts';
import { buffer } from '../../layers/buffer.ts';
import { conv2d } from '../../layers/conv.ts';
import { dropout } from '../../layers/dropout.ts';
import { flatten } from '../../layers/flatten.ts';
import { gelu } from '../../layers/gelu.ts';
import type { AttributesInput } from '../../layers/layer.ts';
import { layernorm } from '../../layers/layernorm.ts';
import { linear } from '../../layers/linear.ts';
import { patch_merging_pad } from '../../layers/patch_merging_pad.ts';
import { permute } from '../../layers/permute.ts';
import { relu } from '../../layers/relu.ts';
import { shifted_window_attention } from '../../layers/shifted_window_attention.ts';
import { shifted_window_attention_v2 } from '../../layers/shifted_window_attention_v2.ts';
import { stochastic_depth } from '../../layers/stochastic_depth.ts';
import type { Architecture } from '../architecture.ts';
import type { Draw } from '../network.ts';
import { sequence, torchvision } from './torchvision.ts';

interface Plan {
  readonly channels: number;
  readonly blocks: readonly [number, number, number, number];
  readonly heads: readonly [number, number, number, number];
  /** Of the last block's branches; the first's are never dropped. */
  readonly dropped: number;
}

const heads = [3, 6, 12, 24] as const;
const tiny: Plan = { channels: 96, blocks: [2, 2, 6, 2], heads, dropped: 0.2 };
const small: Plan = { channels: 96, blocks: [2, 2, 18, 2], heads, dropped: 0.3 };
const base: Plan = { channels: 128, blocks: [2, 2, 18, 2], heads: [4, 8, 16, 32], dropped: 0.5 };

/** In what the two versions differ. */
interface Version {
  /** Side of a window. */
  readonly window: number;
  /** Side of the images that the weights are for. */
  readonly side: number;
  readonly drawBlock: (net: GraphBuilder, path: string, block: Block) => void;
  readonly merge: (net: GraphBuilder, path: string, width: number) => void;
}

interface Block {
  readonly width: number;
  /** How often a branch is dropped. */
  readonly p: number;
  readonly attention: AttributesInput<typeof shifted_window_attention.attributes>;
}

const first: Version = {
  window: 7,
  side: 224,
  /** Attention inside windows, then two linear layers at each pixel; each branch is added to what came in. */
  drawBlock(net, path, { width, p, attention }) {
    const input = net.last;
    net.add(`${path}.norm1`, layernorm, {});
    net.add(`${path}.attn`, shifted_window_attention, attention);
    const attended = net.add(`${path}.stochastic_depth1`, stochastic_depth, { p, mode: 'row' });
    const sum = net.add(`${path}.add1`, add, {}, { from: [input, attended] });
    net.add(`${path}.norm2`, layernorm, {}, { from: [sum] });
    drawMlp(net, path, width);
    const mixed = net.add(`${path}.stochastic_depth2`, stochastic_depth, { p, mode: 'row' });
    net.add(`${path}.add2`, add, {}, { from: [sum, mixed] });
  },
  merge(net, path, width) {
    net.add(`${path}.pad`, patch_merging_pad, {});
    net.add(`${path}.norm`, layernorm, {});
    net.add(`${path}.reduction`, linear, { out_features: 2 * width, bias: false });
  },
};

/** Its norms stand behind, and two linear layers make the biases of relative positions. */
const second: Version = {
  window: 8,
  side: 256,
  drawBlock(net, path, { width, p, attention }) {
    const input = net.last;
    const table = coordinates(attention.window_size);
    const coords = net.add(`${path}.attn.relative_coords_table`, buffer, table);
    const cpb = sequence(net, `${path}.attn.cpb_mlp`);
    cpb.add(linear, { out_features: 512 }, { from: [coords] });
    cpb.add(relu, { inplace: true });
    const positions = cpb.add(linear, { out_features: attention.num_heads, bias: false });
    net.add(`${path}.attn`, shifted_window_attention_v2, attention, { from: [input, positions] });
    net.add(`${path}.norm1`, layernorm, {});
    const attended = net.add(`${path}.stochastic_depth1`, stochastic_depth, { p, mode: 'row' });
    const sum = net.add(`${path}.add1`, add, {}, { from: [input, attended] });
    drawMlp(net, path, width);
    net.add(`${path}.norm2`, layernorm, {});
    const mixed = net.add(`${path}.stochastic_depth2`, stochastic_depth, { p, mode: 'row' });
    net.add(`${path}.add2`, add, {}, { from: [sum, mixed] });
  },
  merge(net, path, width) {
    net.add(`${path}.pad`, patch_merging_pad, {});
    net.add(`${path}.reduction`, linear, { out_features: 2 * width, bias: false });
    net.add(`${path}.norm`, layernorm, {});
  },
};

const swin = (name: string, summary: string, plan: Plan, version: Version): Architecture => {
  const { channels, blocks, dropped } = plan;
  const last = blocks.reduce((a, b) => a + b) - 1;
  const draw: Draw = (net, { classes }) => {
    const features = sequence(net, 'features');
    const stem = features.next();
    net.add(`${stem}.0`, conv2d, { out_channels: channels, kernel_size: 4, stride: 4 });
    net.add(`${stem}.1`, permute, { dims: [0, 2, 3, 1] });
    net.add(`${stem}.2`, layernorm, {});
    let block = 0;
    blocks.forEach((count, stage) => {
      const width = channels * 2 ** stage;
      const members = sequence(net, features.next());
      for (let i = 0; i < count; i++) {
        const shift = i % 2 === 0 ? 0 : Math.floor(version.window / 2);
        version.drawBlock(net, members.next(), {
          width,
          p: (dropped * block++) / last,
          attention: {
            window_size: [version.window, version.window],
            shift_size: [shift, shift],
            num_heads: plan.heads[stage]!,
          },
        });
      }
      // Half the sides, twice the channels.
      if (stage + 1 < blocks.length) version.merge(net, features.next(), width);
    });
    net.add('norm', layernorm, {});
    net.add('permute', permute, { dims: [0, 3, 1, 2] });
    net.add('avgpool', adaptive_avgpool2d, { output_size: 1 });
    net.add('flatten', flatten, {});
    net.add('head', linear, { out_features: classes }, { givesClasses: true });
  };
  return torchvision(name, summary, draw, { side: version.side });
};

function drawMlp(net: GraphBuilder, path: string, width: number): void {
  const mlp = sequence(net, `${path}.mlp`);
  mlp.add(linear, { out_features: 4 * width });
  mlp.add(gelu, {});
  mlp.add(dropout, { p: 0 });
  mlp.add(linear, { out_features: width });
  mlp.add(dropout, { p: 0 });
}

/** Every relative position in a window, down and across, on a logarithmic scale. */
function coordinates([height, width]: readonly number[]) {
  const along = (side: number) =>
    Array.from({ length: 2 * side - 1 }, (_, i) => {
      const part = (8 * (i - side + 1)) / (side - 1);
      return (Math.sign(part) * Math.log2(Math.abs(part) + 1)) / 3;
    });
  const [down, across] = [along(height!), along(width!)];
  return {
    shape: [1, down.length, across.length, 2],
    values: down.flatMap((y) => across.flatMap((x) => [y, x])),
  };
}

export const swins: readonly Architecture[] = [
  swin('swin_t', 'Swin-T', tiny, first),
  swin('swin_s', 'Swin-S', small, first),
  swin('swin_b', 'Swin-B', base, first),
  swin('swin_v2_t', 'Swin V2-T', tiny, second),
  swin('swin_v2_s', 'Swin V2-S', small, second),
  swin('swin_v2_b', 'Swin V2-B', base, second),
];
