import type { Value } from '../../python/values/object.ts';
import { VggError } from '../../../core/errors/error.ts';
import { attributesOf } from '../nn/attributes.ts';
import { Tensor } from '../tensor.ts';
import { emit, here, tracing, type Weights } from '../trace.ts';

export const optional = (value: Value | undefined): Tensor | null => (value instanceof Tensor ? value : null);
export const given = (entries: readonly (readonly [string, Value | undefined])[]) =>
  attributesOf(entries.map(([name, value]) => [name, value ?? null] as const));

/** The module whose weights these are, when they are a module's. */
function ownerPath(...weights: readonly (Tensor | null)[]): string | undefined {
  const names = weights.flatMap((tensor) => (tensor && tracing.current?.names.get(tensor)) ?? []);
  const paths = new Set(names.map((name) => name.replace(/\.?[^.]*$/, '')));
  const [path] = paths;
  return paths.size === 1 && path !== '' ? path : undefined;
}

/** A layer whose weights are arguments. */
export function weighted(
  kind: string,
  attributes: object,
  x: Tensor,
  weights: Weights,
  name: string,
): Tensor {
  const trace = tracing.current;
  const owner = ownerPath(...Object.values(weights));
  const path = owner !== undefined && owner === trace?.modules.at(-1) ? owner : undefined;
  const computed = Object.entries(weights).find(([, tensor]) => tensor && trace && !trace.names.has(tensor));
  if (computed)
    throw new VggError(
      'torch-computed-weight',
      { name: `torch.nn.functional.${name}`, weight: computed[0] },
      here(),
    );
  return emit(kind, attributes, [x], { name, path, weights });
}
