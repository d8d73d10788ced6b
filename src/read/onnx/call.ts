import { VggError } from '../../core/errors/error.ts';
import type { Shape } from '../../core/shape.ts';
import type { TensorType } from '../../core/tensor-type.ts';
import type { FileAttribute, FileNode } from '../../onnx/file.ts';
import type { Results, Tensors, Host } from './host.ts';
import { asFloats, typeOf, type Computed, type Constant, type Value } from './value.ts';

/**
 * Translates a node of one operator. Undefined where our layers cannot say what it does: then it is taken as an operator
 * that is not known.
 */
export type Operator = (call: Call) => Results | undefined;

/** A node with what it reads. */
export class Call {
  readonly node: FileNode;
  readonly inputs: readonly (Value | undefined)[];
  readonly #host: Host;

  constructor(host: Host, node: FileNode, inputs: readonly (Value | undefined)[]) {
    this.#host = host;
    this.node = node;
    this.inputs = inputs;
  }

  get opset(): number {
    return this.#host.opset;
  }

  /** The same node with only these of its inputs, in this order; quantized ones are the numbers that they stand for. */
  reading(...places: readonly number[]): Call {
    const inputs = places.map((place) => {
      const value = this.inputs[place];
      return value?.constant ? asFloats(value) : value;
    });
    return new Call(this.#host, this.node, inputs);
  }

  /** Throws `onnx-bad-node` where it is left out. */
  input(place: number): Value {
    return this.inputs[place] ?? this.fail(`has no input ${place + 1}`);
  }

  /** An input as a layer reads it: a constant becomes a layer of its own. */
  computed(place: number): Computed {
    return this.asComputed(this.input(place));
  }

  asComputed(value: Value): Computed {
    return value.constant ? this.#host.parameter(value) : value;
  }

  /** Undefined where it is left out or depends on the network's inputs. */
  constant(place: number): Constant | undefined {
    const value = this.inputs[place];
    return value?.constant ? value : undefined;
  }

  /** The numbers of an input; undefined where it is left out or they are not known. */
  numbers(place: number): readonly number[] | undefined {
    const values = this.constant(place)?.values;
    return values && [...values];
  }

  attribute(name: string): FileAttribute {
    return this.node.attributes.get(name) ?? {};
  }

  int(name: string, byDefault: number): number {
    return this.attribute(name).int ?? byDefault;
  }

  float(name: string, byDefault: number): number {
    return this.attribute(name).float ?? byDefault;
  }

  text(name: string, byDefault: string): string {
    return this.attribute(name).text ?? byDefault;
  }

  ints(name: string): readonly number[] | undefined {
    return this.attribute(name).ints;
  }

  /** Integers that are an attribute in older versions and an input in newer ones. */
  intsOrInput(name: string, place: number): readonly number[] | undefined {
    return this.ints(name) ?? this.numbers(place);
  }

  /** Whether an input is there whose numbers are not known. */
  dependsOn(place: number): boolean {
    return this.inputs[place] !== undefined && this.numbers(place) === undefined;
  }

  /** An axis counted from the front. Throws `onnx-bad-node`. */
  axis(axis: number, rank: number): number {
    const counted = axis < 0 ? axis + rank : axis;
    if (!Number.isInteger(counted) || counted < 0 || counted >= rank) {
      return this.fail(`has axis ${axis}, and ${rank} dimensions come in`);
    }
    return counted;
  }

  /** Adds a layer and gives its results. `tensors` are those of the file that are its weights, by our names. */
  add(
    kind: string,
    attributes: object,
    inputs: readonly Computed[],
    tensors: Tensors = {},
  ): readonly Computed[] {
    return this.#host.add(this.node, kind, attributes, inputs, tensors);
  }

  /** An operator that no kind says, but whose results have these shapes. */
  unknown(shapes: readonly Shape[], types: readonly TensorType[] = [this.type()]): readonly Computed[] {
    return this.#host.unknown(this.node, this.inputs, shapes, types);
  }

  /** An operator that moves elements to where no kind of ours has them. */
  moved(shape: Shape, type = this.type()): readonly Computed[] {
    return this.#host.unknown(this.node, this.inputs, [shape], [type], true);
  }

  /** What the first input holds. */
  type(): TensorType {
    const [first] = this.inputs;
    return first ? typeOf(first) : 'float';
  }

  /** Whether a tensor of the file is the weight of layers whose other tensors differ. */
  isSharedApart(constant: Constant): boolean {
    return this.#host.isSharedApart(constant);
  }

  /** Whether a tensor of the file is a layer's weight already. */
  isCounted(constant: Constant): boolean {
    return this.#host.isCounted(constant);
  }

  /** The one node that reads the result, where the network does not give it out. */
  onlyReader(): FileNode | undefined {
    return this.#host.onlyReader(this.node);
  }

  valueOf(name: string): Value | undefined {
    return this.#host.valueOf(name);
  }

  /** Passes over a later node: what it gives is there already. */
  absorb(reader: FileNode, value: Value): void {
    this.#host.absorb(reader, value);
  }

  /** Translates a graph of an attribute; what it gives. */
  run(graph: string): Results {
    return this.#host.runInner(this.attribute(graph).graph ?? this.fail(`has no ${graph}`));
  }

  fail(problem: string): never {
    throw new VggError('onnx-bad-node', { operator: this.node.operator, problem });
  }
}
