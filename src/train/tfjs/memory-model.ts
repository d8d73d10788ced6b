import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { MemoryPrediction } from '../engines/engine.ts';
import type { KerasModel, Reference } from './keras-model.ts';
import { VggError } from '../../core/errors/error.ts';
import type { Tape, Traced } from '../../layers/shared/keras-tape.ts';
import { StepTape } from './tape.ts';

const FLOAT = 4;

/**
 * What tfjs holds in a training step: after the forward pass the tensors that a derivative needs; in the backward pass
 * every gradient to the end too, where PyTorch frees both as it goes. Kernels' scratch memory is not in it.
 */
export function predictMemory(
  model: LayersModel,
  keras: KerasModel,
  batch: number,
  step: number,
): MemoryPrediction {
  const tape = new StepTape(step);
  const scores = trace(tape, tape.input(sizeOf(model.inputs[0]!.shape, batch)), model, keras, batch);
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

/** Bytes of floats; sizes that are left open are the batch. */
const sizeOf = (shape: unknown, batch: number): number =>
  (shape as readonly (number | null)[]).reduce<number>((total, size) => total * (size ?? batch), FLOAT);

/** Records the forward pass; returns the scores. Throws `no-tape` for a Keras layer of which nothing is known. */
function trace(tape: Tape, input: Traced, model: LayersModel, keras: KerasModel, batch: number): Traced {
  const { config } = keras.topology;
  const key = ([layer, application]: Reference) => `${layer}/${application}`;
  const built = new Map(model.layers.map((layer) => [layer.name, layer]));
  const traced = new Map([[key(config.input_layers[0]!), input]]);
  const waiting = new Set(
    config.layers.flatMap((layer) =>
      (layer.inbound_nodes as Reference[][]).map((from, application) => ({ layer, from, application })),
    ),
  );
  for (let before = Infinity; waiting.size < before;) {
    before = waiting.size;
    for (const each of waiting) {
      const { layer, from, application } = each;
      const [first, ...others] = from.flatMap((reference) => traced.get(key(reference)) ?? []);
      const found = built.get(layer.name);
      if (first === undefined || others.length + 1 < from.length || found === undefined) continue;
      waiting.delete(each);
      const recording = keras.recordings.get(layer.name);
      if (!recording) throw new VggError('no-tape', { class: layer.class_name });
      const result = recording(tape, {
        inputs: [first, ...others],
        output: sizeOf((found.getOutputAt(application) as { shape: unknown }).shape, batch),
        weights: found.trainableWeights.reduce((total, { shape }) => total + sizeOf(shape, batch), 0),
      });
      traced.set(key([layer.name, application, 0]), result);
    }
  }
  return traced.get(key(config.output_layers[0]!))!;
}
