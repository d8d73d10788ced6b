import type { GraphBuilder } from '../../graph/builder.ts';
import { add } from '../../layers/add.ts';
import { dropout } from '../../layers/dropout.ts';
import { linear } from '../../layers/linear.ts';
import { silu } from '../../layers/silu.ts';
import { stochastic_depth } from '../../layers/stochastic_depth.ts';
import type { Architecture } from '../architecture.ts';
import { convNormActivation, type Norm } from './convolution.ts';
import { divisible } from './divisible.ts';
import { squeezeExcitation } from './squeeze-excitation.ts';
import { globalPool, sequence, torchvision } from './torchvision.ts';

/** `fused` filters and widens in one convolution, without squeeze and excitation. */
type Stage = readonly [
  kind: 'mbconv' | 'fused',
  expansion: number,
  kernel: number,
  stride: number,
  channels: number,
  blocks: number,
];

/** Table 1 of the paper, for B0; the others scale widths and depths. */
const b0: readonly Stage[] = [
  ['mbconv', 1, 3, 1, 16, 1],
  ['mbconv', 6, 3, 2, 24, 2],
  ['mbconv', 6, 5, 2, 40, 2],
  ['mbconv', 6, 3, 2, 80, 3],
  ['mbconv', 6, 5, 1, 112, 3],
  ['mbconv', 6, 5, 2, 192, 4],
  ['mbconv', 6, 3, 1, 320, 1],
];

/** Table 4 of the second paper. */
const v2: Readonly<Record<'s' | 'm' | 'l', readonly Stage[]>> = {
  s: [
    ['fused', 1, 3, 1, 24, 2],
    ['fused', 4, 3, 2, 48, 4],
    ['fused', 4, 3, 2, 64, 4],
    ['mbconv', 4, 3, 2, 128, 6],
    ['mbconv', 6, 3, 1, 160, 9],
    ['mbconv', 6, 3, 2, 256, 15],
  ],
  m: [
    ['fused', 1, 3, 1, 24, 3],
    ['fused', 4, 3, 2, 48, 5],
    ['fused', 4, 3, 2, 80, 5],
    ['mbconv', 4, 3, 2, 160, 7],
    ['mbconv', 6, 3, 1, 176, 14],
    ['mbconv', 6, 3, 2, 304, 18],
    ['mbconv', 6, 3, 1, 512, 5],
  ],
  l: [
    ['fused', 1, 3, 1, 32, 4],
    ['fused', 4, 3, 2, 64, 7],
    ['fused', 4, 3, 2, 96, 7],
    ['mbconv', 4, 3, 2, 192, 10],
    ['mbconv', 6, 3, 1, 224, 19],
    ['mbconv', 6, 3, 2, 384, 25],
    ['mbconv', 6, 3, 1, 640, 7],
  ],
};

interface Plan {
  readonly stem: number;
  readonly stages: readonly Stage[];
  /** Channels before the global pool. */
  readonly last: number;
  readonly drop: number;
  readonly norm: Norm;
}

/** How likely the last block would be dropped; it grows from 0 along the blocks. */
const STOCHASTIC_DEPTH = 0.2;

function efficientnet(name: string, side: number, plan: Plan): Architecture {
  const summary = `EfficientNet${name.startsWith('v2') ? 'V2' : ''}-${name.slice(-2).replace('_', '').toUpperCase()}`;
  return torchvision(`efficientnet_${name}`, summary, (net, { classes }) => draw(net, plan, classes), {
    side,
  });
}

function draw(net: GraphBuilder, { stem, stages, last, drop, norm }: Plan, classes: number): void {
  const features = sequence(net, 'features');
  let channels = stem;
  const first = { out_channels: stem, kernel_size: 3, stride: 2, norm, activation: silu };
  convNormActivation(net, features.next(), first);
  const all = stages.reduce((count, [, , , , , blocks]) => count + blocks, 0);
  let before = 0;
  for (const [kind, expansion, kernel_size, firstStride, out, blocks] of stages) {
    const stage = sequence(net, features.next());
    for (let i = 0; i < blocks; i++) {
      const stride = i === 0 ? firstStride : 1;
      const dropped = (STOCHASTIC_DEPTH * before++) / all;
      drawBlock(net, stage.next(), { kind, channels, expansion, kernel_size, stride, out, dropped, norm });
      channels = out;
    }
  }
  convNormActivation(net, features.next(), { out_channels: last, kernel_size: 1, norm, activation: silu });
  globalPool(net);
  const classifier = sequence(net, 'classifier');
  classifier.add(dropout, { p: drop, inplace: true });
  classifier.add(linear, { out_features: classes }, { givesClasses: true });
}

interface Block {
  readonly kind: Stage[0];
  readonly channels: number;
  readonly expansion: number;
  readonly kernel_size: number;
  readonly stride: number;
  readonly out: number;
  readonly dropped: number;
  readonly norm: Norm;
}

/** Widen, filter, narrow; skipped by a sum where the shapes allow it. */
function drawBlock(net: GraphBuilder, path: string, block: Block): void {
  const { channels, stride, out, dropped } = block;
  const input = net.last;
  drawMembers[block.kind](net, `${path}.block`, block);
  if (stride !== 1 || channels !== out) return;
  const branch = net.add(`${path}.stochastic_depth`, stochastic_depth, { p: dropped, mode: 'row' });
  net.add(`${path}.add`, add, { inplace: true }, { from: [branch, input] });
}

const drawMembers = {
  /** Widen, filter each channel, weigh the channels, narrow. */
  mbconv(net: GraphBuilder, path: string, block: Block): void {
    const { channels, expansion, kernel_size, stride, out, norm } = block;
    const members = sequence(net, path);
    const hidden = divisible(channels * expansion);
    const wide = { out_channels: hidden, norm, activation: silu };
    if (hidden !== channels) convNormActivation(net, members.next(), { ...wide, kernel_size: 1 });
    convNormActivation(net, members.next(), { ...wide, kernel_size, stride, groups: hidden });
    const activation = { kind: silu, inplace: true };
    const squeezed = Math.floor(channels / 4);
    squeezeExcitation(net, members.next(), { channels: hidden, squeezed, activation });
    convNormActivation(net, members.next(), { out_channels: out, kernel_size: 1, norm });
  },
  /** Filter and widen at once, narrow; without an expansion one convolution is all. */
  fused(net: GraphBuilder, path: string, block: Block): void {
    const { channels, expansion, kernel_size, stride, out, norm } = block;
    const members = sequence(net, path);
    const hidden = divisible(channels * expansion);
    const out_channels = hidden === channels ? out : hidden;
    convNormActivation(net, members.next(), { out_channels, kernel_size, stride, norm, activation: silu });
    if (hidden === channels) return;
    convNormActivation(net, members.next(), { out_channels: out, kernel_size: 1, norm });
  },
};

/** Side of the image, factors of B0's widths and depths, dropout. */
const scaled = [
  [224, 1.0, 1.0, 0.2],
  [240, 1.0, 1.1, 0.2],
  [288, 1.1, 1.2, 0.3],
  [300, 1.2, 1.4, 0.3],
  [380, 1.4, 1.8, 0.4],
  [456, 1.6, 2.2, 0.4],
  [528, 1.8, 2.6, 0.5],
  [600, 2.0, 3.1, 0.5],
] as const;
/** The first that torchvision took TensorFlow's batch-norm for. */
const TENSORFLOW_FROM = 5;

const first = scaled.map(([side, width, depth, drop], i) => {
  const wider = (channels: number) => divisible(channels * width);
  const stages = b0.map(([kind, expansion, kernel, stride, channels, blocks]): Stage => [
    kind,
    expansion,
    kernel,
    stride,
    wider(channels),
    Math.ceil(blocks * depth),
  ]);
  const norm = i < TENSORFLOW_FROM ? {} : { eps: 0.001, momentum: 0.01 };
  return efficientnet(`b${i}`, side, { stem: wider(32), stages, last: 4 * wider(320), drop, norm });
});

const second = (
  [
    ['s', 384, 0.2],
    ['m', 480, 0.3],
    ['l', 480, 0.4],
  ] as const
).map(([size, side, drop]) => {
  const stages = v2[size];
  const [, , , , stem] = stages[0]!;
  return efficientnet(`v2_${size}`, side, { stem, stages, last: 1280, drop, norm: { eps: 0.001 } });
});

export const efficientnets: readonly Architecture[] = [...first, ...second];
