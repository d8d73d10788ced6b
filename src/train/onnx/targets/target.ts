import type { Dialect } from '../../../onnx/dialect.ts';

/** What graphs may use where they are to run: one of onnxruntime's execution providers. */
export interface Target<Name extends string = string> extends Dialect {
  /** Its name in `--device` and in onnxruntime. */
  readonly name: Name;
  /** What a GPU is called, where it is one: onnxruntime does not tell which, nor whether it is emulated. */
  readonly gpu?: string;
  /** onnxruntime's options of it. */
  readonly options: object;
  /** Further entries of onnxruntime's session configuration. */
  readonly session?: Readonly<Record<string, unknown>>;
  /** Entries of the configuration of a run after which the memory that it took is given back. */
  readonly givesBack?: Readonly<Record<string, unknown>>;
  /** As an OnnxModel's: whether memory is saved where the file does not say how many images there are. */
  readonly hidesBatch: boolean;
  /** Bytes of tensors that may live in a step that is not cut in parts. */
  readonly budget: number;
  /** Whether large weights are updated faster by runs of their own, block by block. */
  readonly blocks: boolean;
}
