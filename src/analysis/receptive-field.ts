import type { ResolvedGraph, ResolvedNode } from '../graph/resolve.ts';
import type { Pair } from '../layers/window.ts';
import { reachOf } from '../layers/window.ts';

/** Field and jump (input pixels between neighbouring outputs) of one tensor. */
interface Field {
  readonly size: Pair;
  readonly jump: Pair;
}

const along = (f: (axis: 0 | 1) => number): Pair => [f(0), f(1)];

/**
 * The side of the input patch that one element of each layer's output depends on, borders ignored.
 * A window of reach k at jump j adds (k − 1)·j and multiplies the jump by its stride, which is a fraction where a
 * layer enlarges. Where branches join, the largest counts. null from the first layer that sees the whole image.
 */
export function receptiveFields({ nodes }: ResolvedGraph): ReadonlyMap<string, Pair | null> {
  const fields = new Map<string, Field | null>();
  for (const resolved of nodes) fields.set(resolved.node.path, fieldOf(resolved, fields));
  return new Map([...fields].map(([path, field]) => [path, field && wholePixels(field.size)]));
}

/** After a layer that enlarges, neighbours lie a fraction of a pixel apart; a pixel seen in part is seen. */
function wholePixels(size: Pair): Pair {
  // Thirds and the like do not add up exactly.
  return along((axis) => Math.ceil(size[axis] - 1e-6));
}

function fieldOf(resolved: ResolvedNode, fields: ReadonlyMap<string, Field | null>): Field | null {
  const { node, layer, attributes, inputs } = resolved;
  const call = { attributes, inputs };
  const before: (Field | null)[] = node.inputs.map((path) => {
    const known = fields.get(path);
    return known === undefined ? { size: [1, 1], jump: [1, 1] } : known;
  });
  if (typeof layer.global === 'function' ? layer.global(call) : layer.global) return null;
  if (before.includes(null)) return null;
  const known = before as Field[];
  const size = along((axis) => Math.max(...known.map((field) => field.size[axis])));
  const jump = along((axis) => Math.max(...known.map((field) => field.jump[axis])));
  const window = layer.window?.(call);
  if (!window) return { size, jump };
  const reach = reachOf(window);
  return {
    size: along((axis) => size[axis] + (reach[axis] - 1) * jump[axis]),
    jump: along((axis) => jump[axis] * window.stride[axis]),
  };
}
