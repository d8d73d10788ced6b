import { expect, test } from 'vitest';
import type { Sink } from '../../src/cli/io/io.ts';
import type { Run } from '../../src/cli/commands/train/run.ts';
import { TrainProgress } from '../../src/cli/commands/train/progress.ts';
import { trainAndReport } from '../../src/cli/commands/train/train-and-report.ts';
import { synthetic } from '../../src/train/data/synthetic.ts';
import type { Observation, Trainer } from '../../src/train/engines/engine.ts';
import { analysisToCheck } from '../../src/train/checks.ts';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { selectEngine } from '../../src/train/engines/select.ts';
import { bookRecipe } from '../../src/train/recipe.ts';
import { networkOf, sgd, trainerOf } from './setup.ts';

/** A whole training on an engine whose network is not the one that was analyzed. */
async function trainWith(
  lie: (truth: Observation) => Observation,
  options: Run['options'],
  tamper: (analysis: Analysis) => Analysis = (analysis) => analysis,
) {
  const out: string[] = [];
  const err: string[] = [];
  const sink = (into: string[]): Sink => ({
    write: async (text) => void into.push(text),
    isTTY: false,
    columns: undefined,
  });
  const io = { stdout: sink(out), stderr: sink(err), env: {}, cwd: process.cwd() } as unknown as Run['io'];
  const network = await networkOf('fixtures/train/small-relu.yaml', [8, 1, 28, 28]);
  const real = await trainerOf('wasm', network);
  let steps = 0;
  const trainer = {
    observe: async (batch: number) => lie(await real.observe(batch)),
    evaluate: real.evaluate.bind(real),
    predictMemory: real.predictMemory.bind(real),
    observeMemory: real.observeMemory.bind(real),
    step: async () => (steps++, { count: 8, loss: 1, correct: 1 }),
  } as unknown as Trainer;
  const run: Run = {
    io,
    options,
    recipe: { ...bookRecipe, batch: 8, epochs: 1 },
    network,
    analysis: tamper(analysisToCheck(network, sgd)),
    classes: 10,
    data: synthetic(0, 10, { train: 16, test: 8 }),
    trainer,
    selection: await selectEngine('wasm'),
    progress: new TrainProgress(io),
  };
  const code = await trainAndReport(run, new AbortController().signal, () => {});
  real.dispose();
  return { code, stdout: out.join(''), stderr: err.join(''), steps };
}

test('ends with exit code 3 and names the layer when a shape differs, before the first step', async () => {
  const result = await trainWith(
    (truth) => ({ ...truth, shapes: new Map(truth.shapes).set('pool2', [2, 32, 7, 6]) }),
    {},
  );
  expect(result).toMatchObject({
    code: 3,
    steps: 0,
    stderr: 'check failed: pool2: predicted 2×32×7×7, the engine gives 2×32×7×6\n',
  });
  expect(result.stdout).toMatch(/^shapes +10 layers, NOT AS PREDICTED$/m);
  expect(result.stdout).not.toContain('examples/sec');
});

test('ends so when a count differs, and says it in the JSON too', async () => {
  const { code, steps, stdout, stderr } = await trainWith(
    (truth) => ({ ...truth, params: truth.params + 1, buffers: 3 }),
    { json: true },
  );
  expect({ code, steps }).toEqual({ code: 3, steps: 0 });
  expect(stderr).toBe(
    'check failed: parameters: predicted 105866, the engine has 105867\n' +
      'check failed: buffers: predicted 0, the engine has 3\n',
  );
  expect(JSON.parse(stdout)).toMatchObject({
    epochs: [],
    checks: {
      passed: false,
      params: { predicted: 105866, observed: 105867 },
      buffers: { predicted: 0, observed: 3 },
    },
  });
});

test('goes on where all is as predicted', async () => {
  expect(await trainWith((observed) => observed, {})).toMatchObject({ code: 0, steps: 2 });
});

const truth = (observed: Observation) => observed;

test.each<[string, (analysis: Analysis) => Analysis, string]>([
  [
    'parameters',
    (analysis) => ({ ...analysis, totals: { ...analysis.totals, params: analysis.totals.params + 1 } }),
    'check failed: parameters: predicted 105867, the engine has 105866\n' +
      'check failed: bytes of weights and optimizer state: predicted 423468, the engine has 423464\n',
  ],
  [
    'a shape',
    (analysis) => ({
      ...analysis,
      layers: analysis.layers.map((layer) =>
        layer.path === 'pool2' ? { ...layer, outputShape: [2, 32, 8, 7] } : layer,
      ),
    }),
    'check failed: pool2: predicted 2×32×8×7, the engine gives 2×32×7×7\n',
  ],
  [
    'the memory of the parameters',
    ({ memory, ...analysis }) => {
      const training = { ...memory.training!, parameters: memory.training!.parameters - 512 };
      return { ...analysis, memory: { ...memory, training } };
    },
    'check failed: bytes of parameters in blocks of 512: predicted 424960, the engine has 425472\n',
  ],
  [
    'the optimizer',
    ({ memory, ...analysis }) => {
      const training = { ...memory.training!, optimizer: 'momentum' as const };
      return { ...analysis, memory: { ...memory, training } };
    },
    'check failed: bytes of weights and optimizer state: predicted 846928, the engine has 423464\n',
  ],
])('an analysis that is wrong about %s fails the training', async (_, tamper, stderr) => {
  expect(await trainWith(truth, {}, tamper)).toMatchObject({ code: 3, steps: 0, stderr });
});
