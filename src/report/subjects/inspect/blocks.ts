import type { LayerAnalysis } from '../../../analysis/analysis.ts';
import { sum } from '../../../core/arithmetic.ts';
import type { Shape } from '../../../core/shape.ts';

/** Layers whose paths begin alike, with what they add up to. */
export interface Block {
  readonly path: string;
  readonly children: readonly (Block | LayerAnalysis)[];
  /** How many layers lie in it, at any depth. */
  readonly layers: number;
  readonly params: number;
  readonly trainableParams: number;
  readonly buffers: number;
  readonly macs: number;
  readonly flops: number;
  readonly backwardMacs: number;
  readonly savedBytes: number;
  /** Of its last layer that runs at inference. */
  readonly outputShape: Shape;
}

export const isBlock = (item: Block | LayerAnalysis): item is Block => 'children' in item;

/** Blocks within blocks beyond this are not told apart. */
const MAX_LEVELS = 24;

/**
 * The layers as a tree over the parts of their dotted paths, each block where its first layer is.
 * A block that holds nothing but one other block is left out.
 */
export function blockTree(layers: readonly LayerAnalysis[]): Block {
  return branch('', layers, 0, 0);
}

/** The block of layers whose paths agree up to `from`, where their next part begins. */
function branch(path: string, layers: readonly LayerAnalysis[], from: number, level: number): Block {
  const children: (LayerAnalysis | { key: string; members: LayerAnalysis[] })[] = [];
  const blocks = new Map<string, LayerAnalysis[]>();
  for (const layer of layers) {
    const end = level === MAX_LEVELS ? -1 : layer.path.indexOf('.', from);
    const key = layer.path.slice(0, end);
    const members = end === -1 ? undefined : blocks.get(key);
    if (end === -1) children.push(layer);
    else if (members) members.push(layer);
    else {
      const started = [layer];
      blocks.set(key, started);
      children.push({ key, members: started });
    }
  }
  const grown = children.map((child) =>
    'members' in child ? branch(child.key, child.members, child.key.length + 1, level + 1) : child,
  );
  const only = grown[0];
  if (path !== '' && grown.length === 1 && only && isBlock(only)) return only;
  return { path, children: grown, layers: layers.length, ...subtotals(layers) };
}

function subtotals(layers: readonly LayerAnalysis[]) {
  const total = (of: (layer: LayerAnalysis) => number) => sum(layers.map(of));
  const last = layers.findLast(({ trainingOnly }) => !trainingOnly) ?? layers.at(-1);
  return {
    params: total(({ params }) => params),
    trainableParams: total(({ trainableParams }) => trainableParams),
    buffers: total(({ buffers }) => buffers),
    macs: total(({ macs }) => macs),
    flops: total(({ flops }) => flops),
    backwardMacs: total(({ backwardMacs }) => backwardMacs),
    savedBytes: total(({ savedBytes }) => savedBytes),
    outputShape: last?.outputShape ?? [],
  };
}
