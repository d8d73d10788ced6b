import { setImmediate } from 'node:timers/promises';
import { VggError } from '../core/errors/error.ts';
import { cut, epochOrder, type ImageShape } from './data/batches.ts';
import type { Dataset } from './data/dataset.ts';
import { openFeed, type Feed } from './data/feed.ts';
import type { Trainer } from './engines/engine.ts';
import { addMetrics, noMetrics } from './metrics.ts';
import type { Progress } from './checkpoint.ts';
import type { EpochResult, Recipe } from './recipe.ts';

/** What a running training tells. */
export interface Listener {
  step?(event: StepEvent): void | Promise<void>;
  epoch?(result: EpochResult, examplesPerSec: number): void | Promise<void>;
  /** Weights are whole and can be saved. */
  save?(progress: Progress): Promise<void>;
}

export interface StepEvent {
  /** From 1 on. */
  readonly epoch: number;
  readonly step: number;
  readonly steps: number;
  /** Mean over the epoch so far. */
  readonly loss: number;
  readonly trainAcc: number;
  readonly examplesPerSec: number;
  /** Seconds to the end of the training. */
  readonly left: number;
}

export interface TrainingResult {
  readonly epochs: readonly EpochResult[];
  /** Of the training steps alone, as the book measures it. */
  readonly examplesPerSec: number;
  readonly interrupted: boolean;
}

export interface Training {
  readonly trainer: Trainer;
  readonly data: Dataset;
  readonly shape: ImageShape;
  readonly recipe: Recipe;
  readonly from?: Progress | undefined;
  readonly listener?: Listener;
  /** When it is aborted the training ends after the step that runs. */
  readonly signal?: AbortSignal;
}

const start: Progress = { epoch: 0, batch: 0, step: 0, sums: noMetrics, examples: 0, seconds: 0, done: [] };

/**
 * Trains by the recipe, from the state of `from` on. The order of the examples and the dropout masks follow from the
 * seed, the epoch and the step alone, so that an interrupted training continues with the same result.
 * Throws `diverged` when the loss is not a finite number.
 */
export async function train(training: Training): Promise<TrainingResult> {
  const { trainer, data, shape, recipe, from = start, listener = {}, signal } = training;
  const train = openFeed(data.train, shape);
  const test = openFeed(data.test, shape);
  const steps = Math.ceil(data.train.count / recipe.batch);
  let progress = from;
  try {
    while (progress.epoch < recipe.epochs) {
      const order = cut(
        epochOrder(data.train.count, recipe.seed, progress.epoch),
        recipe.batch,
        progress.batch,
      );
      for await (const batch of train.batches(order)) {
        // An engine that computes on this thread leaves Ctrl-C no other moment.
        await setImmediate();
        if (signal?.aborted) break;
        const begun = performance.now();
        const sums = addMetrics(progress.sums, await trainer.step(batch, progress.step));
        if (!Number.isFinite(sums.loss)) {
          throw new VggError('diverged', {
            epoch: progress.epoch + 1,
            step: progress.batch + 1,
            lr: recipe.optimizer.lr,
          });
        }
        progress = {
          ...progress,
          batch: progress.batch + 1,
          step: progress.step + 1,
          sums,
          examples: progress.examples + batch.count,
          seconds: progress.seconds + (performance.now() - begun) / 1000,
        };
        await listener.step?.(stepEvent(progress, steps, training));
      }
      if (signal?.aborted) {
        await listener.save?.(progress);
        return { epochs: progress.done, examplesPerSec: rate(progress), interrupted: true };
      }
      const { loss, correct, count } = progress.sums;
      const result: EpochResult = {
        epoch: progress.epoch + 1,
        loss: loss / count,
        trainAcc: correct / count,
        testAcc: await accuracy(trainer, test, data.test.count, recipe.batch),
      };
      progress = {
        ...progress,
        epoch: progress.epoch + 1,
        batch: 0,
        sums: noMetrics,
        done: [...progress.done, result],
      };
      await listener.epoch?.(result, rate(progress));
      await listener.save?.(progress);
    }
    return { epochs: progress.done, examplesPerSec: rate(progress), interrupted: false };
  } finally {
    await Promise.all([train.close(), test.close()]);
  }
}

/** Share of the split's examples that the network gets right. */
async function accuracy(trainer: Trainer, feed: Feed, count: number, batch: number): Promise<number> {
  const inOrder = Uint32Array.from({ length: count }, (_, i) => i);
  let correct = 0;
  for await (const examples of feed.batches(cut(inOrder, batch))) {
    correct += (await trainer.evaluate(examples)).correct;
    await setImmediate();
  }
  return correct / count;
}

const rate = ({ examples, seconds }: Progress) => (seconds === 0 ? 0 : examples / seconds);

function stepEvent(progress: Progress, steps: number, { data, recipe }: Training): StepEvent {
  const { sums, epoch, batch, examples } = progress;
  const left = data.train.count * recipe.epochs - (epoch * data.train.count + sums.count);
  return {
    epoch: epoch + 1,
    step: batch,
    steps,
    loss: sums.loss / sums.count,
    trainAcc: sums.correct / sums.count,
    examplesPerSec: rate(progress),
    left: examples === 0 ? Infinity : left / rate(progress),
  };
}
