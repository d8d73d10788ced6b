import { Composer, Lexer, LineCounter, Parser, type CST, type Document } from 'yaml';
import { VggError } from '../core/errors/error.ts';
import type { Origin } from '../core/origin.ts';

/** Lists and mappings within each other beyond this are refused, so that no file can overflow the stack. */
export const MAX_DEPTH = 200;

/** A YAML or JSON text as the tree of the `yaml` package, and where its parts are. */
export interface YamlTree {
  readonly contents: NonNullable<Document.Parsed['contents']>;
  place(offset: number): Origin;
}

/**
 * The only document of a text. JSON text is YAML text.
 * Throws `spec-syntax`, `spec-many-documents`, `spec-too-deep` or `spec-empty` with the place.
 */
export function yamlTree(text: string, file: string): YamlTree {
  const lines = new LineCounter();
  const place = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  // Keys are compared where they are read: the package's own search for duplicates is quadratic.
  const composer = new Composer({
    uniqueKeys: false,
    stringKeys: true,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const documents = composer.compose(tokens(text, lines, place), true, text.length);
  const document = documents.next().value;
  const error = document?.errors[0];
  if (error !== undefined) {
    throw new VggError('spec-syntax', { format: 'YAML', problem: error.message }, place(error.pos[0]));
  }
  const another = documents.next().value;
  if (another) throw new VggError('spec-many-documents', {}, place(another.range[0]));
  if (!document?.contents || isNothing(document.contents)) throw new VggError('spec-empty', {}, { file });
  return { contents: document.contents, place };
}

/** A document of comments alone has an empty scalar for its contents. */
function isNothing(contents: NonNullable<Document.Parsed['contents']>): boolean {
  return 'source' in contents && contents.source === '' && contents.tag === undefined;
}

/** The parser's tokens. The composer recurses into them, so their depth is limited while they are made. */
function* tokens(
  text: string,
  lines: LineCounter,
  place: (offset: number) => Origin,
): Generator<CST.Token, void> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_DEPTH) {
      throw new VggError('spec-too-deep', { limit: MAX_DEPTH }, place(parser.offset));
    }
  }
  yield* parser.end();
}
