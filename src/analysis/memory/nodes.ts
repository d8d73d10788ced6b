import { elements } from '../../core/arithmetic.ts';
import { isContiguous, type Strides } from '../../core/layout.ts';
import type { ElementType, GradientKind, Operator, Value } from '../../layers/shared/operators.ts';
import { newStrides } from './new-strides.ts';
import { BYTES, type Storage } from './storage.ts';
import type { BackwardNode, Computed, Edge, Leaf, Result, Tensor } from './tensor.ts';

// Most nodes have none of these, and there are many nodes.
export const NO_SCRATCH: readonly number[] = [];
const NO_STORAGE: readonly Storage[] = [];
const NO_RESULTS: readonly Result[] = [];
const NO_GRADIENTS: undefined[] = [];

/** A node that nothing holds yet. Its layout and bytes are those of the first result. */
export function newNode(
  sequence: number,
  path: string,
  edges: readonly Edge[],
  results: readonly Result[],
  leaf: Leaf | undefined,
  overwroteView: Result | undefined,
): BackwardNode {
  const [first, ...others] = results;
  const { shape, strides, bytes } = first!;
  const alone = others.length === 0;
  return {
    holders: 0,
    sequence,
    path,
    edges,
    shape,
    strides,
    bytes,
    others: alone
      ? NO_RESULTS
      : others.map((one) => ({ shape: one.shape, strides: one.strides, bytes: one.bytes })),
    overwroteView,
    saved: NO_STORAGE,
    savedAt: 0,
    unreachable: false,
    waiting: 0,
    incoming: undefined,
    incomingOthers: alone ? NO_GRADIENTS : others.map(() => undefined),
    leaf,
    recompute: undefined,
    afterwards: undefined,
  };
}

/** Of a gradient in the input's shape and type. */
export const plainEdge = (
  to: BackwardNode,
  slot: number,
  gradient: Edge['gradient'],
  input: Tensor,
): Edge => ({
  to,
  slot,
  gradient,
  shape: input.shape,
  strides: input.strides,
  follows: false,
  bytes: input.bytes,
  computed: undefined,
  scratch: NO_SCRATCH,
  workspace: undefined,
  toBase: false,
});

/** A gradient of its own lies as its input does, where that has no gaps. */
export const gradientStrides = (operator: Operator, input: Tensor): Strides =>
  isContiguous(input)
    ? input.strides
    : newStrides(operator.layout === 'contiguous' ? operator : {}, input.shape, [input]);

/** The formula's type is the incoming gradient's, for a product the wider one of that and the other factor's. */
export function computedAs(
  kind: GradientKind,
  input: Tensor,
  other: Tensor | undefined,
  result: Tensor,
): Computed | undefined {
  const type = kind === 'product' ? widest([result, other ?? input]) : result.type;
  if (type === input.type) return undefined;
  return { product: elements(result.shape) * BYTES[type], summed: elements(input.shape) * BYTES[type] };
}

/** The type of a result that kernels widen to. */
export function widest(inputs: readonly Value[]): ElementType {
  return inputs.some(({ type }) => type === 'float32') ? 'float32' : inputs[0]!.type;
}
