import { elements, sum } from '../core/arithmetic.ts';
import type { Shape } from '../core/shape.ts';
import type { WeightSpec } from '../layers/layer.ts';
import type { ResolvedNode } from './resolve.ts';

/** The name of a layer's tensor in the network, as PyTorch's `state_dict` has it. */
export const weightName = (path: string, name: string): string => (name === '' ? path : `${path}.${name}`);

/** Scalars of tensors: those that are learned, and those that are only kept, such as running means. */
export interface Scalars {
  readonly params: number;
  readonly buffers: number;
}

/** The one counter of parameters: every scalar of every tensor given, once. Throws `too-large` beyond 2^53. */
export function countScalars(
  tensors: readonly { readonly shape: Shape; readonly buffer?: boolean | undefined }[],
): Scalars {
  const of = (wanted: boolean) =>
    sum(tensors.flatMap(({ shape, buffer = false }) => (buffer === wanted ? elements(shape) : [])));
  return { params: of(false), buffers: of(true) };
}

/** Whether the network learns a tensor: no buffer, and not frozen. */
export const isLearned = ({ buffer, frozen }: Pick<WeightSpec, 'buffer' | 'frozen'>): boolean =>
  !buffer && !frozen;

/** The tensors that a node brings into its network: none where an earlier node owns them. */
export const ownTensors = ({ weights, ownsWeights }: ResolvedNode): readonly WeightSpec[] =>
  ownsWeights ? weights : [];
