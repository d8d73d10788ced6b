import { producerOf } from '../graph/graph.ts';
import type { Drawn, Unit } from './units.ts';

/** Equal blocks, each of which reads the one before it and is read by nothing else, as one block with their number. */
export function withRepeats(drawn: Drawn): Drawn {
  const readers = new Map<string, number>();
  for (const id of [...drawn.units.flatMap(({ inputs }) => inputs), ...drawn.outputs]) {
    readers.set(id, (readers.get(id) ?? 0) + 1);
  }
  const alias = new Map<string, string>();
  const units: Unit[] = [];
  const structures = new Map<string, string>();
  let before: Unit | undefined;
  for (const unit of drawn.units) {
    const structure = structureOf(unit);
    structures.set(unit.id, structure);
    const follows =
      before !== undefined &&
      unit.members.length > 1 &&
      unit.inputs.length === 1 &&
      unit.inputs[0] === before.id &&
      readers.get(before.id) === 1 &&
      structures.get(before.id) === structure;
    if (follows) {
      const first = units.pop()!;
      alias.set(unit.id, first.id);
      const equals = [...(first.equals ?? []), unit.members];
      units.push({ ...first, times: first.times + 1, until: unit.name, equals });
    } else {
      units.push(unit);
    }
    before = unit;
  }
  const named = (id: string) => alias.get(id) ?? id;
  return {
    ...drawn,
    units: units.map((unit) => ({ ...unit, inputs: unit.inputs.map(named) })),
    outputs: drawn.outputs.map(named),
  };
}

/** All that makes a block what it is, whatever it is called. */
function structureOf({ members }: Unit): string {
  const place = new Map(members.map(({ path }, i) => [path, i]));
  return JSON.stringify(
    members.map(({ kind, attributes, inputs, inputShapes, outputShape, sharesWeightsOf }) => [
      kind,
      attributes,
      inputs.map((input) => place.get(producerOf(input)) ?? 'outside'),
      inputShapes,
      outputShape,
      sharesWeightsOf ?? '',
    ]),
  );
}
