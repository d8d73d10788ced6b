import { VggError } from '../core/errors/error.ts';
import { nearest } from '../core/nearest.ts';
import type { Architecture } from './architecture.ts';
import { alexnet } from './d2l/alexnet.ts';
import { densenet } from './d2l/densenet.ts';
import { googlenet } from './d2l/googlenet.ts';
import { lenet } from './d2l/lenet.ts';
import { nin } from './d2l/nin.ts';
import { resnet18 } from './d2l/resnet.ts';
import { vggs } from './d2l/vgg.ts';
import { alexnet as paperAlexnet } from './paper/alexnet.ts';
import { vggs as paperVggs } from './paper/vgg.ts';
import { alexnet as torchvisionAlexnet } from './torchvision/alexnet.ts';
import { convnexts } from './torchvision/convnext.ts';
import { densenets } from './torchvision/densenet.ts';
import { efficientnets } from './torchvision/efficientnet.ts';
import { googlenet as torchvisionGooglenet } from './torchvision/googlenet.ts';
import { inception } from './torchvision/inception.ts';
import { maxvits } from './torchvision/maxvit.ts';
import { mnasnets } from './torchvision/mnasnet.ts';
import { mobilenetV2 } from './torchvision/mobilenet-v2.ts';
import { mobilenetsV3 } from './torchvision/mobilenet-v3.ts';
import { regnets } from './torchvision/regnet.ts';
import { resnets } from './torchvision/resnet.ts';
import { segmentations } from './torchvision/segmentation.ts';
import { shufflenets } from './torchvision/shufflenet-v2.ts';
import { squeezenets } from './torchvision/squeezenet.ts';
import { swins } from './torchvision/swin.ts';
import { visionTransformers } from './torchvision/vision-transformer.ts';
import { vggs as torchvisionVggs } from './torchvision/vgg.ts';

const d2l = [lenet, alexnet, ...vggs, nin, googlenet, resnet18, densenet];
const torchvision = [
  torchvisionAlexnet,
  ...torchvisionVggs,
  ...squeezenets,
  ...resnets,
  torchvisionGooglenet,
  inception,
  mobilenetV2,
  ...mobilenetsV3,
  ...densenets,
  ...efficientnets,
  ...regnets,
  ...mnasnets,
  ...shufflenets,
  ...convnexts,
  ...visionTransformers,
  ...swins,
  ...maxvits,
  ...segmentations,
];
const paper = [...paperVggs, paperAlexnet];

/** Every named architecture, in the order of `list`. */
export const architectures: readonly Architecture[] = [...d2l, ...torchvision, ...paper];

/** A Map, so that names such as `__proto__` are unknown like any other. */
const byName: ReadonlyMap<string, Architecture> = new Map(architectures.map((a) => [a.name, a]));

export function findArchitecture(name: string): Architecture | undefined {
  return byName.get(name);
}

/**
 * The architectures that a name without its source may mean: `resnet50` is `torchvision/resnet50`. Capitals and dashes
 * do not count. Empty for a name of this catalog.
 */
export function withoutSource(name: string): readonly Architecture[] {
  if (byName.has(name)) return [];
  const plain = (text: string) => text.toLowerCase().replace(/[-_ ]/g, '');
  const asked = plain(name);
  const own = architectures.filter((one) => plain(one.name) === asked);
  if (own.length > 0) return own;
  return architectures.filter((one) => one.name.includes('/') && plain(one.name.split('/')[1]!) === asked);
}

/** Throws `unknown-architecture` with the nearest names. */
export function architecture(name: string): Architecture {
  const found = byName.get(name);
  if (found === undefined)
    throw new VggError('unknown-architecture', { name, nearest: nearest(name, byName.keys()) });
  return found;
}
