import type { Shape } from '../core/shape.ts';
import type { ElementType, OnnxAttributes, OnnxGraph, Tensor, TensorType } from './graph.ts';
import { whole, type Dialect } from './dialect.ts';
import type { OnnxInitializer, OnnxModel, OnnxNode } from './model.ts';

/** Noise that a graph takes: 0 with probability `p`, 1 / (1 − p) otherwise. */
export interface Noise {
  readonly tensor: Tensor;
  /** The layer that reads it; `path:1` for the second that it draws. */
  readonly path: string;
  readonly p: number;
}

/**
 * Collects the nodes of one ONNX graph. `scope` is the layer being written; names start with it. What the dialect
 * lacks is written in other operators.
 */
export class OnnxWriter implements OnnxGraph {
  readonly training: boolean;
  readonly #dialect: Dialect;
  readonly noises: Noise[] = [];
  scope = '';
  readonly #tensors = new Map<string, Tensor>();
  readonly #nodes: OnnxNode[] = [];
  readonly #constants = new Map<string, OnnxInitializer & Tensor>();
  readonly #constantsByName = new Map<string, OnnxInitializer & Tensor>();
  readonly #inputs: Tensor[] = [];
  readonly #names = new Map<string, number>();
  readonly #renamed = new Map<string, string>();

  constructor({ training, dialect = whole }: { readonly training: boolean; readonly dialect?: Dialect }) {
    this.training = training;
    this.#dialect = dialect;
  }

  get wide(): boolean {
    return this.#dialect.wide;
  }

  run(
    operator: string,
    inputs: readonly (Tensor | undefined)[],
    output: Shape | TensorType,
    attributes: OnnxAttributes = {},
  ): Tensor {
    const known = operator === 'Reshape' && this.#reshaped(inputs[0], output);
    if (known) return known;
    const substitute = this.#dialect.substitutes[operator];
    if (!substitute) return this.runAll(operator, inputs, [output], attributes)[0]!;
    const result = 'shape' in output ? output : { shape: output };
    return substitute(this, inputs as readonly Tensor[], result, attributes);
  }

  runAll(
    operator: string,
    inputs: readonly (Tensor | undefined)[],
    outputs: readonly (Shape | TensorType)[],
    attributes: OnnxAttributes = {},
  ): readonly Tensor[] {
    const dot = operator.lastIndexOf('.');
    const bare = operator.slice(dot + 1);
    const name = this.#unique(`${this.scope}/${bare}`);
    const results = outputs.map((output, i): Tensor => {
      const { shape, type } = 'shape' in output ? output : { shape: output, type: 'float32' as const };
      return { name: i === 0 ? name : `${name}:${i}`, shape, type };
    });
    const given = inputs.findLastIndex((input) => input !== undefined) + 1;
    for (const result of results) this.#tensors.set(result.name, result);
    this.#nodes.push({
      name,
      operator: bare,
      domain: operator.slice(0, Math.max(dot, 0)),
      inputs: inputs.slice(0, given).map((input) => input?.name ?? ''),
      outputs: results.map((result) => result.name),
      attributes,
    });
    return results;
  }

  constant(values: number | readonly number[], type: ElementType = 'float32', shape: Shape = []): Tensor {
    const list = typeof values === 'number' ? [values] : values;
    const key = `${type} ${shape.join('×')} ${list.join(' ')}`;
    const known = this.#constants.get(key);
    if (known) return known;
    return this.#keepConstant(key, { type, shape, bytes: encodeValues(list, type) });
  }

  #keepConstant(key: string, value: Omit<OnnxInitializer & Tensor, 'name'>): Tensor {
    const constant = { ...value, name: `constant${this.#constants.size + 1}` };
    this.#constants.set(key, constant);
    this.#constantsByName.set(constant.name, constant);
    return constant;
  }

  /** A constant needs no operator to have another shape. */
  #reshaped(x: Tensor | undefined, output: Shape | TensorType): Tensor | undefined {
    const known = x && this.#constantsByName.get(x.name);
    if (!known) return undefined;
    const shape = 'shape' in output ? output.shape : output;
    const key = `${known.name} ${shape.join('×')}`;
    return this.#constants.get(key) ?? this.#keepConstant(key, { ...known, shape });
  }

  noise(shape: Shape, p: number): Tensor {
    // A layer may draw more than once.
    const before = this.noises.filter(({ path }) => path.split(':')[0] === this.scope).length;
    const path = before === 0 ? this.scope : `${this.scope}:${before}`;
    const tensor = this.input(`noise/${path}`, shape);
    this.noises.push({ tensor, path, p });
    return tensor;
  }

  input(name: string, shape: Shape, type: ElementType = 'float32'): Tensor {
    const tensor = { name, shape, type };
    this.#inputs.push(tensor);
    return tensor;
  }

  /** The value under the name by which the graph gives it out. */
  output(tensor: Tensor, name: string): Tensor {
    const made = this.#nodes.some(({ outputs }) => outputs.includes(tensor.name));
    if (made && !this.#renamed.has(tensor.name)) this.#renamed.set(tensor.name, name);
    else {
      this.#tensors.set(name, { ...tensor, name });
      const identity = { operator: 'Identity', domain: '', attributes: {} };
      this.#nodes.push({ ...identity, name: `${name}/Identity`, inputs: [tensor.name], outputs: [name] });
    }
    return { ...tensor, name };
  }

  model(
    about: Pick<OnnxModel, 'name' | 'about'>,
    outputs: readonly Tensor[],
    weights: readonly OnnxInitializer[] = [],
  ): OnnxModel {
    const rename = (name: string) => this.#renamed.get(name) ?? name;
    const given = new Set(outputs.map(({ name }) => name));
    return {
      ...about,
      nodes: this.#read(given, rename).map((node) => ({
        ...node,
        inputs: node.inputs.map(rename),
        outputs: node.outputs.map(rename),
      })),
      initializers: [...this.#constants.values(), ...weights],
      inputs: this.#inputs,
      outputs,
      tensors: new Map(
        [...this.#tensors].map(([name, tensor]) => [rename(name), { ...tensor, name: rename(name) }]),
      ),
    };
  }

  /** The nodes on which an output depends: the gradient of a frozen weight is read by nothing. */
  #read(outputs: ReadonlySet<string>, rename: (name: string) => string): OnnxNode[] {
    const read = new Set<string>();
    const kept = this.#nodes.toReversed().filter((node) => {
      const wanted = node.outputs.some((name) => read.has(name) || outputs.has(rename(name)));
      if (wanted) for (const name of node.inputs) read.add(name);
      return wanted;
    });
    return kept.reverse();
  }

  #unique(name: string): string {
    const count = (this.#names.get(name) ?? 0) + 1;
    this.#names.set(name, count);
    return count === 1 ? name : `${name}${count}`;
  }
}

function encodeValues(values: readonly number[], type: ElementType): Uint8Array {
  const view = {
    float32: () => Float32Array.from(values),
    float64: () => Float64Array.from(values),
    int64: () => BigInt64Array.from(values, BigInt),
    bool: () => Uint8Array.from(values),
  }[type]();
  return new Uint8Array(view.buffer);
}
