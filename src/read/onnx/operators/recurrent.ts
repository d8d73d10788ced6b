import type { Call, Operator } from '../call.ts';
import type { Constant } from '../value.ts';

/** ONNX's functions of each kind, as PyTorch has them. */
const ACTIVATIONS = { lstm: 'Sigmoid,Tanh,Tanh', gru: 'Sigmoid,Tanh', rnn: 'Tanh' } as const;
type Kind = keyof typeof ACTIVATIONS;
/** Rows of the matrices for each hidden unit. */
const GATES = { lstm: 4, gru: 3, rnn: 1 } as const;

/** A recurrent layer over steps × batch × features from states of zeros; its outputs have the directions apart. */
export const recurrent =
  (kind: Kind): Operator =>
  (call) => {
    const x = call.computed(0);
    const [steps, batch] = x.shape;
    const [w, r, b] = [call.constant(1), call.constant(2), call.constant(3)];
    const [directions = 1, rows = 0] = call.input(1).shape;
    const hidden_size = call.int('hidden_size', rows / GATES[kind]);
    if (x.shape.length !== 3 || call.int('layout', 0) !== 0 || directions > 2) return undefined;
    const states = [directions, batch!, hidden_size];
    if (!w || !r || (call.inputs[3] && !b) || !isPlain(call, kind, directions)) {
      return call.unknown([[steps!, ...states], states, ...(kind === 'lstm' ? [states] : [])]);
    }
    if (rows !== GATES[kind] * hidden_size)
      call.fail(`has ${rows} rows of weights for ${hidden_size} hidden units`);
    const nonlinearity = activationsOf(call, kind, directions).startsWith('Relu') ? 'relu' : 'tanh';
    const attributes = {
      input_size: x.shape[2],
      hidden_size,
      bias: b !== undefined,
      bidirectional: directions === 2,
      ...(kind === 'rnn' && { nonlinearity }),
    };
    const [y, ...last] = call.add(kind, attributes, [x], tensorsOf(w, r, b));
    const apart = call.add('reshape', { shape: [directions, hidden_size], start_dim: 2 }, [y!]);
    return [...call.add('permute', { dims: [0, 2, 1, 3] }, apart), ...last];
  };

/** One tensor of the file is those of both directions, and both biases. */
function tensorsOf(weight_ih: Constant, weight_hh: Constant, bias: Constant | undefined) {
  const both = { weight_ih, weight_hh, bias_ih: bias, bias_hh: bias };
  return Object.fromEntries(
    Object.entries(both).flatMap(([name, tensor]) => [
      [`${name}_l0`, tensor],
      [`${name}_l0_reverse`, tensor],
    ]),
  );
}

const activationsOf = (call: Call, kind: Kind, directions: number): string =>
  call.attribute('activations').texts?.join() ??
  Array.from({ length: directions }, () => ACTIVATIONS[kind]).join();

/** What our kinds compute: from zeros, all steps, forwards or both ways, with the usual functions. */
function isPlain(call: Call, kind: Kind, directions: number): boolean {
  const given = call.attribute('activations').texts?.join();
  const usual = Array.from({ length: directions }, () => ACTIVATIONS[kind]).join();
  const known = given === undefined || given === usual || (kind === 'rnn' && /^Relu(?:,Relu)?$/.test(given));
  const fromZeros = [5, 6].every((place) => call.inputs[place]?.constant !== false);
  return (
    known && fromZeros && call.text('direction', 'forward') !== 'reverse' && call.inputs[7] === undefined
  );
}
