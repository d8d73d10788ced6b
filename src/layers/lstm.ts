import * as z from 'zod/mini';
import { once } from '../core/once.ts';
import { integer } from './shared/attributes.ts';
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

/** Four gates, of which three are squashed; a cell state that is scaled and added to. */
const cell: Cell = { kind: 'lstm', gates: 4, cellState: true, operations: 13, kept: 5 };

const attributes = once(() =>
  z.strictObject({ ...recurrentAttributes, proj_size: z._default(integer(0), 0) }),
);

/**
 * Long short-term memory over sequences; gives the outputs of all steps, the last hidden and the last cell states.
 * Source: torch.nn.LSTM.
 */
export const lstm = defineLayer({
  kind: 'lstm',
  family: 'linear',
  stem: 'lstm',
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
