import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { integer } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { spread } from './shared/initialization.ts';

const attributes = z.strictObject({
  num_embeddings: integer(1),
  embedding_dim: integer(1),
  padding_idx: z.nullish(z.int()),
});

/** A row of a table for each integer that comes in. Source: torch.nn.Embedding. */
export const embedding = defineLayer({
  kind: 'embedding',
  family: 'linear',
  stem: 'embedding',
  attributes,
  takesTypes: ['int64'],
  givesTypes: () => ['float'],
  shape({ attributes: a, inputs: [ids] }) {
    checkPadding(a);
    return [...ids, a.embedding_dim];
  },
  weights: ({ attributes: a }) => ({
    weight: { shape: [a.num_embeddings, a.embedding_dim], init: spread(0, 1) },
  }),
  execute: (operators, { inputs: [ids], weights: { weight }, output }) =>
    operators.run({
      inputs: [ids, weight],
      output,
      saves: [ids],
      gradients: ['none', 'new'],
      resultType: weight.type,
      layout: 'contiguous',
    }),
});

/** Throws `bad-attribute`. */
function checkPadding({ num_embeddings: rows, padding_idx: row }: z.output<typeof attributes>): void {
  if (row === null || row === undefined || (row >= -rows && row < rows)) return;
  const problem = `must name one of the ${rows} rows`;
  throw new VggError('bad-attribute', { kind: 'embedding', name: 'padding_idx', value: row, problem });
}
