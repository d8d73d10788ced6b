import type { LayerKind } from '../../../layers/layer.ts';
import { attributeNames } from '../../../layers/shared/attributes.ts';
import { namedArguments, placingErrors, plainArguments, required, type Arguments } from '../arguments.ts';
import { asList, type Entry } from '../../../text/value.ts';
import { mapping, originOf, type Macro } from './macro.ts';

/** True when a joining layer is given its branches instead of names of earlier layers. */
export const hasBranches = (given: Arguments): boolean =>
  given?.type === 'list' || (given?.type === 'mapping' && given.entries.has('branches'));

/** `concat`, `add`, `mul` with lists of layers that all start from the same input; an empty one is that input. */
export function branches(join: LayerKind): Macro {
  const { kind } = join;
  const names = ['branches', ...attributeNames(join)];
  return {
    name: kind,
    stem: join.stem,
    arguments: names,
    schema({ layers, of }) {
      const list = { type: 'array', items: layers };
      const { properties, required = [] } = of(join.attributes);
      return { anyOf: [list, mapping({ branches: list, ...properties }, ['branches', ...required])] };
    },
    write(call) {
      const { given, at, path, net } = call;
      const entries: ReadonlyMap<string, Entry> =
        given?.type === 'list'
          ? new Map([['branches', { keyAt: given.at, value: given }]])
          : namedArguments(kind, given, names);
      const list = asList(
        required(entries, kind, 'branches', at),
        `the branches of ${kind}`,
        'a list of lists of layers',
      );
      const input = net.last;
      const outputs = list.items.map((branch, i) => {
        net.last = input;
        call.layers(branch, `branch ${i + 1} of ${kind}`, `${path}.branch${i + 1}.`, true);
        return net.last;
      });
      const attributes = new Map(entries);
      attributes.delete('branches');
      placingErrors(attributes, () =>
        net.add(`${path}.${kind}`, join, plainArguments(attributes), { ...originOf(call), from: outputs }),
      );
    },
  };
}
