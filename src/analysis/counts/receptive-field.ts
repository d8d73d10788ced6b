import { producerOf } from '../../graph/graph.ts';
import type { ResolvedGraph, ResolvedNode } from '../../graph/resolve.ts';
import type { Call, LayerKind } from '../../layers/layer.ts';
import type { Inputs } from '../../layers/shared/inputs.ts';
import { reachOf, type Axes, type View } from '../../layers/shared/window.ts';

/** The field of one tensor along one axis of the input, in input pixels. */
interface Side {
  readonly size: number;
  /** Between neighboring elements. A fraction of a pixel after a layer that enlarges. */
  readonly jump: number;
  /** Once a layer has enlarged: what lies beyond `base` is seen in steps, of the jump that it had before. */
  readonly base: number;
  readonly step: number;
}
type Field = readonly Side[];

const START: Side = { size: 1, jump: 1, base: 1, step: 0 };

/** Thirds and the like do not add up exactly. */
const ROUNDING = 1e-6;

/**
 * The side of the input patch that one element of each layer's output depends on, borders ignored.
 * A window of reach k at jump j adds (k − 1)·j and multiplies the jump by its stride, which is a fraction where a
 * layer enlarges. Where branches join, the largest counts. null from the first layer that sees the whole image, or
 * whose window slides over other axes than the image has; of features, which have none, from the first layer on.
 */
export function receptiveFields({ nodes }: ResolvedGraph): ReadonlyMap<string, Axes | null> {
  const fields = new Map<string, Field | null>();
  for (const resolved of nodes) fields.set(resolved.node.path, fieldOf(resolved, fields));
  return new Map([...fields].map(([path, field]) => [path, field && field.map(seen)]));
}

function fieldOf(resolved: ResolvedNode, fields: ReadonlyMap<string, Field | null>): Field | null {
  const { node, layer, attributes, inputs } = resolved;
  const call = { attributes, inputs };
  if (layer.global) return null;
  const before: Field[] = [];
  for (const [i, path] of node.inputs.entries()) {
    const field = fields.get(producerOf(path));
    if (field === null) return null;
    before.push(field ?? inputs[i]!.slice(2).map(() => START));
  }
  const view = viewOf(layer, call);
  const [first, ...others] = before;
  // A weight sees nothing of the image.
  if (first === undefined || first.length === 0) return null;
  if ([...others, ...(view ? [view.reach] : [])].some(({ length }) => length !== first!.length)) return null;
  return first!.map((_, axis) => {
    const side = widest(before.map((field) => field[axis]!));
    return view ? slid(side, view.reach[axis]!, view.stride[axis]!) : side;
  });
}

function viewOf(layer: LayerKind, call: Call<object, Inputs>): View | undefined {
  if (layer.view) return layer.view(call);
  const window = layer.window?.(call);
  return window && { reach: reachOf(window), stride: window.stride };
}

function widest(sides: readonly Side[]): Side {
  if (sides.length === 1) return sides[0]!;
  const largest = sides.reduce((a, b) => (seen(b) > seen(a) ? b : a));
  return { ...largest, jump: Math.max(...sides.map(({ jump }) => jump)) };
}

/** The field behind a layer that sees `reach` elements at a time, `stride` apart. */
function slid({ size, jump, base, step }: Side, reach: number, stride: number): Side {
  const whole = Number.isInteger(reach) && Number.isInteger(stride);
  const stepped = whole || jump < step ? { base, step } : { base: seen({ size, base, step }), step: jump };
  return { size: size + (reach - 1) * jump, jump: jump * stride, ...stepped };
}

/** Whole steps: a further element before the enlargement is seen or it is not. */
function seen({ size, base, step }: Pick<Side, 'size' | 'base' | 'step'>): number {
  return step === 0 ? size : base + Math.floor((size - base) / step + ROUNDING) * step;
}
