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

/** Two gates, and a candidate that is mixed with the state. */
const cell: Cell = { kind: 'gru', gates: 3, cellState: false, operations: 11, kept: 4 };

const attributes = once(() => z.strictObject(recurrentAttributes));

/** Gated recurrent units over sequences; gives the outputs of all steps and the last states. Source: torch.nn.GRU. */
export const gru = defineLayer({
  kind: 'gru',
  family: 'linear',
  stem: 'gru',
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
