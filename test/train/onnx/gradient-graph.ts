import * as ort from 'onnxruntime-node';
import type { ResolvedGraph } from '../../../src/graph/resolve.ts';
import { elements } from '../../../src/core/arithmetic.ts';
import { writeBackward, writeForward } from '../../../src/train/onnx/differentiate.ts';
import { encodeModel } from '../../../src/onnx/encode.ts';
import { cpu } from '../../../src/train/onnx/targets/cpu.ts';
import type { Target } from '../../../src/train/onnx/targets/target.ts';
import { gradientValue } from '../../../src/layers/shared/onnx/weight-gradient.ts';
import { OnnxWriter } from '../../../src/onnx/writer.ts';
import type { Random } from '../../../src/train/random.ts';
import { weightSpecs } from '../../../src/train/weights.ts';
import type { Tensor } from '../../../src/onnx/graph.ts';

type Feeds = Record<string, Float32Array>;

/**
 * A network in training mode with the gradients of `images` and of all weights, for the gradient `cotangent` of its
 * output; new running statistics as `next/…`. What backward passes do with gradients of weights that several layers
 * share is not looked at here.
 */
function gradientGraph(resolved: ResolvedGraph, target: Target = cpu) {
  const g = new OnnxWriter({ training: true, dialect: target });
  const images = g.input('images', resolved.input);
  const weights = new Map(weightSpecs(resolved).map(({ name, spec }) => [name, g.input(name, spec.shape)]));
  const forward = writeForward(g, resolved, images, weights);
  const path = resolved.graph.outputs[0]!;
  const output = forward.values.get(path)!;
  const cotangent = g.input('cotangent', output.shape);
  const backward = writeBackward(g, forward, path, cotangent, { ofInput: true });
  const wanted: [string, Tensor][] = [
    ['output', output],
    ['gradient/images', backward.input!],
    ...[...backward.weights].map(([name, [first]]): [string, Tensor] => [
      `gradient/${name}`,
      gradientValue(g, first!),
    ]),
    ...[...forward.buffers].map(([name, value]): [string, Tensor] => [`next/${name}`, value]),
  ];
  const outputs = wanted.map(([name, value]) => g.output(value, name));
  const model = g.model({ name: 'case', about: 'gradients' }, outputs);
  return { model, noises: g.noises, learned: ['images', ...backward.weights.keys()] };
}

/** The same, ready to run on onnxruntime. */
export function writeGradients(resolved: ResolvedGraph, target?: Target) {
  const { model, noises, learned } = gradientGraph(resolved, target);
  let session: Promise<ort.InferenceSession> | undefined;
  const open = () => (session ??= ort.InferenceSession.create(encodeModel(model), { logSeverityLevel: 4 }));
  return {
    model,
    learned,
    async run(feeds: Feeds): Promise<Feeds> {
      const tensors = model.inputs.map(
        ({ name, shape }) => [name, new ort.Tensor('float32', feeds[name]!, shape)] as const,
      );
      const results = await (await open()).run(Object.fromEntries(tensors));
      return Object.fromEntries(
        Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]),
      );
    },
    /** Random values for all inputs: scales and variances near 1, noise as a layer draws it. */
    draw(random: Random): Feeds {
      const dropped = new Map(noises.map(({ tensor, p }) => [tensor.name, p]));
      const one = (name: string, count: number): Float32Array => {
        const p = dropped.get(name);
        if (p !== undefined)
          return random.uniform(count, 1).map((value) => ((value + 1) / 2 < p ? 0 : 1 / (1 - p)));
        const center = name.endsWith('running_var') ? 2 : 0;
        return random.uniform(count, 1).map((value) => value + center);
      };
      return Object.fromEntries(model.inputs.map(({ name, shape }) => [name, one(name, elements(shape))]));
    },
    release: async () => (await session)?.release(),
  };
}
