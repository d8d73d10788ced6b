import type { ResolvedGraph, ResolvedNode } from '../../graph/resolve.ts';
import { countScalars, isLearned, ownTensors } from '../../graph/parameters.ts';
import { sum } from '../../core/arithmetic.ts';
import { gradientFlow, type GradientFlow } from './gradient-flow.ts';
import type { LayerFacts } from './layer-facts.ts';

/** Every layer's counts, in topological order. Throws `too-large` where one would pass 2^53. */
export function countLayers(resolved: ResolvedGraph): LayerFacts[] {
  const flow = gradientFlow(resolved);
  return resolved.nodes.map((node) => countLayer(node, flow.get(node.node.path)!));
}

function countLayer(resolved: ResolvedNode, gradients: GradientFlow): LayerFacts {
  const { node, layer, attributes, inputs, output, weights } = resolved;
  const applied = { attributes, inputs, output };
  const forwardMacs = layer.macs?.(applied) ?? 0;
  const macs = node.trainingOnly ? 0 : forwardMacs;
  const elementwise = node.trainingOnly ? 0 : (layer.elementwise?.(applied) ?? 0);
  const own = ownTensors(resolved);
  const { params, buffers } = countScalars(own);
  const window = layer.window?.({ attributes, inputs });
  return {
    path: node.path,
    kind: node.kind,
    family: layer.family,
    inputs: node.inputs,
    attributes,
    inputShapes: inputs,
    outputShape: output,
    ...(window && { window }),
    weights: weights.map(({ name, shape, buffer, frozen, integer, bool }) => ({
      name,
      shape,
      ...(buffer && { buffer }),
      ...(integer && { dtype: 'int64' as const }),
      ...(bool && { dtype: 'bool' as const }),
      ...(frozen && { frozen }),
    })),
    params,
    trainableParams: countScalars(own.filter(isLearned)).params,
    buffers,
    macs,
    flops: sum([macs, macs, elementwise], 'the number of FLOPs'),
    backwardMacs: sum([gradients.products * forwardMacs], 'the number of backward MACs'),
    ...(node.sharesWeightsOf !== undefined && { sharesWeightsOf: node.sharesWeightsOf }),
    ...(node.trainingOnly && { trainingOnly: true as const }),
  };
}
