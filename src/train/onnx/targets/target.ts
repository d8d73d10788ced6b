import type { DeviceName } from '../../device.ts';
import type { Dialect } from '../../../onnx/dialect.ts';

/** What graphs may use where they are to run: one of onnxruntime's execution providers. */
export interface Target extends Dialect {
  /** Its name in `--device` and in onnxruntime. */
  readonly name: DeviceName;
  /** onnxruntime's options of it. */
  readonly options: object;
  /** Bytes of tensors that may live in a step that is not cut in parts. */
  readonly budget: number;
  /** Whether large weights are updated faster by runs of their own, block by block. */
  readonly blocks: boolean;
}
