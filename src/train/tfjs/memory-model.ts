import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { MemoryPrediction } from '../engine.ts';
import type { KerasModel, Reference } from '../keras-model.ts';
import { layerOperations } from './layer-operations.ts';
import { Tape, type Traced } from './tape.ts';

const FLOAT = 4;

/**
 * What tfjs holds in a training step: after the forward pass the tensors that a derivative needs; in the backward pass
 * every gradient to the end too, where PyTorch frees both as it goes. Kernels' scratch memory is not in it.
 */
export function predictMemory(
  model: LayersModel,
  { topology }: KerasModel,
  batch: number,
  step: number,
): MemoryPrediction {
  const tape = new Tape(step);
  const scores = trace(tape, model, topology, batch);
  tape.keep(scores);
  // The loss keeps the labels as rows with a one, and the probabilities; its derivative has two steps of that size.
  const endOfForward = tape.kept() + 2 * scores.bytes;
  return {
    model: `TensorFlow.js's tape: what derivatives need, and all gradients to the end of the backward pass`,
    kept: 0,
    endOfForward,
    peak: endOfForward + 2 * scores.bytes + tape.backward(scores),
  };
}

/** Records the forward pass; returns the scores. */
function trace(tape: Tape, model: LayersModel, { config }: KerasModel['topology'], batch: number): Traced {
  const bytesOf = (shape: unknown) =>
    (shape as readonly (number | null)[]).reduce<number>((total, size) => total * (size ?? batch), FLOAT);
  const key = ([layer, application]: Reference) => `${layer}/${application}`;
  const built = new Map(model.layers.map((layer) => [layer.name, layer]));
  const traced = new Map([[key(config.input_layers[0]!), tape.input(bytesOf(model.inputs[0]!.shape))]]);
  const waiting = new Set(
    config.layers.flatMap((layer) =>
      (layer.inbound_nodes as Reference[][]).map((from, application) => ({ layer, from, application })),
    ),
  );
  for (let before = Infinity; waiting.size < before;) {
    before = waiting.size;
    for (const each of waiting) {
      const { layer, from, application } = each;
      const inputs = from.flatMap((reference) => traced.get(key(reference)) ?? []);
      const found = built.get(layer.name);
      if (inputs.length < from.length || found === undefined) continue;
      waiting.delete(each);
      const result = layerOperations[layer.class_name]!(tape, {
        inputs,
        output: bytesOf((found.getOutputAt(application) as { shape: unknown }).shape),
        weights: found.trainableWeights.reduce((total, { shape }) => total + bytesOf(shape), 0),
        config: layer.config,
      });
      traced.set(key([layer.name, application, 0]), result);
    }
  }
  return traced.get(key(config.output_layers[0]!))!;
}
