// The same training, step by step, for several engines.
import { onnx } from '../../dist/train/engines/onnx.js';
import { StepNoise } from '../../dist/train/onnx/noise.js';
import { writeStep } from '../../dist/train/onnx/step.js';
import { graphAsJson, randomValues, toBase64 } from './onnx-network.mjs';

/** A batch of the network's size for each step. */
export function randomBatches({ input }, steps, rng) {
  return Array.from({ length: steps }, () => ({
    count: input[0],
    images: randomValues(input, rng),
    labels: Uint8Array.from({ length: input[0] }, () => rng.integer(0, 9)),
  }));
}

/** The mean loss of each step of one of our engines. */
export async function lossesOf(resolved, { weights, optimizer, batches, seed }, engine = onnx) {
  const options = { weights: () => weights, optimizer, seed, batch: resolved.input[0] };
  const trainer = await engine.build(resolved, options);
  const found = [];
  for (const [number, batch] of batches.entries()) {
    const { loss, count } = await trainer.step(batch, number);
    found.push(loss / count);
  }
  trainer.dispose();
  return found;
}

/** Images, labels and noise of each step, tensors as base64 of float32; noise by layer. */
export function stepsAsJson(resolved, { optimizer, batches, seed }) {
  const { noises } = writeStep(resolved, { optimizer });
  return batches.map(({ images, labels }, number) => {
    const noise = new StepNoise(seed, number);
    return {
      images: toBase64(images),
      labels: [...labels],
      noises: Object.fromEntries(
        noises.map((one) => [one.path, { shape: one.tensor.shape, values: toBase64(noise.draw(one)) }]),
      ),
    };
  });
}

/** The same start, images and noise for torch: a request of onnx_steps.py. */
export const trainingRequest = (resolved, training) => ({
  graph: graphAsJson(resolved),
  input: resolved.input,
  weights: Object.fromEntries([...training.weights].map(([name, values]) => [name, toBase64(values)])),
  optimizer: training.optimizer,
  steps: stepsAsJson(resolved, training),
});
