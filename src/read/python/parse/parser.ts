import type { Language as GrammarLanguage } from 'web-tree-sitter';
import type { Module } from '../ast.ts';
import { blankNotebookLines } from './notebook.ts';
import { syntaxError } from './problem.ts';
import { convertModule } from './statements.ts';
import { copyTree, type SyntaxNode } from './tree.ts';

/** The two wasm files: web-tree-sitter's own, and the grammar of Python. The caller knows where they lie. */
export interface ParserFiles {
  readonly runtime: Uint8Array;
  readonly grammar: Uint8Array;
}

export interface Parsed {
  readonly module: Module;
  /** Lines that only a notebook understands and that were left out, from 1. */
  readonly blanked: readonly number[];
}

/** Source text to syntax. Throws a VggError with line and column where it is not Python. */
export type Parser = (source: string) => Parsed;

/** Loads tree-sitter, once for each process: it takes a moment, so do so when the first source is there. */
export async function loadParser(files: ParserFiles): Promise<Parser> {
  const { Language, Parser } = await import('web-tree-sitter');
  await Parser.init({ wasmBinary: files.runtime });
  const language: GrammarLanguage = await Language.load(files.grammar);
  return (source) => {
    const { text, blanked } = blankNotebookLines(source.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n'));
    const parser = new Parser();
    parser.setLanguage(language);
    // The grammar wants a line's end after the last statement.
    const tree = parser.parse(text.endsWith('\n') ? text : `${text}\n`);
    try {
      const failed = tree!.rootNode.hasError;
      const cursor = tree!.walk();
      const root = copyTree(cursor);
      cursor.delete();
      if (failed) throw problemIn(root, text);
      return { module: convertModule(root, text), blanked };
    } finally {
      tree?.delete();
      parser.delete();
    }
  };
}

/** The first thing that does not fit. */
function problemIn(root: SyntaxNode, source: string) {
  const open: SyntaxNode[] = [root];
  let found: SyntaxNode | undefined;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.missing) return syntaxError(`expected ${words(node.kind)}`, node);
    if (node.kind === 'ERROR' && (found === undefined || node.start >= found.start)) found = node;
    if (found !== undefined && node !== found && node.start >= found.end) break;
    open.push(...node.children.toReversed());
  }
  if (found === undefined) return syntaxError('invalid syntax', root);
  return unexpected(found, source);
}

const words = (kind: string) =>
  kind === '_newline' || kind === 'block'
    ? 'an indented block'
    : kind.length <= 3
      ? `'${kind}'`
      : kind.replaceAll('_', ' ');

const PAIRS: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);

/** What is left open explains more than where the grammar lost its way. */
function unexpected(node: SyntaxNode, source: string) {
  const open: SyntaxNode[] = [];
  for (const child of node.children) {
    if (PAIRS.has(child.kind)) open.push(child);
    else if (child.kind === PAIRS.get(open.at(-1)?.kind ?? '')) open.pop();
    if (child.kind === 'string_start' && !node.children.some(({ kind }) => kind === 'string_end')) {
      return syntaxError('unterminated string literal', child);
    }
  }
  const last = open.at(-1);
  if (last !== undefined) return syntaxError(`'${last.kind}' was never closed`, last);
  const text = source.slice(node.start, node.end).trim().split('\n')[0]!;
  const shown = text.length > 40 ? `${text.slice(0, 37)}...` : text;
  return syntaxError(shown === '' ? 'invalid syntax' : `invalid syntax: unexpected '${shown}'`, node);
}
