import type { GraphBuilder } from '../../graph/builder.ts';
import { add } from '../../layers/add.ts';
import { dropout } from '../../layers/dropout.ts';
import { hardsigmoid } from '../../layers/hardsigmoid.ts';
import { hardswish } from '../../layers/hardswish.ts';
import { linear } from '../../layers/linear.ts';
import { relu } from '../../layers/relu.ts';
import type { Architecture } from '../architecture.ts';
import { convNormActivation } from './convolution.ts';
import { divisible } from './divisible.ts';
import { squeezeExcitation } from './squeeze-excitation.ts';
import { globalPool, sequence, torchvision } from './torchvision.ts';

type Block = readonly [
  kernel: number,
  hidden: number,
  out: number,
  squeezes: boolean,
  activation: 'RE' | 'HS',
  stride: number,
];
interface Plan {
  readonly blocks: readonly Block[];
  /** Width of the classifier's hidden layer. */
  readonly last: number;
}

/** Tables 1 and 2 of the paper. */
export const large: Plan = {
  blocks: [
    [3, 16, 16, false, 'RE', 1],
    [3, 64, 24, false, 'RE', 2],
    [3, 72, 24, false, 'RE', 1],
    [5, 72, 40, true, 'RE', 2],
    [5, 120, 40, true, 'RE', 1],
    [5, 120, 40, true, 'RE', 1],
    [3, 240, 80, false, 'HS', 2],
    [3, 200, 80, false, 'HS', 1],
    [3, 184, 80, false, 'HS', 1],
    [3, 184, 80, false, 'HS', 1],
    [3, 480, 112, true, 'HS', 1],
    [3, 672, 112, true, 'HS', 1],
    [5, 672, 160, true, 'HS', 2],
    [5, 960, 160, true, 'HS', 1],
    [5, 960, 160, true, 'HS', 1],
  ],
  last: 1280,
};
const small: Plan = {
  blocks: [
    [3, 16, 16, true, 'RE', 2],
    [3, 72, 24, false, 'RE', 2],
    [3, 88, 24, false, 'RE', 1],
    [5, 96, 40, true, 'HS', 2],
    [5, 240, 40, true, 'HS', 1],
    [5, 240, 40, true, 'HS', 1],
    [5, 120, 48, true, 'HS', 1],
    [5, 144, 48, true, 'HS', 1],
    [5, 288, 96, true, 'HS', 2],
    [5, 576, 96, true, 'HS', 1],
    [5, 576, 96, true, 'HS', 1],
  ],
  last: 1024,
};

const STEM = 16;
const norm = { eps: 0.001, momentum: 0.01 };
const activations = { RE: relu, HS: hardswish };
/** Blocks at the end that segmentation dilates in place of halving the image. */
const TAIL = 3;

/** The convolutions, numbered under `path`. Gives what each member gives, the stem first. */
export function drawFeatures(
  net: GraphBuilder,
  path: string,
  { blocks }: Plan,
  { dilated }: { readonly dilated: boolean },
): readonly string[] {
  const features = sequence(net, path);
  const ends = { norm, activation: hardswish };
  const stem = { out_channels: STEM, kernel_size: 3, stride: 2, ...ends };
  const outputs = [convNormActivation(net, features.next(), stem)];
  let channels = STEM;
  blocks.forEach((block, i) => {
    const dilation = dilated && i >= blocks.length - TAIL ? 2 : 1;
    outputs.push(drawBlock(net, features.next(), channels, block, dilation));
    channels = block[2];
  });
  const last = { out_channels: 6 * channels, kernel_size: 1, ...ends };
  return [...outputs, convNormActivation(net, features.next(), last)];
}

/** Widen, filter each channel, perhaps weigh the channels, narrow; skipped by a sum where the shapes allow it. */
function drawBlock(
  net: GraphBuilder,
  path: string,
  channels: number,
  [kernel_size, hidden, out, squeezes, activationName, stride]: Block,
  dilation: number,
): string {
  const input = net.last;
  const members = sequence(net, `${path}.block`);
  const wide = { out_channels: hidden, norm, activation: activations[activationName] };
  if (hidden !== channels) convNormActivation(net, members.next(), { ...wide, kernel_size: 1 });
  const filter = { kernel_size, stride: dilation > 1 ? 1 : stride, dilation, groups: hidden };
  convNormActivation(net, members.next(), { ...wide, ...filter });
  if (squeezes) {
    const squeezed = divisible(Math.floor(hidden / 4));
    squeezeExcitation(net, members.next(), { channels: hidden, squeezed, scale: hardsigmoid });
  }
  const narrow = convNormActivation(net, members.next(), { out_channels: out, kernel_size: 1, norm });
  const skips = stride === 1 && channels === out;
  return skips ? net.add(`${path}.add`, add, { inplace: true }, { from: [narrow, input] }) : narrow;
}

const mobilenetV3 = (size: string, plan: Plan): Architecture =>
  torchvision(`mobilenet_v3_${size.toLowerCase()}`, `MobileNetV3-${size}`, (net, { classes }) => {
    drawFeatures(net, 'features', plan, { dilated: false });
    globalPool(net);
    const classifier = sequence(net, 'classifier');
    classifier.add(linear, { out_features: plan.last });
    classifier.add(hardswish, { inplace: true });
    classifier.add(dropout, { p: 0.2, inplace: true });
    classifier.add(linear, { out_features: classes }, { givesClasses: true });
  });

export const mobilenetsV3: readonly Architecture[] = [
  mobilenetV3('Small', small),
  mobilenetV3('Large', large),
];
