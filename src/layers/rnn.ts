import * as z from 'zod/mini';
import { once } from '../core/once.ts';
import { defineLayer } from './layer.ts';
import {
  executeRecurrent,
  lastStates,
  recurrentAttributes,
  recurrentMacs,
  recurrentOperations,
  recurrentShape,
  recurrentWeights,
  type Cell,
} from './shared/recurrent.ts';

/** A sum and its squashing. */
const cell: Cell = { kind: 'rnn', gates: 1, cellState: false, operations: 2, kept: 1 };

const attributes = once(() =>
  z.strictObject({ ...recurrentAttributes, nonlinearity: z._default(z.enum(['tanh', 'relu']), 'tanh') }),
);

/** Elman's recurrent layer; gives the outputs of all steps and the last states. Source: torch.nn.RNN. */
export const rnn = defineLayer({
  kind: 'rnn',
  family: 'linear',
  stem: 'rnn',
  get attributes() {
    return attributes();
  },
  global: true,
  shape: (call) => recurrentShape(cell, call),
  others: (call) => lastStates(cell, call),
  weights: (call) => recurrentWeights(cell, call),
  macs: (applied) => recurrentMacs(cell, applied),
  elementwise: (applied) => recurrentOperations(cell, applied),
  execute: (operators, execution) => executeRecurrent(cell, operators, execution),
});
