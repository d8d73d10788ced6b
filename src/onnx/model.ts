import type { Attribute, ElementType, Tensor } from './graph.ts';
import type { Shape } from '../core/shape.ts';

/** One operator of an ONNX graph. */
export interface OnnxNode {
  readonly name: string;
  readonly operator: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  /** Names of values; empty where an optional input is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A tensor whose values are in the file. */
export interface OnnxInitializer {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
  /** Little-endian. */
  readonly bytes: Uint8Array;
}

export interface OnnxModel {
  readonly name: string;
  /** A line for whoever opens the file. */
  readonly about: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** What the nodes give, by name. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** The first axis of inputs and outputs may have any size. */
  readonly openBatch?: true;
  /** Inputs and outputs may have any sizes. */
  readonly openSizes?: true;
  /**
   * The input for which the file does not say how long its first axis is. onnxruntime then does not know all shapes
   * beforehand; where it does, it lets tensors of one shape share a buffer and holds it from the first to the last of
   * them, from the forward to the backward pass.
   */
  readonly hidesBatchOf?: string;
}

/** The operator set of the nodes: the first in which all reductions take their axes as an input. */
export const OPSET = 18;
/** Version of the file format that came with it. */
export const IR_VERSION = 8;
