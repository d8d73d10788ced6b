import type { Shape } from '../../core/shape.ts';
import type { Tensor, WeightGradient } from '../../onnx/graph.ts';
import { optimizerSlots, type Optimizer } from '../optimizer.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { nextName } from './names.ts';
import { writeUpdate, type StepNumbers } from './update.ts';
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
  optimizer: Optimizer,
  numbers: StepNumbers,
  { name, weight, gradient }: { name: string; weight: Tensor; gradient: WeightGradient },
): void {
  const slots = optimizerSlots(optimizer).map((slot) => g.input(`${slot}/${name}`, weight.shape));
  const update = writeUpdate(g, optimizer, numbers, { weight, slots, gradient });
  outputs.keep(name, update.weight);
  update.slots.forEach((value, i) => outputs.keep(slots[i]!.name, value));
}
