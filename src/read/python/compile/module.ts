import type { Module, Statement } from '../ast.ts';
import type { PyModule } from '../values/values.ts';
import { compileExpression } from './expressions.ts';
import { Frame } from './frame.ts';
import { invoke } from './functions.ts';
import { compileResumable } from './resumable.ts';
import { type Scope, scopesOf } from './scope.ts';
import { compileBlock } from './statements.ts';
import { compileTarget } from './targets.ts';
import type { Unit } from './unit.ts';

/** A module that is compiled; running it fills the module's names. */
export function compileModule(
  syntax: Module,
  file: string,
  given: Pick<Unit, 'importModule' | 'builtins'>,
): (module: PyModule) => void {
  const scopes = scopesOf(syntax);
  const unit: Unit = {
    ...given,
    file,
    scopes,
    yieldSlots: new Map(),
    expression: (node, scope) => compileExpression(node, scope, unit),
    target: (node, scope) => compileTarget(node, scope, unit),
    block: (body: readonly Statement[], scope: Scope) => compileBlock(body, scope, unit, false),
    resumable: (body, scope) => compileResumable(body, scope, unit, false),
  };
  const root = scopes.get(syntax)!;
  const body = unit.block(syntax.body, root);
  return (module) => {
    const code = { file, name: '<module>', at: syntax, slots: root.slots };
    invoke(new Frame(code, module, module.attributes), body);
  };
}
