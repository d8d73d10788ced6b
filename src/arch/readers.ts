import type { RandomAccess } from '../core/random-access.ts';
import type { AskedSizes } from '../read/onnx/inputs.ts';
import type { Source } from './source.ts';

/** The content of a file, its name for errors, and the sizes that are asked for. Throws the errors of the format. */
export type Read = (content: RandomAccess, file: string, asked: AskedSizes) => Source;

/** A file format in which networks come. */
export interface Reader {
  /** Endings of its file names, in lower case. */
  readonly extensions: readonly string[];
  /** Larger files are refused before they are read. */
  readonly limitMiB: number;
  /** Reads only parts of the file, so that it is never held as a whole. */
  readonly inPieces?: true;
  /** Whether content whose name does not tell looks like it. */
  recognizes(content: Uint8Array): boolean;
  /** Loads the reader's file, which the others do not wait for. */
  load(): Promise<Read>;
}

/** Every format; one file each. Content is offered to them in this order. */
const readers: readonly Reader[] = [
  {
    extensions: ['.onnx'],
    // A protocol buffer is no larger, and only from standard input is all of it held.
    limitMiB: 2048,
    inPieces: true,
    // The version of the format comes first.
    recognizes: ([first, second = 0]) => first === 8 && second < 32,
    load: async () => (await import('./onnx.ts')).readOnnxSource,
  },
  {
    extensions: ['.pt2'],
    // Weights lie beside the program; of them nothing is read.
    limitMiB: 1024 * 1024,
    inPieces: true,
    recognizes: () => false,
    load: async () => (await import('./pt2.ts')).readPt2Source,
  },
  {
    extensions: ['.yaml', '.yml', '.json'],
    // No description of layers is larger; a file of weights is.
    limitMiB: 4,
    // The last: what nothing else has recognized is text, or its reader says that it is none.
    recognizes: () => true,
    load: async () => (await import('./spec/source.ts')).readSpec,
  },
];

/** The reader that the ending of a file's name tells. */
export function readerOfName(file: string): Reader | undefined {
  const name = file.toLowerCase();
  return readers.find(({ extensions }) => extensions.some((extension) => name.endsWith(extension)));
}

export function readerOfContent(content: Uint8Array): Reader {
  return readers.find((reader) => reader.recognizes(content))!;
}

/** Formats that people have networks in and that have no reader yet, by their endings. */
export const unread: ReadonlyMap<string, string> = new Map([
  ['.keras', 'Keras'],
  ['.h5', 'Keras'],
]);
