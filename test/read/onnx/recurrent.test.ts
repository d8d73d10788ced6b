import { expect, test } from 'vitest';
import { node, summary } from './model.ts';

const inputs = { x: ['steps', 2, 5] };
const asked = { input: [{ text: '7x2x5', sizes: [7, 2, 5] }] };

test.each([
  ['LSTM', 'lstm', 4],
  ['GRU', 'gru', 3],
  ['RNN', 'rnn', 1],
] as const)('%s in both directions', (operator, kind, gates) => {
  const weights = { w: [2, 3 * gates, 5], r: [2, 3 * gates, 3], b: [2, 6 * gates] };
  const nodes = [node(`${operator} x,w,r,b > y`, { hidden_size: 3, direction: 'bidirectional' })];
  const { kinds, params, outputs, warnings } = summary({ inputs, weights, nodes }, { asked, batch: 7 });
  expect({ kinds, params, outputs, warnings }).toEqual({
    kinds: [kind, 'reshape', 'permute'],
    params: 2 * 3 * gates * (5 + 3 + 2),
    outputs: [[7, 2, 2, 3]],
    warnings: [],
  });
});

test('one that starts from states of the network is not counted, and its weights are', () => {
  const { params, messages } = summary(
    {
      inputs: { ...inputs, h: ['one', 2, 3] },
      weights: { w: [1, 9, 5], r: [1, 9, 3] },
      nodes: [node('GRU x,w,r,_,_,h > y', { hidden_size: 3 })],
    },
    { asked: { input: [{ text: '1x2x5', sizes: [1, 2, 5] }] } },
  );
  expect(params).toBe(9 * 8);
  expect(messages).toEqual(['not counted are 1 × GRU: of these operators only the shapes are known']);
});
