import type { RandomAccess } from '../core/random-access.ts';
import type { StoredWeights } from '../core/stored-tensor.ts';

/** Throws the errors of the format. */
export type ReadWeights = (file: RandomAccess) => StoredWeights;

/** A format of files that hold weights and no network. */
export interface WeightReader {
  /** Endings of its file names, in lower case. */
  readonly extensions: readonly string[];
  /** Loads the reader's file, which the others do not wait for. */
  load(): Promise<ReadWeights>;
}

/** Every format; one file each. */
const readers: readonly WeightReader[] = [
  {
    extensions: ['.safetensors'],
    load: async () => (await import('../read/weights/safetensors.ts')).readSafetensors,
  },
  {
    extensions: ['.pth', '.pt', '.ckpt', '.bin'],
    load: async () => (await import('../read/weights/torch/read.ts')).readTorchWeights,
  },
];

/** The reader that the ending of a file's name tells. */
export function weightReader(file: string): WeightReader | undefined {
  const name = file.toLowerCase();
  return readers.find(({ extensions }) => extensions.some((extension) => name.endsWith(extension)));
}
