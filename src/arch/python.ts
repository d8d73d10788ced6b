import { VggError } from '../core/errors/error.ts';
import type { RandomAccess } from '../core/random-access.ts';
import type { AskedSizes } from '../read/onnx/inputs.ts';
import type { ModuleSource } from '../read/python/evaluator.ts';
import { loadParser, type ParserFiles } from '../read/python/parse/parser.ts';
import { readPython } from '../read/torch/read.ts';
import { decodeText } from '../text/decode.ts';
import type { Source } from './source.ts';

/** What the reader of Python needs of the machine. */
export interface PythonFiles {
  /** The parser's WebAssembly. */
  parser(): ParserFiles;
  /** The source of a module beside the file, if there is one. */
  find(name: string): ModuleSource | undefined;
  /** The names of the modules in a package. */
  list(name: string): readonly string[];
  /** What the program prints. */
  print(text: string): void;
}

/** Reads PyTorch source at once; `expression` is what stands behind the file's name, as in `model.py:net`. */
export async function readPythonSource(
  content: RandomAccess,
  file: string,
  asked: AskedSizes,
  { expression, files }: { readonly expression: string | undefined; readonly files: PythonFiles },
): Promise<Source> {
  const text = decodeText(content.read(0, content.size), file);
  const parser = await loadParser(files.parser());
  try {
    const graph = readPython({
      parser,
      text,
      file,
      expression,
      ...asked,
      find: files.find,
      list: files.list,
      print: files.print,
    });
    return { about: `the network of ${file}`, reads: [], build: () => graph };
  } catch (error) {
    throw error instanceof VggError ? error.at({ file }) : error;
  }
}
