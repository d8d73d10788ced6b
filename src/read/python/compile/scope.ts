import type {
  Comprehension,
  Expression,
  FunctionDef,
  Lambda,
  Module,
  Parameters,
  Pattern,
  Place,
  Statement,
} from '../ast.ts';
import { syntaxError } from '../parse/problem.ts';

export type ScopeKind = 'module' | 'class' | 'function' | 'comprehension';

/** A variable of a function or comprehension: its slot in the frame, and whether inner functions share it. */
export interface Variable {
  readonly name: string;
  slot: number;
  shared: boolean;
}

/** What runs in a frame of its own. Comprehensions run in the frame of what is around them. */
export class Scope {
  readonly kind: ScopeKind;
  readonly parent: Scope | undefined;
  readonly variables = new Map<string, Variable>();
  readonly globals = new Set<string>();
  readonly nonlocals = new Set<string>();
  /** Variables of functions around this one, by name: the slot here in which their cell lies. */
  readonly free = new Map<string, { readonly variable: Variable; readonly slot: number }>();
  /** The class whose body this is in, for `__names`. */
  readonly className: string | undefined;
  slots = 0;
  generator = false;

  constructor(kind: ScopeKind, parent: Scope | undefined, className = parent?.className) {
    this.kind = kind;
    this.parent = parent;
    this.className = className;
  }

  /** The scope whose frame holds the slots. */
  get owner(): Scope {
    return this.kind === 'comprehension' ? this.parent!.owner : this;
  }

  declare(name: string): Variable {
    const known = this.variables.get(name);
    if (known !== undefined) return known;
    const variable = { name, slot: this.owner.slots++, shared: false };
    this.variables.set(name, variable);
    return variable;
  }

  /** `__x` in a class is `_Class__x`. */
  mangled(name: string): string {
    if (this.className === undefined || !name.startsWith('__') || name.endsWith('__')) return name;
    const cls = this.className.replace(/^_+/, '');
    return cls === '' ? name : `_${cls}${name}`;
  }
}

export type Location =
  | { readonly kind: 'slot'; readonly slot: number; readonly shared: boolean }
  | { readonly kind: 'name' }
  | { readonly kind: 'global' };

/** Where a name is looked up. The name is mangled already. */
export function locate(scope: Scope, name: string): Location {
  if (scope.globals.has(name)) return { kind: 'global' };
  if (scope.kind === 'class' && !scope.nonlocals.has(name)) {
    if (scope.variables.has(name)) return { kind: 'name' };
  }
  const around = find(scope, name);
  if (around === undefined) return scope.kind === 'module' ? { kind: 'global' } : { kind: 'global' };
  const [home, variable] = around;
  if (home.owner === scope.owner) return { kind: 'slot', slot: variable.slot, shared: variable.shared };
  return { kind: 'slot', slot: freeSlot(scope.owner, home, variable), shared: true };
}

/** The function or comprehension around that has the variable. Classes are passed by, but for `__class__`. */
function find(scope: Scope, name: string): [Scope, Variable] | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    if (at.kind === 'module') return undefined;
    if (at.kind === 'class') {
      const variable = name === '__class__' && at !== scope ? at.variables.get('.class') : undefined;
      if (variable !== undefined) return [at, variable];
      continue;
    }
    if (at.globals.has(name)) return undefined;
    const variable = at.variables.get(name);
    if (variable !== undefined) return [at, variable];
  }
  return undefined;
}

/** Each function between hands the cell on. */
function freeSlot(owner: Scope, home: Scope, variable: Variable): number {
  variable.shared = true;
  for (let at = owner; at !== home.owner; at = at.parent!.owner) {
    if (at.free.get(key(variable)) === undefined) {
      at.free.set(key(variable), { variable, slot: at.slots++ });
    }
  }
  return owner.free.get(key(variable))!.slot;
}

const keys = new WeakMap<Variable, string>();
let count = 0;
function key(variable: Variable): string {
  const known = keys.get(variable) ?? `${variable.name}#${count++}`;
  keys.set(variable, known);
  return known;
}

/** The slot in which a function finds the cell of a variable around it. */
export const cellSlot = (owner: Scope, variable: Variable): number =>
  owner.free.get(key(variable))?.slot ?? variable.slot;

export type Scopes = ReadonlyMap<object, Scope>;

/** All scopes of a module, by the node that opens them, with every name resolved. */
export function scopesOf(module: Module): Scopes {
  const scopes = new Map<object, Scope>();
  const uses: (readonly [Scope, string, Place])[] = [];
  const root = new Scope('module', undefined);
  scopes.set(module, root);
  new Visitor(scopes, uses).statements(module.body, root);
  for (const scope of scopes.values()) {
    for (const name of scope.nonlocals) {
      if (scope.parent === undefined || find(scope.parent, name) === undefined) {
        throw syntaxError(`no binding for nonlocal '${name}' found`, module);
      }
    }
  }
  for (const [scope, name] of uses) locate(scope, name);
  return scopes;
}

class Visitor {
  private readonly scopes: Map<object, Scope>;
  private readonly uses: (readonly [Scope, string, Place])[];

  constructor(scopes: Map<object, Scope>, uses: (readonly [Scope, string, Place])[]) {
    this.scopes = scopes;
    this.uses = uses;
  }

  statements(body: readonly Statement[], scope: Scope): void {
    // Declarations hold for the whole body, whatever comes before them.
    for (const statement of body) this.declarations(statement, scope);
    for (const statement of body) this.statement(statement, scope);
  }

  private declarations(statement: Statement, scope: Scope): void {
    if (statement.type === 'Global') {
      for (const name of statement.names) scope.globals.add(scope.mangled(name));
    } else if (statement.type === 'Nonlocal') {
      if (scope.kind === 'module')
        throw syntaxError('nonlocal declaration not allowed at module level', statement);
      for (const name of statement.names) scope.nonlocals.add(scope.mangled(name));
    } else {
      const inner = statement as { body?: readonly Statement[]; orElse?: readonly Statement[] };
      if (statement.type === 'FunctionDef' || statement.type === 'ClassDef') return;
      for (const each of inner.body ?? []) this.declarations(each, scope);
      for (const each of inner.orElse ?? []) this.declarations(each, scope);
    }
  }

  private bind(name: string, scope: Scope): void {
    const own = scope.mangled(name);
    if (scope.globals.has(own) || scope.nonlocals.has(own) || scope.kind === 'module') return;
    if (scope.kind === 'class') scope.variables.set(own, scope.variables.get(own) ?? nowhere(own));
    else scope.declare(own);
  }

  private use(name: string, scope: Scope, at: Place): void {
    this.uses.push([scope, scope.mangled(name), at]);
    // `super()` finds its class by this name.
    if (name === 'super' && scope.kind !== 'module') this.uses.push([scope, '__class__', at]);
  }

  private target(node: Expression, scope: Scope): void {
    switch (node.type) {
      case 'Name':
        this.bind(node.id, scope);
        this.use(node.id, scope, node);
        break;
      case 'Tuple':
      case 'List':
        for (const element of node.elements) this.target(element, scope);
        break;
      case 'Starred':
        this.target(node.value, scope);
        break;
      case 'Attribute':
      case 'Subscript':
        this.expression(node, scope);
        break;
      default:
        throw syntaxError('cannot assign to this expression', node);
    }
  }

  private statement(node: Statement, scope: Scope): void {
    switch (node.type) {
      case 'FunctionDef':
        this.all(node.decorators, scope);
        this.bind(node.name, scope);
        this.use(node.name, scope, node);
        this.function(node, node.parameters, scope, (inner) => this.statements(node.body, inner));
        break;
      case 'ClassDef': {
        this.all(node.decorators, scope);
        this.all(node.bases, scope);
        for (const { value } of node.keywords) this.expression(value, scope);
        this.bind(node.name, scope);
        this.use(node.name, scope, node);
        const inner = new Scope('class', scope, node.name);
        inner.declare('.class').shared = true;
        this.scopes.set(node, inner);
        this.statements(node.body, inner);
        break;
      }
      case 'Assign':
        this.expression(node.value, scope);
        for (const target of node.targets) this.target(target, scope);
        break;
      case 'AugAssign':
        if (node.target.type === 'Tuple' || node.target.type === 'List') {
          throw syntaxError('illegal expression for augmented assignment', node.target);
        }
        this.target(node.target, scope);
        this.expression(node.value, scope);
        break;
      case 'AnnAssign':
        if (node.value !== undefined) this.expression(node.value, scope);
        this.target(node.target, scope);
        this.expression(node.annotation, scope);
        break;
      case 'For':
        this.expression(node.iterated, scope);
        this.target(node.target, scope);
        this.block(node, scope);
        break;
      case 'While':
      case 'If':
        this.expression(node.test, scope);
        this.block(node, scope);
        break;
      case 'With':
        for (const { context, target } of node.items) {
          this.expression(context, scope);
          if (target !== undefined) this.target(target, scope);
        }
        this.each(node.body, scope);
        break;
      case 'Match':
        this.expression(node.subject, scope);
        for (const each of node.cases) {
          this.pattern(each.pattern, scope);
          if (each.guard !== undefined) this.expression(each.guard, scope);
          this.each(each.body, scope);
        }
        break;
      case 'Try':
        this.each(node.body, scope);
        for (const handler of node.handlers) {
          if (handler.kind !== undefined) this.expression(handler.kind, scope);
          if (handler.name !== undefined) {
            this.bind(handler.name, scope);
            this.use(handler.name, scope, handler);
          }
          this.each(handler.body, scope);
        }
        this.each(node.orElse, scope);
        this.each(node.finalBody, scope);
        break;
      case 'Import':
        for (const alias of node.names) {
          const name = alias.asName ?? alias.name.split('.')[0]!;
          this.bind(name, scope);
          this.use(name, scope, alias);
        }
        break;
      case 'ImportFrom':
        for (const alias of node.names) {
          if (alias.name === '*') {
            if (scope.kind !== 'module') throw syntaxError('import * only allowed at module level', alias);
            continue;
          }
          this.bind(alias.asName ?? alias.name, scope);
          this.use(alias.asName ?? alias.name, scope, alias);
        }
        break;
      case 'Delete':
        for (const target of node.targets) this.target(target, scope);
        break;
      case 'Return':
        if (scope.kind !== 'function') throw syntaxError("'return' outside function", node);
        if (node.value !== undefined) this.expression(node.value, scope);
        break;
      case 'Raise':
        this.all([node.exception, node.cause], scope);
        break;
      case 'Assert':
        this.all([node.test, node.message], scope);
        break;
      case 'Expr':
        this.expression(node.value, scope);
        break;
      default:
    }
  }

  private block(node: { body: readonly Statement[]; orElse: readonly Statement[] }, scope: Scope): void {
    this.each(node.body, scope);
    this.each(node.orElse, scope);
  }

  private each(body: readonly Statement[], scope: Scope): void {
    for (const statement of body) this.statement(statement, scope);
  }

  private all(nodes: readonly (Expression | undefined)[], scope: Scope): void {
    for (const node of nodes) if (node !== undefined) this.expression(node, scope);
  }

  private function(
    node: FunctionDef | Lambda,
    parameters: Parameters,
    scope: Scope,
    body: (inner: Scope) => void,
  ): void {
    const inner = new Scope('function', scope);
    this.scopes.set(node, inner);
    const { positionalOnly, positional, vararg, keywordOnly, kwarg } = parameters;
    for (const each of [...positionalOnly, ...positional, ...keywordOnly, vararg, kwarg]) {
      if (each === undefined) continue;
      inner.declare(inner.mangled(each.name));
      this.all([each.defaultValue, each.annotation], scope);
    }
    if (node.type === 'FunctionDef' && node.returns !== undefined) this.expression(node.returns, scope);
    body(inner);
  }

  private comprehension(
    node: Expression,
    kind: 'function' | 'comprehension',
    generators: readonly Comprehension[],
    results: readonly Expression[],
    scope: Scope,
  ): void {
    // The first of what is run through is evaluated outside.
    this.expression(generators[0]!.iterated, scope);
    const inner = new Scope(kind, scope);
    if (kind === 'function') {
      inner.declare('.0');
      inner.generator = true;
    }
    this.scopes.set(node, inner);
    generators.forEach(({ target, iterated, conditions }, i) => {
      if (i > 0) this.expression(iterated, inner);
      this.target(target, inner);
      this.all(conditions, inner);
    });
    this.all(results, inner);
  }

  private pattern(node: Pattern, scope: Scope): void {
    const bind = (name: string | undefined) => {
      if (name === undefined) return;
      this.bind(name, scope);
      this.use(name, scope, node);
    };
    switch (node.type) {
      case 'MatchValue':
        this.expression(node.value, scope);
        break;
      case 'MatchSequence':
      case 'MatchOr':
        for (const each of node.patterns) this.pattern(each, scope);
        break;
      case 'MatchMapping':
        this.all(node.keys, scope);
        for (const each of node.patterns) this.pattern(each, scope);
        bind(node.rest);
        break;
      case 'MatchClass':
        this.expression(node.cls, scope);
        for (const each of [...node.patterns, ...node.namedPatterns]) this.pattern(each, scope);
        break;
      case 'MatchStar':
        bind(node.name);
        break;
      case 'MatchAs':
        if (node.pattern !== undefined) this.pattern(node.pattern, scope);
        bind(node.name);
        break;
      default:
    }
  }

  private expression(node: Expression, scope: Scope): void {
    switch (node.type) {
      case 'Name':
        this.use(node.id, scope, node);
        break;
      case 'NamedExpr': {
        this.expression(node.value, scope);
        // Binds outside of comprehensions.
        let outside = scope;
        while (outside.kind === 'comprehension') outside = outside.parent!;
        if (outside.generator && outside.variables.has('.0'))
          outside = this.outOfGenerator(outside, node.target.id);
        this.bind(node.target.id, outside);
        this.use(node.target.id, scope, node);
        break;
      }
      case 'Lambda':
        this.function(node, node.parameters, scope, (inner) => this.expression(node.body, inner));
        break;
      case 'ListComp':
      case 'SetComp':
        this.comprehension(node, 'comprehension', node.generators, [node.element], scope);
        break;
      case 'GeneratorExp':
        this.comprehension(node, 'function', node.generators, [node.element], scope);
        break;
      case 'DictComp':
        this.comprehension(node, 'comprehension', node.generators, [node.key, node.value], scope);
        break;
      case 'Yield':
      case 'YieldFrom':
        if (scope.kind !== 'function') throw syntaxError("'yield' outside function", node);
        scope.generator = true;
        if (node.value !== undefined) this.expression(node.value, scope);
        break;
      default:
        this.all(partsOf(node), scope);
    }
  }

  private outOfGenerator(scope: Scope, name: string): Scope {
    let outside = scope;
    while (outside.generator && outside.variables.has('.0')) outside = outside.parent!;
    if (outside.kind === 'module') scope.globals.add(name);
    else scope.nonlocals.add(name);
    return outside;
  }
}

const nowhere = (name: string): Variable => ({ name, slot: -1, shared: false });

/** The expressions in an expression that opens no scope. */
export function partsOf(node: Expression): readonly (Expression | undefined)[] {
  switch (node.type) {
    case 'BoolOp':
    case 'JoinedStr':
      return node.values;
    case 'BinOp':
      return [node.left, node.right];
    case 'UnaryOp':
      return [node.operand];
    case 'IfExp':
      return [node.test, node.body, node.orElse];
    case 'Dict':
      return [...node.keys, ...node.values];
    case 'Set':
    case 'List':
    case 'Tuple':
      return node.elements;
    case 'Compare':
      return [node.left, ...node.comparators];
    case 'Call':
      return [node.callee, ...node.args, ...node.keywords.map(({ value }) => value)];
    case 'FormattedValue':
      return [node.value, node.format];
    case 'Attribute':
    case 'Starred':
      return [node.value];
    case 'Subscript':
      return [node.value, node.slice];
    case 'Slice':
      return [node.lower, node.upper, node.step];
    case 'Yield':
    case 'YieldFrom':
    case 'NamedExpr':
      return [node.value];
    default:
      return [];
  }
}
