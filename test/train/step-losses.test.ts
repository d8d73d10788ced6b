import { expect, test } from 'vitest';
import { stepLosses } from '../../src/cli/commands/train/step-losses.ts';

/** Steps of the losses 4, 2, 3, and of the next epoch 1, 2. */
const first = [
  { step: 1, loss: 4 },
  { step: 2, loss: 3 },
  { step: 3, loss: 3 },
];
const second = [
  { step: 1, loss: 1 },
  { step: 2, loss: 1.5 },
];

test('gives the loss of each step, not the mean of its epoch', () => {
  expect([...first, ...second].map(stepLosses())).toEqual([4, 2, 3, 1, 2]);
});

test('continues in the middle of an epoch without the losses before it', () => {
  const progress = {
    epoch: 0,
    batch: 2,
    step: 2,
    sums: { count: 32, loss: 96, correct: 0 },
    examples: 32,
    seconds: 1,
    done: [],
  };
  expect([first[2]!, ...second].map(stepLosses(progress))).toEqual([3, 1, 2]);
});
