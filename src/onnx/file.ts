import type { Shape } from '../core/shape.ts';
import type { DataType } from './tensor-data.ts';

import type { Range } from './wire.ts';

/** A tensor in a file: what is known of it without its values, and these where they are few. */
export interface FileTensor {
  readonly name: string;
  readonly type: DataType;
  readonly shape: Shape;
  readonly values?: Float64Array;
}

/** A size that is a number, has a name, or is open without one. */
export type FileSize = number | string | undefined;

/** A tensor that goes in or out, or whose type the file states. */
export interface FileValue {
  readonly name: string;
  readonly type: DataType;
  /** Undefined where the file does not say how many dimensions there are. */
  readonly sizes: readonly FileSize[] | undefined;
}

/** An attribute of a node; which of the fields is set depends on the operator. */
export interface FileAttribute {
  readonly int?: number;
  readonly float?: number;
  readonly text?: string;
  readonly texts?: readonly string[];
  readonly ints?: readonly number[];
  readonly floats?: readonly number[];
  readonly tensor?: FileTensor;
  /** A graph is read where it runs. */
  readonly graph?: Range;
}

export interface FileNode {
  readonly name: string;
  readonly operator: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  /** Empty where an optional one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, FileAttribute>;
}

export interface FileGraph {
  readonly nodes: readonly FileNode[];
  readonly initializers: readonly FileTensor[];
  readonly inputs: readonly FileValue[];
  readonly outputs: readonly FileValue[];
  /** What the file states of further values, by name. */
  readonly stated: ReadonlyMap<string, FileValue>;
}

/** What a file says, without the values of weights. */
export interface FileModel {
  /** Version of ONNX's own operators. */
  readonly opset: number;
  readonly graph: FileGraph;
  /** Reads the graph of an attribute. Throws `onnx-damaged`. */
  readonly inner: (range: Range) => FileGraph;
}
