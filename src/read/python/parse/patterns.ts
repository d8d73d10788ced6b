import type { Expression, Pattern } from '../ast.ts';
import { constant, float, integer } from './literals.ts';
import { type Context, deeper, excerpt, expression, identifier, name, textOf } from './expressions.ts';
import { syntaxError } from './problem.ts';
import { childrenOf, namedChildren, type SyntaxNode } from './tree.ts';

const at = ({ line, column }: SyntaxNode) => ({ line, column });

/** The patterns of one `case`: several with commas are a sequence. */
export function casePatterns(nodes: readonly SyntaxNode[], comma: boolean, context: Context): Pattern {
  if (nodes.length === 1 && !comma) return pattern(nodes[0]!, context);
  return {
    type: 'MatchSequence',
    patterns: nodes.map((node) => pattern(node, context)),
    ...at(nodes[0]!),
  };
}

function pattern(node: SyntaxNode, context: Context): Pattern {
  return deeper(node, context, () => read(node, context));
}

const many = (nodes: readonly SyntaxNode[], context: Context) => nodes.map((node) => pattern(node, context));

function read(node: SyntaxNode, context: Context): Pattern {
  switch (node.kind) {
    case 'case_pattern':
      return casePattern(node, context);
    case 'as_pattern': {
      const [inside, target] = namedChildren(node);
      return {
        type: 'MatchAs',
        pattern: pattern(inside!, context),
        name: identifier(target!, context),
        ...at(node),
      };
    }
    case 'union_pattern':
      return { type: 'MatchOr', patterns: many(groups(node), context), ...at(node) };
    case 'list_pattern':
      return { type: 'MatchSequence', patterns: many(namedChildren(node), context), ...at(node) };
    case 'tuple_pattern': {
      const children = namedChildren(node);
      const comma = node.children.some(({ kind }) => kind === ',');
      if (children.length === 1 && !comma) return pattern(children[0]!, context);
      return { type: 'MatchSequence', patterns: many(children, context), ...at(node) };
    }
    case 'splat_pattern': {
      const target = node.children.at(-1)!;
      const text = textOf(target, context);
      return { type: 'MatchStar', name: text === '_' ? undefined : text, ...at(node) };
    }
    case 'dict_pattern':
      return mapping(node, context);
    case 'class_pattern':
      return classPattern(node, context);
    case 'dotted_name':
      return dotted(node, context);
    case '_':
      return { type: 'MatchAs', pattern: undefined, name: undefined, ...at(node) };
    case 'true':
    case 'false':
      return { type: 'MatchSingleton', value: node.kind === 'true', ...at(node) };
    case 'none':
      return { type: 'MatchSingleton', value: null, ...at(node) };
    case 'integer':
    case 'float':
    case 'string':
    case 'concatenated_string':
      return { type: 'MatchValue', value: expression(node, context), ...at(node) };
    default:
      throw syntaxError(`'${excerpt(node, context)}' is not a pattern`, node);
  }
}

/** A minus sign belongs to the number after it. */
function casePattern(node: SyntaxNode, context: Context): Pattern {
  const [first, second] = node.children;
  if (first?.kind === '-' && second !== undefined) return negative(second, context);
  if (first === undefined) throw syntaxError('a pattern is missing', node);
  return pattern(first, context);
}

function negative(node: SyntaxNode, context: Context): Pattern {
  const text = textOf(node, context);
  const operand = node.kind === 'float' ? float(text, node) : integer(text, node);
  const value: Expression = { type: 'UnaryOp', operator: '-', operand, ...at(node) };
  return { type: 'MatchValue', value, ...at(node) };
}

function groups(node: SyntaxNode): SyntaxNode[] {
  return node.children.filter(({ kind }) => kind !== '|');
}

/** A bare name is bound, a dotted one compared. */
function dotted(node: SyntaxNode, context: Context): Pattern {
  const parts = namedChildren(node);
  if (parts.length === 1) {
    const bound = identifier(parts[0]!, context);
    return { type: 'MatchAs', pattern: undefined, name: bound === '_' ? undefined : bound, ...at(node) };
  }
  return { type: 'MatchValue', value: attributes(node, context), ...at(node) };
}

function attributes(node: SyntaxNode, context: Context): Expression {
  const [first, ...rest] = namedChildren(node);
  return rest.reduce<Expression>(
    (value, part) => ({ type: 'Attribute', value, attribute: identifier(part, context), ...at(node) }),
    name(first!, context),
  );
}

function mapping(node: SyntaxNode, context: Context): Pattern {
  const keys: Expression[] = [];
  for (const key of childrenOf(node, 'key')) {
    if (key.kind === '-') continue;
    const found = pattern(key, context);
    if (found.type === 'MatchValue') keys.push(found.value);
    else if (found.type === 'MatchSingleton') keys.push(constant(found.value, key));
    else throw syntaxError('mapping pattern keys may only match literals and attribute lookups', key);
  }
  const rest = node.children.find(({ kind }) => kind === 'splat_pattern');
  return {
    type: 'MatchMapping',
    keys,
    patterns: many(childrenOf(node, 'value'), context),
    rest: rest === undefined ? undefined : textOf(rest.children.at(-1)!, context),
    ...at(node),
  };
}

function classPattern(node: SyntaxNode, context: Context): Pattern {
  const [cls, ...given] = namedChildren(node);
  const patterns: Pattern[] = [];
  const names: string[] = [];
  const namedPatterns: Pattern[] = [];
  for (const each of given) {
    const keyword = each.kind === 'case_pattern' ? each.children[0] : each;
    if (keyword?.kind === 'keyword_pattern') {
      const [key] = namedChildren(keyword);
      names.push(identifier(key!, context));
      const values = keyword.children.slice(keyword.children.findIndex(({ kind }) => kind === '=') + 1);
      namedPatterns.push(
        values[0]!.kind === '-' ? negative(values[1]!, context) : pattern(values[0]!, context),
      );
    } else patterns.push(pattern(each, context));
  }
  return { type: 'MatchClass', cls: attributes(cls!, context), patterns, names, namedPatterns, ...at(node) };
}
