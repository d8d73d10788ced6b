import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Evaluator, type EvaluatorOptions } from '../../../src/read/python/evaluator.ts';
import { loadParser } from '../../../src/read/python/parse/parser.ts';

const { resolve } = createRequire(import.meta.url);

/** The parser, with its wasm from the packages as they are installed. */
export const parser = await loadParser({
  runtime: readFileSync(resolve('web-tree-sitter/web-tree-sitter.wasm')),
  grammar: readFileSync(join(dirname(resolve('tree-sitter-python/package.json')), 'tree-sitter-python.wasm')),
});

/** Runs a program; returns what it printed. */
export function printed(source: string, options: Partial<EvaluatorOptions> = {}): string {
  let text = '';
  new Evaluator({ parser, print: (part) => (text += part), ...options }).runFile(source, 'program.py');
  return text;
}
