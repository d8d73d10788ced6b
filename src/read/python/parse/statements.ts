import type {
  Alias,
  BinaryOperator,
  ExceptHandler,
  Expression,
  MatchCase,
  Module,
  Statement,
  WithItem,
} from '../ast.ts';
import {
  callArguments,
  type Context,
  deeper,
  excerpt,
  expression,
  identifier,
  parameters,
  textOf,
  tupleOf,
} from './expressions.ts';
import { casePatterns } from './patterns.ts';
import { syntaxError } from './problem.ts';
import { childOf, childrenOf, namedChildren, type SyntaxNode } from './tree.ts';

const at = ({ line, column }: SyntaxNode) => ({ line, column });

type Reader = (node: SyntaxNode, context: Context) => Statement;

/** The whole file. The tree must be free of errors. */
export function convertModule(root: SyntaxNode, source: string): Module {
  const context: Context = { source, depth: 0 };
  return { type: 'Module', body: statements(namedChildren(root), context), line: 1, column: 1 };
}

const statements = (nodes: readonly SyntaxNode[], context: Context): Statement[] =>
  nodes.map((node) => statement(node, context));

const block = (node: SyntaxNode, context: Context): Statement[] => {
  const body = statements(namedChildren(node), context);
  if (body.length === 0) throw syntaxError('expected an indented block', node);
  return body;
};

function blockOf(node: SyntaxNode, field: string, context: Context): Statement[] {
  const child = childOf(node, field) ?? node.children.find(({ kind }) => kind === 'block');
  if (child === undefined) throw syntaxError('expected an indented block', node);
  return block(child, context);
}

const part = (node: SyntaxNode, field: string, context: Context): Expression => {
  const child = childOf(node, field);
  if (child === undefined) throw syntaxError('invalid syntax', node);
  return expression(child, context);
};

function statement(node: SyntaxNode, context: Context): Statement {
  return deeper(node, context, () => {
    const read = READERS.get(node.kind);
    if (read === undefined) throw syntaxError(`'${excerpt(node, context)}' is not a statement`, node);
    if (node.children[0]?.kind === 'async') throw syntaxError('async is not read', node);
    return read(node, context);
  });
}

function expressionStatement(node: SyntaxNode, context: Context): Statement {
  const children = namedChildren(node);
  const [only] = children;
  if (children.length === 1 && only!.kind === 'assignment') return assignment(only!, context);
  if (children.length === 1 && only!.kind === 'augmented_assignment') return augmented(only!, context);
  return { type: 'Expr', value: tupleOf(children, node, context)!, ...at(node) };
}

/** `a = b = value` is one assignment with two targets. */
function assignment(node: SyntaxNode, context: Context): Statement {
  const kind = childOf(node, 'type');
  const right = childOf(node, 'right');
  if (kind !== undefined) {
    const target = part(node, 'left', context);
    const annotation = expression(kind, context);
    const value = right === undefined ? undefined : expression(right, context);
    return { type: 'AnnAssign', target, annotation, value, ...at(node) };
  }
  const targets = [part(node, 'left', context)];
  let value = right;
  while (value?.kind === 'assignment') {
    targets.push(part(value, 'left', context));
    value = childOf(value, 'right');
  }
  if (value === undefined || value.kind === 'augmented_assignment') throw syntaxError('invalid syntax', node);
  return { type: 'Assign', targets, value: expression(value, context), ...at(node) };
}

function augmented(node: SyntaxNode, context: Context): Statement {
  const operator = textOf(childOf(node, 'operator')!, context).slice(0, -1) as BinaryOperator;
  return {
    type: 'AugAssign',
    target: part(node, 'left', context),
    operator,
    value: part(node, 'right', context),
    ...at(node),
  };
}

/** `elif` is an `if` inside of the `else`, as in CPython. */
function ifStatement(node: SyntaxNode, context: Context): Statement {
  const alternatives = childrenOf(node, 'alternative');
  let orElse: Statement[] = [];
  for (const each of alternatives.toReversed()) {
    if (each.kind === 'else_clause') orElse = blockOf(each, 'body', context);
    else {
      const test = part(each, 'condition', context);
      orElse = [{ type: 'If', test, body: blockOf(each, 'consequence', context), orElse, ...at(each) }];
    }
  }
  return {
    type: 'If',
    test: part(node, 'condition', context),
    body: blockOf(node, 'consequence', context),
    orElse,
    ...at(node),
  };
}

function orElseOf(node: SyntaxNode, context: Context): Statement[] {
  const clause = node.children.find(({ kind }) => kind === 'else_clause');
  return clause === undefined ? [] : blockOf(clause, 'body', context);
}

function tryStatement(node: SyntaxNode, context: Context): Statement {
  const handlers = node.children
    .filter(({ kind }) => kind === 'except_clause')
    .map((clause) => handler(clause, context));
  const last = node.children.find(({ kind }) => kind === 'finally_clause');
  return {
    type: 'Try',
    body: blockOf(node, 'body', context),
    handlers,
    orElse: orElseOf(node, context),
    finalBody: last === undefined ? [] : blockOf(last, 'body', context),
    ...at(node),
  };
}

function handler(node: SyntaxNode, context: Context): ExceptHandler {
  if (node.children.some((child) => !child.named && textOf(child, context) === '*')) {
    throw syntaxError('except* is not read', node);
  }
  const values = childrenOf(node, 'value').filter(({ named }) => named);
  if (values.length > 1) throw syntaxError('multiple exception types must be parenthesized', node);
  const [value] = values;
  const alias = childOf(node, 'alias');
  let kind = value;
  let target = alias;
  // Where the grammar takes `E as e` for a pattern.
  if (value?.kind === 'as_pattern') {
    kind = namedChildren(value)[0];
    target = childOf(value, 'alias');
  }
  return {
    kind: kind === undefined ? undefined : expression(kind, context),
    name: target === undefined ? undefined : textOf(target, context),
    body: blockOf(node, 'body', context),
    ...at(node),
  };
}

function withStatement(node: SyntaxNode, context: Context): Statement {
  const clause = node.children.find(({ kind }) => kind === 'with_clause')!;
  let values = namedChildren(clause).map((item) => childOf(item, 'value')!);
  // `with (a as b, c as d):` may be read as one tuple.
  if (values.length === 1 && values[0]!.kind === 'tuple') {
    const inside = namedChildren(values[0]!);
    if (inside.some(({ kind }) => kind === 'as_pattern')) values = inside;
  }
  const items = values.map((value): WithItem => {
    const bare = value.kind === 'parenthesized_expression' ? namedChildren(value)[0]! : value;
    if (bare.kind !== 'as_pattern') return { context: expression(value, context), target: undefined };
    const [given] = namedChildren(bare);
    const target = namedChildren(childOf(bare, 'alias')!)[0]!;
    return { context: expression(given!, context), target: expression(target, context) };
  });
  return { type: 'With', items, body: blockOf(node, 'body', context), ...at(node) };
}

function matchStatement(node: SyntaxNode, context: Context): Statement {
  const subjects = childrenOf(node, 'subject').filter(({ named }) => named);
  const body = childOf(node, 'body');
  const cases = (body === undefined ? [] : namedChildren(body)).map((clause): MatchCase => {
    const guard = childOf(clause, 'guard');
    const patterns = clause.children.filter(({ kind }) => kind === 'case_pattern');
    return {
      pattern: casePatterns(
        patterns,
        clause.children.some(({ kind }) => kind === ','),
        context,
      ),
      guard: guard === undefined ? undefined : expression(namedChildren(guard)[0]!, context),
      body: blockOf(clause, 'consequence', context),
      ...at(clause),
    };
  });
  return { type: 'Match', subject: tupleOf(subjects, node, context)!, cases, ...at(node) };
}

function decorated(node: SyntaxNode, context: Context): Statement {
  const decorators = node.children
    .filter(({ kind }) => kind === 'decorator')
    .map((each) => expression(namedChildren(each)[0]!, context));
  const definition = childOf(node, 'definition')!;
  const inside = statement(definition, context);
  if (inside.type !== 'FunctionDef' && inside.type !== 'ClassDef') throw syntaxError('invalid syntax', node);
  return { ...inside, decorators };
}

function functionDefinition(node: SyntaxNode, context: Context): Statement {
  const returns = childOf(node, 'return_type');
  return {
    type: 'FunctionDef',
    name: identifier(childOf(node, 'name')!, context),
    parameters: parameters(childOf(node, 'parameters'), context),
    body: blockOf(node, 'body', context),
    decorators: [],
    returns: returns === undefined ? undefined : expression(returns, context),
    ...at(node),
  };
}

function classDefinition(node: SyntaxNode, context: Context): Statement {
  const given = childOf(node, 'superclasses');
  const { args, keywords } = given === undefined ? { args: [], keywords: [] } : callArguments(given, context);
  return {
    type: 'ClassDef',
    name: identifier(childOf(node, 'name')!, context),
    bases: args,
    keywords,
    body: blockOf(node, 'body', context),
    decorators: [],
    ...at(node),
  };
}

const dottedText = (node: SyntaxNode, context: Context) => textOf(node, context).replaceAll(/\s+/g, '');

function aliases(node: SyntaxNode, context: Context): Alias[] {
  return childrenOf(node, 'name')
    .filter(({ named }) => named)
    .map((each) => {
      const alias = each.kind === 'aliased_import' ? textOf(childOf(each, 'alias')!, context) : undefined;
      const target = each.kind === 'aliased_import' ? childOf(each, 'name')! : each;
      return { name: dottedText(target, context), asName: alias, ...at(each) };
    });
}

function importFrom(node: SyntaxNode, context: Context): Statement {
  const from = childOf(node, 'module_name')!;
  const text = dottedText(from, context);
  const level = /^\.*/.exec(text)![0].length;
  const star = node.children.find(({ kind }) => kind === 'wildcard_import');
  const names = star === undefined ? aliases(node, context) : [{ name: '*', asName: undefined, ...at(star) }];
  const module = text.slice(level);
  return { type: 'ImportFrom', module: module === '' ? undefined : module, names, level, ...at(node) };
}

function raise(node: SyntaxNode, context: Context): Statement {
  const cause = childOf(node, 'cause');
  const given = namedChildren(node).filter((child) => child !== cause);
  return {
    type: 'Raise',
    exception: tupleOf(given, node, context),
    cause: cause === undefined ? undefined : expression(cause, context),
    ...at(node),
  };
}

const names = (node: SyntaxNode, context: Context) =>
  namedChildren(node).map((child) => identifier(child, context));

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['expression_statement', expressionStatement],
  ['if_statement', ifStatement],
  [
    'for_statement',
    (node, context) => ({
      type: 'For',
      target: part(node, 'left', context),
      iterated: part(node, 'right', context),
      body: blockOf(node, 'body', context),
      orElse: orElseOf(node, context),
      ...at(node),
    }),
  ],
  [
    'while_statement',
    (node, context) => ({
      type: 'While',
      test: part(node, 'condition', context),
      body: blockOf(node, 'body', context),
      orElse: orElseOf(node, context),
      ...at(node),
    }),
  ],
  ['try_statement', tryStatement],
  ['with_statement', withStatement],
  ['match_statement', matchStatement],
  ['function_definition', functionDefinition],
  ['class_definition', classDefinition],
  ['decorated_definition', decorated],
  [
    'return_statement',
    (node, context) => {
      const value = tupleOf(namedChildren(node), node, context);
      return { type: 'Return', value, ...at(node) };
    },
  ],
  [
    'delete_statement',
    (node, context) => {
      const target = tupleOf(namedChildren(node), node, context)!;
      const targets = target.type === 'Tuple' ? target.elements : [target];
      return { type: 'Delete', targets, ...at(node) };
    },
  ],
  ['raise_statement', raise],
  [
    'assert_statement',
    (node, context) => {
      const [test, message] = namedChildren(node).map((child) => expression(child, context));
      return { type: 'Assert', test: test!, message, ...at(node) };
    },
  ],
  ['import_statement', (node, context) => ({ type: 'Import', names: aliases(node, context), ...at(node) })],
  ['import_from_statement', importFrom],
  [
    'future_import_statement',
    (node, context) => ({
      type: 'ImportFrom',
      module: '__future__',
      names: aliases(node, context),
      level: 0,
      ...at(node),
    }),
  ],
  ['global_statement', (node, context) => ({ type: 'Global', names: names(node, context), ...at(node) })],
  ['nonlocal_statement', (node, context) => ({ type: 'Nonlocal', names: names(node, context), ...at(node) })],
  ['pass_statement', (node) => ({ type: 'Pass', ...at(node) })],
  ['break_statement', (node) => ({ type: 'Break', ...at(node) })],
  ['continue_statement', (node) => ({ type: 'Continue', ...at(node) })],
  [
    'print_statement',
    (node) => {
      throw syntaxError("missing parentheses in call to 'print'; this is Python 2", node);
    },
  ],
]);
