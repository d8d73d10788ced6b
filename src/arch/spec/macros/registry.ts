import { layerKinds } from '../../../layers/registry.ts';
import { joinsBranches } from '../../../layers/shared/inputs.ts';
import type { Arguments } from '../arguments.ts';
import { block } from './block.ts';
import { branches, hasBranches } from './branches.ts';
import type { Macro } from './macro.ts';
import { repeat } from './repeat.ts';
import { residual } from './residual.ts';
import { vggBlock } from './vgg-block.ts';

/** Every macro whose name is its own. Adding one: its file, and its line here. */
const named: readonly Macro[] = [vggBlock, residual, block, repeat];

/** A Map, so that names such as `constructor` are unknown like any other. */
export const macros: ReadonlyMap<string, Macro> = new Map(named.map((macro) => [macro.name, macro]));

/** Joining layers written with their branches, which makes each of them a macro too. */
export const joins: ReadonlyMap<string, Macro> = new Map(
  [...layerKinds.values()].filter(joinsBranches).map((join) => [join.kind, branches(join)]),
);

/** The macro that a name with these arguments means, if it means one. */
export function macroFor(name: string, given: Arguments): Macro | undefined {
  return macros.get(name) ?? (hasBranches(given) ? joins.get(name) : undefined);
}
