/** Python's syntax, with the names of CPython's `ast`. Lines and columns count from 1, columns in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

type Node<T extends string, F = unknown> = { readonly type: T } & Place & Readonly<F>;

export type Module = Node<'Module', { body: readonly Statement[] }>;

export interface Parameter extends Place {
  readonly name: string;
  readonly annotation: Expression | undefined;
  readonly defaultValue: Expression | undefined;
}

export interface Parameters {
  readonly positionalOnly: readonly Parameter[];
  readonly positional: readonly Parameter[];
  readonly vararg: Parameter | undefined;
  readonly keywordOnly: readonly Parameter[];
  readonly kwarg: Parameter | undefined;
}

/** `name=value`; without a name it is `**value`. */
export interface Keyword extends Place {
  readonly name: string | undefined;
  readonly value: Expression;
}

export interface Alias extends Place {
  readonly name: string;
  readonly asName: string | undefined;
}

export interface ExceptHandler extends Place {
  readonly kind: Expression | undefined;
  readonly name: string | undefined;
  readonly body: readonly Statement[];
}

export interface WithItem {
  readonly context: Expression;
  readonly target: Expression | undefined;
}

export interface MatchCase extends Place {
  readonly pattern: Pattern;
  readonly guard: Expression | undefined;
  readonly body: readonly Statement[];
}

export interface Comprehension {
  readonly target: Expression;
  readonly iterated: Expression;
  readonly conditions: readonly Expression[];
}

type Body = { body: readonly Statement[] };
type BodyOrElse = Body & { orElse: readonly Statement[] };

export type FunctionDef = Node<
  'FunctionDef',
  Body & {
    name: string;
    parameters: Parameters;
    decorators: readonly Expression[];
    returns: Expression | undefined;
  }
>;
export type ClassDef = Node<
  'ClassDef',
  Body & {
    name: string;
    bases: readonly Expression[];
    keywords: readonly Keyword[];
    decorators: readonly Expression[];
  }
>;

export type Statement =
  | FunctionDef
  | ClassDef
  | Node<'Return', { value: Expression | undefined }>
  | Node<'Delete', { targets: readonly Expression[] }>
  | Node<'Assign', { targets: readonly Expression[]; value: Expression }>
  | Node<'AugAssign', { target: Expression; operator: BinaryOperator; value: Expression }>
  | Node<'AnnAssign', { target: Expression; annotation: Expression; value: Expression | undefined }>
  | Node<'For', BodyOrElse & { target: Expression; iterated: Expression }>
  | Node<'While', BodyOrElse & { test: Expression }>
  | Node<'If', BodyOrElse & { test: Expression }>
  | Node<'With', Body & { items: readonly WithItem[] }>
  | Node<'Match', { subject: Expression; cases: readonly MatchCase[] }>
  | Node<'Raise', { exception: Expression | undefined; cause: Expression | undefined }>
  | Node<'Try', BodyOrElse & { handlers: readonly ExceptHandler[]; finalBody: readonly Statement[] }>
  | Node<'Assert', { test: Expression; message: Expression | undefined }>
  | Node<'Import', { names: readonly Alias[] }>
  | Node<'ImportFrom', { module: string | undefined; names: readonly Alias[]; level: number }>
  | Node<'Global', { names: readonly string[] }>
  | Node<'Nonlocal', { names: readonly string[] }>
  | Node<'Expr', { value: Expression }>
  | Node<'Pass'>
  | Node<'Break'>
  | Node<'Continue'>;

export type BinaryOperator = '+' | '-' | '*' | '@' | '/' | '%' | '**' | '<<' | '>>' | '|' | '^' | '&' | '//';
export type UnaryOperator = '~' | 'not' | '+' | '-';
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'is' | 'is not' | 'in' | 'not in';

/** Floats are boxed, since 1.0 is not 1; bytes are an array. */
export type ConstantValue = null | boolean | number | bigint | string | { float: number } | Uint8Array;

type Elements = { elements: readonly Expression[] };
type Generators = { generators: readonly Comprehension[] };

export type Name = Node<'Name', { id: string }>;
export type Lambda = Node<'Lambda', { parameters: Parameters; body: Expression }>;
export type ComprehensionExpression =
  | Node<'ListComp', Generators & { element: Expression }>
  | Node<'SetComp', Generators & { element: Expression }>
  | Node<'DictComp', Generators & { key: Expression; value: Expression }>
  | Node<'GeneratorExp', Generators & { element: Expression }>;
export type FormattedValue = Node<
  'FormattedValue',
  { value: Expression; conversion: 's' | 'r' | 'a' | undefined; format: JoinedStr | undefined }
>;
export type JoinedStr = Node<'JoinedStr', { values: readonly Expression[] }>;

export type Expression =
  | Node<'BoolOp', { operator: 'and' | 'or'; values: readonly Expression[] }>
  | Node<'NamedExpr', { target: Name; value: Expression }>
  | Node<'BinOp', { left: Expression; operator: BinaryOperator; right: Expression }>
  | Node<'UnaryOp', { operator: UnaryOperator; operand: Expression }>
  | Lambda
  | Node<'IfExp', { test: Expression; body: Expression; orElse: Expression }>
  | Node<'Dict', { keys: readonly (Expression | undefined)[]; values: readonly Expression[] }>
  | Node<'Set', Elements>
  | ComprehensionExpression
  | Node<'Yield', { value: Expression | undefined }>
  | Node<'YieldFrom', { value: Expression }>
  | Node<
      'Compare',
      { left: Expression; operators: readonly CompareOperator[]; comparators: readonly Expression[] }
    >
  | Node<'Call', { callee: Expression; args: readonly Expression[]; keywords: readonly Keyword[] }>
  | FormattedValue
  | JoinedStr
  | Node<'Constant', { kind: 'ellipsis' | 'value'; value: ConstantValue }>
  | Node<'Attribute', { value: Expression; attribute: string }>
  | Node<'Subscript', { value: Expression; slice: Expression }>
  | Node<'Starred', { value: Expression }>
  | Name
  | Node<'List', Elements>
  | Node<'Tuple', Elements>
  | Node<
      'Slice',
      { lower: Expression | undefined; upper: Expression | undefined; step: Expression | undefined }
    >;

export type Pattern =
  | Node<'MatchValue', { value: Expression }>
  | Node<'MatchSingleton', { value: null | boolean }>
  | Node<'MatchSequence', { patterns: readonly Pattern[] }>
  | Node<
      'MatchMapping',
      { keys: readonly Expression[]; patterns: readonly Pattern[]; rest: string | undefined }
    >
  | Node<
      'MatchClass',
      {
        cls: Expression;
        patterns: readonly Pattern[];
        names: readonly string[];
        namedPatterns: readonly Pattern[];
      }
    >
  | Node<'MatchStar', { name: string | undefined }>
  | Node<'MatchAs', { pattern: Pattern | undefined; name: string | undefined }>
  | Node<'MatchOr', { patterns: readonly Pattern[] }>;
