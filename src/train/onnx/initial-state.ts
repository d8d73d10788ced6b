import { isLearned } from '../../graph/parameters.ts';
import type { ResolvedGraph } from '../../graph/resolve.ts';
import { optimizerOf, type OptimizerSettings } from '../../optimizers/registry.ts';
import { weightSpecs, type Weights } from '../weights.ts';
import type { OnnxInitializer, OnnxModel } from '../../onnx/model.ts';
import { OnnxWriter } from '../../onnx/writer.ts';

/** A tensor whose values are in the file. */
export function initializerOf(name: string, shape: readonly number[], values: Float32Array): OnnxInitializer {
  const { buffer, byteOffset, byteLength } = values;
  return { name, type: 'float32', shape, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}

/**
 * A graph without inputs that gives the state with which a training starts, each tensor under the name by which a
 * step's graph takes it: weights and buffers as given, what the optimizer keeps as zeros.
 */
export function writeInitialState(
  resolved: ResolvedGraph,
  optimizer: OptimizerSettings,
  values: Weights,
): OnnxModel {
  const g = new OnnxWriter({ training: true });
  const specs = weightSpecs(resolved);
  const weights = specs.map(({ name, spec }) =>
    initializerOf(`initial/${name}`, spec.shape, values.get(name)!),
  );
  const given = specs.map(({ name }, i) => g.output(weights[i]!, name));
  const kept = specs
    .filter(({ spec }) => isLearned(spec))
    .flatMap(({ name, spec: { shape } }) =>
      optimizerOf(optimizer.name).states.map((state) => {
        g.scope = `${state}/${name}`;
        const sizes = g.constant(shape, 'int64', [shape.length]);
        return g.output(g.run('ConstantOfShape', [sizes], shape), `${state}/${name}`);
      }),
    );
  const { name } = resolved.graph;
  const about = `the state with which a training of ${name} by ${optimizer.name} starts`;
  return g.model({ name, about }, [...given, ...kept], weights);
}
