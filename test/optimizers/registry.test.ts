import { expect, test } from 'vitest';
import type { StepDevice } from '../../src/optimizers/optimizer.ts';
import { defaultOptimizer, optimizerNames, optimizerOf, optimizers } from '../../src/optimizers/registry.ts';

/** Bytes of weights of these sizes in the second step, and the most that lay beside them. */
function simulated(name: (typeof optimizerNames)[number], weightDecay: boolean, foreach: boolean) {
  const sizes = [100, 10, 40];
  const kept = new Set<number>();
  let [live, most, states] = [0, 0, 0];
  const device: StepDevice<number> = {
    ensureStates: (weights) => {
      for (const size of weights.filter((weight) => !kept.has(weight))) {
        states += size * optimizerOf(name).states.length;
        kept.add(size);
      }
    },
    temporaries: (weights) => {
      const size = weights.reduce((a, b) => a + b, 0);
      live += size;
      most = Math.max(most, live);
      return { release: () => void (live -= size) };
    },
  };
  for (let step = 0; step < 2; step++) optimizerOf(name).allocate(device, sizes, { weightDecay, foreach });
  expect(live).toBe(0);
  return { states, most };
}

test.each(optimizers)('$name keeps its states once and frees its temporaries', ({ name, states }) => {
  for (const weightDecay of [false, true]) {
    for (const foreach of [false, true]) {
      const found = simulated(name, weightDecay, foreach);
      expect(found.states).toBe(150 * states.length);
    }
  }
});

test('temporaries are what PyTorch makes, all at once and one weight after the other', () => {
  expect(simulated('sgd', false, true).most).toBe(0);
  expect(simulated('sgd', true, true).most).toBe(150);
  expect(simulated('momentum', true, false).most).toBe(100);
  expect(simulated('adam', true, true).most).toBe(150);
  expect(simulated('adam', false, false).most).toBe(200);
  expect(simulated('adam', true, false).most).toBe(300);
  expect(simulated('adamw', true, false).most).toBe(200);
});

test('the first is the default, and all are found by their names', () => {
  expect(defaultOptimizer).toBe(optimizerNames[0]);
  for (const optimizer of optimizers) expect(optimizerOf(optimizer.name)).toBe(optimizer);
});
