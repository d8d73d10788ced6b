import type { ResolvedGraph } from '../../graph/resolve.ts';
import { weightSpecs, type Weights } from '../weights.ts';
import { writeForward } from './differentiate.ts';
import { initializerOf } from './initial-state.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { NAMES } from './names.ts';
import { writeNetwork } from './network.ts';
import { cpu } from './targets/cpu.ts';
import type { Target } from './targets/target.ts';
import { OnnxWriter } from '../../onnx/writer.ts';

/** Loss and hits without training: no noise, running statistics. */
export function writeEvaluation(resolved: ResolvedGraph, target: Target = cpu): OnnxModel {
  const g = new OnnxWriter({ training: false, dialect: target });
  const { loss } = writeNetwork(g, resolved);
  const outputs = [g.output(loss.total, NAMES.loss), g.output(loss.correct, NAMES.correct)];
  return g.model(
    { name: resolved.graph.name, about: `loss of ${resolved.graph.name}, batch ${resolved.input[0]}` },
    outputs,
  );
}

/** What every layer gives, by path, for the whole batch: to look at the shapes. */
export function writeProbe(
  resolved: ResolvedGraph,
  target: Target = cpu,
): {
  model: OnnxModel;
  outputs: ReadonlyMap<string, string>;
} {
  const g = new OnnxWriter({ training: false, dialect: target });
  const { forward } = writeNetwork(g, resolved);
  const paths = [...forward.values.keys()].filter((path) => path !== forward.input);
  const outputs = paths.map((path) => g.output(forward.values.get(path)!, `shown/${path}`));
  return {
    model: g.model({ name: resolved.graph.name, about: `layers of ${resolved.graph.name}` }, outputs),
    outputs: new Map(paths.map((path) => [path, `shown/${path}`])),
  };
}

/** The network for inference with its weights in it, from `images` to `scores`; standard operators alone. */
export function writeInference(resolved: ResolvedGraph, values: Weights): OnnxModel {
  const g = new OnnxWriter({ training: false });
  const images = g.input(NAMES.images, resolved.input);
  const weights = weightSpecs(resolved).map(({ name, spec }) =>
    initializerOf(name, spec.shape, values.get(name)!),
  );
  const forward = writeForward(g, resolved, images, new Map(weights.map((weight) => [weight.name, weight])));
  const scores = g.output(forward.values.get(resolved.graph.outputs[0]!)!, NAMES.scores);
  const about = `${resolved.graph.name} from ${resolved.graph.source}, trained by vgg-inspect`;
  return { ...g.model({ name: resolved.graph.name, about }, [scores], weights), openBatch: true };
}
