import type { GraphBuilder } from '../../graph/builder.ts';
import { adaptive_avgpool2d } from '../../layers/adaptive_avgpool.ts';
import { add } from '../../layers/add.ts';
import { avgpool2d } from '../../layers/avgpool.ts';
import { batchnorm2d } from '../../layers/batchnorm.ts';
import { buffer } from '../../layers/buffer.ts';
import { chunk } from '../../layers/chunk.ts';
import { contiguous } from '../../layers/contiguous.ts';
import { conv2d } from '../../layers/conv.ts';
import { dropout } from '../../layers/dropout.ts';
import { flatten } from '../../layers/flatten.ts';
import { gelu } from '../../layers/gelu.ts';
import { identity } from '../../layers/identity.ts';
import { index } from '../../layers/index.ts';
import { layernorm } from '../../layers/layernorm.ts';
import { linear } from '../../layers/linear.ts';
import { matmul } from '../../layers/matmul.ts';
import { mul } from '../../layers/mul.ts';
import { parameter } from '../../layers/parameter.ts';
import { permute } from '../../layers/permute.ts';
import { reshape } from '../../layers/reshape.ts';
import { silu } from '../../layers/silu.ts';
import { softmax } from '../../layers/softmax.ts';
import { stochastic_depth } from '../../layers/stochastic_depth.ts';
import { tanh } from '../../layers/tanh.ts';
import { transpose } from '../../layers/transpose.ts';
import { unsqueeze } from '../../layers/unsqueeze.ts';
import { relativePositionIndex } from '../../layers/shared/windows/windows.ts';
import type { Architecture } from '../architecture.ts';
import { squeezeExcitation } from './squeeze-excitation.ts';
import { sequence, torchvision } from './torchvision.ts';

const SIDE = 224;
const STEM = 64;
const CHANNELS = [64, 128, 256, 512];
const LAYERS = [2, 2, 5, 2];
/** Features of a head. */
const HEAD = 32;
/** Sides of a window, and of the grid that pixels far apart are attended on. */
const PARTITION = 7;
/** Of the last layer's branches; the first's are never dropped. */
const DROPPED = 0.2;

const norm = { eps: 1e-3, momentum: 0.01 };

const maxvit = torchvision('maxvit_t', 'MaxViT-T', (net, { classes }) => {
  net.add('stem.0.0', conv2d, { out_channels: STEM, kernel_size: 3, stride: 2, padding: 1, bias: false });
  net.add('stem.0.1', batchnorm2d, norm);
  net.add('stem.0.2', gelu, {});
  net.add('stem.1.0', conv2d, { out_channels: STEM, kernel_size: 3, padding: 1 });
  const last = LAYERS.reduce((a, b) => a + b) - 1;
  let [layer, channels, side] = [0, STEM, SIDE / 2];
  LAYERS.forEach((count, stage) => {
    const width = CHANNELS[stage]!;
    side /= 2;
    for (let i = 0; i < count; i++) {
      const path = `blocks.${stage}.layers.${i}.layers`;
      const p = (DROPPED * layer++) / last;
      drawMBConv(net, `${path}.MBconv`, { channels, width, stride: i === 0 ? 2 : 1, p });
      drawAttention(net, `${path}.window_attention`, { width, side, p, grid: false });
      drawAttention(net, `${path}.grid_attention`, { width, side, p, grid: true });
      channels = width;
    }
  });
  const classifier = sequence(net, 'classifier');
  classifier.add(adaptive_avgpool2d, { output_size: 1 });
  classifier.add(flatten, {});
  classifier.add(layernorm, {});
  classifier.add(linear, { out_features: channels });
  classifier.add(tanh, {});
  classifier.add(linear, { out_features: classes, bias: false }, { givesClasses: true });
});

interface MBConv {
  /** That come in. */
  readonly channels: number;
  readonly width: number;
  readonly stride: number;
  readonly p: number;
}

/** Widens, filters each channel and narrows; what came in is added, brought to the same sizes. */
function drawMBConv(net: GraphBuilder, path: string, { channels, width, stride, p }: MBConv): void {
  const input = net.last;
  const wide = 4 * width;
  if (stride === 1 && channels === width) {
    net.add(`${path}.proj`, identity, {});
  } else {
    const proj = sequence(net, `${path}.proj`);
    if (stride === 2) proj.add(avgpool2d, { kernel_size: 3, stride, padding: 1 });
    proj.add(conv2d, { out_channels: width, kernel_size: 1 });
  }
  const shortcut = net.last;
  const layers = `${path}.layers`;
  net.add(`${layers}.pre_norm`, batchnorm2d, norm, { from: input });
  net.add(`${layers}.conv_a.0`, conv2d, { out_channels: wide, kernel_size: 1, bias: false });
  net.add(`${layers}.conv_a.1`, batchnorm2d, norm);
  net.add(`${layers}.conv_a.2`, gelu, {});
  const filter = { out_channels: wide, kernel_size: 3, stride, padding: 1, groups: wide, bias: false };
  net.add(`${layers}.conv_b.0`, conv2d, filter);
  net.add(`${layers}.conv_b.1`, batchnorm2d, norm);
  net.add(`${layers}.conv_b.2`, gelu, {});
  squeezeExcitation(net, `${layers}.squeeze_excitation`, {
    channels: wide,
    squeezed: width / 4,
    activation: { kind: silu, inplace: false },
  });
  net.add(`${layers}.conv_c`, conv2d, { out_channels: width, kernel_size: 1 });
  const branch =
    p > 0
      ? net.add(`${path}.stochastic_depth`, stochastic_depth, { p, mode: 'row' })
      : net.add(`${path}.stochastic_depth`, identity, {});
  net.add(`${path}.add`, add, {}, { from: [shortcut, branch] });
}

interface PartitionAttention {
  readonly width: number;
  /** Of the image. */
  readonly side: number;
  readonly p: number;
  /** Attends pixels that lie apart, in place of those of a window. */
  readonly grid: boolean;
}

/** The image cut into windows, attention inside them, two linear layers at each pixel, and back. */
function drawAttention(net: GraphBuilder, path: string, { width, side, p, grid }: PartitionAttention): void {
  const count = side / PARTITION;
  const [windows, size] = grid ? [PARTITION, count] : [count, PARTITION];
  net.add(`${path}.partition_op_split`, reshape, { shape: [width, windows, size, windows, size] });
  net.add(`${path}.partition_op_permute`, permute, { dims: [0, 2, 4, 3, 5, 1] });
  net.add(`${path}.partition_op`, reshape, { shape: [windows ** 2, size ** 2, width] });
  swap(net, `${path}.partition_swap`, grid);
  const input = net.last;
  const attention = sequence(net, `${path}.attn_layer`);
  attention.add(layernorm, {});
  drawRelativeAttention(net, attention.next(), { width, windows: grid ? size ** 2 : windows ** 2 });
  attention.add(dropout, { p: 0 });
  const attended = net.add(`${path}.stochastic_dropout1`, stochastic_depth, { p, mode: 'row' });
  const sum = net.add(`${path}.add1`, add, {}, { from: [input, attended] });
  const mlp = sequence(net, `${path}.mlp_layer`);
  mlp.add(layernorm, {});
  mlp.add(linear, { out_features: 4 * width });
  mlp.add(gelu, {});
  mlp.add(linear, { out_features: width });
  mlp.add(dropout, { p: 0 });
  const mixed = net.add(`${path}.stochastic_dropout2`, stochastic_depth, { p, mode: 'row' });
  net.add(`${path}.add2`, add, {}, { from: [sum, mixed] });
  swap(net, `${path}.departition_swap`, grid);
  net.add(`${path}.departition_op_split`, reshape, { shape: [windows, windows, size, size, width] });
  net.add(`${path}.departition_op_permute`, permute, { dims: [0, 5, 1, 3, 2, 4] });
  net.add(`${path}.departition_op`, reshape, { shape: [width, side, side] });
}

function swap(net: GraphBuilder, path: string, grid: boolean): void {
  if (grid) net.add(path, transpose, { dim0: -2, dim1: -3 });
  else net.add(path, identity, {});
}

interface RelativeAttention {
  readonly width: number;
  readonly windows: number;
}

/** torchvision's `RelativePositionalMultiHeadAttention`, whose variables live until it returns. */
function drawRelativeAttention(net: GraphBuilder, path: string, { width, windows }: RelativeAttention): void {
  const [heads, pixels] = [width / HEAD, PARTITION ** 2];
  const held = { heldUntil: `${path}.merge` };
  const qkv = net.add(`${path}.to_qkv`, linear, { out_features: 3 * width }, held);
  const parts = net.add(`${path}.chunk`, chunk, { chunks: 3, dim: -1 }, { from: qkv });
  const inHeads = (name: string, from: string, options = {}) => {
    net.add(`${path}.${name}_heads`, reshape, { shape: [windows, pixels, heads, HEAD] }, { from });
    return net.add(`${path}.${name}`, permute, { dims: [0, 1, 3, 2, 4] }, options);
  };
  const q = inHeads('q', parts, held);
  const k = inHeads('k', `${parts}:1`);
  const v = inHeads('v', `${parts}:2`, held);
  const scaled = net.add(`${path}.scale`, mul, { other: width ** -0.5 }, { from: k, ...held });
  const turned = net.add(`${path}.k_transpose`, transpose, { dim0: -2, dim1: -1 }, { from: scaled });
  const products = net.add(`${path}.products`, matmul, {}, { from: [q, turned] });
  const bias = drawBias(net, path, heads, held);
  net.add(`${path}.add`, add, {}, { from: [products, bias] });
  const shares = net.add(`${path}.softmax`, softmax, { dim: -1 }, held);
  net.add(`${path}.mix`, matmul, {}, { from: [shares, v] });
  net.add(`${path}.permute`, permute, { dims: [0, 1, 3, 2, 4] });
  net.add(`${path}.join`, reshape, { shape: [windows, pixels, width] });
  net.add(`${path}.merge`, linear, { out_features: width });
}

/** A number for each relative position and head, by pairs of pixels: 1 × heads × pixels × pixels. */
function drawBias(net: GraphBuilder, path: string, heads: number, held: { heldUntil: string }): string {
  const pixels = PARTITION ** 2;
  const places = { shape: [pixels, pixels], values: relativePositionIndex([PARTITION, PARTITION]) };
  const size = [(2 * PARTITION - 1) ** 2, heads];
  const table = net.add(`${path}.relative_position_bias_table`, parameter, { shape: size, std: 0.02 });
  const pairs = net.add(`${path}.relative_position_index`, buffer, { ...places, dtype: 'int64' });
  const where = net.add(`${path}.index_flat`, reshape, { shape: [-1], start_dim: 0 }, { from: pairs });
  net.add(`${path}.index`, index, {}, { from: [table, where] });
  net.add(`${path}.bias_pairs`, reshape, { shape: [pixels, pixels, heads], start_dim: 0 });
  net.add(`${path}.bias_permute`, permute, { dims: [2, 0, 1] });
  net.add(`${path}.bias_contiguous`, contiguous, {});
  return net.add(`${path}.bias`, unsqueeze, { dim: 0 }, held);
}

export const maxvits: readonly Architecture[] = [maxvit];
