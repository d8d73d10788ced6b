import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { images } from '../lib/engines.mjs';
import { collect } from '../lib/outcome.mjs';
import { deviation, learn, loadSmallRelu, mean, reached, recipe, writeStart } from '../lib/small-relu.mjs';

export const title =
  'a small network learns as in PyTorch: the same epoch from equal weights, the same end from any';

const recorded = JSON.parse(
  readFileSync(new URL('../../fixtures/train/pytorch.json', import.meta.url), 'utf8'),
);
const startSeeds = [0, 1, 2];
const endSeeds = [0, 1, 2, 3, 4, 5];

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, note }) {
  const small = await loadSmallRelu();
  const scratch = mkdtempSync(join(tmpdir(), 'vgg-train-'));
  try {
    const starts = startSeeds.map((seed) => writeStart(small, seed, scratch));
    const request = { folder: images, ...recipe, epochs: 1 };
    const { runs: theirs } = await python('train_small_relu.py', { ...request, seeds: startSeeds, starts });
    const outcomes = [];
    for (const [i, seed] of startSeeds.entries()) {
      outcomes.push(sameEpoch(seed, await learn(small, seed, 'wasm', 1), theirs[i]));
    }
    const { runs: again } = await python('train_small_relu.py', { ...request, seeds: startSeeds });
    return [...outcomes, stillSo(again), await sameEnd(small, note)];
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Within one epoch from equal weights rounding grows to thousandths of the loss; later it decides alone. */
function sameEpoch(seed, ours, theirs) {
  const check = collect(`seed ${seed}, one epoch from equal weights in the same order`);
  const difference = Math.abs(ours.losses[0] / theirs.losses[0] - 1);
  if (difference > 0.01) check.problem(`loss ${ours.losses[0]}, PyTorch ${theirs.losses[0]}`);
  return check.outcome();
}

/** The fixture holds what this PyTorch gives. */
function stillSo(runs) {
  const check = collect('PyTorch from seeds of its own, as recorded');
  for (const { seed, losses } of runs) {
    const { firstLoss } = recorded.ownSeeds.find((other) => other.seed === seed);
    if (Math.abs(losses[0] / firstLoss - 1) > 0.01) {
      check.problem(`seed ${seed}: loss ${losses[0]}, recorded ${firstLoss}`);
    }
  }
  return check.outcome();
}

async function sameEnd(small, note) {
  const check = collect(`means of ${endSeeds.length} seeds after ${recipe.epochs} epochs`);
  const runs = [];
  for (const seed of endSeeds) runs.push(reached(await learn(small, seed, 'auto')));
  for (const key of ['loss', 'lastFive']) {
    const [ours, theirs] = [runs, recorded.ownSeeds].map((all) => all.map((each) => each[key]));
    const error = deviation(theirs) * Math.sqrt(1 / ours.length + 1 / theirs.length);
    const errors = (mean(ours) - mean(theirs)) / error;
    const said = `${key} ${mean(ours).toFixed(4)}, PyTorch's ${theirs.length} seeds ${mean(theirs).toFixed(4)}`;
    note(`${said}: ${errors.toFixed(1)} standard errors`);
    if (!(Math.abs(errors) < 3)) check.problem(`${said}: ${errors} standard errors apart`);
  }
  return check.outcome();
}
