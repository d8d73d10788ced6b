import type { GraphBuilder } from '../../graph/builder.ts';
import { add } from '../../layers/add.ts';
import { concat } from '../../layers/concat.ts';
import { conv2d } from '../../layers/conv.ts';
import { dropout } from '../../layers/dropout.ts';
import { expand } from '../../layers/expand.ts';
import { gelu } from '../../layers/gelu.ts';
import { layernorm } from '../../layers/layernorm.ts';
import { linear } from '../../layers/linear.ts';
import { multihead_attention } from '../../layers/multihead_attention.ts';
import { parameter } from '../../layers/parameter.ts';
import { permute } from '../../layers/permute.ts';
import { reshape } from '../../layers/reshape.ts';
import { select } from '../../layers/select.ts';
import type { Architecture } from '../architecture.ts';
import { sequence, torchvision } from './torchvision.ts';

interface Plan {
  readonly summary: string;
  readonly patch: number;
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  readonly hidden: number;
  /** 224 unless told otherwise. */
  readonly side?: number;
}

const base = { layers: 12, heads: 12, width: 768, hidden: 3072 };
const large = { layers: 24, heads: 16, width: 1024, hidden: 4096 };
const huge = { layers: 32, heads: 16, width: 1280, hidden: 5120 };

const plans: Readonly<Record<string, Plan>> = {
  vit_b_16: { summary: 'ViT-B/16', patch: 16, ...base },
  vit_b_32: { summary: 'ViT-B/32', patch: 32, ...base },
  vit_l_16: { summary: 'ViT-L/16', patch: 16, ...large },
  vit_l_32: { summary: 'ViT-L/32', patch: 32, ...large },
  vit_h_14: { summary: 'ViT-H/14', patch: 14, ...huge, side: 518 },
};

const eps = 1e-6;
/** Standard deviation of the position embedding at first, as in BERT. */
const POSITION_STD = 0.02;

const visionTransformer = (name: string, plan: Plan): Architecture => {
  const { summary, patch, width, side = 224 } = plan;
  return torchvision(
    name,
    summary,
    (net, { classes }) => {
      net.add('conv_proj', conv2d, { out_channels: width, kernel_size: patch, stride: patch });
      net.add('reshape', reshape, { shape: [width, -1] });
      const patches = net.add('permute', permute, { dims: [0, 2, 1] });
      const token = net.add('class_token', parameter, { shape: [1, 1, width] });
      const tokens = net.add('expand', expand, { size: [-1, -1, -1] }, { from: [token, patches] });
      const rows = net.add('concat', concat, { dim: 1 }, { from: [tokens, patches] });
      const shape = [1, (side / patch) ** 2 + 1, width];
      const positions = net.add('encoder.pos_embedding', parameter, { shape, std: POSITION_STD });
      net.add('encoder.add', add, {}, { from: [rows, positions] });
      net.add('encoder.dropout', dropout, { p: 0 });
      for (let i = 0; i < plan.layers; i++) drawLayer(net, `encoder.layers.encoder_layer_${i}`, plan);
      net.add('encoder.ln', layernorm, { eps });
      net.add('select', select, { dim: 1, index: 0 });
      net.add('heads.head', linear, { out_features: classes }, { givesClasses: true });
    },
    { side },
  );
};

/** Attention and two linear layers, each normalized before and added to what came in. */
function drawLayer(net: GraphBuilder, path: string, { width, heads, hidden }: Plan): void {
  const input = net.last;
  net.add(`${path}.ln_1`, layernorm, { eps });
  const attention = { embed_dim: width, num_heads: heads, batch_first: true, need_weights: false };
  net.add(`${path}.self_attention`, multihead_attention, attention);
  const attended = net.add(`${path}.dropout`, dropout, { p: 0 });
  const sum = net.add(`${path}.add1`, add, {}, { from: [attended, input] });
  net.add(`${path}.ln_2`, layernorm, { eps });
  const mlp = sequence(net, `${path}.mlp`);
  mlp.add(linear, { out_features: hidden });
  mlp.add(gelu, {});
  mlp.add(dropout, { p: 0 });
  mlp.add(linear, { out_features: width });
  const mixed = mlp.add(dropout, { p: 0 });
  net.add(`${path}.add2`, add, {}, { from: [sum, mixed] });
}

export const visionTransformers: readonly Architecture[] = Object.entries(plans).map(([name, plan]) =>
  visionTransformer(name, plan),
);
