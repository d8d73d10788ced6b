import type { AddOptions, GraphBuilder } from '../../graph/builder.ts';
import { adaptive_avgpool2d } from '../../layers/adaptive_avgpool.ts';
import { flatten } from '../../layers/flatten.ts';
import type { AttributesInput, AttributesSchema, LayerKind } from '../../layers/layer.ts';
import type { Architecture } from '../architecture.ts';
import { network, type Draw } from '../network.ts';

interface Choices {
  /** Side of the square input; 224 unless told otherwise. */
  readonly side?: number;
  /** Given where the network can have auxiliary heads: whether it has them unless told otherwise. */
  readonly auxLogits?: boolean;
  /** 1000 unless told otherwise. */
  readonly classes?: number;
}

/** A torchvision network: three channels, ImageNet's 1000 classes unless told otherwise, paths that are torchvision's module names. */
export function torchvision(name: string, summary: string, draw: Draw, choices: Choices = {}): Architecture {
  const { side = 224, auxLogits, classes = 1000 } = choices;
  return network(
    {
      name: `torchvision/${name}`,
      source: 'torchvision',
      summary,
      input: [3, side, side],
      defaults: { classes, ...(auxLogits !== undefined && { auxLogits }) },
    },
    draw,
  );
}

/** Adds layers with the numbers that torch.nn.Sequential gives them: `features.0`, `features.1`, … */
export function sequence(net: GraphBuilder, path: string) {
  let next = 0;
  return {
    add<S extends AttributesSchema>(
      kind: LayerKind<S>,
      attributes: AttributesInput<S>,
      options?: AddOptions,
    ): string {
      return net.add(`${path}.${next++}`, kind, attributes, options);
    },
    /** The path of the next member, for one that has layers of its own. */
    next: () => `${path}.${next++}`,
  };
}

/** Mean over the whole image and one row an image: how most of these networks end. */
export function globalPool(net: GraphBuilder): void {
  net.add('avgpool', adaptive_avgpool2d, { output_size: 1 });
  net.add('flatten', flatten, {});
}
