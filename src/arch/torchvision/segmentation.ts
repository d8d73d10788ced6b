import type { GraphBuilder } from '../../graph/builder.ts';
import { inputReference } from '../../graph/graph.ts';
import { adaptive_avgpool2d } from '../../layers/adaptive_avgpool.ts';
import { add } from '../../layers/add.ts';
import { batchnorm2d } from '../../layers/batchnorm.ts';
import { concat } from '../../layers/concat.ts';
import { conv2d } from '../../layers/conv.ts';
import { dropout } from '../../layers/dropout.ts';
import { mul } from '../../layers/mul.ts';
import { relu } from '../../layers/relu.ts';
import { sigmoid } from '../../layers/sigmoid.ts';
import { upsample } from '../../layers/upsample.ts';
import type { Architecture } from '../architecture.ts';
import { drawFeatures, large } from './mobilenet-v3.ts';
import { deep101, deep50, drawTrunk } from './resnet.ts';
import { sequence, torchvision } from './torchvision.ts';

/** What a backbone hands to the heads. */
interface Features {
  readonly out: string;
  readonly channels: number;
  /** What the auxiliary head reads. */
  readonly low: string;
  readonly lowChannels: number;
}
type Backbone = (net: GraphBuilder) => Features;

/** Everything is dilated behind the second stage, so that the image is an eighth at the end. */
const resnet =
  (plan: typeof deep50 | typeof deep101): Backbone =>
  (net) => {
    const stages = drawTrunk(net, plan, { prefix: 'backbone.', dilated: [3, 4] });
    return { out: stages[3]!, channels: 2048, low: stages[2]!, lowChannels: 1024 };
  };
/** The last blocks are dilated; the low features are those at an eighth of the image. */
const mobilenet: Backbone = (net) => {
  const features = drawFeatures(net, 'backbone', large, { dilated: true });
  return { out: features.at(-1)!, channels: 960, low: features[4]!, lowChannels: 40 };
};

const input = inputReference({ name: 'input' });
const resize = { mode: 'bilinear', align_corners: false } as const;
/** The classes of Pascal VOC, the background among them. */
const CLASSES = 21;
const choices = { side: 520, classes: CLASSES };

type Head = (net: GraphBuilder, path: string, classes: number, channels: number) => void;

/** `SimpleSegmentationModel`: a head on the last features, one on lower ones on request, each as large as the image. */
const segmentation = (name: string, summary: string, backbone: Backbone, head: Head): Architecture =>
  torchvision(
    name,
    summary,
    (net, { classes, auxLogits }) => {
      const features = backbone(net);
      const heads = [
        { name: 'out', from: features.out, draw: () => head(net, 'classifier', classes, features.channels) },
      ];
      if (auxLogits) {
        const draw = () => fcnHead(net, 'aux_classifier', classes, features.lowChannels);
        heads.push({ name: 'aux', from: features.low, draw });
      }
      // The features lie in a dictionary until all heads have run.
      for (const { from } of heads) net.hold(from, heads.at(-1)!.name);
      return heads.map(({ name: output, from, draw }) => {
        net.last = from;
        draw();
        return net.add(output, upsample, resize, { from: [net.last, input] });
      });
    },
    { ...choices, auxLogits: false },
  );

const fcnHead: Head = (net, path, classes, channels) => {
  const head = sequence(net, path);
  head.add(conv2d, { out_channels: channels / 4, kernel_size: 3, padding: 1, bias: false });
  head.add(batchnorm2d, {});
  head.add(relu, {});
  head.add(dropout, { p: 0.1 });
  head.add(conv2d, { out_channels: classes, kernel_size: 1 }, { givesClasses: true });
};

const WIDTH = 256;
const RATES = [12, 24, 36] as const;

/** Atrous spatial pyramid pooling, and a convolution behind it. */
const deeplabHead: Head = (net, path, classes) => {
  const head = sequence(net, path);
  drawPyramid(net, head.next());
  head.add(conv2d, { out_channels: WIDTH, kernel_size: 3, padding: 1, bias: false });
  head.add(batchnorm2d, {});
  head.add(relu, {});
  head.add(conv2d, { out_channels: classes, kernel_size: 1 }, { givesClasses: true });
};

function drawPyramid(net: GraphBuilder, path: string): void {
  const features = net.last;
  const convs = sequence(net, `${path}.convs`);
  const branches = [
    { kernel_size: 1 },
    ...RATES.map((rate) => ({ kernel_size: 3, padding: rate, dilation: rate })),
  ];
  // The list of the branches lives as long as the pyramid's forward.
  const heldUntil = `${path}.project.3`;
  const results = branches.map((convolution) => {
    net.last = features;
    const members = sequence(net, convs.next());
    members.add(conv2d, { out_channels: WIDTH, ...convolution, bias: false });
    members.add(batchnorm2d, {});
    return members.add(relu, {}, { heldUntil });
  });
  net.last = features;
  const pool = convs.next();
  const members = sequence(net, pool);
  members.add(adaptive_avgpool2d, { output_size: 1 });
  members.add(conv2d, { out_channels: WIDTH, kernel_size: 1, bias: false });
  members.add(batchnorm2d, {});
  const mean = members.add(relu, {});
  results.push(net.add(`${pool}.upsample`, upsample, resize, { from: [mean, features], heldUntil }));
  net.add(`${path}.concat`, concat, {}, { from: results, heldUntil });
  const project = sequence(net, `${path}.project`);
  project.add(conv2d, { out_channels: WIDTH, kernel_size: 1, bias: false });
  project.add(batchnorm2d, {});
  project.add(relu, {});
  project.add(dropout, { p: 0.5 });
}

const INNER = 128;

const lraspp = torchvision(
  'lraspp_mobilenet_v3_large',
  'Lite R-ASPP, MobileNetV3-Large',
  (net, { classes }) => {
    const { out: high, low } = mobilenet(net);
    const cbr = sequence(net, 'classifier.cbr');
    net.last = high;
    cbr.add(conv2d, { out_channels: INNER, kernel_size: 1, bias: false });
    cbr.add(batchnorm2d, {});
    const wide = cbr.add(relu, { inplace: true });
    net.last = high;
    const scale = sequence(net, 'classifier.scale');
    scale.add(adaptive_avgpool2d, { output_size: 1 });
    scale.add(conv2d, { out_channels: INNER, kernel_size: 1, bias: false });
    const weights = scale.add(sigmoid, {}, { heldUntil: 'classifier.add' });
    const weighed = net.add('classifier.mul', mul, {}, { from: [wide, weights] });
    const large = net.add('classifier.upsample', upsample, resize, {
      from: [weighed, low],
      heldUntil: 'classifier.add',
    });
    const classify = { out_channels: classes, kernel_size: 1 };
    const lower = net.add('classifier.low_classifier', conv2d, classify, { from: low, givesClasses: true });
    const higher = net.add('classifier.high_classifier', conv2d, classify, {
      from: large,
      givesClasses: true,
    });
    const sum = net.add('classifier.add', add, {}, { from: [lower, higher] });
    net.add('out', upsample, resize, { from: [sum, input] });
    for (const feature of [high, low]) net.hold(feature, 'out');
  },
  choices,
);

export const segmentations: readonly Architecture[] = [
  segmentation('fcn_resnet50', 'FCN, ResNet-50', resnet(deep50), fcnHead),
  segmentation('fcn_resnet101', 'FCN, ResNet-101', resnet(deep101), fcnHead),
  segmentation('deeplabv3_mobilenet_v3_large', 'DeepLabv3, MobileNetV3-Large', mobilenet, deeplabHead),
  segmentation('deeplabv3_resnet50', 'DeepLabv3, ResNet-50', resnet(deep50), deeplabHead),
  segmentation('deeplabv3_resnet101', 'DeepLabv3, ResNet-101', resnet(deep101), deeplabHead),
  lraspp,
];
