import { describe, expect, test } from 'vitest';
import type { Progress } from '../../src/train/checkpoint.ts';
import { limitSplit } from '../../src/train/data/dataset.ts';
import { mnist } from '../../src/train/data/mnist.ts';
import { synthetic } from '../../src/train/data/synthetic.ts';
import { train, type StepEvent } from '../../src/train/loop.ts';
import type { OptimizerSettings } from '../../src/optimizers/registry.ts';
import type { Recipe } from '../../src/train/recipe.ts';
import type { Weights } from '../../src/train/weights.ts';
import pytorch from '../../fixtures/train/pytorch.json' with { type: 'json' };
import { networkOf, sgd, trainerOf } from './setup.ts';

const SMALL = 'fixtures/train/small-relu.yaml';
const shape = { channels: 1, height: 28, width: 28 };
const adam: OptimizerSettings = { name: 'adam', lr: 0.001, momentum: 0, weightDecay: 0 };

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: readonly number[]) =>
  Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

describe('training', () => {
  test('learns real images as PyTorch does from the same weights in the same order', async () => {
    const theirs = pytorch.fromOurWeightsAndOrder.find(({ seed }) => seed === 1)!;
    const digits = await mnist(10);
    const data = { ...digits, train: limitSplit(digits.train, 750), test: limitSplit(digits.test, 150) };
    const trainer = await trainerOf('wasm', await networkOf(SMALL, [32, 1, 28, 28]), { seed: 1 });
    const recipe: Recipe = { epochs: 8, batch: 32, optimizer: sgd, seed: 1, data: '' };
    const { epochs } = await train({ trainer, data, shape, recipe });
    trainer.dispose();
    // Rounding decides the later epochs: there ours is one of PyTorch's seeds, three standard deviations wide.
    expect(Math.abs(epochs[0]!.loss / theirs.firstLoss - 1)).toBeLessThan(0.01);
    const [loss, lastFive] = [epochs.at(-1)!.loss, mean(epochs.slice(-5).map(({ testAcc }) => testAcc))];
    for (const [ours, of] of [
      [loss, pytorch.ownSeeds.map((run) => run.loss)],
      [lastFive, pytorch.ownSeeds.map((run) => run.lastFive)],
    ] as const) {
      expect(Math.abs(ours - mean(of))).toBeLessThan(3 * deviation(of));
    }
  });

  test('goes on from any step as if nothing had been, dropout and optimizer state included', async () => {
    const network = await networkOf('fixtures/train/zoo.yaml', [16, 3, 21, 18]);
    const all = synthetic(5, 10, { train: 90, test: 30 });
    const recipe: Recipe = { epochs: 3, batch: 16, optimizer: adam, seed: 5, data: 'synthetic' };
    const about = { data: all, shape: { channels: 3, height: 21, width: 18 }, recipe };
    const whole: StepEvent[] = [];
    const first = await trainerOf('wasm', network, { optimizer: adam, seed: 5 });
    const expected = await train({
      ...about,
      trainer: first,
      listener: { step: (event) => void whole.push(event) },
    });
    const end = await first.state();
    first.dispose();
    for (const stopAfter of [1, 6, 9, 17]) {
      const stop = new AbortController();
      const seen: StepEvent[] = [];
      let saved: { progress: Progress; state: Weights } | undefined;
      const before = await trainerOf('wasm', network, { optimizer: adam, seed: 5 });
      const interrupted = await train({
        ...about,
        trainer: before,
        signal: stop.signal,
        listener: {
          step: (event) => {
            seen.push(event);
            if (seen.length === stopAfter) stop.abort();
          },
          save: async (progress) => void (saved = { progress, state: await before.state() }),
        },
      });
      before.dispose();
      expect(interrupted.interrupted).toBe(true);
      const again = await trainerOf('wasm', network, { optimizer: adam, seed: 5 });
      await again.restore(saved!.state);
      const result = await train({
        ...about,
        trainer: again,
        from: saved!.progress,
        listener: { step: (event) => void seen.push(event) },
      });
      expect(seen.map(({ loss }) => loss)).toEqual(whole.map(({ loss }) => loss));
      expect(result.epochs).toEqual(expected.epochs);
      expect(await again.state()).toEqual(end);
      again.dispose();
    }
  });

  test('says that the loss is no longer a number, and of which step', async () => {
    const real = await trainerOf('wasm', await networkOf(SMALL, [8, 1, 28, 28]));
    const trainer = Object.create(real) as typeof real;
    trainer.step = async ({ count }, number) => ({ count, loss: number === 2 ? NaN : 1, correct: 0 });
    const recipe: Recipe = { epochs: 1, batch: 8, optimizer: sgd, seed: 0, data: '' };
    const data = synthetic(1, 10, { train: 64, test: 8 });
    await expect(train({ trainer, data, shape, recipe })).rejects.toMatchObject({
      code: 'diverged',
      args: { epoch: 1, step: 3 },
    });
    real.dispose();
  });

  test('takes a last short batch, and holds no more from epoch to epoch', async () => {
    const trainer = await trainerOf('wasm', await networkOf(SMALL, [8, 1, 28, 28]));
    const all = synthetic(1, 10, { train: 21, test: 9 });
    const data = { ...all, train: limitSplit(all.train, 21) };
    const recipe: Recipe = { epochs: 4, batch: 8, optimizer: sgd, seed: 0, data: '' };
    const memory: number[] = [];
    const steps: number[] = [];
    await train({
      trainer,
      data,
      shape,
      recipe,
      listener: {
        step: ({ step, steps: of }) => void steps.push(step, of),
        epoch: () => void memory.push(trainer.memory()),
      },
    });
    trainer.dispose();
    expect(steps.slice(0, 6)).toEqual([1, 3, 2, 3, 3, 3]);
    expect(new Set(memory).size).toBe(1);
  });
});
