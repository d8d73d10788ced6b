import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolve } from '../../dist/graph/resolve.js';
import { loadNetwork } from '../../dist/cli/source.js';
import { epochOrder } from '../../dist/train/data/batches.js';
import { readFolder } from '../../dist/train/data/folder.js';
import { selectEngine } from '../../dist/train/engines/select.js';
import { train } from '../../dist/train/loop.js';
import { initialWeights } from '../../dist/train/weights.js';
import { collect } from '../lib/outcome.mjs';

export const title = 'a small network learns as in PyTorch, from the same weights and in the same order';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = process.env.VGG_INSPECT_IMAGES ?? join(root, '..', 'shared', 'data', 'fashion-mnist-900');
export const recipe = { epochs: 20, batch: 32, lr: 0.1 };
const seeds = [0, 1, 2];
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

export async function run({ python, note }) {
  const data = await readFolder(folder, 10);
  const spec = join(root, 'fixtures/train/small-relu.yaml');
  const { graph } = await loadNetwork(spec, {}, { cwd: root, env: {} });
  const network = resolve(graph, [recipe.batch, 1, 28, 28]);
  const scratch = mkdtempSync(join(tmpdir(), 'vgg-train-'));
  try {
    const starts = seeds.map((seed) => startOf(network, data, seed, scratch));
    const { runs, torch } = await python('train_small_relu.py', { folder, seeds, starts, ...recipe });
    const ours = [];
    for (const seed of seeds) ours.push(await learn(network, data, seed));
    note(`PyTorch ${torch}: ${JSON.stringify(runs.map(figures))}`);
    note(`ours: ${JSON.stringify(ours.map(figures))}`);
    return [...seeds.map((seed, i) => sameStart(seed, ours[i], runs[i])), sameEnd(ours, runs)];
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const figures = ({ losses, testAcc }) => ({ loss: losses.at(-1), testAcc });

function startOf(network, data, seed, scratch) {
  const start = mkdtempSync(join(scratch, `${seed}-`));
  const weights = [...initialWeights(network, seed).values()].map((values) => Buffer.from(values.buffer));
  writeFileSync(join(start, 'weights.bin'), Buffer.concat(weights));
  const order = Array.from({ length: recipe.epochs }, (_, epoch) =>
    Buffer.from(epochOrder(data.train.count, seed, epoch).buffer),
  );
  writeFileSync(join(start, 'order.bin'), Buffer.concat(order));
  return start;
}

async function learn(network, data, seed) {
  const { engine } = await selectEngine('wasm');
  const { epochs, batch, lr } = recipe;
  const optimizer = { name: 'sgd', lr, momentum: 0, weightDecay: 0 };
  const trainer = await engine.build(network, {
    weights: initialWeights(network, seed),
    optimizer,
    seed,
    batch,
  });
  const result = await train({
    trainer,
    data,
    shape: { channels: 1, height: 28, width: 28 },
    recipe: { epochs, batch, optimizer, seed, data: folder },
  });
  trainer.dispose();
  return { losses: result.epochs.map(({ loss }) => loss), testAcc: result.epochs.at(-1).testAcc };
}

/** Within one epoch from equal weights rounding grows to thousandths of the loss. */
function sameStart(seed, ours, theirs) {
  const check = collect(`seed ${seed}, first epoch`);
  const difference = Math.abs(ours.losses[0] / theirs.losses[0] - 1);
  if (difference > 0.01) check.problem(`loss ${ours.losses[0]}, PyTorch ${theirs.losses[0]}`);
  return check.outcome();
}

function sameEnd(ours, theirs) {
  const check = collect('means of three seeds after 20 epochs');
  const [a, b] = [ours, theirs].map((runs) => mean(runs.map(({ testAcc }) => testAcc)));
  if (Math.abs(a - b) > 0.03) check.problem(`test accuracy ${a}, PyTorch ${b}`);
  const [c, d] = [ours, theirs].map((runs) => mean(runs.map(({ losses }) => losses.at(-1))));
  if (Math.abs(c / d - 1) > 0.15) check.problem(`last loss ${c}, PyTorch ${d}`);
  return check.outcome();
}
