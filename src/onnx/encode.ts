import { PbfWriter } from 'pbf';
import { VggError } from '../core/errors/error.ts';
import type { Attribute, ElementType, Tensor } from './graph.ts';
import { IR_VERSION, OPSET, type OnnxInitializer, type OnnxModel, type OnnxNode } from './model.ts';
import {
  writeModelProto,
  type AttributeProto,
  type Dimension,
  type Draft,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './proto.ts';

/** What a protocol buffer can hold, less room for the nodes. */
const LIMIT = 2 ** 31 - 2 ** 24;

/**
 * The file's bytes.
 * Throws `onnx-too-large` for weights that do not fit one file.
 */
export function encodeModel(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const bytes = model.initializers.reduce((total, initializer) => total + initializer.bytes.byteLength, 0);
  if (bytes > LIMIT) throw new VggError('onnx-too-large', { bytes });
  const domains = new Set(['', ...model.nodes.map(({ domain }) => domain)]);
  const pbf = new PbfWriter();
  writeModelProto(
    {
      ir_version: IR_VERSION,
      producer_name: 'vgg-inspect',
      doc_string: model.about,
      graph: graphProto(model),
      opset_import: [...domains].map((domain) => ({ domain, version: domain === '' ? OPSET : 1 })),
    },
    pbf,
  );
  return pbf.finish() as Uint8Array<ArrayBuffer>;
}

function graphProto(model: OnnxModel): Draft<GraphProto> {
  return {
    node: model.nodes.map(nodeProto),
    name: model.name,
    initializer: model.initializers.map(tensorProto),
    input: model.inputs.map((input) =>
      input.name === model.hidesBatchOf
        ? valueProto(input, [{}, ...sizes(input.shape.slice(1))])
        : declared(input, model),
    ),
    output: model.outputs.map((output) => declared(output, model)),
  };
}

const nodeProto = ({ name, operator, domain, inputs, outputs, attributes }: OnnxNode): Draft<NodeProto> => ({
  input: inputs,
  output: outputs,
  name,
  op_type: operator,
  attribute: Object.entries(attributes).map(([key, value]) => ({ name: key, ...attributeProto(value) })),
  domain,
});

const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 } as const;

function attributeProto(value: Attribute): Draft<AttributeProto> {
  if (typeof value === 'number') return { i: value, type: ATTRIBUTE.int };
  if (typeof value === 'string') return { s: new TextEncoder().encode(value), type: ATTRIBUTE.string };
  if ('float' in value) return { f: value.float, type: ATTRIBUTE.float };
  return { ints: value, type: ATTRIBUTE.ints };
}

const TYPES: Readonly<Record<ElementType, number>> = { float32: 1, int64: 7, bool: 9, float64: 11 };

const tensorProto = ({ name, type, shape, bytes }: OnnxInitializer): Draft<TensorProto> => ({
  dims: shape,
  data_type: TYPES[type],
  name,
  raw_data: bytes,
});

function declared(tensor: Tensor, { openBatch, openSizes }: OnnxModel): Draft<ValueInfoProto> {
  if (openSizes) {
    return valueProto(
      tensor,
      tensor.shape.map(() => ({})),
    );
  }
  const dimensions = sizes(tensor.shape);
  return valueProto(tensor, openBatch ? [{ dim_param: 'N' }, ...dimensions.slice(1)] : dimensions);
}

const sizes = (shape: readonly number[]): Draft<Dimension>[] => shape.map((size) => ({ dim_value: size }));

/** A dimension of nothing is of any size. */
const valueProto = ({ name, type }: Tensor, dim: readonly Draft<Dimension>[]): Draft<ValueInfoProto> => ({
  name,
  type: { tensor_type: { elem_type: TYPES[type], shape: { dim } } },
});
