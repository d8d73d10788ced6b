// The small ReLU network on 750 + 150 real images, trained by us and by PyTorch.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolve } from '../../dist/graph/resolve.js';
import { loadNetwork } from '../../dist/cli/io/load-network.js';
import { epochOrder } from '../../dist/train/data/batches.js';
import { readFolder } from '../../dist/train/data/folder.js';
import { selectEngine } from '../../dist/train/engines/select.js';
import { train } from '../../dist/train/loop.js';
import { initialWeights } from '../../dist/train/weights.js';
import { images } from './engines.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const recipe = { epochs: 8, batch: 32, lr: 0.1 };

export const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
export const deviation = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

/**
 * What a training reached: the last epoch's loss, and the test accuracy as the mean of the last five epochs'. One
 * epoch's accuracy alone scatters more from seed to seed than this mean.
 */
export const reached = ({ losses, testAccs }) => ({
  loss: losses.at(-1),
  testAcc: testAccs.at(-1),
  lastFive: mean(testAccs.slice(-5)),
});

export async function loadSmallRelu() {
  const spec = join(root, 'fixtures/train/small-relu.yaml');
  const graph = await loadNetwork(spec, {}, { cwd: root, stdin: process.stdin });
  return { network: resolve(graph, [recipe.batch, 1, 28, 28]), data: await readFolder(images, 10) };
}

/** Writes our initial weights and our order of the examples for PyTorch; returns the folder. */
export function writeStart({ network, data }, seed, scratch) {
  const start = mkdtempSync(join(scratch, `${seed}-`));
  const weights = [...initialWeights(network, seed).values()].map((values) => Buffer.from(values.buffer));
  writeFileSync(join(start, 'weights.bin'), Buffer.concat(weights));
  const order = Array.from({ length: recipe.epochs }, (_, epoch) =>
    Buffer.from(epochOrder(data.train.count, seed, epoch).buffer),
  );
  writeFileSync(join(start, 'order.bin'), Buffer.concat(order));
  return start;
}

/** Trains by the recipe on an engine. */
export async function learn({ network, data }, seed, engineName, epochs = recipe.epochs) {
  const { engine } = await selectEngine(engineName);
  const { batch, lr } = recipe;
  const optimizer = { name: /** @type {const} */ ('sgd'), lr, momentum: 0, weightDecay: 0 };
  const weights = initialWeights(network, seed);
  const trainer = await engine.build(network, { weights: () => weights, optimizer, seed, batch });
  const result = await train({
    trainer,
    data,
    shape: { channels: 1, height: 28, width: 28 },
    recipe: { epochs, batch, optimizer, seed, data: images },
  });
  trainer.dispose();
  return {
    losses: result.epochs.map(({ loss }) => loss),
    testAccs: result.epochs.map(({ testAcc }) => testAcc),
  };
}
