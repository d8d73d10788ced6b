import type { Shape } from '../../core/shape.ts';
import type { Tensor } from '../../onnx/graph.ts';
import type { WeightGradient } from '../../layers/shared/onnx/result.ts';
import type { StepTensors } from '../../optimizers/optimizer.ts';
import { optimizerOf, type OptimizerSettings } from '../../optimizers/registry.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { nextName } from './names.ts';
import type { Noise, OnnxWriter } from '../../onnx/writer.ts';

/** A tensor that a graph reads and gives back changed, under two names. */
export interface StateTensor {
  /** `block1.conv1.weight`, `exp_avg/block1.conv1.weight`. */
  readonly name: string;
  readonly shape: Shape;
  readonly output: string;
}

/** A graph that changes tensors of the state. */
export interface StepGraph {
  readonly model: OnnxModel;
  readonly state: readonly StateTensor[];
  readonly noises: readonly Noise[];
}

/** What a graph gives out: results, and new values of the state. */
export class StepOutputs {
  readonly #state: StateTensor[] = [];
  readonly #given: [Tensor, string][] = [];

  give(name: string, value: Tensor): void {
    this.#given.push([value, name]);
  }

  /** `value` is the new value of the input `name`. */
  keep(name: string, value: Tensor): void {
    const output = nextName(name);
    this.#state.push({ name, shape: value.shape, output });
    this.give(output, value);
  }

  graph(g: OnnxWriter, about: Pick<OnnxModel, 'name' | 'about'>): StepGraph {
    const outputs = this.#given.map(([value, name]) => g.output(value, name));
    return { model: g.model(about, outputs), state: this.#state, noises: g.noises };
  }
}

/** Writes a weight's update and keeps its new value and those of what the optimizer keeps of it. */
export function keepUpdate(
  g: OnnxWriter,
  outputs: StepOutputs,
  settings: OptimizerSettings,
  numbers: StepTensors,
  { name, weight, gradient }: { name: string; weight: Tensor; gradient: WeightGradient },
): void {
  const optimizer = optimizerOf(settings.name);
  const states = optimizer.states.map((state) => g.input(`${state}/${name}`, weight.shape));
  const updated = optimizer.onnx(g, { weight, states, gradient, numbers, settings });
  outputs.keep(name, updated.weight);
  updated.states.forEach((value, i) => outputs.keep(states[i]!.name, value));
}
