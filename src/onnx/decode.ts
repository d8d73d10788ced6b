import { PbfReader } from 'pbf';

/**
 * The float32 tensors that stand in an ONNX file, by name. Throws when the file is no such file or is cut off.
 */
export function decodeInitializers(bytes: Uint8Array): Map<string, Float32Array> {
  const tensors = new Map<string, Float32Array>();
  new PbfReader(bytes).readFields((field, _, pbf) => {
    if (field !== 7) return;
    pbf.readMessage((part, found, graph) => {
      if (part !== 5) return;
      const tensor = graph.readMessage(readTensor, { name: '', type: 0, values: undefined });
      if (tensor.type === 1 && tensor.values) found.set(tensor.name, tensor.values);
    }, tensors);
  }, undefined);
  return tensors;
}

interface Read {
  name: string;
  type: number;
  values: Float32Array | undefined;
}

function readTensor(field: number, tensor: Read, pbf: PbfReader): void {
  if (field === 2) tensor.type = pbf.readVarint();
  else if (field === 8) tensor.name = pbf.readString();
  else if (field === 9) tensor.values = new Float32Array(Uint8Array.from(pbf.readBytes()).buffer);
}
