import type { GraphBuilder } from '../../graph/builder.ts';
import { add } from '../../layers/add.ts';
import { batchnorm2d } from '../../layers/batchnorm.ts';
import { conv2d } from '../../layers/conv.ts';
import { linear } from '../../layers/linear.ts';
import { maxpool2d } from '../../layers/maxpool.ts';
import { relu } from '../../layers/relu.ts';
import type { Architecture } from '../architecture.ts';
import { globalPool, torchvision } from './torchvision.ts';

const inplace = { inplace: true };

/** What the convolutions of a block's main path depend on. */
interface Place {
  /** Channels of the stage, before a block widens them. */
  readonly width: number;
  readonly stride: number;
  readonly dilation: number;
  readonly groups: number;
  /** Channels of a group in the first stage. */
  readonly groupWidth: number;
}
interface Convolution {
  readonly out_channels: number;
  readonly kernel_size: number;
  readonly stride?: number;
  readonly dilation?: number;
  readonly groups?: number;
}
/** The convolutions of a block's main path; the last has no ReLU of its own. */
interface BlockKind {
  /** Output channels for each channel of the stage's width. */
  readonly expansion: number;
  convolutions(place: Place): readonly Convolution[];
}

const basic: BlockKind = {
  expansion: 1,
  convolutions: ({ width, stride }) => [
    { out_channels: width, kernel_size: 3, stride },
    { out_channels: width, kernel_size: 3 },
  ],
};

/** Strides at the 3×3 convolution, as torchvision does (called v1.5); the paper strides at the first 1×1. */
const bottleneck: BlockKind = {
  expansion: 4,
  convolutions({ width, stride, dilation, groups, groupWidth }) {
    const inner = ((width * groupWidth) / 64) * groups;
    return [
      { out_channels: inner, kernel_size: 1 },
      { out_channels: inner, kernel_size: 3, stride, dilation, groups },
      { out_channels: 4 * width, kernel_size: 1 },
    ];
  },
};

interface Plan {
  readonly summary: string;
  readonly kind: BlockKind;
  /** Blocks of each stage. */
  readonly blocks: readonly [number, number, number, number];
  /** 1 unless told otherwise. */
  readonly groups?: number;
  /** 64 unless told otherwise. */
  readonly groupWidth?: number;
}

export const deep50 = { kind: bottleneck, blocks: [3, 4, 6, 3] } as const;
export const deep101 = { kind: bottleneck, blocks: [3, 4, 23, 3] } as const;

const plans = {
  resnet18: { summary: 'ResNet-18', kind: basic, blocks: [2, 2, 2, 2] },
  resnet34: { summary: 'ResNet-34', kind: basic, blocks: [3, 4, 6, 3] },
  resnet50: { summary: 'ResNet-50 v1.5', ...deep50 },
  resnet101: { summary: 'ResNet-101 v1.5', ...deep101 },
  resnet152: { summary: 'ResNet-152 v1.5', kind: bottleneck, blocks: [3, 8, 36, 3] },
  resnext50_32x4d: { summary: 'ResNeXt-50 32×4d', ...deep50, groups: 32, groupWidth: 4 },
  resnext101_32x8d: { summary: 'ResNeXt-101 32×8d', ...deep101, groups: 32, groupWidth: 8 },
  resnext101_64x4d: { summary: 'ResNeXt-101 64×4d', ...deep101, groups: 64, groupWidth: 4 },
  wide_resnet50_2: { summary: 'Wide ResNet-50-2', ...deep50, groupWidth: 128 },
  wide_resnet101_2: { summary: 'Wide ResNet-101-2', ...deep101, groupWidth: 128 },
} as const satisfies Readonly<Record<string, Plan>>;

interface TrunkOptions {
  /** Before every path: `backbone.`; nothing when left out. */
  readonly prefix?: string;
  /** The stages, from 1, that dilate their convolutions in place of halving the image. */
  readonly dilated?: readonly number[];
}

/** All but the head. Gives what each stage gives. */
export function drawTrunk(
  net: GraphBuilder,
  plan: Omit<Plan, 'summary'>,
  options: TrunkOptions = {},
): readonly string[] {
  const { prefix = '', dilated = [] } = options;
  const { kind, blocks, groups = 1, groupWidth = 64 } = plan;
  const stem = { out_channels: 64, kernel_size: 7, stride: 2, padding: 3, bias: false };
  net.add(`${prefix}conv1`, conv2d, stem);
  net.add(`${prefix}bn1`, batchnorm2d, {});
  net.add(`${prefix}relu`, relu, inplace);
  net.add(`${prefix}maxpool`, maxpool2d, { kernel_size: 3, stride: 2, padding: 1 });
  let channels = 64;
  let dilation = 1;
  return blocks.map((count, index) => {
    const stage = index + 1;
    const width = 64 * 2 ** index;
    const halves = stage > 1 && !dilated.includes(stage);
    for (let i = 0; i < count; i++) {
      const stride = halves && i === 0 ? 2 : 1;
      const convolutions = kind.convolutions({ width, stride, dilation, groups, groupWidth });
      const projection =
        channels === width * kind.expansion && stride === 1
          ? undefined
          : { out_channels: width * kind.expansion, kernel_size: 1, stride, bias: false };
      drawBlock(net, `${prefix}layer${stage}.${i}`, convolutions, projection);
      channels = width * kind.expansion;
      // torchvision dilates a stage's first block as the stage before.
      if (i === 0 && dilated.includes(stage)) dilation *= 2;
    }
    return net.last;
  });
}

/** A residual block; without a projection its input is added as it is. One ReLU module serves all of the block. */
function drawBlock(
  net: GraphBuilder,
  path: string,
  convolutions: readonly Convolution[],
  projection: Convolution | undefined,
): void {
  const input = net.last;
  const last = convolutions.length;
  convolutions.forEach((convolution, i) => {
    const padding = ((convolution.kernel_size - 1) / 2) * (convolution.dilation ?? 1);
    net.add(`${path}.conv${i + 1}`, conv2d, { ...convolution, padding, bias: false });
    net.add(`${path}.bn${i + 1}`, batchnorm2d, {});
    if (i + 1 < last) net.add(`${path}.relu${i + 1}`, relu, inplace);
  });
  const main = net.last;
  let shortcut = input;
  if (projection) {
    net.add(`${path}.downsample.0`, conv2d, projection, { from: input });
    shortcut = net.add(`${path}.downsample.1`, batchnorm2d, {});
  }
  net.add(`${path}.add`, add, inplace, { from: [main, shortcut] });
  net.add(`${path}.relu${last}`, relu, inplace);
}

export const resnets: readonly Architecture[] = Object.entries(plans).map(([name, plan]) =>
  torchvision(name, plan.summary, (net, { classes }) => {
    drawTrunk(net, plan);
    globalPool(net);
    net.add('fc', linear, { out_features: classes }, { givesClasses: true });
  }),
);
