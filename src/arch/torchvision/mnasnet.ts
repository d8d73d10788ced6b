import type { GraphBuilder } from '../../graph/builder.ts';
import { add } from '../../layers/add.ts';
import { batchnorm2d } from '../../layers/batchnorm.ts';
import { conv2d } from '../../layers/conv.ts';
import { dropout } from '../../layers/dropout.ts';
import { linear } from '../../layers/linear.ts';
import { mean } from '../../layers/mean.ts';
import { relu } from '../../layers/relu.ts';
import type { Architecture } from '../architecture.ts';
import { divisible } from './divisible.ts';
import { sequence, torchvision } from './torchvision.ts';

/** The paper's 0.9997 is what stays, PyTorch's momentum what comes new. */
const norm = { momentum: 1 - 0.9997 };

/** Channels at a width of 1, kernel, stride of the first block, expansion and blocks. Source: figure 7a of the paper. */
const stacks = [
  [24, 3, 2, 3, 3],
  [40, 5, 2, 3, 3],
  [80, 5, 2, 6, 3],
  [96, 3, 1, 6, 2],
  [192, 5, 2, 6, 4],
  [320, 3, 1, 6, 1],
] as const;
const STEM = 32;
const FIRST = 16;
const LAST = 1280;

interface Filter {
  readonly out_channels: number;
  readonly kernel_size: number;
  readonly stride?: number;
  readonly groups?: number;
}

type Members = ReturnType<typeof sequence>;

/** Convolution without bias that keeps the size, and batch-norm; a ReLU behind it unless the block ends here. */
function filter(
  members: Members,
  convolution: Filter,
  { activated }: { readonly activated: boolean },
): string {
  const padding = (convolution.kernel_size - 1) / 2;
  members.add(conv2d, { ...convolution, padding, bias: false });
  const normalized = members.add(batchnorm2d, norm);
  return activated ? members.add(relu, { inplace: true }) : normalized;
}

const mnasnet = (name: string, width: number): Architecture =>
  torchvision(name, `MNASNet-B1 ${width}`, (net, { classes }) => {
    const scaled = (channels: number) => divisible(channels * width);
    const layers = sequence(net, 'layers');
    const stem = scaled(STEM);
    filter(layers, { out_channels: stem, kernel_size: 3, stride: 2 }, { activated: true });
    filter(layers, { out_channels: stem, kernel_size: 3, groups: stem }, { activated: true });
    filter(layers, { out_channels: scaled(FIRST), kernel_size: 1 }, { activated: false });
    let channels = scaled(FIRST);
    for (const [out, kernel_size, firstStride, expansion, blocks] of stacks) {
      const stack = sequence(net, layers.next());
      for (let i = 0; i < blocks; i++) {
        const stride = i === 0 ? firstStride : 1;
        drawBlock(net, stack.next(), { channels, out: scaled(out), kernel_size, stride, expansion });
        channels = scaled(out);
      }
    }
    filter(layers, { out_channels: LAST, kernel_size: 1 }, { activated: true });
    net.add('mean', mean, { dim: [2, 3] });
    const classifier = sequence(net, 'classifier');
    classifier.add(dropout, { p: 0.2, inplace: true });
    classifier.add(linear, { out_features: classes }, { givesClasses: true });
  });

interface Block {
  readonly channels: number;
  readonly out: number;
  readonly kernel_size: number;
  readonly stride: number;
  readonly expansion: number;
}

/** Inverted residual: widen by 1×1, filter each channel, narrow by 1×1 without an activation. */
function drawBlock(net: GraphBuilder, path: string, block: Block): void {
  const { channels, out, kernel_size, stride, expansion } = block;
  const input = net.last;
  const members = sequence(net, `${path}.layers`);
  const hidden = channels * expansion;
  filter(members, { out_channels: hidden, kernel_size: 1 }, { activated: true });
  filter(members, { out_channels: hidden, kernel_size, stride, groups: hidden }, { activated: true });
  const narrow = filter(members, { out_channels: out, kernel_size: 1 }, { activated: false });
  if (stride === 1 && channels === out) net.add(`${path}.add`, add, {}, { from: [narrow, input] });
}

export const mnasnets: readonly Architecture[] = [
  mnasnet('mnasnet0_5', 0.5),
  mnasnet('mnasnet0_75', 0.75),
  mnasnet('mnasnet1_0', 1),
  mnasnet('mnasnet1_3', 1.3),
];
