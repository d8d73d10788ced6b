import { PbfWriter } from 'pbf';
import { analyze } from '../../../src/analysis/analyze.ts';
import { inMemory } from '../../../src/core/random-access.ts';
import type { InputSize } from '../../../src/core/options/values.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import {
  writeModelProto,
  type AttributeProto,
  type Draft,
  type NodeProto,
  type TensorProto,
} from '../../../src/onnx/proto.ts';
import { readOnnx } from '../../../src/read/onnx/read.ts';

/** An attribute: a number is an integer, a float is written as such. */
type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly tensor: Draft<TensorProto> }
  | { readonly graph: Draft<AttributeProto>['g'] };

type Sizes = readonly (number | string | undefined)[];

/** What a test says of a file. Inputs and outputs are floats. */
export interface TestModel {
  readonly opset?: number;
  readonly inputs?: Readonly<Record<string, Sizes>>;
  readonly integerInputs?: Readonly<Record<string, Sizes>>;
  readonly nodes: readonly Draft<NodeProto>[];
  /** Weights by name: their shapes alone, as where their values are in another file. */
  readonly weights?: Readonly<Record<string, readonly number[]>>;
  /** The same of eight bits. */
  readonly quantized?: Readonly<Record<string, readonly number[]>>;
  /** Integers by name. */
  readonly integers?: Readonly<Record<string, readonly number[]>>;
  /** Small floats by name. */
  readonly floats?: Readonly<Record<string, readonly number[]>>;
  readonly outputs?: readonly string[];
  /** Shapes that the file states. */
  readonly stated?: Readonly<Record<string, Sizes>>;
}

/** A node: `Conv x,w,b > y`. */
export function node(
  text: string,
  attributes: Readonly<Record<string, Attribute>> = {},
  about: Draft<NodeProto> = {},
): Draft<NodeProto> {
  const [, op_type = '', inputs = '', outputs = ''] = /^(\S+)\s*(\S*)\s*>\s*(\S*)$/.exec(text) ?? [];
  const list = (names: string) => (names === '' ? [] : names.split(','));
  return {
    op_type,
    input: list(inputs).map((name) => (name === '_' ? '' : name)),
    output: list(outputs),
    attribute: Object.entries(attributes).map(([name, value]) => ({ name, ...written(value) })),
    ...about,
  };
}

function written(value: Attribute): Draft<AttributeProto> {
  if (typeof value === 'number') return { i: value };
  if (typeof value === 'string') return { s: new TextEncoder().encode(value) };
  if ('float' in value) return { f: value.float };
  if ('floats' in value) return { floats: value.floats };
  if ('tensor' in value) return { t: value.tensor };
  if ('graph' in value) return { g: value.graph };
  return { ints: value };
}

const value = (elem_type: number, name: string, sizes: Sizes) => ({
  name,
  type: {
    tensor_type: {
      elem_type,
      shape: {
        dim: sizes.map((size) =>
          typeof size === 'number' ? { dim_value: size } : size === undefined ? {} : { dim_param: size },
        ),
      },
    },
  },
});

export const integers = (
  name: string,
  values: readonly number[],
  dims: readonly number[] = [values.length],
) => ({
  name,
  dims,
  data_type: 7,
  int64_data: values,
});

/** The file's bytes. */
export function encode(model: TestModel): Uint8Array {
  const { opset = 17, inputs = { x: [1, 3, 8, 8] }, integerInputs = {}, nodes, stated = {} } = model;
  const {
    weights = {},
    quantized = {},
    integers: numbers = {},
    floats = {},
    outputs = [nodes.at(-1)!.output![0]!],
  } = model;
  const pbf = new PbfWriter();
  writeModelProto(
    {
      ir_version: 8,
      graph: {
        node: nodes,
        initializer: [
          ...Object.entries(weights).map(([name, dims]) => ({ name, dims, data_type: 1, data_location: 1 })),
          ...Object.entries(quantized).map(([name, dims]) => ({
            name,
            dims,
            data_type: 3,
            data_location: 1,
          })),
          ...Object.entries(numbers).map(([name, values]) => integers(name, values)),
          ...Object.entries(floats).map(([name, values]) => ({
            name,
            dims: [values.length],
            data_type: 1,
            raw_data: new Uint8Array(Float32Array.from(values).buffer),
          })),
        ],
        input: [
          ...Object.entries(inputs).map(([name, sizes]) => value(1, name, sizes)),
          ...Object.entries(integerInputs).map(([name, sizes]) => value(7, name, sizes)),
        ],
        output: outputs.map((name) => ({ name })),
        value_info: Object.entries(stated).map(([name, sizes]) => value(1, name, sizes)),
      },
      opset_import: [{ version: opset }],
    },
    pbf,
  );
  return pbf.finish();
}

export interface Sizing {
  readonly input?: readonly InputSize[];
  readonly batch?: number;
}

export const read = (model: TestModel, asked: Sizing = {}): Graph =>
  readOnnx(inMemory(encode(model)), 'net', asked);

/** What is said of a network: its layers in short, and its totals. */
export function summary(
  model: TestModel,
  { asked = {}, batch = 1 }: { asked?: Sizing; batch?: number } = {},
) {
  const graph = read(model, asked);
  const [main, ...others] = graph.inputs.map(({ shape }) => [batch, ...shape]);
  const { layers, totals, outputs, warnings, convention } = analyze(graph, { inputs: [main!, ...others] });
  return {
    graph,
    layers: layers.map(({ path, kind, outputShape }) => `${path}: ${kind} ${outputShape.join('×')}`),
    kinds: layers.map(({ kind }) => kind),
    params: totals.params,
    buffers: totals.buffers,
    macs: totals.macs,
    outputs: outputs.map(({ shape }) => shape),
    warnings: warnings.map(({ code }) => code),
    messages: warnings.map(({ message }) => message),
    notCounted: convention.notCounted,
  };
}
