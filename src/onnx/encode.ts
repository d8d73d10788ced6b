import { PbfWriter } from 'pbf';
import { VggError } from '../core/errors/error.ts';
import type { Attribute, ElementType, Tensor } from './graph.ts';
import { NAMES } from '../train/onnx/names.ts';
import { IR_VERSION, OPSET, type OnnxInitializer, type OnnxModel, type OnnxNode } from './model.ts';

/** What a protocol buffer can hold, less room for the nodes. */
const LIMIT = 2 ** 31 - 2 ** 24;

/**
 * The file's bytes. Numbers of fields and types: onnx.proto of ONNX 1.13.
 * Throws `onnx-too-large` for weights that do not fit one file.
 */
export function encodeModel(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const bytes = model.initializers.reduce((total, initializer) => total + initializer.bytes.byteLength, 0);
  if (bytes > LIMIT) throw new VggError('onnx-too-large', { bytes });
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, IR_VERSION);
  pbf.writeStringField(2, 'vgg-inspect');
  pbf.writeStringField(6, model.about);
  pbf.writeMessage(7, writeGraph, model);
  const domains = new Set(['', ...model.nodes.map(({ domain }) => domain)]);
  for (const domain of domains) pbf.writeMessage(8, writeOperatorSet, domain);
  return pbf.finish() as Uint8Array<ArrayBuffer>;
}

function writeOperatorSet(domain: string, pbf: PbfWriter): void {
  pbf.writeStringField(1, domain);
  pbf.writeVarintField(2, domain === '' ? OPSET : 1);
}

function writeGraph(model: OnnxModel, pbf: PbfWriter): void {
  for (const node of model.nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, model.name);
  for (const initializer of model.initializers) pbf.writeMessage(5, writeTensor, initializer);
  for (const input of model.inputs) {
    const hidden = model.hidesBatch && input.name === NAMES.images;
    const shape: readonly Dimension[] = hidden ? [undefined, ...input.shape.slice(1)] : input.shape;
    pbf.writeMessage(11, writeValue, hidden ? { ...input, shape } : declared(input, model));
  }
  for (const output of model.outputs) pbf.writeMessage(12, writeValue, declared(output, model));
}

function writeNode(node: OnnxNode, pbf: PbfWriter): void {
  for (const input of node.inputs) pbf.writeStringField(1, input);
  for (const output of node.outputs) pbf.writeStringField(2, output);
  pbf.writeStringField(3, node.name);
  pbf.writeStringField(4, node.operator);
  for (const entry of Object.entries(node.attributes)) pbf.writeMessage(5, writeAttribute, entry);
  pbf.writeStringField(7, node.domain);
}

const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 } as const;

function writeAttribute([name, value]: [string, Attribute], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  if (typeof value === 'number') {
    pbf.writeVarintField(3, value);
    pbf.writeVarintField(20, ATTRIBUTE.int);
  } else if (typeof value === 'string') {
    pbf.writeStringField(4, value);
    pbf.writeVarintField(20, ATTRIBUTE.string);
  } else if ('float' in value) {
    pbf.writeFloatField(2, value.float);
    pbf.writeVarintField(20, ATTRIBUTE.float);
  } else {
    for (const item of value) pbf.writeVarintField(8, item);
    pbf.writeVarintField(20, ATTRIBUTE.ints);
  }
}

const TYPES: Readonly<Record<ElementType, number>> = { float32: 1, int64: 7, bool: 9, float64: 11 };

function writeTensor({ name, type, shape, bytes }: OnnxInitializer, pbf: PbfWriter): void {
  for (const size of shape) pbf.writeVarintField(1, size);
  pbf.writeVarintField(2, TYPES[type]);
  pbf.writeStringField(8, name);
  pbf.writeBytesField(9, bytes);
}

/** A size, or the name of one that is open, or nothing. */
type Dimension = number | string | undefined;

interface Declaration {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

function declared(tensor: Tensor, { openBatch, openSizes }: OnnxModel): Declaration {
  if (openSizes) return { ...tensor, shape: tensor.shape.map(() => undefined) };
  return openBatch ? { ...tensor, shape: ['N', ...tensor.shape.slice(1)] } : tensor;
}

function writeValue({ name, type, shape }: Declaration, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, (_, message) => message.writeMessage(1, writeTensorType, { type, shape }), undefined);
}

function writeTensorType({ type, shape }: Pick<Declaration, 'type' | 'shape'>, pbf: PbfWriter): void {
  pbf.writeVarintField(1, TYPES[type]);
  pbf.writeMessage(2, writeShape, shape);
}

function writeShape(shape: readonly Dimension[], pbf: PbfWriter): void {
  for (const size of shape) pbf.writeMessage(1, writeDimension, size);
}

function writeDimension(size: Dimension, pbf: PbfWriter): void {
  if (typeof size === 'number') pbf.writeVarintField(1, size);
  else if (size !== undefined) pbf.writeStringField(2, size);
}
