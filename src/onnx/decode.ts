import { PbfReader } from 'pbf';
import { readModelProto } from './proto.ts';

/** ONNX's number of float32. */
const FLOAT = 1;

/**
 * The float32 tensors of an ONNX file that hold their values themselves, by name. Throws when the file is no such file
 * or is cut off.
 */
export function decodeInitializers(bytes: Uint8Array): Map<string, Float32Array> {
  const { graph } = readModelProto(new PbfReader(bytes));
  return new Map(
    (graph?.initializer ?? []).flatMap(({ name, data_type, raw_data }) =>
      data_type === FLOAT && raw_data
        ? [[name, new Float32Array(Uint8Array.from(raw_data).buffer)] as const]
        : [],
    ),
  );
}
