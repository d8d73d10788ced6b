import * as z from 'zod/mini';
import { elements, product, sum } from '../../core/arithmetic.ts';
import { contiguousStrides, type Strides } from '../../core/layout.ts';
import type { Shape } from '../../core/shape.ts';
import { VggError } from '../../core/errors/error.ts';
import type { Call, Execution } from '../layer.ts';
import { flag, integer } from './attributes.ts';
import { uniform } from './initialization.ts';
import type { One } from './inputs.ts';
import type { Byproduct, Operators, Value } from './operators.ts';
import type { Weight } from './weight.ts';

/** Each of them has weights of its own, which are listed one by one: what is named by mistake must not fill the memory. */
const MOST_LAYERS = 10_000;

/** The arguments that all recurrent layers share. */
export const recurrentAttributes = {
  input_size: z.optional(integer(1)),
  hidden_size: integer(1),
  num_layers: z._default(integer(1, MOST_LAYERS), 1),
  bias: flag(true),
  batch_first: flag(false),
  dropout: z._default(z.number().check(z.minimum(0), z.maximum(1)), 0),
  bidirectional: flag(false),
};

interface Recurrent {
  readonly input_size?: number | undefined;
  readonly hidden_size: number;
  readonly num_layers: number;
  readonly bias: boolean;
  readonly batch_first: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  /** Of a cell that projects what it hands on. */
  readonly proj_size?: number;
}

/** How a cell computes. */
export interface Cell {
  readonly kind: string;
  /** Matrices of hidden × input, and of hidden × hidden. */
  readonly gates: number;
  /** Numbers that it hands to the next step beside the hidden state: the cell state of an LSTM. */
  readonly cellState: boolean;
  /** Additions of the two products, activations and products for each hidden unit of a step. */
  readonly operations: number;
  /** What a step keeps for the backward pass, in numbers for each hidden unit. */
  readonly kept: number;
}

const directions = ({ bidirectional }: Recurrent) => (bidirectional ? 2 : 1);
const handedOn = ({ hidden_size, proj_size = 0 }: Recurrent) => (proj_size > 0 ? proj_size : hidden_size);

/** Length, batch and features of what comes in. Throws `not-a-sequence`, `features-mismatch`, and for projections. */
function sequence(
  { kind }: Cell,
  a: Recurrent,
  x: Shape,
): { length: number; batch: number; features: number } {
  if (x.length !== 3) throw new VggError('not-a-sequence', { kind, batchFirst: a.batch_first, shape: x });
  const [first, second, features] = x as readonly [number, number, number];
  if (a.input_size !== undefined && a.input_size !== features) {
    throw new VggError('features-mismatch', { expected: a.input_size, actual: features });
  }
  const { proj_size = 0, hidden_size } = a;
  if (proj_size >= hidden_size) {
    const problem = `must be less than hidden_size, ${hidden_size}`;
    throw new VggError('bad-attribute', { kind, name: 'proj_size', value: proj_size, problem });
  }
  return a.batch_first
    ? { length: second, batch: first, features }
    : { length: first, batch: second, features };
}

/** The outputs of all steps: what each direction hands on, side by side. */
export function recurrentShape(cell: Cell, { attributes: a, inputs: [x] }: Call<Recurrent>): Shape {
  sequence(cell, a, x);
  return [...x.slice(0, 2), directions(a) * handedOn(a)];
}

/** The last hidden state of each layer and direction, and of an LSTM the last cell state. */
export function lastStates(cell: Cell, { attributes: a, inputs: [x] }: Call<Recurrent>): readonly Shape[] {
  const { batch } = sequence(cell, a, x);
  const states = a.num_layers * directions(a);
  return [[states, batch, handedOn(a)], ...(cell.cellState ? [[states, batch, a.hidden_size]] : [])];
}

/** Of each layer and direction the features that it reads, and how PyTorch marks its weights. */
function* layersOf(a: Recurrent, features: number): Generator<{ name: string; into: number }> {
  for (let layer = 0; layer < a.num_layers; layer++) {
    const into = layer === 0 ? features : directions(a) * handedOn(a);
    for (let direction = 0; direction < directions(a); direction++) {
      yield { name: `_l${layer}${direction === 1 ? '_reverse' : ''}`, into };
    }
  }
}

/** All weights in PyTorch's order. Source: torch.nn.RNNBase. */
export function recurrentWeights(
  cell: Cell,
  { attributes: a, inputs: [x] }: Call<Recurrent>,
): Readonly<Record<string, Weight | undefined>> {
  const { features } = sequence(cell, a, x);
  const rows = cell.gates * a.hidden_size;
  const weight = (shape: Shape): Weight => ({ shape, init: uniform(1 / Math.sqrt(a.hidden_size)) });
  const weights: Record<string, Weight> = {};
  for (const { name, into } of layersOf(a, features)) {
    weights[`weight_ih${name}`] = weight([rows, into]);
    weights[`weight_hh${name}`] = weight([rows, handedOn(a)]);
    if (a.bias) {
      weights[`bias_ih${name}`] = weight([rows]);
      weights[`bias_hh${name}`] = weight([rows]);
    }
    if (handedOn(a) !== a.hidden_size) weights[`weight_hr${name}`] = weight([handedOn(a), a.hidden_size]);
  }
  return weights;
}

/** Every weight but the biases is multiplied once in each step. */
export function recurrentMacs(cell: Cell, call: Call<Recurrent>): number {
  const { length, batch } = sequence(cell, call.attributes, call.inputs[0]);
  const matrices = Object.values(recurrentWeights(cell, call)).flatMap((weight) =>
    weight && weight.shape.length === 2 ? [elements(weight.shape)] : [],
  );
  return product([length, batch, sum(matrices)], 'the number of MACs');
}

export function recurrentOperations(cell: Cell, { attributes: a, inputs: [x] }: Call<Recurrent>): number {
  const { length, batch } = sequence(cell, a, x);
  const units = [length, batch, a.num_layers, directions(a), a.hidden_size];
  return product([...units, cell.operations], 'the number of operations');
}

/**
 * One fused operator, as cuDNN runs it: it keeps what comes in, the weights, the outputs, the first states and a reserve
 * of what each step computed. cuDNN does not say how large its reserve is; this one holds the gates and states of each
 * step, and what the layers hand to each other. Source: _cudnn_rnn (aten/src/ATen/native/cudnn/RNN.cpp).
 */
export function executeRecurrent(
  cell: Cell,
  operators: Operators,
  {
    attributes: a,
    inputs: [x],
    weights,
    output,
  }: Execution<Recurrent, One, Readonly<Record<string, Weight | undefined>>>,
): readonly [Value, ...Value[]] {
  const call = { attributes: a, inputs: [x.shape] as const };
  const { length, batch } = sequence(cell, a, x.shape);
  const states = lastStates(cell, call);
  const given = Object.values(weights).flatMap((weight) => (weight ? [weight] : []));
  const steps = [length, batch, directions(a)];
  const reserve: Byproduct[] = [
    { shape: [...steps, a.num_layers, cell.kept * a.hidden_size] },
    ...(a.num_layers > 1 ? [{ shape: [...steps, a.num_layers - 1, handedOn(a)] }] : []),
  ];
  return operators.runAll({
    inputs: [x, ...given],
    output,
    others: states.map((shape) => ({ shape })),
    saves: [x, ...given, 'result'],
    byproducts: [...states.map((shape) => ({ shape })), ...reserve],
    layout: a.batch_first ? stepsFirst(output) : 'contiguous',
    autocast: 'lower',
  });
}

/** Step after step, although the batch is the first axis. */
function stepsFirst(shape: Shape): Strides {
  const [batch, length, features] = shape as readonly [number, number, number];
  const [step, example, feature] = contiguousStrides([length, batch, features]) as [number, number, number];
  return [example, step, feature];
}
