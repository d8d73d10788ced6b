import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { loadParser } from '../../dist/read/python/parse/parser.js';

/** The parser of Python, from the packages as they are installed. */
export function pythonParser() {
  const { resolve } = createRequire(import.meta.url);
  return loadParser({
    runtime: readFileSync(resolve('web-tree-sitter/web-tree-sitter.wasm')),
    grammar: readFileSync(
      join(dirname(resolve('tree-sitter-python/package.json')), 'tree-sitter-python.wasm'),
    ),
  });
}
