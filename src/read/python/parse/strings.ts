import type { ConstantValue, Expression, FormattedValue, JoinedStr, Place } from '../ast.ts';
import { constant, unescape } from './literals.ts';
import { syntaxError } from './problem.ts';
import { childOf, type SyntaxNode } from './tree.ts';

/** The source, and how an expression inside of a string is read. */
export interface StringContext {
  readonly source: string;
  expression(node: SyntaxNode): Expression;
}

/** One string or several beside each other: a constant, or a JoinedStr where one of them is an f-string. */
export function strings(nodes: readonly SyntaxNode[], context: StringContext): Expression {
  const at: Place = nodes[0]!;
  const values: Expression[] = [];
  let text = '';
  let kind: 'bytes' | 'str' | undefined;
  let formatted = false;
  const flush = () => {
    if (text !== '') values.push(constant(text, at));
    text = '';
  };
  for (const node of nodes) {
    const start = node.children.find((child) => child.kind === 'string_start')!;
    const prefix = context.source
      .slice(start.start, start.end)
      .replace(/['"]+$/, '')
      .toLowerCase();
    if (!/^(?:|u|r|b|f|br|rb|fr|rf)$/.test(prefix))
      throw syntaxError(`unknown string prefix ${prefix}`, node);
    const bytes = prefix.includes('b');
    if (kind !== undefined && (kind === 'bytes') !== bytes) {
      throw syntaxError('cannot mix bytes and nonbytes literals', node);
    }
    kind = bytes ? 'bytes' : 'str';
    formatted ||= prefix.includes('f');
    for (const part of partsOf(node, prefix, context)) {
      if (typeof part === 'string') text += part;
      // Of `{x=}`: its own text.
      else if (part.type === 'Constant' && typeof part.value === 'string') text += part.value;
      else {
        flush();
        values.push(part);
      }
    }
  }
  if (kind === 'bytes') return constant(bytesOf(text, at), at);
  if (!formatted) return constant(text, at);
  flush();
  return { type: 'JoinedStr', values, line: at.line, column: at.column };
}

function bytesOf(text: string, at: Place): ConstantValue {
  const codes = [...text].map((char) => char.codePointAt(0)!);
  if (codes.some((code) => code > 255))
    throw syntaxError('bytes can only contain ASCII literal characters', at);
  return Uint8Array.from(codes);
}

function partsOf(node: SyntaxNode, prefix: string, context: StringContext): (string | Expression)[] {
  const first = node.children.find((child) => child.kind === 'string_start')!;
  const last = node.children.findLast((child) => child.kind === 'string_end');
  if (last === undefined) throw syntaxError('unterminated string', node);
  const format = prefix.includes('f');
  const raw = prefix.includes('r');
  const parts: (string | Expression)[] = [];
  const literal = (from: number, to: number) => {
    if (to <= from) return;
    const text = context.source.slice(from, to).replaceAll(/\r\n?/g, '\n');
    const plain = raw ? text : unescape(text, prefix.includes('b'), node);
    parts.push(format ? plain.replaceAll('{{', '{').replaceAll('}}', '}') : plain);
  };
  let from = first.end;
  for (const child of node.children) {
    if (child.kind !== 'interpolation') continue;
    literal(from, child.start);
    parts.push(...interpolation(child, context));
    from = child.end;
  }
  literal(from, last.start);
  return parts;
}

/** `{value!r:>{width}}`, and `{value=}`, which says its own text first. */
function interpolation(node: SyntaxNode, context: StringContext): Expression[] {
  const expression = childOf(node, 'expression');
  if (expression === undefined) throw syntaxError('f-string: valid expression required', node);
  const conversion = childOf(node, 'type_conversion');
  const specifier = childOf(node, 'format_specifier');
  const equals = node.children.find((child) => child.kind === '=');
  const letter =
    conversion === undefined ? undefined : context.source.slice(conversion.start + 1, conversion.end);
  if (letter !== undefined && letter !== 's' && letter !== 'r' && letter !== 'a') {
    throw syntaxError(`f-string: invalid conversion character '${letter}'`, node);
  }
  const value: FormattedValue = {
    type: 'FormattedValue',
    value: context.expression(expression),
    conversion: letter ?? (equals !== undefined && specifier === undefined ? 'r' : undefined),
    format: specifier === undefined ? undefined : formatOf(specifier, context),
    line: node.line,
    column: node.column,
  };
  if (equals === undefined) return [value];
  const after = conversion ?? specifier ?? node.children.at(-1)!;
  return [constant(context.source.slice(node.start + 1, after.start), node), value];
}

function formatOf(node: SyntaxNode, context: StringContext): JoinedStr {
  const values: Expression[] = [];
  let from = node.start + 1;
  const literal = (to: number) => {
    if (to > from) values.push(constant(unescape(context.source.slice(from, to), false, node), node));
  };
  for (const child of node.children) {
    if (child.kind !== 'format_expression') continue;
    literal(child.start);
    values.push(...interpolation(child, context));
    from = child.end;
  }
  literal(node.end);
  return { type: 'JoinedStr', values, line: node.line, column: node.column };
}
