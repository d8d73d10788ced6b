import type { Place, Statement } from '../ast.ts';
import { findAttribute } from '../operate/core.ts';
import { each } from '../operate/protocols.ts';
import { Raised, raised } from '../values/exceptions.ts';
import type { Value } from '../values/object.ts';
import { PyModule } from '../values/values.ts';
import type { Frame } from './frame.ts';
import type { Scope } from './scope.ts';
import type { Execute, Unit } from './unit.ts';

type Import = Extract<Statement, { type: 'Import' }>;
type ImportFrom = Extract<Statement, { type: 'ImportFrom' }>;

const targetOf = (name: string, at: Place, scope: Scope, unit: Unit) =>
  unit.target({ type: 'Name', id: name, line: at.line, column: at.column }, scope);

/** `import a.b` binds a; `import a.b as c` binds a.b. */
export function importOf(node: Import, scope: Scope, unit: Unit): Execute {
  const all = node.names.map((alias) => {
    const top = alias.name.split('.')[0]!;
    return { alias, top, assign: targetOf(alias.asName ?? top, alias, scope, unit) };
  });
  return (frame) => {
    for (const { alias, top, assign } of all) {
      const module = unit.importModule(alias.name, frame.module, alias);
      assign(frame, alias.asName === undefined ? unit.importModule(top, frame.module, alias) : module);
    }
    return 0;
  };
}

/** The name that dots stand for: those of the package that the module is in. */
function absolute(node: ImportFrom, frame: Frame): string {
  const { level, module } = node;
  if (level === 0) return module!;
  const own = frame.module.attributes.get('__package__');
  const parts = typeof own === 'string' && own !== '' ? own.split('.') : [];
  if (parts.length < level) {
    throw raised('ImportError', 'attempted relative import with no known parent package');
  }
  const base = parts.slice(0, parts.length - level + 1);
  return [...base, ...(module === undefined ? [] : [module])].join('.');
}

export function importFromOf(node: ImportFrom, scope: Scope, unit: Unit): Execute {
  const all = node.names.map((alias) => ({
    alias,
    assign: alias.name === '*' ? undefined : targetOf(alias.asName ?? alias.name, alias, scope, unit),
  }));
  return (frame) => {
    const name = absolute(node, frame);
    const module = unit.importModule(name, frame.module, node);
    for (const { alias, assign } of all) {
      if (assign === undefined) importAll(module, frame);
      else assign(frame, member(module, alias.name, alias, frame, unit));
    }
    return 0;
  };
}

/** An attribute, or else a module of the package. */
function member(module: PyModule, name: string, at: Place, frame: Frame, unit: Unit): Value {
  const found = findAttribute(module, name);
  if (found !== undefined) return found;
  try {
    return unit.importModule(`${module.name}.${name}`, frame.module, at);
  } catch (error) {
    if (!isMissing(error, `${module.name}.${name}`)) throw error;
  }
  throw raised('ImportError', `cannot import name '${name}' from '${module.name}'`);
}

const isMissing = (error: unknown, name: string) =>
  error instanceof Raised && error.exception.args.items[0] === `No module named '${name}'`;

function importAll(module: PyModule, frame: Frame): void {
  const listed = module.attributes.get('__all__');
  if (listed !== undefined) {
    each(listed, (name) => {
      const found = typeof name === 'string' ? findAttribute(module, name) : undefined;
      if (found === undefined)
        throw raised('AttributeError', `module '${module.name}' has no attribute '${String(name)}'`);
      frame.names.set(name as string, found);
    });
    return;
  }
  for (const [name, value] of module.attributes) if (!name.startsWith('_')) frame.names.set(name, value);
}
