import type { Shape } from '../../core/shape.ts';
import { layerKind } from '../../layers/registry.ts';
import type { Trace } from './trace.ts';

/** Weights that no layer has used: they are counted, as PyTorch counts them. */
export function leftOver(trace: Trace): void {
  for (const [tensor, name] of trace.names) {
    if (trace.owners.has(tensor)) continue;
    const shape: Shape = tensor.shape.length === 0 ? [1] : tensor.shape;
    const kind = layerKind(trace.buffers.has(tensor) ? 'buffer' : 'parameter');
    const integers = !tensor.dtype.floats;
    trace.builder.frozen = !trace.buffers.has(tensor) && !tensor.requiresGrad;
    trace.builder.add(trace.path(name), kind, { shape, ...(integers && { dtype: 'int64' }) }, { from: [] });
    trace.builder.frozen = false;
  }
}
