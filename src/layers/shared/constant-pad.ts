import { withMargins } from './border.ts';
import type { Call, Execution, OnnxCall } from '../layer.ts';
import type { OnnxGraph } from '../../onnx/graph.ts';
import { pad } from './onnx/arithmetic.ts';
import type { OnnxResult } from './onnx/result.ts';
import type { Operators, Value } from './operators.ts';
import { marginsOf } from './padding.ts';
import { spatial } from './spatial.ts';
import type { Rank } from './window.ts';

interface Padded {
  readonly padding: readonly number[];
}

/** What the kinds share that lay a border of one number around images. */
export const constantPad = (kind: string, rank: Rank) => ({
  kind,
  family: 'resize' as const,
  stem: 'pad',
  shape({ attributes: { padding }, inputs }: Call<Padded>) {
    const [n, c, size] = spatial(inputs[0], kind, rank);
    return [n, c, ...withMargins(marginsOf(padding), size)];
  },
  execute: (operators: Operators, { inputs: [x], output }: Execution<Padded>): Value =>
    operators.run({ inputs: [x], output }),
});

export function onnxConstantPad(
  g: OnnxGraph,
  { attributes: { padding }, inputs: [x] }: Pick<OnnxCall<Padded>, 'attributes' | 'inputs'>,
  value: number,
): OnnxResult {
  const { before, after } = marginsOf(padding);
  const inverse = (sides: readonly number[]) => sides.map((side) => -side);
  return {
    output: pad(g, x, before, after, value),
    backward: (gradient) => ({ inputs: [pad(g, gradient, inverse(before), inverse(after))] }),
  };
}
