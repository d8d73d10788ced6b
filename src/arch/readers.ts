import type { Source } from './source.ts';

/** The content of a file, and its name for errors. Throws the errors of the format. */
export type Read = (content: Uint8Array, file: string) => Source;

/** A file format in which networks come. */
export interface Reader {
  /** Endings of its file names, in lower case. */
  readonly extensions: readonly string[];
  /** Larger files are refused before they are read. */
  readonly limitMiB: number;
  /** Whether content whose name does not tell looks like it. */
  recognizes(content: Uint8Array): boolean;
  /** Loads the reader's file, which the others do not wait for. */
  load(): Promise<Read>;
}

/** Every format; one file each. Content is offered to them in this order. */
export const readers: readonly Reader[] = [
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
export const unread: ReadonlyMap<string, string> = new Map([['.onnx', 'ONNX']]);
