import type {
  BinaryOperator,
  CompareOperator,
  Comprehension,
  Expression,
  Keyword,
  Name,
  Parameter,
  Parameters,
  UnaryOperator,
} from '../ast.ts';
import { constant, float, integer } from './literals.ts';
import { syntaxError } from './problem.ts';
import { strings } from './strings.ts';
import { childOf, childrenOf, namedChildren, type SyntaxNode } from './tree.ts';

/** Deeper than this no program is written by hand; the program's own stack ends later. */
const DEPTH = 400;

export interface Context {
  readonly source: string;
  depth: number;
}

export const textOf = (node: SyntaxNode, context: Context) => context.source.slice(node.start, node.end);

const at = ({ line, column }: SyntaxNode) => ({ line, column });

/** Runs one level deeper, up to a limit. */
export function deeper<T>(node: SyntaxNode, context: Context, read: () => T): T {
  if (context.depth++ > DEPTH) throw syntaxError('this is nested too deeply', node);
  const value = read();
  context.depth--;
  return value;
}

const required = (node: SyntaxNode, field: string): SyntaxNode => {
  const child = childOf(node, field);
  if (child === undefined) throw syntaxError('invalid syntax', node);
  return child;
};

export function expression(node: SyntaxNode, context: Context): Expression {
  return deeper(node, context, () => {
    const read = READERS.get(node.kind);
    if (read === undefined) throw syntaxError(`'${excerpt(node, context)}' is not an expression`, node);
    return starOutside(read(node, context));
  });
}

/** The grammar reads `[*f(x)]` as a call of `*f`: the star belongs outside. */
function starOutside(node: Expression): Expression {
  const around = (inner: Expression, rest: (value: Expression) => Expression): Expression =>
    inner.type === 'Starred' ? { ...inner, value: starOutside(rest(inner.value)) } : node;
  switch (node.type) {
    case 'Call':
      return around(node.callee, (callee) => ({ ...node, callee }));
    case 'Attribute':
      return around(node.value, (value) => ({ ...node, value }));
    case 'Subscript':
      return around(node.value, (value) => ({ ...node, value }));
    case 'BinOp':
    case 'Compare':
      return around(node.left, (left) => ({ ...node, left }));
    default:
      return node;
  }
}

export function excerpt(node: SyntaxNode, context: Context): string {
  const [line = ''] = textOf(node, context).split('\n');
  return line.length > 40 ? `${line.slice(0, 37)}...` : line;
}

const all = (nodes: readonly SyntaxNode[], context: Context) =>
  nodes.map((node) => expression(node, context));

export function name(node: SyntaxNode, context: Context): Name {
  return { type: 'Name', id: identifier(node, context), ...at(node) };
}

/** Identifiers are compared in their normal form, as CPython does. */
export function identifier(node: SyntaxNode, context: Context): string {
  const text = textOf(node, context);
  // eslint-disable-next-line no-control-regex
  return /^[\x00-\x7f]*$/.test(text) ? text : text.normalize('NFKC');
}

const field = (key: string) => (node: SyntaxNode, context: Context) =>
  expression(required(node, key), context);
const left = field('left');
const right = field('right');
const argument = field('argument');
const body = field('body');

function elements(type: 'List' | 'Tuple' | 'Set') {
  return (node: SyntaxNode, context: Context): Expression => ({
    type,
    elements: all(namedChildren(node), context),
    ...at(node),
  });
}

function refused(what: string) {
  return (node: SyntaxNode): never => {
    throw syntaxError(`${what} is not read`, node);
  };
}

function inner(node: SyntaxNode, context: Context): Expression {
  const children = namedChildren(node);
  if (children.length !== 1) throw syntaxError('invalid syntax', node);
  return expression(children[0]!, context);
}

function binary(node: SyntaxNode, context: Context): Expression {
  const operator = required(node, 'operator').kind as BinaryOperator;
  return { type: 'BinOp', left: left(node, context), operator, right: right(node, context), ...at(node) };
}

/** `a and b and c` is one node in CPython, unless there are brackets. */
function boolean(node: SyntaxNode, context: Context): Expression {
  const operator = required(node, 'operator').kind as 'and' | 'or';
  const first = required(node, 'left');
  const start = left(node, context);
  const same = first.kind === 'boolean_operator' && start.type === 'BoolOp' && start.operator === operator;
  const values = [...(same ? start.values : [start]), right(node, context)];
  return { type: 'BoolOp', operator, values, ...at(node) };
}

function comparison(node: SyntaxNode, context: Context): Expression {
  const operands = node.children.filter((child) => child.field !== 'operators' && child.named);
  const operators = node.children
    .filter((child) => child.field === 'operators')
    .map((child) => textOf(child, context).replaceAll(/\s+/g, ' '));
  if (operators.includes('<>')) throw syntaxError("'<>' is Python 2; write !=", node);
  const [first, ...rest] = all(operands, context);
  return {
    type: 'Compare',
    left: first!,
    operators: operators as CompareOperator[],
    comparators: rest,
    ...at(node),
  };
}

function call(node: SyntaxNode, context: Context): Expression {
  const given = required(node, 'arguments');
  const callee = expression(required(node, 'function'), context);
  if (given.kind === 'generator_expression') {
    return { type: 'Call', callee, args: [expression(given, context)], keywords: [], ...at(node) };
  }
  return { type: 'Call', callee, ...callArguments(given, context), ...at(node) };
}

export function callArguments(
  node: SyntaxNode,
  context: Context,
): { args: Expression[]; keywords: Keyword[] } {
  const args: Expression[] = [];
  const keywords: Keyword[] = [];
  const seen = new Set<string>();
  for (const child of namedChildren(node)) {
    if (child.kind === 'keyword_argument') {
      const key = identifier(required(child, 'name'), context);
      if (seen.has(key)) throw syntaxError(`keyword argument repeated: ${key}`, child);
      seen.add(key);
      keywords.push({ name: key, value: expression(required(child, 'value'), context), ...at(child) });
    } else if (child.kind === 'dictionary_splat') {
      keywords.push({ name: undefined, value: inner(child, context), ...at(child) });
    } else {
      if (keywords.some(({ name }) => name !== undefined) && child.kind !== 'list_splat') {
        throw syntaxError('positional argument follows keyword argument', child);
      }
      args.push(expression(child, context));
    }
  }
  return { args, keywords };
}

function subscript(node: SyntaxNode, context: Context): Expression {
  const items = childrenOf(node, 'subscript').filter(({ named }) => named);
  const parts = all(items, context);
  const close = node.children.findLast(({ kind }) => kind === ']');
  const before = node.children
    .slice(0, close === undefined ? undefined : node.children.indexOf(close))
    .at(-1);
  const tuple = parts.length !== 1 || before?.kind === ',' || parts[0]!.type === 'Starred';
  const slice: Expression = tuple ? { type: 'Tuple', elements: parts, ...at(items[0] ?? node) } : parts[0]!;
  return { type: 'Subscript', value: expression(required(node, 'value'), context), slice, ...at(node) };
}

function slice(node: SyntaxNode, context: Context): Expression {
  const parts: (Expression | undefined)[] = [undefined, undefined, undefined];
  let index = 0;
  for (const child of node.children) {
    if (child.kind === ':') index++;
    else if (child.named) parts[index] = expression(child, context);
  }
  return { type: 'Slice', lower: parts[0], upper: parts[1], step: parts[2], ...at(node) };
}

function dictionary(node: SyntaxNode, context: Context): Expression {
  const keys: (Expression | undefined)[] = [];
  const values: Expression[] = [];
  for (const child of namedChildren(node)) {
    if (child.kind === 'dictionary_splat') {
      keys.push(undefined);
      values.push(inner(child, context));
    } else {
      keys.push(expression(required(child, 'key'), context));
      values.push(expression(required(child, 'value'), context));
    }
  }
  return { type: 'Dict', keys, values, ...at(node) };
}

function clauses(node: SyntaxNode, context: Context): Comprehension[] {
  const found: (Comprehension & { conditions: Expression[] })[] = [];
  for (const child of namedChildren(node)) {
    if (child.kind === 'for_in_clause') {
      if (child.children[0]?.kind === 'async') throw syntaxError('async is not read', child);
      const target = expression(required(child, 'left'), context);
      const iterated = all(
        childrenOf(child, 'right').filter(({ named }) => named),
        context,
      );
      if (iterated.length !== 1) throw syntaxError('invalid syntax', child);
      found.push({ target, iterated: iterated[0]!, conditions: [] });
    } else if (child.kind === 'if_clause') {
      found.at(-1)?.conditions.push(inner(child, context));
    }
  }
  return found;
}

function comprehension(type: 'ListComp' | 'SetComp' | 'GeneratorExp') {
  return (node: SyntaxNode, context: Context): Expression => ({
    type,
    element: body(node, context),
    generators: clauses(node, context),
    ...at(node),
  });
}

function dictComprehension(node: SyntaxNode, context: Context): Expression {
  const pair = required(node, 'body');
  return {
    type: 'DictComp',
    key: expression(required(pair, 'key'), context),
    value: expression(required(pair, 'value'), context),
    generators: clauses(node, context),
    ...at(node),
  };
}

function lambda(node: SyntaxNode, context: Context): Expression {
  const given = childOf(node, 'parameters');
  return { type: 'Lambda', parameters: parameters(given, context), body: body(node, context), ...at(node) };
}

function yieldExpression(node: SyntaxNode, context: Context): Expression {
  const children = namedChildren(node);
  if (node.children.some(({ kind }) => kind === 'from')) {
    return { type: 'YieldFrom', value: inner(node, context), ...at(node) };
  }
  return { type: 'Yield', value: tupleOf(children, node, context), ...at(node) };
}

/** What stands after `return`, `yield` or `del`: nothing, one, or several with commas. */
export function tupleOf(
  nodes: readonly SyntaxNode[],
  parent: SyntaxNode,
  context: Context,
): Expression | undefined {
  if (nodes.length === 0) return undefined;
  const comma = parent.children.some(({ kind }) => kind === ',');
  if (nodes.length === 1 && !comma) return expression(nodes[0]!, context);
  return { type: 'Tuple', elements: all(nodes, context), ...at(nodes[0]!) };
}

function conditional(node: SyntaxNode, context: Context): Expression {
  const [then, test, otherwise] = all(namedChildren(node), context);
  return { type: 'IfExp', test: test!, body: then!, orElse: otherwise!, ...at(node) };
}

const READERS: ReadonlyMap<string, (node: SyntaxNode, context: Context) => Expression> = new Map<
  string,
  (node: SyntaxNode, context: Context) => Expression
>([
  ['identifier', name],
  ['keyword_identifier', name],
  ['true', (node) => constant(true, node)],
  ['false', (node) => constant(false, node)],
  ['none', (node) => constant(null, node)],
  ['ellipsis', (node) => ({ type: 'Constant', kind: 'ellipsis', value: null, ...at(node) })],
  ['integer', (node, context) => integer(textOf(node, context), node)],
  ['float', (node, context) => float(textOf(node, context), node)],
  ['string', (node, context) => stringOf([node], context)],
  ['concatenated_string', (node, context) => stringOf(namedChildren(node), context)],
  ['parenthesized_expression', inner],
  ['parenthesized_list_splat', inner],
  ['binary_operator', binary],
  ['boolean_operator', boolean],
  ['comparison_operator', comparison],
  [
    'not_operator',
    (node, context) => ({ type: 'UnaryOp', operator: 'not', operand: argument(node, context), ...at(node) }),
  ],
  [
    'unary_operator',
    (node, context) => ({
      type: 'UnaryOp',
      operator: required(node, 'operator').kind as UnaryOperator,
      operand: argument(node, context),
      ...at(node),
    }),
  ],
  [
    'attribute',
    (node, context) => ({
      type: 'Attribute',
      value: expression(required(node, 'object'), context),
      attribute: identifier(required(node, 'attribute'), context),
      ...at(node),
    }),
  ],
  ['subscript', subscript],
  ['slice', slice],
  ['call', call],
  ['list', elements('List')],
  ['tuple', elements('Tuple')],
  ['set', elements('Set')],
  ['expression_list', elements('Tuple')],
  ['pattern_list', elements('Tuple')],
  ['list_pattern', elements('List')],
  ['tuple_pattern', tuplePattern],
  ['dictionary', dictionary],
  ['list_comprehension', comprehension('ListComp')],
  ['set_comprehension', comprehension('SetComp')],
  ['generator_expression', comprehension('GeneratorExp')],
  ['dictionary_comprehension', dictComprehension],
  ['conditional_expression', conditional],
  [
    'named_expression',
    (node, context) => ({
      type: 'NamedExpr',
      target: name(required(node, 'name'), context),
      value: expression(required(node, 'value'), context),
      ...at(node),
    }),
  ],
  ['lambda', lambda],
  ['list_splat', (node, context) => ({ type: 'Starred', value: inner(node, context), ...at(node) })],
  ['list_splat_pattern', (node, context) => ({ type: 'Starred', value: inner(node, context), ...at(node) })],
  ['yield', yieldExpression],
  ['await', refused('await')],
  // Types are expressions in another guise.
  ['type', inner],
  ['generic_type', genericType],
  ['union_type', unionType],
  ['member_type', memberType],
  ['splat_type', (node, context) => ({ type: 'Starred', value: inner(node, context), ...at(node) })],
]);

/** `(a)` on the left is a, `(a,)` a tuple. */
function tuplePattern(node: SyntaxNode, context: Context): Expression {
  const children = namedChildren(node);
  const comma = node.children.some(({ kind }) => kind === ',');
  return children.length === 1 && !comma
    ? expression(children[0]!, context)
    : elements('Tuple')(node, context);
}

function stringOf(nodes: readonly SyntaxNode[], context: Context): Expression {
  return strings(nodes, {
    source: context.source,
    expression: (node) => expression(node, context),
  });
}

function genericType(node: SyntaxNode, context: Context): Expression {
  const [value, given] = namedChildren(node);
  const parts = given === undefined ? [] : all(namedChildren(given), context);
  const slice: Expression =
    parts.length === 1 ? parts[0]! : { type: 'Tuple', elements: parts, ...at(given ?? node) };
  return { type: 'Subscript', value: expression(value!, context), slice, ...at(node) };
}

function unionType(node: SyntaxNode, context: Context): Expression {
  const [first, second] = all(namedChildren(node), context);
  return { type: 'BinOp', left: first!, operator: '|', right: second!, ...at(node) };
}

function memberType(node: SyntaxNode, context: Context): Expression {
  const [object, attribute] = namedChildren(node);
  return {
    type: 'Attribute',
    value: expression(object!, context),
    attribute: identifier(attribute!, context),
    ...at(node),
  };
}

export function parameters(node: SyntaxNode | undefined, context: Context): Parameters {
  let positionalOnly: Parameter[] = [];
  let positional: Parameter[] = [];
  const keywordOnly: Parameter[] = [];
  let vararg: Parameter | undefined;
  let kwarg: Parameter | undefined;
  let starred = false;
  const seen = new Set<string>();
  for (const child of node === undefined ? [] : namedChildren(node)) {
    if (kwarg !== undefined) throw syntaxError('arguments cannot follow var-keyword argument', child);
    if (child.kind === 'keyword_separator') {
      starred = true;
      continue;
    }
    if (child.kind === 'positional_separator') {
      positionalOnly = positional;
      positional = [];
      continue;
    }
    const { named, stars, parameter } = parameterOf(child, context);
    if (seen.has(named)) throw syntaxError(`duplicate argument '${named}' in function definition`, child);
    seen.add(named);
    if (stars === 2) kwarg = parameter;
    else if (stars === 1) {
      if (starred) throw syntaxError('* argument may appear only once', child);
      vararg = parameter;
      starred = true;
    } else if (starred) keywordOnly.push(parameter);
    else {
      const before = [...positionalOnly, ...positional].at(-1);
      if (before?.defaultValue !== undefined && parameter.defaultValue === undefined) {
        throw syntaxError('parameter without a default follows parameter with a default', child);
      }
      positional.push(parameter);
    }
  }
  return { positionalOnly, positional, vararg, keywordOnly, kwarg };
}

function parameterOf(node: SyntaxNode, context: Context) {
  const annotation = childOf(node, 'type');
  const value = childOf(node, 'value');
  const wrapped = node.kind === 'typed_parameter' ? namedChildren(node)[0]! : (childOf(node, 'name') ?? node);
  const stars = { list_splat_pattern: 1, dictionary_splat_pattern: 2 }[wrapped.kind] ?? 0;
  const target = stars === 0 ? wrapped : namedChildren(wrapped)[0];
  if (target?.kind !== 'identifier' && target?.kind !== 'keyword_identifier') {
    throw syntaxError(`'${excerpt(node, context)}' is not a parameter`, node);
  }
  const named = identifier(target, context);
  const parameter: Parameter = {
    name: named,
    annotation: annotation === undefined ? undefined : expression(annotation, context),
    defaultValue: value === undefined ? undefined : expression(value, context),
    ...at(node),
  };
  return { named, stars, parameter };
}
