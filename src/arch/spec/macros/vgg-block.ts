import * as z from 'zod/mini';
import { flag, integer, parseAttributes } from '../../../layers/shared/attributes.ts';
import { conv2d } from '../../../layers/conv.ts';
import { maxpool2d } from '../../../layers/maxpool.ts';
import { relu } from '../../../layers/relu.ts';
import { namedArguments, placingErrors, plainArguments } from '../arguments.ts';
import { originOf, type Macro } from './macro.ts';

const attributes = z.strictObject({
  /** 3×3 convolutions, each with a ReLU. */
  convs: integer(1),
  out_channels: integer(1),
  /** A 1×1 convolution with a ReLU before the pool. */
  pointwise: flag(false),
});
const names = Object.keys(attributes.def.shape);

/** The book's VGG block: convolutions that keep the size, and a pool that halves it. */
export const vggBlock: Macro = {
  name: 'vgg_block',
  stem: 'block',
  arguments: names,
  schema: ({ of }) => of(attributes),
  write(call) {
    const entries = namedArguments('vgg_block', call.given, names);
    const { convs, out_channels, pointwise } = placingErrors(entries, () =>
      parseAttributes({ kind: 'vgg_block', attributes }, plainArguments(entries), {
        ...call.at,
        path: call.path,
      }),
    );
    const { net, path } = call;
    for (let n = 1; n <= convs + (pointwise ? 1 : 0); n++) {
      const kernel = n <= convs ? { kernel_size: 3, padding: 1 } : { kernel_size: 1 };
      net.add(`${path}.conv${n}`, conv2d, { out_channels, ...kernel }, originOf(call));
      net.add(`${path}.relu${n}`, relu, {}, originOf(call));
    }
    net.add(`${path}.pool`, maxpool2d, { kernel_size: 2, stride: 2 }, originOf(call));
  },
};
