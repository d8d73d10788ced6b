import { reshape } from '../../layers/shared/onnx/arithmetic.ts';
import type { OnnxWriter } from '../../onnx/writer.ts';
import type { Tensor } from '../../onnx/graph.ts';
import { optimizerOf, type OptimizerSettings } from '../../optimizers/registry.ts';
import { NAMES } from './names.ts';

/**
 * The numbers of a step that the optimizer's updates read: computed from the number of the step in double precision, or
 * inputs where the target cannot. None for most optimizers.
 */
export function writeStepNumbers(g: OnnxWriter, { name }: OptimizerSettings): Tensor[] {
  const { stepNumbers = [] } = optimizerOf(name);
  if (stepNumbers.length === 0) return [];
  if (!g.wide) return stepNumbers.map((number) => g.input(number.name, [1]));
  const step = g.input(NAMES.step, [1], 'int64');
  const t = g.run('Cast', [step], { shape: [1], type: 'float64' }, { to: 11 });
  return stepNumbers.map((number) => reshape(g, g.run('Cast', [number.onnx(g, t)], [1], { to: 1 }), [1]));
}
