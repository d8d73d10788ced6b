import { architectures } from '../src/arch/catalog.ts';

/** Built-in networks of every family, each once or at its two ends; the others differ from them in numbers alone. */
const SOME = [
  'lenet',
  'alexnet',
  'vgg11',
  'vgg16-1x1',
  'nin',
  'googlenet',
  'resnet18',
  'densenet',
  'torchvision/alexnet',
  'torchvision/vgg11_bn',
  'torchvision/resnet18',
  'torchvision/resnet50',
  'torchvision/googlenet',
  'torchvision/inception_v3',
  'torchvision/mobilenet_v2',
  'torchvision/mobilenet_v3_small',
  'torchvision/densenet121',
  'torchvision/efficientnet_b0',
  'torchvision/regnet_y_400mf',
  'torchvision/squeezenet1_1',
  'torchvision/mnasnet0_5',
  'torchvision/shufflenet_v2_x0_5',
  'torchvision/convnext_tiny',
  'torchvision/lraspp_mobilenet_v3_large',
  'torchvision/vit_b_16',
  'paper/alexnet',
  'paper/vgg-c',
];

const all = architectures.map(({ name }) => name);

/** `NETWORKS=all`, or names separated by commas, asks for others: the conformance run does. */
const asked = process.env['NETWORKS'];
export const everyNetwork = asked === undefined ? SOME : asked === 'all' ? all : asked.split(',');

const unknown = everyNetwork.filter((name) => !all.includes(name));
if (unknown.length > 0) throw new Error(`no network is called ${unknown.join(', ')}`);
