import { onlyInput } from '../../../src/graph/graph.ts';
import { readFileSync } from 'node:fs';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { resolve, type ResolvedGraph } from '../../../src/graph/resolve.ts';
import { layerKind } from '../../../src/layers/registry.ts';

/** Layers in order: kind, arguments, and the places of the inputs (0 is the network's own) where not the one before. */
type Step = readonly [kind: string, attributes: object, from?: readonly (number | string)[]];

/** What PyTorch gives in float64 for a small network; the conformance run holds the file to it. */
export interface Case {
  readonly name: string;
  readonly input: readonly number[];
  readonly steps: readonly Step[];
  /** The network's input, weights, noise and the gradient of its output. */
  readonly given: Readonly<Record<string, readonly number[]>>;
  /** The output, `gradient/…` and running statistics as `next/…`. */
  readonly expected: Readonly<Record<string, readonly number[]>>;
}

export const cases = JSON.parse(
  readFileSync(new URL('../../../fixtures/onnx/gradients.json', import.meta.url), 'utf8'),
) as readonly Case[];

/** The case's graph at its input. */
export function resolveCase({ name, input, steps }: Pick<Case, 'name' | 'input' | 'steps'>): ResolvedGraph {
  const net = new GraphBuilder();
  steps.forEach(([kind, attributes, from], i) => {
    const inputs = from?.map((place) =>
      place === 0 ? '@input' : typeof place === 'string' ? place : `layer${place}`,
    );
    net.add(`layer${i + 1}`, layerKind(kind), attributes, inputs ? { from: inputs } : {});
  });
  return resolve(net.build({ name, source: 'spec', inputs: onlyInput([1, 1, 1]) }), input);
}
