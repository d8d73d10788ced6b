import { VggError } from '../../core/errors/error.ts';
import { elements } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import type { TensorType } from '../../core/tensor-type.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { resultReference } from '../../graph/graph.ts';
import { checkArity } from '../../layers/shared/inputs.ts';
import { parseAttributes } from '../../layers/shared/attributes.ts';
import { weightsOf } from '../../layers/shared/weights.ts';
import { layerKind } from '../../layers/registry.ts';
import type { FileGraph, FileModel, FileNode, FileSize } from '../../onnx/file.ts';
import { MOST_DIMENSIONS } from '../../onnx/tensor-data.ts';
import type { Range } from '../../onnx/wire.ts';
import { Call } from './call.ts';
import { fold } from './fold.ts';
import type { Host, Results, Tensors } from './host.ts';
import { Names } from './names.ts';
import { microsoftOperators, operators } from './operators/registry.ts';
import { fromFile, isFormula, type Computed, type Constant, type Value } from './value.ts';

/** Graphs inside conditions inside graphs. */
const DEEPEST = 16;
/** No node reads more. */
const MOST_INPUTS = 10_000;
/** Elements that shape arithmetic may come to in all; weights never do. */
const MOST_FOLDED = 2 ** 22;
/** Results of one node, as of our own kinds. */
const MOST_RESULTS = 1024;

interface Translated {
  readonly builder: GraphBuilder;
  readonly outputs: readonly string[];
  readonly stored: Readonly<Record<string, number>>;
}

/** Values by name: those of a graph, and of the graphs around it. */
class Scope {
  readonly #values = new Map<string, Value>();
  readonly #around: Scope | undefined;

  constructor(around?: Scope) {
    this.#around = around;
  }

  get(name: string): Value | undefined {
    return this.#values.get(name) ?? this.#around?.get(name);
  }

  /** Throws `onnx-value-twice`. */
  set(name: string, value: Value): void {
    if (this.#values.has(name)) throw new VggError('onnx-value-twice', { value: name });
    this.#values.set(name, value);
  }
}

/** A network of a file as it becomes layers, at one input size. */
export class Translation implements Host {
  readonly opset: number;
  readonly #model: FileModel;
  readonly #builder: GraphBuilder;
  readonly #names = new Names();
  /** Numbers of sizes that the file has a name for. */
  readonly #sizes: ReadonlyMap<string, number>;
  #scope = new Scope();
  #depth = 0;
  #folded = 0;
  readonly #readers = new Map<string, FileNode[]>();
  readonly #givenOut = new Set<string>();
  readonly #absorbed = new Set<FileNode>();
  /** The layers that are certain tensors' own, by these and their shapes. */
  readonly #owners = new Map<string, string>();
  readonly #counted = new Set<string>();
  /** Bytes of these in the file, by type. */
  readonly #stored = new Map<string, number>();
  /** Layers of constants, by tensor and shape, and the first of each tensor. */
  readonly #parameters = new Map<string, Computed>();
  readonly #firstParameters = new Map<string, Computed>();
  readonly #sharedApart: ReadonlySet<string>;

  constructor(
    model: FileModel,
    inputs: readonly Computed[],
    names: readonly string[],
    sizes: ReadonlyMap<string, number>,
  ) {
    this.#model = model;
    this.opset = model.opset;
    this.#sizes = sizes;
    const references = inputs.map(({ reference }) => reference.slice(1));
    this.#builder = new GraphBuilder(references as [string, ...string[]]);
    for (const [i, input] of inputs.entries()) this.#scope.set(names[i]!, input);
    this.#sharedApart = sharedApart(model.graph);
  }

  /** Translates all nodes. What the network gives, by its outputs; the builder has the layers. */
  run(): Translated {
    const results = this.#graph(this.#model.graph);
    const outputs = new Set<string>();
    for (const [i, value] of results.entries()) {
      if (!value || value.constant) continue;
      const name = this.#model.graph.outputs[i]!.name;
      outputs.add(value.reference.startsWith('@') ? this.#handedOn(value, name) : value.reference);
    }
    return { builder: this.#builder, outputs: [...outputs], stored: Object.fromEntries(this.#stored) };
  }

  /** An input that is an output as well. */
  #handedOn(value: Computed, name: string): string {
    const node = { name, operator: 'Identity', domain: '', inputs: [], outputs: [], attributes: new Map() };
    return this.add(node, 'identity', {}, [value], {})[0]!.reference;
  }

  #graph(graph: FileGraph): Results {
    this.#names.expect(graph.nodes);
    for (const tensor of graph.initializers) {
      // Older files name every initializer among the inputs as well, which are left out of the network's.
      this.#scope.set(tensor.name, fromFile(tensor));
    }
    for (const node of graph.nodes) {
      for (const name of node.inputs) {
        const readers = this.#readers.get(name);
        if (readers) readers.push(node);
        else this.#readers.set(name, [node]);
      }
    }
    for (const { name } of graph.outputs) this.#givenOut.add(name);
    for (const node of graph.nodes) {
      if (this.#absorbed.has(node)) continue;
      this.#node(node, graph);
    }
    return graph.outputs.map(({ name }) => this.#scope.get(name));
  }

  #node(node: FileNode, graph: FileGraph): void {
    const label = node.name || node.outputs[0] || node.operator;
    try {
      const inputs = node.inputs.map((name) => (name === '' ? undefined : this.#read(node, name)));
      const results = this.#results(node, inputs, graph);
      for (const [i, name] of node.outputs.entries()) {
        const value = results[i];
        if (value && value.shape.length > MOST_DIMENSIONS) {
          const problem = `gives ${value.shape.length} dimensions`;
          throw new VggError('onnx-bad-node', { operator: node.operator, problem });
        }
        if (name !== '' && value) this.#scope.set(name, value);
      }
    } catch (error) {
      throw error instanceof VggError ? error.at({ path: label.slice(0, 200) }) : error;
    }
  }

  #read({ operator }: FileNode, name: string): Value {
    const value = this.#scope.get(name);
    if (!value) throw new VggError('onnx-unknown-value', { operator, value: name });
    return value;
  }

  #results(node: FileNode, inputs: readonly (Value | undefined)[], graph: FileGraph): Results {
    if (node.inputs.length > MOST_INPUTS)
      throw new VggError('onnx-bad-node', {
        operator: node.operator,
        problem: `has more than ${MOST_INPUTS} inputs`,
      });
    if (node.outputs.length > MOST_RESULTS)
      throw new VggError('too-many-results', {
        kind: node.operator,
        count: node.outputs.length,
        limit: MOST_RESULTS,
      });
    const call = new Call(this, node, inputs);
    const operator = known(node);
    const folded = node.domain === '' ? this.#fold(call) : undefined;
    return folded ?? operator?.(call) ?? this.#fromStated(node, inputs, graph);
  }

  /** What a node gives that reads constants alone; no file may fold for ever. */
  #fold(call: Call): Results | undefined {
    if (!call.inputs.every((value) => value?.constant ?? true) || this.#folded > MOST_FOLDED)
      return undefined;
    const results = fold(call);
    for (const value of [...call.inputs, ...(results ?? [])]) {
      if (value?.constant) this.#folded += value.values?.length ?? 0;
    }
    return results;
  }

  /** An operator that is not known, with the shapes that the file states. Throws `onnx-unknown-operator`. */
  #fromStated(node: FileNode, inputs: readonly (Value | undefined)[], { stated }: FileGraph): Results {
    const { operator, domain } = node;
    const values = node.outputs.map((name) => stated.get(name));
    const shapes = values.map((value) => this.#known(value?.sizes));
    const last = shapes.findLastIndex((shape) => shape !== undefined);
    if (
      last === -1 ||
      shapes.slice(0, last + 1).includes(undefined) ||
      shapes.some((shape) => shape?.includes(0))
    )
      throw new VggError('onnx-unknown-operator', { operator, domain });
    const types = values.slice(0, last + 1).map((value): TensorType => {
      const { holds } = value!.type;
      return holds === 'other' ? 'float' : holds;
    });
    return this.unknown(node, inputs, shapes.slice(0, last + 1) as Shape[], types);
  }

  #known(sizes: readonly FileSize[] | undefined): Shape | undefined {
    const shape = sizes?.map((size) => (typeof size === 'string' ? this.#sizes.get(size) : size));
    return shape?.includes(undefined) ? undefined : (shape as Shape | undefined);
  }

  /** Adds the layer of a node and gives its results. */
  add(
    node: FileNode,
    kind: string,
    attributes: object,
    inputs: readonly Computed[],
    tensors: Tensors,
  ): readonly Computed[] {
    const layer = layerKind(kind);
    const parsed = parseAttributes(layer, attributes);
    const shapes = inputs.map(({ shape }) => shape);
    checkArity(kind, layer.takes, shapes.length);
    const call = { attributes: parsed, inputs: shapes };
    const outputs = [layer.shape(call), ...(layer.others?.(call) ?? [])];
    for (const shape of outputs) elements(shape);
    const { takesTypes = ['float'] } = layer;
    const wanted = (place: number) =>
      takesTypes === 'any' ? undefined : (takesTypes[place] ?? takesTypes.at(-1));
    if (inputs.some(({ type }, place) => (wanted(place) ?? type) !== type))
      return this.unknown(node, inputs, outputs, [inputs[0]!.type]);
    const owned = this.#own(weightsOf(layer, call), tensors);
    if (!owned) return this.unknown(node, inputs, outputs, ['float']);
    const path = this.#names.of(
      node,
      Object.values(tensors).flatMap((tensor) => (tensor ? [tensor.root] : [])),
    );
    const { key, ...options } = owned;
    const references = inputs.map(({ reference }) => reference);
    this.#builder.add(path, layer, attributes, { from: references, ...options });
    if (key !== undefined && !this.#owners.has(key)) this.#owners.set(key, path);
    const types = layer.givesTypes?.(parsed);
    return outputs.map((shape, i) => ({
      constant: false,
      reference: resultReference(path, i),
      shape,
      type: types?.[i] ?? inputs[0]?.type ?? 'float',
    }));
  }

  /**
   * Whose weights a layer uses: its own, those of an earlier layer that has the very same tensors, or its own without
   * some that are counted elsewhere. Undefined where a layer could not do without.
   */
  #own(
    specs: readonly { readonly name: string; readonly shape: Shape }[],
    tensors: Tensors,
  ): { key?: string; sharesWeightsOf?: string; without?: readonly string[] } | undefined {
    if (specs.length === 0) return {};
    const absent = specs.filter(({ name }) => !tensors[name]).map(({ name }) => name);
    const there = specs.filter(({ name }) => tensors[name]);
    const key = there.map(({ name, shape }) => `${tensors[name]!.root} ${shape.join('×')}`).join('\n');
    const owner = this.#owners.get(key);
    if (owner !== undefined)
      return { key, sharesWeightsOf: owner, ...(absent.length > 0 && { without: absent }) };
    const tied = there.filter(({ name }) => this.#counted.has(tensors[name]!.root)).map(({ name }) => name);
    // A normalization is one without its scale too; a convolution is none without its filters.
    if (specs.length < 3 && tied.some((name) => name !== 'bias')) return undefined;
    for (const { name } of there) this.#count(tensors[name]!);
    const without = [...absent, ...tied];
    return { key, ...(without.length > 0 && { without }) };
  }

  /** A constant as a layer of its own: the same tensor once, whatever reads it. */
  parameter(constant: Constant): Computed {
    const { root, shape } = constant;
    const id = `${root} ${shape.join('×')}`;
    const known = this.#parameters.get(id);
    if (known) return known;
    const made = this.#parameterOf(constant);
    this.#parameters.set(id, made);
    return made;
  }

  #parameterOf(constant: Constant): Computed {
    const { root, shape, holds } = constant;
    if (shape.includes(0)) throw new VggError('onnx-bad-node', { operator: root, problem: 'is empty' });
    const node = { name: root, domain: '', inputs: [], outputs: [], attributes: new Map() };
    const same = this.#firstParameters.get(root);
    if (same) {
      const sizes = shape.length === 0 ? [1] : shape;
      return this.add(
        { ...node, operator: 'Reshape' },
        'reshape',
        { shape: sizes, start_dim: 0 },
        [same],
        {},
      )[0]!;
    }
    // Integers are no weights, and the weights of a layer are counted there.
    if (holds === 'float' && !this.#counted.has(root)) return this.#newParameter(constant);
    const type = holds === 'other' ? 'float' : holds;
    return this.unknown({ ...node, operator: 'Constant' }, [], [shape], [type], true)[0]!;
  }

  #count({ root, stored }: Constant): void {
    if (this.#counted.has(root)) return;
    this.#counted.add(root);
    if (stored) this.#stored.set(stored.type, (this.#stored.get(stored.type) ?? 0) + stored.bytes);
  }

  #newParameter(constant: Constant): Computed {
    const { root, shape } = constant;
    this.#count(constant);
    const path = this.#names.ofTensor(root);
    this.#builder.add(path, layerKind('parameter'), { shape }, { from: [] });
    const made: Computed = { constant: false, reference: path, shape, type: 'float' };
    this.#firstParameters.set(root, made);
    return made;
  }

  /** An operator of which only the shapes are known. Its weights, where it has some, are parameters. */
  unknown(
    node: FileNode,
    inputs: readonly (Value | undefined)[],
    shapes: readonly Shape[],
    types: readonly TensorType[],
    moves = false,
  ): readonly Computed[] {
    const values = inputs.flatMap((value) => {
      if (!value) return [];
      if (!value.constant) return [value];
      const weight =
        value.holds === 'float' && !isFormula(value) && value.shape.length > 0 && !value.shape.includes(0);
      return weight ? [this.parameter(value)] : [];
    });
    const name = node.domain === '' ? node.operator : `${node.domain}.${node.operator}`;
    const all = shapes.map((_, i) => types[i] ?? types.at(-1) ?? 'float');
    return this.add(node, 'foreign', { operator: name || 'operator', shapes, types: all, moves }, values, {});
  }

  isSharedApart({ root }: Constant): boolean {
    return this.#sharedApart.has(root);
  }

  isCounted({ root }: Constant): boolean {
    return this.#counted.has(root);
  }

  onlyReader({ outputs: [name = ''] }: FileNode): FileNode | undefined {
    const readers = this.#readers.get(name) ?? [];
    return readers.length === 1 && !this.#givenOut.has(name) ? readers[0] : undefined;
  }

  valueOf(name: string): Value | undefined {
    return this.#scope.get(name);
  }

  /** Passes over a later node: what it gives is there already. */
  absorb(reader: FileNode, value: Value): void {
    this.#absorbed.add(reader);
    this.#scope.set(reader.outputs[0] ?? '', value);
  }

  /** Throws `onnx-too-deep`. */
  runInner(range: Range): Results {
    if (this.#depth >= DEEPEST) throw new VggError('onnx-too-deep', { limit: DEEPEST });
    const around = this.#scope;
    this.#scope = new Scope(around);
    this.#depth++;
    const results = this.#graph(this.#model.inner(range));
    this.#depth--;
    this.#scope = around;
    return results;
  }
}

/** What is known of an operator, by its domain. */
const known = ({ domain, operator }: FileNode) =>
  domain === ''
    ? operators.get(operator)
    : domain === 'com.microsoft'
      ? microsoftOperators.get(operator)
      : undefined;

/** Tensors that are the filters of several layers which differ in their biases. */
function sharedApart({ nodes }: FileGraph): ReadonlySet<string> {
  const biases = new Map<string, string>();
  const found = new Set<string>();
  for (const { operator, inputs } of nodes) {
    if (operator !== 'Conv' && operator !== 'ConvTranspose' && operator !== 'Gemm') continue;
    const [, weight = '', bias = ''] = inputs;
    const other = biases.get(weight);
    if (other === undefined) biases.set(weight, bias);
    else if (other !== bias) found.add(weight);
  }
  return found;
}
